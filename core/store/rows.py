"""From rows to jobs, and the conditions that several statements share: which jobs, and of which workspaces."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.sql.visitors import replacement_traverse

from core.drafts import Draft, JsonObject
from core.errors import NewerJob, SettingsError, UnreadableJob
from core.job import SPOKEN, Job, JobRequest, State
from core.logs import logger
from core.privacy import Cipher
from core.store.tables import DatabaseNow, jobs
from core.text.catalogues import ENGLISH

log = logger(__name__)
S = TypeVar("S", bound=sa.Executable)

now = DatabaseNow()
# The same, looked at once in a statement: by a clock that moves on PostgreSQL bounds no walk along an index.
now_once = sa.select(now).scalar_subquery()
# No wait and no lease reaches further ahead: a time beyond it was written before the clock was set back.
MAX_SECONDS = 600.0
# A tenant of Microsoft Entra is named by a UUID; the local workspace and those of Slack are not.
# The form of what is stored of a job: its request with inputs and target, and its draft. Keys that older code may pass
# over do not change it. Code reads its own form and all older ones; a release reads a new form before the next one
# writes it (worker/README.md).
STORED_VERSION = 1
_TENANT_PARTS = [8, 4, 4, 4, 12]
_TENANT_LIKE = "________-____-____-____-____________"


class JobList(list[Job]):
    """Jobs that can be read. `left_out` says how many of the rows cannot."""

    left_out = 0


@dataclass(frozen=True)
class Scope:
    """Some workspaces by name, and with `is_wide` all that are no Entra tenant: the local one, and those of Slack.

    `apart` are further workspaces that a wide scope leaves out, such as the OpenID provider of another organisation.
    """

    workspaces: frozenset[str] = frozenset()
    is_wide: bool = False
    apart: frozenset[str] = frozenset()

    def covers(self, workspace: str) -> bool:
        """Say whether it is one of them."""
        is_wanted = self.is_wide and workspace not in self.apart and [*map(len, workspace.split("-"))] != _TENANT_PARTS
        return workspace in self.workspaces or is_wanted

    def rows(self, workspace: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """Return the same as a condition on a column."""
        named = workspace.in_(sorted(self.workspaces))
        if not self.is_wide:
            return named
        others = sa.and_(workspace.not_like(_TENANT_LIKE), workspace.not_in(sorted(self.apart)))
        return sa.or_(named, others)


def in_state(*states: State) -> sa.ColumnElement[bool]:
    """Whether a job is in one of these states; SQLAlchemy rebuilds the statement of an IN for each execution."""
    return sa.or_(*(jobs.c.state == state for state in states))


def is_past(time: sa.Column[float]) -> sa.ColumnElement[bool]:
    """Whether that time has come, or lies so far ahead that only a wrong clock can have written it."""
    return sa.or_(time <= now, time > now + MAX_SECONDS)


def is_due() -> sa.ColumnElement[bool]:
    """Whether a job that waits may run now. What was never postponed is due whatever the clock says."""
    return sa.or_(jobs.c.not_before <= jobs.c.created_at, is_past(jobs.c.not_before))


def is_workable() -> sa.ColumnElement[bool]:
    """Work that is due, and that nobody does."""
    return sa.or_(sa.and_(jobs.c.state == "queued", is_due()), is_abandoned())


def is_abandoned() -> sa.ColumnElement[bool]:
    """Work that was begun, and that nobody does."""
    return sa.and_(jobs.c.state == "running", is_past(jobs.c.lease_until))


def is_undelivered() -> sa.ColumnElement[bool]:
    """A result or an error that has not reached its surface, and that nobody is bringing there now."""
    is_free = sa.or_(
        sa.and_(jobs.c.lease_until.is_(None), is_past(jobs.c.not_before)),
        is_past(jobs.c.lease_until),
    )
    return sa.and_(in_state("ready", "failed"), jobs.c.delivered_at.is_(None), is_free)


def written_out(statement: S) -> S:
    """Return a statement that has its constants in its text; what each run gives stays a parameter.

    For statements of every job: a parameter costs as much as a column each time, and psycopg reads a text with more
    than 50 of them, or of more than 4,096 characters, anew at each run.
    """

    def constant(element: Any, **_options: Any) -> Any:
        if isinstance(element, sa.BindParameter) and isinstance(element.value, str | int | float):
            quoted = element.value.replace("'", "''") if isinstance(element.value, str) else element.value
            text = f"'{quoted}'" if isinstance(element.value, str) else repr(quoted)
            return sa.literal_column(text, element.type)
        return None

    return cast("S", replacement_traverse(cast("Any", statement), {}, constant))


def job_from_row(row: Any, cipher: Cipher) -> Job:
    """Return the job that a row of the job table holds, its sealed columns opened.

    Raises:
        UnreadableJob: no listed key opens them, or what they hold is no job.
        NewerJob: they are in a form that this code does not know.
    """
    try:
        request = _known(cipher.open(row.workspace, row.request))
        inputs, delivery = request["inputs"], request["delivery"]
        draft = _draft(cipher.open(row.workspace, row.draft)) if row.draft else None
        error = _error_of(row, cipher)
    except (SettingsError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as cause:
        raise UnreadableJob from cause
    return _job(row, inputs=inputs, delivery=delivery, draft=draft, error=error)


def sealed_request(request: JobRequest, cipher: Cipher) -> bytes:
    """Return what is stored of a request beside its columns."""
    delivery = request.target.to_json() if request.target else {}
    delivery = delivery if request.spoken == ENGLISH else {**delivery, SPOKEN: request.spoken}
    stored = {"version": STORED_VERSION, "inputs": request.inputs, "delivery": delivery}
    return cipher.seal(request.workspace, stored)


def sealed_draft(workspace: str, draft: Draft, cipher: Cipher) -> bytes:
    """Return a draft as it is stored."""
    return cipher.seal(workspace, {"version": STORED_VERSION, **draft.model_dump(mode="json")})


def _draft(stored: Any) -> Draft:
    known = {name: value for name, value in _known(stored).items() if name != "version"}
    return Draft.model_validate(known, extra="ignore")


def _known(stored: Any) -> Any:
    """Return what is stored when its form is known; of before forms had numbers it is the first."""
    if stored.get("version", 1) > STORED_VERSION:
        raise NewerJob
    return stored


def closed_job(row: Any) -> Job:
    """Return the job of a row without what is sealed: who asked for it, and how far it is."""
    return _job(row, inputs={}, delivery={}, draft=None, error=None)


def readable_jobs(rows: Iterable[Any], cipher: Cipher) -> JobList:
    """Return the jobs of rows; those that cannot be read are left out and counted."""
    found = JobList()
    for row in rows:
        try:
            found.append(job_from_row(row, cipher))
        except UnreadableJob:
            found.left_out += 1
    if found.left_out:
        log.error("jobs left out: they cannot be read", count=found.left_out)
    return found


def jobs_after(
    connection: sa.Connection, cipher: Cipher, job: Job, names: Sequence[tuple[str, str]], *, most_read: int
) -> JobList:
    """Return the first jobs of a job's recipe that came after it, the oldest first, as far as they can be read.

    Args:
        connection: that they are read by.
        cipher: opens them.
        job: before them.
        names: each (workspace, person) whose jobs they may be.
        most_read: so many are looked at.
    """
    theirs = sa.tuple_(jobs.c.workspace, jobs.c.person).in_([tuple(name) for name in names])
    is_later = sa.and_(jobs.c.id > job.id, jobs.c.recipe == job.recipe, theirs)
    return readable_jobs(
        connection.execute(sa.select(jobs).where(is_later).order_by(jobs.c.id).limit(most_read)), cipher
    )


def _error_of(row: Any, cipher: Cipher) -> dict[str, str] | None:
    if row.error:
        error: dict[str, str] = cipher.open(row.workspace, row.error)
        return error
    # It was given up by a process that could not read it, and so could seal nothing for those that can.
    return UnreadableJob().to_json() if row.state == "failed" else None


def _job(
    row: Any, *, inputs: JsonObject, delivery: JsonObject, draft: Draft | None, error: dict[str, str] | None
) -> Job:
    return Job(
        id=row.id,
        workspace=row.workspace,
        person=row.person,
        surface=row.surface,
        recipe=row.recipe,
        queue=row.queue,
        state=row.state,
        inputs=inputs,
        delivery=delivery,
        model=row.model,
        draft=draft,
        error=error,
        attempts=row.attempts,
        delivery_attempts=row.delivery_attempts,
        fence=row.fence,
        cancel_requested=bool(row.cancel_requested),
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        delivered_at=row.delivered_at,
    )


def first_id(seconds: float) -> str:
    """Return the least UUID version 7 of a time (Unix seconds), so that all ids made before are less."""
    return str(uuid.UUID(int=max(0, int(seconds * 1000)) << 80))
