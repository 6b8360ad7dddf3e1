"""The status of each draft, as the command line and the console show it beside the decision about its mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import NotFoundError
from core.job import Job
from core.outcomes.effective import OPEN_GAPS, Act
from core.store import Store
from integrations.mail.mailbox.triage_records import TriageRecord
from integrations.mail.reply.reply import ONLY_GAPS

_OUTCOMES = {
    "accepted": "sent as it was", "edited": "sent with changes", "rejected": "not used", "expired": "lapsed",
    "regenerated": "written again",
}  # fmt: skip
_PLACED = {
    "placed": "waits in Drafts", "superseded": "left to a newer mail", "left_to_person": "left to a draft of yours",
    "dealt_with": "the mail was dealt with", ONLY_GAPS: "no draft: only you can answer it",
}  # fmt: skip
_STATES = {
    "queued": "to be written", "running": "being written", "ready": "on its way", "delivered": "written",
    "failed": "failed", "cancelled": "cancelled",
}  # fmt: skip


@dataclass(frozen=True)
class DraftStatus:
    """What became of one draft.

    Args:
        job: the job that writes it.
        placed: what delivery did with it: `placed`, `superseded`, `left_to_person`, `dealt_with`, `only_gaps`; ""
            before.
        outcome: what the person did with it; "" while nobody knows.
        has_open_gaps: whether it went out with its questions still in it.
    """

    job: Job
    placed: str = ""
    outcome: str = ""
    has_open_gaps: bool = False

    @property
    def words(self) -> str:
        """The same for a person."""
        if self.has_open_gaps:
            return "sent with open gaps"
        return _OUTCOMES.get(self.outcome) or _PLACED.get(self.placed) or _STATES[self.job.state]

    def to_json(self) -> dict[str, Any]:
        """Return what `--json` prints of it."""
        job = self.job
        return {
            "job": job.id, "state": job.state, "placed": self.placed, "outcome": self.outcome,
            "open_gaps": self.has_open_gaps, "job_error": job.error,
        }  # fmt: skip


def draft_statuses(store: Store, judged: Sequence[TriageRecord]) -> dict[str, DraftStatus]:
    """Return the draft_statuses by job id; a job that was deleted has none."""
    acts = store.effects.outcomes.acts_of([record.job for record in judged if record.job])
    found = {}
    for job_id, known in acts.items():
        try:
            job = store.jobs.get(job_id)
        except NotFoundError:
            continue
        placed = str(store.effects.get_detail(job, "draft").get("placed", ""))
        last = known[-1] if known else Act("")
        found[job_id] = DraftStatus(job, placed, last.outcome, has_open_gaps=OPEN_GAPS in last.labels)
    return found
