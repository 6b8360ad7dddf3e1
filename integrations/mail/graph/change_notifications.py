"""The change notifications that Microsoft sends for subscriptions, kept until a worker has handled them.

A notification is parsed, checked for our secret and stored before it is acknowledged; the same one twice is stored
once. Each mail is decided about once, so a notification that comes again, from Microsoft or from somebody who recorded
it, changes nothing.
"""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import InputError
from core.logs import logger
from core.store.due import DueIndex
from core.store.records import Record, RecordStore
from core.text.forms import consists_of
from integrations.mail.graph.accounts import ACCOUNT_KIND, GraphAccount, GraphAccounts
from integrations.mail.graph.subscriptions import (
    EVENTS,
    NEW_MAIL,
    OUTCOMES,
    Subscribing,
    Subscription,
    Subscriptions,
    mailbox_key,
)
from integrations.mail.mailbox.pending_drafts import PendingDrafts

NOTICE_KIND = "graph_notice"
LIFECYCLE_KIND = "graph_lifecycle"
# By then the folders have been read in any case.
KEEP_SECONDS = 3 * 24 * 3600.0
MAX_ITEMS = 1_000
MAX_TOKEN_CHARS = 4_096
MAX_ID_CHARS = 512


@dataclass(frozen=True)
class ChangeNotifications:
    """The notifications in the record store.

    Args:
        records: where.
    """

    records: RecordStore

    def store_mail(self, workspace: str, account: str, message_id: str) -> None:
        """Store that a mail has come."""
        key = mailbox_key(workspace, account) + hashlib.sha256(message_id.encode()).hexdigest()
        data = {"account": account, "id": message_id, "at": time.time()}
        self.records.put(NOTICE_KIND, workspace, key, data, expires_in_seconds=KEEP_SECONDS)

    def store_lifecycle(self, workspace: str, account: str, subscription: str, event: str) -> None:
        """Store that something happened to a subscription."""
        data = {"account": account, "subscription": subscription, "event": event}
        key = f"{mailbox_key(workspace, account)}{subscription}:{event}"
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

    def take_lifecycle(self, account: GraphAccount, subscribing: Subscribing) -> None:
        """Do what the events of subscriptions call for.

        Raises:
            InlaidError: it cannot be done now; the events stay.
        """
        for record in self._list(LIFECYCLE_KIND, account.workspace, account.name):
            subscribing.take_event(account, str(record.data["subscription"]), str(record.data["event"]))
            self.records.delete(LIFECYCLE_KIND, account.workspace, record.key)

    def _list(self, kind: str, workspace: str, name: str) -> Sequence[Record]:
        return self.records.list(kind, workspace=workspace, prefix=mailbox_key(workspace, name))


log = logger(__name__)


class Incoming:
    """Takes change notifications.

    Args:
        records: where they are stored.
    """

    def __init__(self, records: RecordStore) -> None:
        self._accounts = GraphAccounts(records)
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
            if item.get("changeType") != OUTCOMES.get(subscription.folder, NEW_MAIL):
                continue
            if not isinstance(message_id, str) or not message_id or not consists_of(message_id, "_=+/-", MAX_ID_CHARS):
                continue
            if subscription.folder not in OUTCOMES:
                self._notices.store_mail(subscription.workspace, subscription.account, message_id)
                told.append(subscription)
            elif self._has_outcome(subscription):
                told.append(subscription)
        return self._bring(told)

    def _has_outcome(self, subscription: Subscription) -> bool:
        """Note that an outcome can be looked for, if a draft waits in the mailbox."""
        account = self._accounts.find(subscription.workspace, subscription.account)
        if account is None or not PendingDrafts(self._accounts.records, account).list():
            return False
        self._accounts.update_status(account, outcome_at=time.time())
        return True

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
