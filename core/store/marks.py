"""What a person only marked on a draft's page, that they use it or discard it, and that they take that back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from core.errors import ConflictError
from core.job import Job
from core.outcomes import OPEN_GAPS, SENT_AS
from core.privacy import Cipher
from core.store.audit import append
from core.store.engine import Database
from core.store.outcomes import NO_DECISION, decided_event, held_job
from core.store.rows import jobs_after, now
from core.store.tables import jobs, outcomes

# Of an act by which a person only marked a draft as used or discarded; it is taken back for so long.
MARKED, MARK_SECONDS = "marked", 24 * 3600.0
# So many later jobs of its recipe are looked at for versions that rest on a draft.
_MOST_LATER_JOBS = 1000


class SentWithGaps(NamedTuple):
    """When a draft went out with questions still in it (Unix seconds), and its Message-ID, "" if that is not known."""

    at: float
    message_id: str


@dataclass(frozen=True)
class Marks:
    """The marks on drafts, among the acts on them.

    Args:
        database: where.
        cipher: opens what came with an act.
    """

    database: Database
    cipher: Cipher

    def fresh(self, job: Job) -> Sequence[str]:
        """Return the ids of the acts by which a draft was lately marked, the last first; none where that was not last.

        Whoever discards it may say why afterwards: both are one mark.
        """
        with self.database.read() as connection:
            return self._fresh(connection, job)

    def _fresh(self, connection: sa.Connection, job: Job) -> Sequence[str]:
        is_fresh = (outcomes.c.created_at > now - MARK_SECONDS).label("is_fresh")
        statement = (
            sa.select(outcomes.c.id, outcomes.c.outcome, outcomes.c.detail, is_fresh)
            .where(outcomes.c.job_id == job.id, outcomes.c.outcome.not_in(NO_DECISION))
            .order_by(outcomes.c.created_at.desc(), outcomes.c.id.desc())
        )
        found = list[str]()
        for row in connection.execute(statement):
            is_mark = row.is_fresh if not found else row.outcome == "rejected"
            if not (is_mark and self.cipher.open(job.workspace, row.detail).get(MARKED)):
                # A discard elsewhere is no mark, and would stay without its reason.
                return [] if found and row.outcome == "rejected" else found
            found.append(row.id)
            if row.outcome != "rejected":
                break
        return found

    def sent_with_gaps(self, workspace: str, people: Collection[str], *, since: float) -> dict[str, SentWithGaps]:
        """Return the jobs whose draft went out with questions still in it, by id, unless something else was done since.

        What was only marked is not sent, and no mark takes back what was.

        Args:
            workspace: of the jobs.
            people: whose jobs they are.
            since: from when on, in Unix seconds.
        """
        columns = outcomes.c
        with_gaps = (
            sa.select(columns.job_id)
            .join(jobs, jobs.c.id == columns.job_id)
            .where(jobs.c.workspace == workspace, jobs.c.person.in_(people))
            .where(columns.labels == OPEN_GAPS, columns.created_at > since)
        )
        at = sa.func.coalesce(columns.happened_at, columns.created_at).label("at")
        statement = (
            sa.select(columns.job_id, columns.labels, columns.detail, at)
            .where(columns.job_id.in_(with_gaps), columns.outcome.not_in(NO_DECISION))
            .order_by(columns.created_at, columns.id)
        )
        with self.database.read() as connection:
            rows = connection.execute(statement).all()
        acts = [(row, self.cipher.open(workspace, row.detail)) for row in rows]
        last = {row.job_id: (row, detail) for row, detail in acts if not detail.get(MARKED)}
        return {
            job: SentWithGaps(row.at, str(detail.get(SENT_AS, "")))
            for job, (row, detail) in last.items()
            if row.labels == OPEN_GAPS
        }

    def take_back(self, job: Job, names: Sequence[tuple[str, str]]) -> None:
        """Forget the last mark on a draft: what was done before that counts again.

        Args:
            job: whose draft it is.
            names: each (workspace, person) who may have made a version of it.

        Raises:
            ConflictError: something was done with it since, or too long ago, or another version rests on it.
        """
        with self.database.write() as connection:
            # Held as each act holds it, so that none comes between the look and the deletion.
            connection.execute(held_job(job))
            later = jobs_after(connection, self.cipher, job, names, most_read=_MOST_LATER_JOBS)
            if any(version.refines == job.id for version in later):
                raise ConflictError(
                    "Another version rests on this draft: what you marked cannot be taken back any more.",
                    fix="Go on with that version.",
                )
            fresh = self._fresh(connection, job)
            if not connection.execute(sa.delete(outcomes).where(outcomes.c.id.in_(fresh))).rowcount:
                raise ConflictError(
                    "What you marked cannot be taken back any more.", fix="Mark the draft as used, or discard it."
                )
            # Whatever touches its state has a job counted anew.
            connection.execute(sa.update(jobs).where(jobs.c.id == job.id).values(state=jobs.c.state))
            append(connection, decided_event(job, {"outcome": "taken_back", "subject": "", "labels": ""}, job.person))
