"""Drafts that wait in a mailbox until their person sends, changes or deletes them."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from core.store.records import RecordStore
from integrations.mail.imap.accounts import AWAITING_KIND, Account
from integrations.mail.mailbox.thread_lock import OwnDraft

# Longer than a draft is waited for; then the record goes by itself.
KEEP_SECONDS = 30 * 24 * 3600.0


@dataclass(frozen=True)
class Awaiting:
    """A draft that was put into the folder.

    Args:
        account: name of the mailbox.
        job: the job that wrote it.
        draft: its Message-ID, and the hash of what we wrote.
        answers: Message-ID of the mail that it answers; "" for a new mail.
        thread: key of the thread in which it stands.
        subject: of the draft, without `Re:`.
        recipients: addresses that it goes to, in lower case.
        placed_at: when it was put there, in Unix seconds.
        missing_since: since when it is not in the folder; 0 while it is.
    """

    account: str
    job: str
    draft: OwnDraft
    answers: str
    thread: str
    subject: str
    recipients: tuple[str, ...] = ()
    placed_at: float = field(default_factory=time.time)
    missing_since: float = 0.0


def await_draft(records: RecordStore, account: Account, awaiting: Awaiting) -> None:
    """Store that a draft waits; a second time replaces the first."""
    records.put(
        AWAITING_KIND, account.workspace, awaiting.job, asdict(awaiting), person=account.person,
        expires_in_seconds=KEEP_SECONDS,
    )  # fmt: skip


def awaited(records: RecordStore, account: Account) -> Sequence[Awaiting]:
    """Return the drafts that wait in a mailbox."""
    found = records.list(AWAITING_KIND, workspace=account.workspace, person=account.person)
    return [_from_json(one.data) for one in found if one.data["account"] == account.name]


def settle(records: RecordStore, account: Account, awaiting: Awaiting) -> None:
    """Wait no longer."""
    records.delete(AWAITING_KIND, account.workspace, awaiting.job)


def _from_json(data: dict[str, object]) -> Awaiting:
    values = {**data, "draft": OwnDraft(**data["draft"]), "recipients": tuple(data["recipients"])}  # type: ignore[arg-type] # as `await_draft` wrote it
    return Awaiting(**values)  # type: ignore[arg-type] # likewise
