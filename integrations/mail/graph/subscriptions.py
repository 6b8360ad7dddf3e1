"""Subscriptions at Microsoft, by which it tells what happens in a mailbox.

There is one for each folder, renewed halfway through its life, and created again when lost
(https://learn.microsoft.com/graph/api/resources/subscription). While drafts wait there are two more: a mail in Sent,
and a draft that has left Drafts, say that an outcome can be looked for. Mailboxes that are read with the app's own
permissions share its token, so what is due in one of them has up to twenty renewed at once. Without INLAID_PUBLIC_URL
there is none, and folders are read every minute instead.
"""

import hashlib
import hmac
import random
import secrets
import time
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from core.drafts import JsonObject
from core.errors import InlaidError, NotFoundError
from core.store.due import DueIndex
from core.store.records import RecordStore
from integrations.graph.client import BATCH_REQUESTS, segment
from integrations.mail.graph.accounts import INBOX, GraphAccount, MailboxClient, Microsoft
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
# By what is told of these folders outcomes of drafts are found; of all others new mail is told.
OUTCOMES = {"sentitems": "created", "drafts": "deleted"}
NEW_MAIL = "created"
# Of the app's own: those that are due so soon are renewed with one that is due.
APP_SERVER = "app"
AHEAD_SECONDS = 6 * 3600.0
_LEASE_SECONDS = 60.0


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


def mailbox_key(workspace: str, name: str) -> str:
    """Return what the keys of everything about a mailbox begin with."""
    return hashlib.sha256(f"{workspace}\n{name}".encode()).hexdigest()[:24] + ":"


