"""What was decided about each mail and why, kept sealed for a month so that a person can see it."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from core.store.records import RecordStore
from integrations.mail.mailbox.account import Account
from integrations.mail.reply.reply import REQUESTED
from integrations.mail.triage.policy import FOLLOW_UP

KEEP_SECONDS = 30 * 24 * 3600.0
_ALL = 100_000


@dataclass(frozen=True)
class TriageRecord:
    """A mail, what was decided about it, and the job that writes the answer ("" when there is none).

    Args:
        account: name of the mailbox.
        uid: what its provider calls the mail.
        decision: see `triage.decide.Decision`.
        subject: its subject.
        sender: who wrote it.
        message_id: its Message-ID.
        job: the job that writes the answer.
        at: when it was decided, in Unix seconds.
        uidvalidity: which numbering of an IMAP folder the uid belongs to; None at other providers.
    """

    account: str
    uid: int | str
    decision: dict[str, Any]
    subject: str = ""
    sender: str = ""
    message_id: str = ""
    job: str = ""
    at: float = field(default_factory=time.time)
    uidvalidity: int | None = None


@dataclass(frozen=True)
class TriageRecords:
    """The decisions about the mails of one mailbox. A mail's key is unique among all mailboxes.

    Args:
        records: where they are kept.
        account: the mailbox.
    """

    records: RecordStore
    account: Account

    @property
    def _kind(self) -> str:
        return f"{self.account.namespace}_decision"

    def newest(self, *, limit: int = _ALL) -> Sequence[TriageRecord]:
        """Return the newest decisions, newest first."""
        found = self.records.list(self._kind, workspace=self.account.workspace, person=self.account.person)
        own = [TriageRecord(**record.data) for record in found if record.data["account"] == self.account.name]
        return sorted(own, key=lambda record: (record.at, record.uid), reverse=True)[:limit]

    def get(self, key: str) -> TriageRecord | None:
        """Return what was decided about a mail, None when nothing was."""
        record = self.records.get(self._kind, self.account.workspace, key)
        return TriageRecord(**record.data) if record else None

    def put(self, key: str, value: TriageRecord) -> None:
        """Store a decision, in place of an earlier one about the same mail."""
        data = {name: part for name, part in asdict(value).items() if part is not None}
        person = self.account.person
        self.records.put(self._kind, self.account.workspace, key, data, person=person, expires_in_seconds=KEEP_SECONDS)

    def count_drafts(self, *, since: float) -> int:
        """Return how many drafts the mailbox got since then that nobody asked for."""
        unasked = {REQUESTED, FOLLOW_UP}
        return sum(
            bool(record.job) and record.decision["rule"] not in unasked and record.at >= since
            for record in self.newest()
        )
