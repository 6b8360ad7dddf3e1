"""Subscriptions: the handshake, their limits and lives, and the notices that follow from changes in a mailbox."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fakes.microsoft.mailboxes import Change, Mailbox
from tests.fakes.microsoft.messages import moment
from tests.fakes.microsoft.wire import Answer, Call, Refusal, Routes

if TYPE_CHECKING:
    from tests.fakes.microsoft.people import Person

# https://learn.microsoft.com/graph/api/resources/subscription: Mail.ReadWrite alone is not named there (UNCONFIRMED).
READ = ("Mail.Read", "Mail.ReadBasic")
MAX_SECONDS = 10_080 * 60
MIN_SECONDS = 45 * 60
MAX_STATE_CHARS = 128
KINDS = frozenset({"created", "updated", "deleted"})
WRITABLE = frozenset(
    {
        "changeType", "notificationUrl", "lifecycleNotificationUrl", "resource", "expirationDateTime", "clientState",
        "latestSupportedTlsVersion",
    }
)  # fmt: skip
_RESOURCE = re.compile(r"/?(me|users/([^/]+))/mailFolders(?:/([^/]+)|\('([^']+)'\))/messages", re.IGNORECASE)


@dataclass
class Subscription:
    """One subscription of the app to a folder."""

    owner: "Person"
    folder: str
    kinds: frozenset[str]
    url: str
    lifecycle_url: str
    state: str
    expires_at: float
    resource: str
    is_immutable: bool
    id: str = ""

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "resource": self.resource,
            "changeType": ",".join(sorted(self.kinds)),
            "notificationUrl": self.url,
            "lifecycleNotificationUrl": self.lifecycle_url or None,
            "expirationDateTime": moment(self.expires_at),
            "clientState": None,
        }


def add_subscriptions(routes: Routes) -> None:
    """Add subscriptions."""
    routes.add("POST", "/subscriptions", subscribe, allows=READ)
    routes.add("GET", "/subscriptions", list_subscriptions)
    routes.add("PATCH", "/subscriptions/{subscription}", renew)
    routes.add("DELETE", "/subscriptions/{subscription}", unsubscribe)
    routes.add("POST", "/subscriptions/{subscription}/reauthorize", reauthorize)


def subscribe(call: Call) -> Answer:
    """Make a subscription; the app is asked for its handshake while it waits for the answer."""
    microsoft = call.microsoft
    body = call.json
    if unknown := set(body) - WRITABLE:
        raise Refusal(400, "InvalidRequest", f"'{min(unknown)}' is not a property of a subscription.")
    made = _wanted(call, body)
    for url in filter(None, (made.url, made.lifecycle_url)):
        token = f"Validation: Testing client application reachability for subscription Request-Id: {uuid.uuid4()} +&ü"
        if not microsoft.outbox.validate(url, token):
            raise Refusal(400, "InvalidRequest", "Subscription validation request timed out.")
    with microsoft.lock:
        made.id = str(uuid.uuid4())
        microsoft.subscriptions.append(made)
        watch(microsoft.mailbox(made.owner))
    return Answer(201, made.shown())


def list_subscriptions(call: Call) -> Answer:
    return Answer(200, {"value": [one.shown() for one in alive(call) if _is_mine(call, one)]})


def renew(call: Call) -> Answer:
    found = _find(call)
    if set(call.json) - {"expirationDateTime", "notificationUrl"}:
        raise Refusal(400, "InvalidRequest", "Only expirationDateTime can be changed.")
    found.expires_at = _expiry(call, call.json.get("expirationDateTime"))
    return Answer(200, found.shown())


def reauthorize(call: Call) -> Answer:
    _find(call)
    return Answer(204)


def unsubscribe(call: Call) -> Answer:
    call.microsoft.subscriptions.remove(_find(call))
    return Answer(204)


def watch(mailbox: Mailbox) -> None:
    """Have the mailbox tell its changes here."""
    if notify not in mailbox.watchers:
        mailbox.watchers.append(notify)


def notify(mailbox: Mailbox, change: Change) -> None:
    """Send the notices of a change to everybody who subscribed to it."""
    microsoft = mailbox.microsoft
    message = mailbox.messages[change.number]
    for subscription in microsoft.subscriptions:
        is_meant = (
            subscription.owner is mailbox.owner
            and subscription.folder == change.folder
            and change.kind in subscription.kinds
        )
        if not is_meant or subscription.expires_at <= microsoft.clock.now():
            continue
        name = message.immutable_id if subscription.is_immutable else message.mutable_id
        resource = f"Users/{mailbox.owner.oid}/Messages/{name}"
        data = {"@odata.type": "#Microsoft.Graph.Message", "@odata.id": resource, "id": name}
        item = {"changeType": change.kind, "resource": resource, "resourceData": {**data, "@odata.etag": message.etag}}
        microsoft.outbox.push(subscription.url, {**_frame(subscription), "id": str(uuid.uuid4()), **item})


def tell_lifecycle(one: Subscription, event: str) -> None:
    """Send a lifecycle notice; `subscriptionRemoved` also ends the subscription."""
    microsoft = one.owner.microsoft
    if event == "subscriptionRemoved":
        microsoft.subscriptions.remove(one)
    microsoft.outbox.push(one.lifecycle_url, {**_frame(one), "lifecycleEvent": event})


def alive(call: Call) -> list[Subscription]:
    """Return the subscriptions that have not expired."""
    with call.microsoft.lock:
        now = call.microsoft.clock.now()
        return [subscription for subscription in call.microsoft.subscriptions if subscription.expires_at > now]


def _wanted(call: Call, body: dict[str, Any]) -> Subscription:
    resource = str(body.get("resource", ""))
    found = _RESOURCE.fullmatch(resource)
    if not found:
        raise Refusal(400, "InvalidRequest", "The resource cannot be subscribed to.")
    owner = call.caller if found[1].lower() == "me" else call.microsoft.find_person(found[2])
    if owner is None or (not call.is_app and owner is not call.caller):
        raise Refusal(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    if call.is_app and not call.microsoft.is_in_reach(owner):
        raise Refusal(403, "ErrorAccessDenied", "Access to OData is disabled.")
    kinds = frozenset(filter(None, str(body.get("changeType", "")).split(",")))
    if not kinds or kinds - KINDS:
        raise Refusal(400, "InvalidRequest", "changeType is not valid.")
    state = str(body.get("clientState", ""))
    if len(state) > MAX_STATE_CHARS:
        raise Refusal(400, "InvalidRequest", "clientState is longer than 128 characters.")
    return Subscription(
        owner=owner,
        folder=call.microsoft.mailbox(owner).folder(found[3] or found[4]),
        kinds=kinds,
        url=_address(body.get("notificationUrl")),
        lifecycle_url=_address(body["lifecycleNotificationUrl"]) if body.get("lifecycleNotificationUrl") else "",
        state=state,
        expires_at=_expiry(call, body.get("expirationDateTime")),
        resource=resource,
        is_immutable='IdType="ImmutableId"' in call.preferences,
    )


def _address(value: Any) -> str:
    """Return a notification address: https, or loopback, which only this fake allows."""
    parts = urlsplit(str(value))
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise Refusal(400, "InvalidRequest", "Notification endpoint must start with https://.")
    return str(value)


def _expiry(call: Call, value: Any) -> float:
    try:
        wanted = datetime.fromisoformat(str(value).replace("Z", "+00:00")).timestamp()
    except ValueError:
        raise Refusal(400, "InvalidRequest", "expirationDateTime is not valid.") from None
    now = call.microsoft.clock.now()
    if wanted <= now or wanted > now + MAX_SECONDS:
        raise Refusal(400, "ExtensionError", "Subscription expiration can only be 10080 minutes in the future.")
    return max(wanted, now + MIN_SECONDS)


def _find(call: Call) -> Subscription:
    for one in alive(call):
        if one.id == call.params["subscription"] and _is_mine(call, one):
            return one
    raise Refusal(404, "ResourceNotFound", "The object was not found.")


def _is_mine(call: Call, one: Subscription) -> bool:
    return call.is_app or one.owner is call.caller


def _frame(one: Subscription) -> dict[str, Any]:
    return {
        "subscriptionId": one.id,
        "subscriptionExpirationDateTime": moment(one.expires_at),
        "clientState": one.state,
        "tenantId": one.owner.microsoft.tenant,
    }
