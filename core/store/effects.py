"""What a job did outside, intention first, then confirmation, and its files."""

from typing import Any, Literal

import sqlalchemy as sa

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent, Thing
from core.drafts import JsonObject
from core.errors import LeaseLost, NotFoundError
from core.job import Job, Outcome
from core.privacy import Cipher
from core.store.audit import append
from core.store.engine import Database
from core.store.outcomes import OutcomeStore
from core.store.rows import now
from core.store.tables import blobs, effects, jobs

EffectState = Literal["intended", "confirmed"]
# What became of a job's draft in a connected mailbox, by whichever provider.
MAILBOX_DRAFT = "draft"
# Why a job waits for a model that is away: the error, with `since` and `until`, when its last try may begin.
PUT_OFF = "put_off"
# The mail that a job is about, as a file of the job.
SOURCE_FILE = "source.json"


def put_blob(connection: sa.Connection, cipher: Cipher, job: Any, name: str, data: bytes) -> None:
    """Store a file of the job within a running transaction; `job` has `id` and `workspace`."""
    sealed = cipher.seal_bytes(job.workspace, data)
    connection.execute(sa.delete(blobs).where(blobs.c.job_id == job.id, blobs.c.name == name))
    connection.execute(sa.insert(blobs).values(job_id=job.id, name=name, data=sealed))


class EffectStore:
    """The ledger of effects beside the job table.

    Args:
        database: where.
        cipher: seals details and files.
    """

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self.database = database
        self.cipher = cipher
        self.outcomes = OutcomeStore(database, cipher)

    def intend(self, job: Job, kind: str, detail: JsonObject) -> tuple[EffectState, JsonObject]:
        """Write down what is about to be done, under the fence, before it is done.

        Returns:
            The state and detail in force: those of the first try when there was one, which then must be looked
            for outside before the effect is repeated.

        Raises:
            LeaseLost: another worker owns the job.
        """
        with self.database.write() as connection:
            _check_fence(connection, job)
            where = sa.and_(effects.c.job_id == job.id, effects.c.kind == kind)
            found = connection.execute(sa.select(effects.c.state, effects.c.detail).where(where)).one_or_none()
            if found is None:
                sealed = self.cipher.seal(job.workspace, detail)
                row = {"job_id": job.id, "kind": kind, "state": "intended", "detail": sealed}
                connection.execute(sa.insert(effects).values(**row, created_at=now))
                return "intended", detail
        return found.state, self.cipher.open(job.workspace, found.detail)

    def confirm(self, job: Job, kind: str, detail: JsonObject) -> None:
        """Write down that it is done, with what is needed to find it again.

        Raises:
            LeaseLost: another worker owns the job.
        """
        with self.database.write() as connection:
            _check_fence(connection, job)
            connection.execute(
                sa.update(effects)
                .where(effects.c.job_id == job.id, effects.c.kind == kind)
                .values(state="confirmed", detail=self.cipher.seal(job.workspace, detail))
            )
            told = {"kind": kind, "surface": job.surface_name}
            actor = current_actor(job.workspace, person=job.person, door=job.surface)
            placed = AuditEvent("result.placed", actor, Thing("job", job.id), details=told, workspace=job.workspace)
            append(connection, placed)

    def get_detail(self, job: Job, kind: str) -> JsonObject:
        """Return what is written down about an effect; empty when it was never intended."""
        where = sa.and_(effects.c.job_id == job.id, effects.c.kind == kind)
        with self.database.read() as connection:
            sealed = connection.execute(sa.select(effects.c.detail).where(where)).scalar_one_or_none()
        return self.cipher.open(job.workspace, sealed) if sealed else {}

    def is_in_mailbox(self, job: Job) -> bool:
        """Whether a job's draft was put into a connected mailbox, where nothing that is done elsewhere changes it."""
        detail = self.get_detail(job, MAILBOX_DRAFT)
        # A new mail's was once written down with its link alone.
        return detail["placed"] == "placed" if "placed" in detail else "link" in detail

    def note_withdrawn(self, job: Job) -> None:
        """Write down that a job's draft was taken out of the mailbox again."""
        detail = {**self.get_detail(job, MAILBOX_DRAFT), "placed": "withdrawn"}
        with self.database.write() as connection:
            connection.execute(
                sa.update(effects)
                .where(effects.c.job_id == job.id, effects.c.kind == MAILBOX_DRAFT)
                .values(detail=self.cipher.seal(job.workspace, detail))
            )

    def put_file(self, job: Job, name: str, data: bytes) -> None:
        """Store a file that belongs to the job, under the fence; a second time replaces it.

        Raises:
            LeaseLost: another worker owns the job.
        """
        with self.database.write() as connection:
            _check_fence(connection, job)
            put_blob(connection, self.cipher, job, name, data)

    def get_file(self, job: Job, name: str) -> bytes:
        """Return a file of the job.

        Raises:
            NotFoundError: it has none of that name.
        """
        with self.database.read() as connection:
            sealed = connection.execute(
                sa.select(blobs.c.data).where(blobs.c.job_id == job.id, blobs.c.name == name)
            ).scalar_one_or_none()
        if sealed is None:
            raise NotFoundError(f"The job has no file called {name}.", fix="Wait until its state is delivered.")
        return self.cipher.open_bytes(job.workspace, sealed)

    def add_outcome(
        self, job: Job, outcome: Outcome, *, person: str, distance: float | None, detail: JsonObject
    ) -> bool:
        """Store what a person did with the result and return whether it was news; see `OutcomeStore.add`."""
        return self.outcomes.add(job, outcome, person=person, distance=distance, detail=detail)


def _check_fence(connection: sa.Connection, job: Job) -> None:
    found = connection.execute(sa.select(jobs.c.fence).where(jobs.c.id == job.id)).scalar_one_or_none()
    if found != job.fence:
        raise LeaseLost("Another worker owns this job now.")
