"""Subscriptions at Microsoft and the change notifications that they bring, kept until a worker has handled them.

There is one subscription for each folder, renewed halfway through its life, and created again when lost
(https://learn.microsoft.com/graph/api/resources/subscription). Without INLAID_PUBLIC_URL there is none, and folders are
read every minute instead. A notification is parsed, checked for our secret and stored before it is acknowledged; the
same one twice is stored once. Each mail is decided about once, so a notification that comes again, from Microsoft or
from somebody who recorded it, changes nothing.
"""

import hashlib
import hmac
import json
import random
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

import structlog

from core.drafts import JsonObject
from core.errors import InlaidError, InputError, NotFoundError
from core.store.due import DueIndex
from core.store.records import Record, RecordStore
from integrations.graph.client import segment
from integrations.mail.graph.accounts import ACCOUNT_KIND, GraphAccount, MailboxClient, Microsoft
from integrations.mail.graph.reading import seconds_of
from integrations.mail.mailbox.account import ConnectionStatus

SUBSCRIPTION_KIND = "graph_subscription"
WORKSPACE = "microsoft"
# Below every limit that Microsoft has named for mail: 4,230 minutes once, 10,080 now.
LIFE_SECONDS = 4_200 * 60.0
# Each is renewed between these parts of its life, so that not all are at once.
RENEW_BETWEEN = (0.45, 0.55)
NOTIFICATIONS_PATH = "/graph/notifications"
LIFECYCLE_PATH = "/graph/lifecycle"
REAUTHORIZE, REMOVED, MISSED = "reauthorizationRequired", "subscriptionRemoved", "missed"
EVENTS = frozenset({REAUTHORIZE, REMOVED, MISSED})
NOTICE_KIND = "graph_notice"
LIFECYCLE_KIND = "graph_lifecycle"
# By then the folders have been read in any case.
KEEP_SECONDS = 3 * 24 * 3600.0
MAX_ITEMS = 1_000
MAX_TOKEN_CHARS = 4_096
_ID = re.compile(r"[\w=+/-]{1,512}")


@dataclass(frozen=True)
class Subscription:
    """One subscription.

    Args:
        key: names it, also in the state that Microsoft sends back with each notice.
        secret: the other part of that state.
        account: name of the mailbox.
        workspace: its tenant.
        folder: which folder.
        id: Microsoft's id; "" until it is known.
        renews_at: when it is due, in Unix seconds; 0 at once.
    """

    key: str
    secret: str
    account: str
    workspace: str
    folder: str
    id: str = ""
    renews_at: float = 0.0

    @property
    def state(self) -> str:
        """What Microsoft sends back with each notice; at most 128 characters."""
        return f"{self.key}.{self.secret}"


def _mailbox_key(workspace: str, name: str) -> str:
    """Return what the keys of everything about a mailbox begin with."""
    return hashlib.sha256(f"{workspace}\n{name}".encode()).hexdigest()[:24] + ":"


