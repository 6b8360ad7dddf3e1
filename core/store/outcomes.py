"""What people did with the results of jobs.

Each act of a person is one row. `core.outcomes` says which of them counts.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent, Thing
from core.drafts import JsonObject, has_gap, without_hints
from core.errors import ForbiddenError, InputError, LimitError, NotFoundError
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
    with_ready_answers,
)
from core.privacy import Cipher
from core.store.audit import append
from core.store.engine import Database
from core.store.rows import now, readable_jobs
from core.store.tables import jobs, outcomes

MAX_ACTS = 1000
MAX_SUBJECT_CHARS = 200
# So many versions of a draft are looked back at for what its person typed.
_MAX_VERSIONS = 50
# Of the text that a person made of a draft before they wished for a new version: that rests on it, and it is no use.
TYPED = "typed"
# Acts by which nobody decided anything.
NO_DECISION = (EVENT, "expired", TYPED)
_USES = ("accepted", "edited")
_REASON_CHARS, _MAX_REASON_CHARS = frozenset("abcdefghijklmnopqrstuvwxyz_"), 30


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

        The same act again, after which nothing else was done, is no news and changes nothing. A version that was made
        from what its person typed counts as edited, however it was taken.

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
        detail = _without_hints(job, detail)
        text, before = detail.get("text"), _shown(job, detail.get("edit"), detail.get("text"))
        is_known = isinstance(text, str) and before is not None
        if outcome == "edited" and _is_as_drafted(job, detail, before):
            outcome = "accepted"
        row: JsonObject = {
            "outcome": outcome,
            "subject": _subject(EDIT_PREFIX, detail.get("edit")),
            "distance": edit_distance(before or "", str(text)) if distance is None and is_known else distance,
            "labels": ",".join(edit_kinds(before or "", str(text)) if is_known else _reasons(outcome, detail)),
            "value": None,
        }
        if self._has_open_gaps(job, outcome, detail, before or ""):
            row |= {"outcome": "edited", "distance": None, "labels": OPEN_GAPS}
        elif outcome in {"accepted", "edited"} and detail.get("edit") in {None, ""}:
            row |= self._typed_before(job, row["distance"] or 0.0)
        return self._add(job, row, person, detail)

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

    def _typed_before(self, job: Job, distance: float) -> JsonObject:
        """Return how a person changed the version that a draft was made from, where that is further than a distance.

        What they typed there stands in this one, and is theirs. A version that they went back to rests on what came
        before it alone.
        """
        chain = self._versions_before(job)
        same = [place for place, version in enumerate(chain) if _shown(version, None) == _shown(job, None)]
        used_before = [(version, self.own_text(version)) for version in chain[max(same, default=-1) + 1 :]]
        pairs = [(_shown(version, None, used) or "", used) for version, used in used_before if used is not None]
        typed = [(edit_distance(before, used), before, used) for before, used in pairs]
        furthest, before, used = max(typed, default=(0.0, "", ""))
        if furthest <= distance:
            return {}
        return {"outcome": "edited", "distance": furthest, "labels": ",".join(edit_kinds(before, used))}

    def _versions_before(self, job: Job) -> list[Job]:
        """Return the versions that a draft was made from, the newest first; what was deleted ends them."""
        found = list[Job]()
        with self.database.read() as connection:
            while job.refines and job.wish and len(found) < _MAX_VERSIONS:
                rows = connection.execute(sa.select(jobs).where(jobs.c.id == job.refines))
                before = next(iter(readable_jobs(rows, self.cipher)), None)
                if before is None or before.draft is None or before.draft.edits is not None:
                    break
                found.append(job := before)
        return found

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
        """Return the acts on each of the jobs, in the order in which they were stored; what was typed is none."""
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
                statement.where(columns.job_id.in_(job_ids), columns.outcome != TYPED).order_by(
                    columns.created_at, columns.id
                )
            ).all()
        for row in rows:
            found[row.job_id].append(self._act(row))
        return found

    def used_text(self, job: Job) -> str | None:
        """Return the text that was used last in place of the draft, or None if none was told."""
        return self._last_text(job, _USES)

    def own_text(self, job: Job) -> str | None:
        """Return the text that its person made of a draft last, used or not, or None if none was told."""
        return self._last_text(job, (*_USES, TYPED))

    def keep_typed(self, job: Job, text: str) -> None:
        """Store the text that a job's person made of its draft, on which the next version rests: that is no use of it.

        Raises:
            NotFoundError, LimitError: as for `add`.
        """
        row = {"outcome": TYPED, "subject": "", "distance": None, "labels": "", "value": None}
        self._add(job, row, job.person, _without_hints(job, {"text": text}))

    def _last_text(self, job: Job, kinds: Sequence[str]) -> str | None:
        statement = (
            sa.select(outcomes.c.detail)
            .where(outcomes.c.job_id == job.id, outcomes.c.subject == "", outcomes.c.outcome.in_(kinds))
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
            .where(columns.job_id == job.id, columns.outcome.not_in(NO_DECISION))
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
            # So two of the same act at the same moment are one.
            if connection.execute(held_job(job)).one_or_none() is None:
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
            if row["outcome"] not in {"expired", TYPED}:  # nobody did anything with it
                append(connection, decided_event(job, row, person))
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


def held_job(job: Job) -> sa.Select[tuple[str]]:
    """Return what holds a job's row to the end of a write; not its key, which counting refers to meanwhile."""
    return sa.select(jobs.c.id).where(jobs.c.id == job.id).with_for_update(key_share=True)


def decided_event(job: Job, row: Mapping[str, Any], person: str) -> AuditEvent:
    """Return what the audit trail keeps of an act: its outcome, what it was about and its reasons, never a text."""
    told = {"outcome": row["outcome"], "about": row["subject"], "reasons": row["labels"], "surface": job.surface}
    # What happened outside is not the person's doing, unless they are who tells it.
    actor = current_actor(job.workspace, person="" if row["outcome"] == EVENT else person, door=job.surface)
    return AuditEvent("result.decided", actor, Thing("job", job.id), details=told, workspace=job.workspace)


def _without_hints(job: Job, detail: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what came with an act on a whole draft, its text without the hints, which nobody has to take out.

    An alert is to be taken out of a mail.
    """
    text = detail.get("text")
    if job.draft is None or detail.get("edit") not in {None, ""} or not isinstance(text, str):
        return detail
    hints = [gap for gap in job.draft.hints if not gap.is_alert]
    return {**detail, "text": without_hints(text, hints)}


def _is_as_drafted(job: Job, detail: Mapping[str, Any], before: str | None) -> bool:
    """Whether a text is a draft's own, with ready answers in place of gaps."""
    text = detail.get("text")
    is_filled = before is not None and detail.get("edit") in {None, ""} and before != _shown(job, None)
    return is_filled and isinstance(text, str) and text.strip() == str(before).strip()


def _shown(job: Job, edit: object, used: object = None) -> str | None:
    """Return what the person saw of the whole draft, with the ready answers that a text used holds, or of an edit."""
    if job.draft is None:
        return None
    if edit is None or edit == "":
        return with_ready_answers(job.draft, used) if isinstance(used, str) else shown_text(job.draft)
    edits = job.draft.edits or ()
    place = int(edit) if str(edit).isdecimal() else len(edits)  # type: ignore[call-overload] # decimal, so int takes it
    return edits[place].text if place < len(edits) else None


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
