"""Drafts that wait in a mailbox until their person sends, changes or deletes them."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from core.store.records import RecordStore
from integrations.mail.mailbox.account import Account
from integrations.mail.mailbox.thread_lock import OwnDraft

# Longer than a draft is waited for; then the record expires.
KEEP_SECONDS = 30 * 24 * 3600.0


@dataclass(frozen=True)
class PendingDraft:
    """A draft that was put into a mailbox.

    Args:
        account: name of the mailbox.
        job: the job that wrote it.
        draft: what the provider calls it, and the digest of what we wrote.
        answers: Message-ID of the mail that it answers or follows up; "" for a new mail.
        thread: key of the thread in which it stands.
        subject: of the draft, without `Re:`.
        recipients: addresses that it goes to, in lower case.
        placed_at: when it was put there, in Unix seconds.
        missing_since: since when it is not in the folder; 0 while it is.
    """

    account: str
    job: str
    draft: OwnDraft
    answers: str = ""
    thread: str = ""
    subject: str = ""
    recipients: tuple[str, ...] = ()
    placed_at: float = field(default_factory=time.time)
    missing_since: float = 0.0


@dataclass(frozen=True)
class PendingDrafts:
    """The drafts that wait in one mailbox.

    Args:
        records: where they are kept.
        account: the mailbox.
    """

    records: RecordStore
    account: Account

    @property
    def _kind(self) -> str:
        return f"{self.account.namespace}_awaiting"

    def put(self, draft: PendingDraft) -> None:
        """Store that a draft waits; a second time replaces the first."""
        self.records.put(
            self._kind,
            self.account.workspace,
            draft.job,
            asdict(draft),
            person=self.account.person,
            expires_in_seconds=KEEP_SECONDS,
        )

    def list(self) -> Sequence[PendingDraft]:
        """Return the drafts that wait."""
        found = self.records.list(self._kind, workspace=self.account.workspace, person=self.account.person)
        return [_from_json(record.data) for record in found if record.data["account"] == self.account.name]

    def remove(self, draft: PendingDraft) -> None:
        """Wait no longer."""
        self.records.delete(self._kind, self.account.workspace, draft.job)


def mailboxes_with_drafts(records: RecordStore, namespace: str) -> set[tuple[str, str]]:
    """Return workspace and name of a provider's mailboxes in which drafts wait."""
    return {(record.workspace, str(record.data["account"])) for record in records.list(f"{namespace}_awaiting")}


def _from_json(data: dict[str, Any]) -> PendingDraft:
    # Earlier versions kept the id of a draft at Microsoft apart, and its digest with the effects of the job.
    draft = OwnDraft(**data["draft"]) if "draft" in data else OwnDraft(data["id"], "")
    kept = {name: value for name, value in data.items() if name != "id"}
    return PendingDraft(**{**kept, "draft": draft, "recipients": tuple(data.get("recipients", ()))})
