"""Change notifications, kept until a worker has handled them: new mails by mailbox and id, and subscription events.

A notification is stored before it is acknowledged; the same one twice is stored once. Each mail is decided about once,
so a notification that comes again, from Microsoft or from somebody who recorded it, changes nothing.
"""

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.store.records import Record, RecordStore
from integrations.mail.graph.accounts import GraphAccount

if TYPE_CHECKING:
    from integrations.mail.graph.subscribing import Subscribing

NOTICE_KIND = "graph_notice"
LIFECYCLE_KIND = "graph_lifecycle"
# By then the folders have been read in any case.
KEEP_SECONDS = 3 * 24 * 3600.0


@dataclass(frozen=True)
class ChangeNotifications:
    """The notifications in the record store.

    Args:
        records: where.
    """

    records: RecordStore

    def store_mail(self, workspace: str, account: str, message_id: str) -> None:
        """Store that a mail has come."""
        key = hashlib.sha256(f"{account}\n{message_id}".encode()).hexdigest()
        data = {"account": account, "id": message_id, "at": time.time()}
        self.records.put(NOTICE_KIND, workspace, key, data, expires_in_seconds=KEEP_SECONDS)

    def store_lifecycle(self, workspace: str, account: str, subscription: str, event: str) -> None:
        """Store that something happened to a subscription."""
        data = {"account": account, "subscription": subscription, "event": event}
        key = f"{subscription}:{event}"
        self.records.put(LIFECYCLE_KIND, workspace, key, data, expires_in_seconds=KEEP_SECONDS)

    def mailboxes(self) -> list[tuple[str, str]]:
        """Return workspace and name of the mailboxes that have notifications."""
        found = [*self.records.list(NOTICE_KIND), *self.records.list(LIFECYCLE_KIND)]
        return list(dict.fromkeys((notice.workspace, str(notice.data["account"])) for notice in found))

    def of(self, account: GraphAccount) -> list[Record]:
        """Return the notifications of new mail in a mailbox, oldest first."""
        found = self.records.list(NOTICE_KIND, workspace=account.workspace)
        own = [notice for notice in found if notice.data["account"] == account.name]
        return sorted(own, key=lambda notice: float(notice.data["at"]))

    def drop(self, workspace: str, name: str) -> None:
        """Forget the notifications of a mailbox."""
        for kind in (NOTICE_KIND, LIFECYCLE_KIND):
            for record in self.records.list(kind, workspace=workspace):
                if record.data["account"] == name:
                    self.records.delete(kind, workspace, record.key)

    def remove(self, notice: Record) -> None:
        """Forget the notification of a mail that was read."""
        self.records.delete(NOTICE_KIND, notice.workspace, notice.key)

    def take_lifecycle(self, account: GraphAccount, subscribing: "Subscribing") -> None:
        """Do what the events of subscriptions call for.

        Raises:
            InlaidError: it cannot be done now; the events stay.
        """
        for record in self.records.list(LIFECYCLE_KIND, workspace=account.workspace):
            if record.data["account"] == account.name:
                subscribing.take_event(account, str(record.data["subscription"]), str(record.data["event"]))
                self.records.delete(LIFECYCLE_KIND, account.workspace, record.key)
