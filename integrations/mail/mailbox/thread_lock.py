"""Which job owns the one draft of a thread. A newer mail takes the thread over; an older one finds it taken."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from core.errors import ConflictError, NotFoundError, OutageError
from core.job import Job
from core.store import Store
from core.store.records import RecordStore
from integrations.mail.mailbox.account import THREAD_KIND, Account
from integrations.mail.message.message import Message

_MAX_DRAFTS = 10
_MAX_TRIES = 20


@dataclass(frozen=True)
class OwnDraft:
    """A draft that we made, or are about to make: its id, and a digest of what we wrote."""

    message_id: str
    content: str


@dataclass(frozen=True)
class ThreadClaim:
    """A job that wants to put its draft into a thread. `order` compares with that of other mails of the thread."""

    job: str
    order: tuple[float, int]
    draft: OwnDraft


def thread_ids(message: Message) -> frozenset[str]:
    """Return the ids of the mail and of those before it."""
    ids = (message.message_id, message.in_reply_to, *message.references)
    return frozenset(message_id for message_id in ids if message_id)


class Thread:
    """The thread of a mail in a mailbox.

    Args:
        records: where claims are kept.
        account: the mailbox.
        message: the mail that is answered; what began its thread names it.

    Attributes:
        key: names the thread in the records.
    """

    def __init__(self, records: RecordStore, account: Account, message: Message) -> None:
        self._records = records
        self._account = account
        root = (*message.references, message.in_reply_to, message.message_id)
        name = next((message_id for message_id in root if message_id), "")
        self.key = hashlib.sha256(f"{account.name}\n{name}".encode()).hexdigest()

    def claim(self, turn: ThreadClaim) -> list[OwnDraft] | None:
        """Take the thread for a job, or keep it.

        Returns:
            The drafts of earlier jobs in the thread; None when a newer mail has it.

        Raises:
            OutageError: others keep changing it; try again later.
        """
        for _ in range(_MAX_TRIES):
            held, version = self._held()
            if held and held["job"] != turn.job and tuple(held["order"]) > turn.order:
                return None
            earlier = [OwnDraft(**draft) for draft in (held["drafts"] if held else ())]
            earlier = [draft for draft in earlier if draft.message_id != turn.draft.message_id]
            value = {"account": self._account.name, "job": turn.job, "order": turn.order}
            drafts = [asdict(draft) for draft in (*earlier, turn.draft)][-_MAX_DRAFTS:]
            try:
                self._put({**value, "drafts": drafts}, version)
            except ConflictError:
                continue
            return earlier
        raise OutageError("Many mails of this thread are being answered at once.", fix="Inlaid retries automatically.")

    def is_held_by(self, job: str) -> bool:
        """Whether no newer mail has taken the thread over."""
        held, _ = self._held()
        return bool(held) and held["job"] == job

    def _held(self) -> tuple[dict[str, Any], int]:
        record = self._records.get(THREAD_KIND, self._account.workspace, self.key)
        return (record.data, record.version) if record else ({}, 0)

    def _put(self, value: dict[str, Any], version: int) -> None:
        account = self._account
        self._records.put(
            THREAD_KIND, account.workspace, self.key, value, person=account.person, expected_version=version
        )


def holder_of(records: RecordStore, account: Account, key: str) -> str:
    """Return the job that has a thread, "" when none has."""
    record = records.get(THREAD_KIND, account.workspace, key)
    return str(record.data["job"]) if record else ""


def was_replaced(store: Store, account: Account, key: str, job: Job) -> bool:
    """Whether a newer mail's draft stands in a thread in place of a job's; one that was left to the person does not."""
    holder = holder_of(store.records, account, key) if key else job.id
    if holder == job.id:
        return False
    try:
        newer = store.jobs.get(holder)
    except NotFoundError:
        return True
    return store.effects.get_detail(newer, "draft").get("placed") == "placed"