class Subscriptions:
    """The subscriptions in the record store.

    Args:
        records: where.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records
        self._index = DueIndex(records.database)

    def save(self, subscription: Subscription) -> None:
        """Store a subscription."""
        self._records.put(SUBSCRIPTION_KIND, WORKSPACE, subscription.key, asdict(subscription))

    def save_of_app(self, subscription: Subscription) -> None:
        """Store one that was made with the app's own permissions: it can be renewed with others."""
        self.save(subscription)
        left_seconds = subscription.renews_at - time.time()
        self._index.place(SUBSCRIPTION_KIND, WORKSPACE, subscription.key, in_seconds=left_seconds, server=APP_SERVER)

    def due_soon(self, *, limit: int) -> list[Subscription]:
        """Take such subscriptions as are due soon; nobody else takes them for a minute."""
        soon = self._index.soon(SUBSCRIPTION_KIND, APP_SERVER, within_seconds=AHEAD_SECONDS, limit=limit)
        keys = [due.key for due in self._index.take(soon, lease_seconds=_LEASE_SECONDS)]
        found = [self._records.get(SUBSCRIPTION_KIND, WORKSPACE, key) for key in keys]
        return [Subscription(**record.data) for record in found if record]

    def delete(self, subscription: Subscription) -> None:
        """Forget a subscription: its notices are no longer believed."""
        self._records.delete(SUBSCRIPTION_KIND, WORKSPACE, subscription.key)

    def of(self, account: GraphAccount) -> list[Subscription]:
        """Return the subscriptions of a mailbox."""
        prefix = mailbox_key(account.workspace, account.name)
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
        if not self._public_url or account.members:
            return
        self._keep_up(account, account.folders)
        self._note(account)

    def await_outcomes(self, account: GraphAccount) -> None:
        """Have Microsoft tell when an outcome of a draft can be looked for. Raises as `keep_up`."""
        if self._public_url:
            self._keep_up(account, tuple(OUTCOMES))

    def tells_outcomes(self, account: GraphAccount) -> bool:
        """Whether Microsoft tells when an outcome of a draft can be looked for."""
        at, told = time.time(), self._subscriptions.of(account) if self._public_url else ()
        running = {subscription.folder for subscription in told if subscription.id and subscription.renews_at > at}
        return running >= set(OUTCOMES)

    def _keep_up(self, account: GraphAccount, folders: Sequence[str]) -> None:
        if account.members:
            return  # what others share can be subscribed to by the app alone
        known = {
            subscription.folder: subscription for subscription in self._subscriptions.of(account) if subscription.id
        }
        due = [folder for folder in folders if folder not in known or known[folder].renews_at <= time.time()]
        if not due:
            return
        client = self._microsoft.open(account)
        lost = self._renew(client, [known[folder] for folder in due if folder in known])
        for folder in due:
            if folder not in known or known[folder].key in lost:
                is_chosen = folder != INBOX and folder not in OUTCOMES and bool(account.chosen)
                with suppress(NotFoundError) if is_chosen else nullcontext():  # its owner has deleted it
                    self._make(client, folder)

    def take_event(self, account: GraphAccount, key: str, event: str) -> None:
        """Do what an event calls for: renew, make again, and read what was missed."""
        for subscription in self._subscriptions.of(account):
            if subscription.key == key and event == REMOVED:
                self._subscriptions.delete(subscription)
            elif subscription.key == key and event == REAUTHORIZE:
                self._subscriptions.save(replace(subscription, renews_at=0.0))
            if subscription.key == key and subscription.folder in OUTCOMES:
                self._accounts.update_status(account, outcome_at=time.time())
        if event != REAUTHORIZE:
            self._accounts.update_status(account, is_behind=True)
        self.keep_up(account)

    def end(self, account: GraphAccount) -> None:
        """End the subscriptions of a mailbox; one that cannot be ended now expires within days."""
        self._end(account, self._subscriptions.of(account))

    def end_others(self, account: GraphAccount) -> None:
        """End those of folders that are not looked after any more, as `end` does."""
        wanted = {*account.folders, *OUTCOMES}
        self._end(
            account,
            [subscription for subscription in self._subscriptions.of(account) if subscription.folder not in wanted],
        )

    def _end(self, account: GraphAccount, subscriptions: Sequence[Subscription]) -> None:
        for subscription in subscriptions:
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
        key = mailbox_key(account.workspace, account.name) + secrets.token_hex(8)
        one = Subscription(key, secrets.token_urlsafe(32), account.name, account.workspace, folder)
        self._subscriptions.save(one)
        owner = "me" if account.signed_in else f"users/{account.address}"
        made = client.graph.post(
            "/subscriptions",
            {
                "changeType": OUTCOMES.get(folder, NEW_MAIL),
                "notificationUrl": self._public_url + NOTIFICATIONS_PATH,
                "lifecycleNotificationUrl": self._public_url + LIFECYCLE_PATH,
                "resource": f"{owner}/mailFolders('{folder}')/messages",
                "expirationDateTime": _expiry(),
                "clientState": one.state,
                "latestSupportedTlsVersion": "v1_2",
            },
        )
        self._save(account, replace(one, id=str(made["id"]), renews_at=_renews_at(made)))
        if folder not in OUTCOMES:  # what came before it stood was not told
            self._accounts.update_status(account, is_behind=True)

    def _renew(self, client: MailboxClient, own: Sequence[Subscription]) -> frozenset[str]:
        """Lengthen subscriptions, and with the app's token those of others that are due soon, in one request.

        Returns:
            The keys of its own that Microsoft does not know any more.

        Raises:
            InlaidError: one of its own cannot be renewed; what was renewed beside it is stored.
        """
        if not own:
            return frozenset()
        soon = [] if client.account.signed_in else self._subscriptions.due_soon(limit=BATCH_REQUESTS)
        others = [subscription for subscription in soon if subscription.key not in {mine.key for mine in own}]
        others = others[: BATCH_REQUESTS - len(own)]
        asked = [*own, *others]
        body = {"expirationDateTime": _expiry()}
        answers = client.graph.patch_many(
            [(f"/subscriptions/{segment(subscription.id)}", body) for subscription in asked]
        )
        found = list(zip(asked, answers, strict=True))
        for subscription, answer in found:
            if not isinstance(answer, InlaidError):
                self._save(client.account, replace(subscription, renews_at=_renews_at(answer)))
        for subscription, answer in found[len(own) :]:
            self._settle(subscription, answer)
        for _, answer in found[: len(own)]:
            if isinstance(answer, InlaidError) and not isinstance(answer, NotFoundError):
                raise answer
        return frozenset(
            subscription.key for subscription, answer in found[: len(own)] if isinstance(answer, NotFoundError)
        )

    def _settle(self, one: Subscription, answer: JsonObject | InlaidError) -> None:
        """Note for another mailbox what became of its subscription. What failed is tried again in its own visit."""
        account = self._accounts.find(one.workspace, one.account)
        if account is None:
            self._subscriptions.delete(one)  # nobody wants it; it ends by itself
        elif isinstance(answer, NotFoundError):
            self._subscriptions.delete(one)
            self._accounts.update_status(account, is_behind=True, renews_at=0.0)
            self._accounts.bring(account)
        elif isinstance(answer, InlaidError):
            self._subscriptions.save_of_app(one)
        elif self._accounts.status(account).renews_at:  # else its own visit looks at each of its folders
            self._note(account)

    def _save(self, account: GraphAccount, one: Subscription) -> None:
        if account.signed_in:
            self._subscriptions.save(one)
        else:
            self._subscriptions.save_of_app(one)

    def _note(self, account: GraphAccount) -> None:
        """Note when the first of those is due that stand as long as the mailbox is connected."""
        listed = [
            subscription
            for subscription in self._subscriptions.of(account)
            if subscription.id and subscription.folder not in OUTCOMES
        ]
        self._accounts.update_status(
            account, renews_at=min((subscription.renews_at for subscription in listed), default=0.0)
        )


def _expiry() -> str:
    return datetime.fromtimestamp(time.time() + LIFE_SECONDS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _renews_at(found: JsonObject) -> float:
    """Return when to renew: in the middle of the life that Microsoft granted."""
    left_seconds = max(0.0, seconds_of(str(found.get("expirationDateTime", ""))) - time.time())
    return time.time() + left_seconds * random.uniform(*RENEW_BETWEEN)  # noqa: S311 # spreads load
