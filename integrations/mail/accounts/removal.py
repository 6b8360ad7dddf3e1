"""What is deleted when its owner, or an administrator, takes a mailbox out: the jobs for its mails, with the mails."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from core.people import Identity, People
from core.store.purge import purge_mails
from core.store.records import RecordStore
from core.store.retention import Holds
from core.surfaces import MAIL
from integrations.mail.accounts.mailboxes import MailboxView, mailbox_views


@dataclass
class Removed:
    """The jobs that were deleted with mailboxes, and whose were kept because they are on a legal hold."""

    job_ids: Sequence[str] = ()
    held: Sequence[str] = ()


@contextmanager
def mails_deleted(records: RecordStore, people: People) -> Iterator[Removed]:
    """Delete what is stored of the mails of all mailboxes that are removed within the block.

    Raises:
        StoreOutage: the database cannot be used.
    """
    before, removed = mailbox_views(records), Removed()
    yield removed
    connected = {(view.workspace, view.name) for view in mailbox_views(records)}
    gone = [view for view in before if (view.workspace, view.name) not in connected]
    held = {hold.home for hold in Holds(records).all()} if gone else set()
    for view in gone:
        if held.isdisjoint(_names(people, view)):
            removed.job_ids = [*removed.job_ids, *purge_mails(records, view.workspace, MAIL, view.name)]
        else:
            removed.held = [*removed.held, view.name]


def _names(people: People, view: MailboxView) -> set[Identity]:
    owners = [people.identity(*owner) for owner in ((view.workspace, view.person), *view.readers)]
    return {name for owner in owners for name in people.names_of(owner)}