class Subscriptions:
    """The subscriptions in the record store.

    Args:
        records: where.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records

    def save(self, subscription: Subscription) -> None:
        """Store a subscription."""
        self._records.put(SUBSCRIPTION_KIND, WORKSPACE, subscription.key, asdict(subscription))

    def delete(self, subscription: Subscription) -> None:
        """Forget a subscription: its notices are no longer believed."""
        self._records.delete(SUBSCRIPTION_KIND, WORKSPACE, subscription.key)

    def of(self, account: GraphAccount) -> list[Subscription]:
        """Return the subscriptions of a mailbox."""
        prefix = _mailbox_key(account.workspace, account.name)
        found = self._records.list(SUBSCRIPTION_KIND, workspace=WORKSPACE, prefix=prefix)
        return [Subscription(**record.data) for record in found]

    def vouch(self, state: str, subscription_id: str) -> Subscription | None:
        """Return the subscription that a notice belongs to, None when it is not Microsoft's or no longer in force.

        The secret is compared in constant time.
        """
        key, _, secret = state.partition(".")
        record = self._records.get(SUBSCRIPTION_KIND, WORKSPACE, key) if key else None
        if record is None:
            return None
        found = Subscription(**record.data)
        if not hmac.compare_digest(found.secret.encode(), secret.encode()):
            return None
        # Before the id is known a notice may come already.
        return found if found.id in {"", subscription_id} else None


class Subscribing:
    """Keeps the subscriptions of mailboxes up.

    Args:
        microsoft: the way to the mailboxes.
    """

    def __init__(self, microsoft: Microsoft) -> None:
        self._microsoft = microsoft
        self._accounts = microsoft.accounts
        self._subscriptions = Subscriptions(microsoft.records)
        self._public_url = microsoft.settings.public_url

    @property
    def is_wanted(self) -> bool:
        """Whether Microsoft can reach us."""
        return bool(self._public_url)

    def is_due(self, status: ConnectionStatus) -> bool:
        """Whether a mailbox that stands so has something to be made or renewed."""
        return self.is_wanted and status.renews_at <= time.time()

    def keep_up(self, account: GraphAccount) -> None:
        """Make, renew and make again what is due.

        Raises:
            InlaidError: Microsoft refuses or cannot be reached.
        """
        if not self._public_url:
            return
        known = {
            subscription.folder: subscription for subscription in self._subscriptions.of(account) if subscription.id
        }
        due = [folder for folder in account.folders if folder not in known or known[folder].renews_at <= time.time()]
        if not due:
            return
        client = self._microsoft.open(account)
        for folder in due:
            if folder in known and self._renew(client, known[folder]):
                continue
            self._make(client, folder)
        self._note(account)

    def take_event(self, account: GraphAccount, key: str, event: str) -> None:
        """Do what an event calls for: renew, make again, and read what was missed."""
        for subscription in self._subscriptions.of(account):
            if subscription.key == key and event == REMOVED:
                self._subscriptions.delete(subscription)
            elif subscription.key == key and event == REAUTHORIZE:
                self._subscriptions.save(replace(subscription, renews_at=0.0))
        if event != REAUTHORIZE:
            self._accounts.update_status(account, is_behind=True)
        self.keep_up(account)

    def end(self, account: GraphAccount) -> None:
        """End the subscriptions of a mailbox; one that cannot be ended now expires within days."""
        for subscription in self._subscriptions.of(account):
            self._subscriptions.delete(subscription)
            try:
                if subscription.id:
                    self._microsoft.open(account).graph.delete(f"/subscriptions/{segment(subscription.id)}")
            except InlaidError:
                continue

    def _make(self, client: MailboxClient, folder: str) -> None:
        """Make a subscription, known here before Microsoft can tell anything; unfinished ones are forgotten."""
        account = client.account
        for old in self._subscriptions.of(account):
            if old.folder == folder:
                self._subscriptions.delete(old)
        key = _mailbox_key(account.workspace, account.name) + secrets.token_hex(8)
        one = Subscription(key, secrets.token_urlsafe(32), account.name, account.workspace, folder)
        self._subscriptions.save(one)
        owner = "me" if account.signed_in else f"users/{account.address}"
        made = client.graph.post(
            "/subscriptions",
            {
                "changeType": "created",
                "notificationUrl": self._public_url + NOTIFICATIONS_PATH,
                "lifecycleNotificationUrl": self._public_url + LIFECYCLE_PATH,
                "resource": f"{owner}/mailFolders('{folder}')/messages",
                "expirationDateTime": _expiry(),
                "clientState": one.state,
                "latestSupportedTlsVersion": "v1_2",
            },
        )
        self._subscriptions.save(replace(one, id=str(made["id"]), renews_at=_renews_at(made)))
        # What came before it stood was not told.
        self._accounts.update_status(account, is_behind=True)

    def _renew(self, client: MailboxClient, subscription: Subscription) -> bool:
        """Lengthen a subscription; False when Microsoft does not know it any more."""
        try:
            found = client.graph.patch(f"/subscriptions/{segment(subscription.id)}", {"expirationDateTime": _expiry()})
        except NotFoundError:
            return False
        self._subscriptions.save(replace(subscription, renews_at=_renews_at(found)))
        return True

    def _note(self, account: GraphAccount) -> None:
        renewals = [subscription.renews_at for subscription in self._subscriptions.of(account) if subscription.id]
        self._accounts.update_status(account, renews_at=min(renewals, default=0.0))


def _expiry() -> str:
    return datetime.fromtimestamp(time.time() + LIFE_SECONDS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _renews_at(found: JsonObject) -> float:
    """Return when to renew: in the middle of the life that Microsoft granted."""
    left_seconds = max(0.0, seconds_of(str(found.get("expirationDateTime", ""))) - time.time())
    return time.time() + left_seconds * random.uniform(*RENEW_BETWEEN)  # noqa: S311 # spreads load


@dataclass(frozen=True)
class ChangeNotifications:
    """The notifications in the record store.

    Args:
        records: where.
    """

    records: RecordStore

    def store_mail(self, workspace: str, account: str, message_id: str) -> None:
        """Store that a mail has come."""
        key = _mailbox_key(workspace, account) + hashlib.sha256(message_id.encode()).hexdigest()
        data = {"account": account, "id": message_id, "at": time.time()}
        self.records.put(NOTICE_KIND, workspace, key, data, expires_in_seconds=KEEP_SECONDS)

    def store_lifecycle(self, workspace: str, account: str, subscription: str, event: str) -> None:
        """Store that something happened to a subscription."""
        data = {"account": account, "subscription": subscription, "event": event}
        key = f"{_mailbox_key(workspace, account)}{subscription}:{event}"
        self.records.put(LIFECYCLE_KIND, workspace, key, data, expires_in_seconds=KEEP_SECONDS)

    def has_any(self, account: GraphAccount) -> bool:
        """Whether there are notifications of a mailbox."""
        return any(self._list(kind, account.workspace, account.name) for kind in (NOTICE_KIND, LIFECYCLE_KIND))

    def of(self, account: GraphAccount) -> list[Record]:
        """Return the notifications of new mail in a mailbox, oldest first."""
        found = self._list(NOTICE_KIND, account.workspace, account.name)
        return sorted(found, key=lambda notice: float(notice.data["at"]))

    def drop(self, workspace: str, name: str) -> None:
        """Forget the notifications of a mailbox."""
        for kind in (NOTICE_KIND, LIFECYCLE_KIND):
            for record in self._list(kind, workspace, name):
                self.records.delete(kind, workspace, record.key)

    def remove(self, notice: Record) -> None:
        """Forget the notification of a mail that was read."""
        self.records.delete(NOTICE_KIND, notice.workspace, notice.key)

    def take_lifecycle(self, account: GraphAccount, subscribing: "Subscribing") -> None:
        """Do what the events of subscriptions call for.

        Raises:
            InlaidError: it cannot be done now; the events stay.
        """
        for record in self._list(LIFECYCLE_KIND, account.workspace, account.name):
            subscribing.take_event(account, str(record.data["subscription"]), str(record.data["event"]))
            self.records.delete(LIFECYCLE_KIND, account.workspace, record.key)

    def _list(self, kind: str, workspace: str, name: str) -> Sequence[Record]:
        return self.records.list(kind, workspace=workspace, prefix=_mailbox_key(workspace, name))


log = structlog.get_logger(__name__)


class Incoming:
    """Takes change notifications.

    Args:
        records: where they are stored.
    """

    def __init__(self, records: RecordStore) -> None:
        self._notices = ChangeNotifications(records)
        self._subscriptions = Subscriptions(records)
        self._index = DueIndex(records.database)

    def take_mails(self, body: bytes) -> int:
        """Store which mails have come, and return how many notifications were genuine.

        Raises:
            InputError: it is not a collection of notifications.
            StoreOutage: not all could be stored; Microsoft has to tell them again.
        """
        told = []
        for item, subscription in self._believed(body):
            data = item.get("resourceData")
            message_id = data.get("id") if isinstance(data, dict) else None
            if item.get("changeType") == "created" and isinstance(message_id, str) and _ID.fullmatch(message_id):
                self._notices.store_mail(subscription.workspace, subscription.account, message_id)
                told.append(subscription)
        return self._bring(told)

    def take_events(self, body: bytes) -> int:
        """Store what happened to subscriptions, and return how many events were genuine. Raises as `take_mails`."""
        told = []
        for item, subscription in self._believed(body):
            if item.get("lifecycleEvent") in EVENTS:
                event = str(item["lifecycleEvent"])
                self._notices.store_lifecycle(subscription.workspace, subscription.account, subscription.key, event)
                told.append(subscription)
        return self._bring(told)

    def _bring(self, told: Sequence[Subscription]) -> int:
        """Have the mailboxes looked after at once, each once, and return how many things were told."""
        for workspace, name in {(subscription.workspace, subscription.account) for subscription in told}:
            self._index.bring(ACCOUNT_KIND, workspace, name)
        return len(told)

    def _believed(self, body: bytes) -> list[tuple[Mapping[str, object], Subscription]]:
        """Return the notifications that carry the secret of one of our subscriptions."""
        listed = _items(body)
        believed = []
        for item in listed:
            state, name = item.get("clientState"), item.get("subscriptionId")
            is_whole = isinstance(state, str) and isinstance(name, str)
            found = self._subscriptions.vouch(str(state)[:128], str(name)) if is_whole else None
            if found:
                believed.append((item, found))
        if len(believed) < len(listed):
            log.warning("notices not believed", count=len(listed) - len(believed))
        return believed


def _items(body: bytes) -> list[Mapping[str, object]]:
    try:
        listed = json.loads(body)["value"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError("This is not a collection of change notifications.") from error
    if not isinstance(listed, list) or len(listed) > MAX_ITEMS:
        raise InputError(f"A collection of change notifications is a list of at most {MAX_ITEMS}.")
    return [item for item in listed if isinstance(item, dict)]
