"""Subscriptions at Microsoft: one for each folder, renewed halfway through their life, and created again when lost.

https://learn.microsoft.com/graph/api/resources/subscription. Without INLAID_PUBLIC_URL there is none, and folders are
read every minute instead.
"""

import hmac
import random
import secrets
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from core.errors import InlaidError, NotFoundError
from core.store.records import RecordStore
from integrations.graph.client import segment
from integrations.mail.graph.accounts import GraphAccount
from integrations.mail.graph.mailbox_client import MailboxClient, Microsoft
from integrations.mail.graph.reading import seconds_of
from integrations.mail.mailbox.connection_status import ConnectionStatus

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
        found = [Subscription(**record.data) for record in self._records.list(SUBSCRIPTION_KIND, workspace=WORKSPACE)]
        return [
            subscription
            for subscription in found
            if (subscription.workspace, subscription.account) == (account.workspace, account.name)
        ]

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

    def is_due(self, status: ConnectionStatus) -> bool:
        """Whether a mailbox that stands so has something to be made or renewed."""
        return bool(self._public_url) and status.renews_at <= time.time()

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
        one = Subscription(secrets.token_hex(8), secrets.token_urlsafe(32), account.name, account.workspace, folder)
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


def _renews_at(found: dict[str, Any]) -> float:
    """Return when to renew: in the middle of the life that Microsoft granted."""
    left_seconds = max(0.0, seconds_of(str(found.get("expirationDateTime", ""))) - time.time())
    return time.time() + left_seconds * random.uniform(*RENEW_BETWEEN)  # noqa: S311 # spreads load
