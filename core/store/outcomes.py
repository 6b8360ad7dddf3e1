"""What a job did outside (intention first, then confirmation), its files, and what people did with its result.

Each act of a person is one row. `core.outcomes` says which of them counts.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent, Thing
from core.drafts import JsonObject, has_gap
from core.errors import ForbiddenError, InputError, LeaseLost, LimitError, NotFoundError
from core.job import TRIAL, Job, Outcome, new_id
from core.outcomes import (
    EDIT_PREFIX,
    EVENT,
    EVENT_PREFIX,
    OPEN_GAPS,
    Act,
    DecidedChange,
    DraftDecision,
    decided_changes,
    edit_distance,
    edit_kinds,
    last_decisions,
    shown_text,
)
from core.privacy import Cipher
from core.store.audit import append
from core.store.compared_texts import text_seen, versions_before, without_hints_of, written_before
from core.store.engine import Database
from core.store.rows import now, readable_jobs
from core.store.tables import blobs, effects, jobs, outcomes

MAX_ACTS = 1000
MAX_SUBJECT_CHARS = 200
_REASON_CHARS, _MAX_REASON_CHARS = frozenset("abcdefghijklmnopqrstuvwxyz_"), 30
EffectState = Literal["intended", "confirmed"]


class OutcomeStore:
    """The acts on jobs.

    Args:
        database: where.
        cipher: seals the texts that came with an act.
        most_acts: how many acts one job may have.
    """

    def __init__(self, database: Database, cipher: Cipher, *, most_acts: int = MAX_ACTS) -> None:
        self.database = database
        self.cipher = cipher
        self.most_acts = most_acts

    def add(
        self, job: Job, outcome: Outcome, *, person: str, distance: float | None, detail: Mapping[str, Any]
    ) -> bool:
        """Store what the job's person did with its result, and return whether that was news.

        The same act again, after which nothing else was done, is no news and changes nothing.

        Args:
            job: whose result it was.
            outcome: what was done.
            person: who did it.
            distance: 0..1 between draft and what was used, or None if there is none, or when `detail["text"]` tells.
            detail: `text` what was used, kept without the draft's hints; `edit` the one tracked change that it is
                about, by its place in the draft; `reasons` of a rejection, as short names; `at` when it happened (Unix
                seconds; never taken for later than now); anything else that the surface wants to remember.

        Raises:
            ForbiddenError: it is somebody else's job.
            NotFoundError: the job was deleted.
            InputError: the distance is not one, or the draft is a trial's.
            LimitError: the job has had too many acts.
        """
        if person != job.person:
            raise ForbiddenError("This is somebody else's draft.", fix="Make one of your own.")
        if distance is not None and not 0 <= distance <= 1:
            raise InputError("An edit distance is between 0 and 1.", fix="Send the text as it was used.")
        detail = without_hints_of(job, detail)
        text, before = detail.get("text"), text_seen(job, detail.get("edit"))
        is_known = isinstance(text, str) and before is not None
        row = {
            "outcome": outcome,
            "subject": _subject(EDIT_PREFIX, detail.get("edit")),
            "distance": edit_distance(before or "", str(text)) if distance is None and is_known else distance,
            "labels": ",".join(edit_kinds(before or "", str(text)) if is_known else _reasons(outcome, detail)),
            "value": None,
        }
        if outcome in {"accepted", "edited"} and not row["subject"]:
            row |= self._beside_own_words(job, text if isinstance(text, str) else self.used_text(job) or before or "")
        if self._has_open_gaps(job, outcome, detail, before or ""):
            row |= {"outcome": "edited", "distance": None, "labels": OPEN_GAPS}
        return self._add(job, row, person, detail)

    def _beside_own_words(self, job: Job, seen: str) -> JsonObject:
        """Return what counts of a version that holds what its person typed into one before it; {} where it holds none.

        `seen` is what was used.
        """
        before = versions_before(self.database, self.cipher, job)
        versions = ((shown_text(version.draft), self.used_text(version)) for version in before if version.draft)
        written = written_before(versions, seen)
        if written is None:
            return {}
        return {
            "outcome": "edited",
            "distance": edit_distance(written, seen),
            "labels": ",".join(edit_kinds(written, seen)),
        }

    def _has_open_gaps(self, job: Job, outcome: Outcome, detail: Mapping[str, Any], before: str) -> bool:
        """Whether what was used still asks the person what the draft asked them."""
        asks = has_gap(before) or bool(job.draft and job.draft.alerts)
        if outcome not in {"accepted", "edited"} or not asks:
            return False
        text = detail.get("text")
        if isinstance(text, str):
            return has_gap(text)
        is_whole = detail.get("edit") in {None, ""}
        return outcome == "accepted" and has_gap((self.used_text(job) if is_whole else None) or before)

    def add_event(self, job: Job, name: str, value: float, *, detail: Mapping[str, Any] | None = None) -> bool:
        """Store what happened outside with a result, such as a click or a sale, and return whether it was news.

        Raises:
            InputError: the value is not a finite number, or the name cannot be one.
            NotFoundError, LimitError: as for `add`.
        """
        if not math.isfinite(value):
            raise InputError("The value of an event is a finite number.", fix="Send a number.")
        row = {
            "outcome": EVENT,
            "subject": _subject(EVENT_PREFIX, name),
            "distance": None,
            "labels": "",
            "value": value,
        }
        return self._add(job, row, job.person, detail or {})

    def acts_of(self, job_ids: Sequence[str]) -> dict[str, list[Act]]:
        """Return the acts on each of the jobs, in the order in which they were stored."""
        columns = outcomes.c
        statement = sa.select(
            columns.job_id,
            columns.outcome,
            columns.distance,
            columns.subject,
            columns.labels,
            columns.value,
            sa.func.coalesce(columns.happened_at, columns.created_at).label("at"),
            columns.detail,
            jobs.c.workspace,
        ).join(jobs, jobs.c.id == columns.job_id)
        found: dict[str, list[Act]] = {job_id: [] for job_id in job_ids}
        with self.database.read() as connection:
            rows = connection.execute(
                statement.where(columns.job_id.in_(job_ids)).order_by(columns.created_at, columns.id)
            ).all()
        for row in rows:
            found[row.job_id].append(self._act(row))
        return found

    def used_text(self, job: Job) -> str | None:
        """Return the text that was used last in place of the draft, or None if none was told."""
        statement = (
            sa.select(outcomes.c.detail)
            .where(
                outcomes.c.job_id == job.id, outcomes.c.subject == "", outcomes.c.outcome.in_(("accepted", "edited"))
            )
            .order_by(sa.func.coalesce(outcomes.c.happened_at, outcomes.c.created_at).desc(), outcomes.c.id.desc())
        )
        with self.database.read() as connection:
            details = [self.cipher.open(job.workspace, sealed) for (sealed,) in connection.execute(statement)]
        return next((detail["text"] for detail in details if isinstance(detail.get("text"), str)), None)

    def finished_jobs(self, workspace: str, person: str, *, from_seconds: float, to_seconds: float) -> Sequence[Job]:
        """Return the jobs of a person that ended in a stretch of time (Unix seconds); the end is not included."""
        columns = jobs.c
        statement = sa.select(jobs).where(
            columns.workspace == workspace,
            columns.person == person,
            columns.finished_at >= from_seconds,
            columns.finished_at < to_seconds,
            columns.surface != TRIAL,
        )
        with self.database.read() as connection:
            return list(readable_jobs(connection.execute(statement), self.cipher))

    def changes_of(self, job: Job) -> list[DecidedChange]:
        """Return what the person decided about the single changes of a document."""
        if job.draft is None or job.draft.edits is None:
            return []
        return decided_changes(job.draft, *last_decisions(self.decisions_of(job)))

    def decisions_of(self, job: Job) -> list[tuple[str, DraftDecision]]:
        """Return what the person decided, in the order in which it happened: about what, as for `last_decisions`."""
        columns = outcomes.c
        statement = (
            sa.select(columns.subject, columns.outcome, columns.detail)
            .where(columns.job_id == job.id, columns.outcome.not_in((EVENT, "expired")))
            .order_by(sa.func.coalesce(columns.happened_at, columns.created_at), columns.id)
        )
        with self.database.read() as connection:
            rows = connection.execute(statement).all()
        acts = []
        for row in rows:
            text = self.cipher.open(job.workspace, row.detail).get("text")
            decision = DraftDecision(row.outcome, text if isinstance(text, str) else None)
            acts.append((row.subject.removeprefix(EDIT_PREFIX), decision))
        return acts

    def _act(self, row: Any) -> Act:
        # Only an acceptance's own text matters to what counts, so that others need not be opened.
        has_text = row.outcome == "accepted" and bool(self.cipher.open(row.workspace, row.detail).get("text"))
        labels = tuple(filter(None, row.labels.split(",")))
        return Act(row.outcome, row.distance, row.subject, labels, row.value, row.at, has_text)

    def _add(self, job: Job, row: JsonObject, person: str, detail: Mapping[str, Any]) -> bool:
        if job.surface == TRIAL:
            raise InputError("This is the draft of a trial; it does not count.", fix="Use the recipe itself.")
        least = sa.func.min if self.database.is_sqlite else sa.func.least
        most = sa.func.max if self.database.is_sqlite else sa.func.greatest
        at = detail.get("at")
        happened = now if not isinstance(at, int | float) else least(now, most(jobs.c.created_at, float(at)))
        kept = {key: value for key, value in detail.items() if key != "at"}
        with self.database.write() as connection:
            # The job's row is held, so that two of the same act at the same moment are one; not its key, which
            # counting refers to while it holds the job's mark.
            held = sa.select(jobs.c.id).where(jobs.c.id == job.id).with_for_update(key_share=True)
            if connection.execute(held).one_or_none() is None:
                raise NotFoundError("The draft has been deleted.", fix="Make a new one.")
            if self._is_repeat(connection, job, row, kept):
                return False
            statement = sa.insert(outcomes).from_select(
                ["id", "job_id", "person", "detail", "created_at", "happened_at", *row],
                sa.select(
                    sa.literal(new_id()),
                    jobs.c.id,
                    sa.literal(person),
                    sa.literal(self.cipher.seal(job.workspace, kept), sa.LargeBinary),
                    now,
                    happened,
                    *(sa.literal(value, outcomes.c[name].type) for name, value in row.items()),
                ).where(jobs.c.id == job.id),
            )
            connection.execute(statement)
            if row["outcome"] != "expired":  # nobody did anything
                append(connection, _decided(job, row, person))
        return True

    def _is_repeat(self, connection: sa.Connection, job: Job, row: JsonObject, detail: JsonObject) -> bool:
        earlier = connection.execute(
            sa.select(outcomes).where(outcomes.c.job_id == job.id).order_by(outcomes.c.created_at, outcomes.c.id)
        ).all()
        if len(earlier) >= self.most_acts:
            raise LimitError("Too much was done with this draft already.", fix="Make a new one.")
        about_it = [outcome for outcome in earlier if outcome.subject == row["subject"]]
        if not about_it:
            return False
        last = about_it[-1]
        is_same = all(getattr(last, name) == value for name, value in row.items())
        return is_same and self.cipher.open(job.workspace, last.detail) == detail


def _decided(job: Job, row: Mapping[str, Any], person: str) -> AuditEvent:
    told = {"outcome": row["outcome"], "about": row["subject"], "reasons": row["labels"], "surface": job.surface}
    # What happened outside is not the person's doing, unless they are who tells it.
    actor = current_actor(job.workspace, person="" if row["outcome"] == EVENT else person, door=job.surface)
    return AuditEvent("result.decided", actor, Thing("job", job.id), details=told, workspace=job.workspace)


def _reasons(outcome: Outcome, detail: Mapping[str, Any]) -> list[str]:
    """Return the reasons of a rejection that are names and not somebody's words."""
    given = detail.get("reasons") if outcome == "rejected" else None
    words = [word for word in given or () if isinstance(word, str) and 0 < len(word) <= _MAX_REASON_CHARS]
    return [word for word in words if _REASON_CHARS.issuperset(word)]


def _subject(prefix: str, name: object) -> str:
    """Return what the act is about. Only the start of a long name counts."""
    if name is None or name == "":
        return ""
    text = str(name)
    if len(text) > MAX_SUBJECT_CHARS or not text.isprintable():
        raise InputError("The name of a change or an event cannot be used.", fix="Send at most 200 printable signs.")
    return prefix + text


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
