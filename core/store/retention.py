"""How long jobs with their texts, files and outcomes, and what was learnt, are kept, and whose are held for longer.

INLAID_RETENTION says the days, such as `all=365,slack=30,all@finance=3650,documents=7`; without it everything is kept
until its person is purged. A period of a group comes before one for everybody, one of a surface before one for all;
somebody in several groups keeps things for the longest of their periods, for what is deleted never comes back. Sums of
the report stay, for they name nobody. Who is on a legal hold keeps everything until it is lifted; what calls of models
cost goes by months, so that of everybody stays until then.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import sqlalchemy as sa

from core.audit.entries import Actor, AuditEvent, Thing
from core.errors import ConflictError, StoreOutage
from core.job import LOCAL_WORKSPACE
from core.logs import logger
from core.settings.storage import ALL_SURFACES, DAY_SECONDS, DOCUMENTS, LEARNED, MIN_USAGE_DAYS, USAGE, Period
from core.store.audit import append
from core.store.engine import Database
from core.store.partitions import MODEL_CALLS, drop_parts, month_start, parts_until
from core.store.people.rows import Identity
from core.store.records import RecordStore
from core.store.rows import first_id
from core.store.tables import blobs, jobs, marks, model_calls, records

log = logger(__name__)

HOLD_KIND = "legal_hold"
# In one transaction, which others wait for.
BATCH = 500
# Looked through by one statement: most may be of other surfaces, or held.
WINDOW = 20_000
# Of one round, for each kind of thing.
ROUND_SECONDS = 300.0
# Named by their job's id.
JOB_RECORDS = (
    "slack_continued",
    "slack_discarded",
    "slack_edit",
    "slack_posted",
    "slack_posting",
    "mailbox_awaiting",
    "graph_awaiting",
    "gmail_awaiting",
    "mailbox_open_gaps",
)
LEARNED_RECORDS = ("preference", "past_work", "mailbox_voice")
GroupsOf = Callable[[str, str], Collection[str]]
Rules = Mapping[str, int]


@dataclass
class Expired:
    """How much was deleted; `job_ids` are the jobs that are gone, `months` parts of the calls of models."""

    job_ids: list[str] = field(default_factory=list)
    documents: int = 0
    learned: int = 0
    calls: int = 0
    months: int = 0


def delete_jobs(connection: sa.Connection, ids: Sequence[str]) -> int:
    """Delete jobs within a transaction, with effects, files, outcomes, tallies and what is named by them.

    Returns:
        How many there were: another worker's round may have deleted some of them.
    """
    connection.execute(sa.delete(marks).where(marks.c.job_id.in_(ids)))
    connection.execute(sa.delete(records).where(records.c.kind.in_(JOB_RECORDS), records.c.key.in_(ids)))
    return connection.execute(sa.delete(jobs).where(jobs.c.id.in_(ids))).rowcount


def rules_for(periods: Sequence[Period], groups: Collection[str] = ()) -> dict[str, int]:
    """Return the days by kind for somebody in these groups."""
    everybody = {period.kind: period.days for period in periods if not period.group}
    theirs = dict[str, int]()
    for period in periods:
        if period.group in groups:
            theirs[period.kind] = max(period.days, theirs.get(period.kind, 0))
    if ALL_SURFACES in theirs:  # all of a group comes before a surface of everybody
        everybody = {kind: days for kind, days in everybody.items() if kind in {DOCUMENTS, LEARNED}}
    return {**everybody, **theirs}


class Retention:
    """Deletes what has been kept for long enough, as much as one round takes.

    Args:
        database: where.
        periods: for how long things are kept.
        groups_of: the groups of a person of a surface; asked only where a period names a group.
        held: names of people on a legal hold.
        now: Unix seconds.
    """

    def __init__(
        self,
        database: Database,
        periods: Sequence[Period],
        groups_of: GroupsOf = lambda _workspace, _person: (),
        held: Collection[Identity] = (),
        *,
        now: float | None = None,
    ) -> None:
        self._database = database
        self._periods = [period for period in periods if period.kind != USAGE]
        self._usage_days = next((period.days for period in periods if period.kind == USAGE), 0)
        self._groups_of = groups_of
        self._held = [tuple(name) for name in held]
        self._now = time.time() if now is None else now
        self._expired = Expired()

    def run(self) -> Expired:
        """Delete it.

        Raises:
            StoreOutage: the database cannot be used; a later round continues.
        """
        if not any(period.group for period in self._periods):
            self._apply(rules_for(self._periods), None)
        else:
            for rules, names in self._people_by_rules():
                for first in range(0, len(names), BATCH):
                    self._apply(rules, names[first : first + BATCH])
        if self._usage_days and not self._held:
            try:
                self._delete_calls(max(self._usage_days, MIN_USAGE_DAYS))
            except StoreOutage as error:  # somebody reads for long, such as a backup: the next round drops the months
                log.warning("what is due was not deleted", kind=USAGE, code=error.code)
        if self._expired != Expired():
            with suppress(StoreOutage):  # somebody reads; the next checkpoint does it
                self._database.overwrite_deleted()
        return self._expired

    def _people_by_rules(self) -> Iterator[tuple[Rules, list[tuple[str, str]]]]:
        """Yield the people who have something that may be old enough, by the rules that hold for them."""
        found: dict[tuple[tuple[str, int], ...], list[tuple[str, str]]] = defaultdict(list)
        until = self._until(min(period.days for period in self._periods))
        old_jobs = sa.select(jobs.c.workspace, jobs.c.person).where(jobs.c.created_at < until).distinct()
        is_learned = sa.and_(records.c.kind.in_(LEARNED_RECORDS), records.c.updated_at < until)
        old_records = sa.select(records.c.workspace, records.c.person).where(is_learned).distinct()
        with self._database.read() as connection:
            names = [(row.workspace, row.person) for row in connection.execute(old_jobs.union(old_records))]
        for name in names:
            found[tuple(sorted(rules_for(self._periods, self._groups_of(*name)).items()))].append(name)
        for rules, theirs in found.items():
            yield dict(rules), theirs

    def _apply(self, rules: Rules, names: Sequence[tuple[str, str]] | None) -> None:
        surfaces = {kind: days for kind, days in rules.items() if kind not in {DOCUMENTS, LEARNED}}
        for surface, days in surfaces.items():
            named = jobs.c.surface == surface if surface != ALL_SURFACES else jobs.c.surface.not_in([*surfaces])
            self._delete_jobs(surface, days, sa.and_(named, self._whose(jobs, names)))
        if days := rules.get(DOCUMENTS, 0):
            self._delete_documents(days, self._whose(jobs, names))
        if days := rules.get(LEARNED, 0):
            self._delete_learned(days, self._whose(records, names))

    def _whose(self, table: sa.Table, names: Sequence[tuple[str, str]] | None) -> sa.ColumnElement[bool]:
        name = sa.tuple_(table.c.workspace, table.c.person)
        free = name.not_in(self._held) if self._held else sa.true()
        return sa.and_(free, name.in_([*names])) if names is not None else free

    def _until(self, days: int) -> float:
        return self._now - days * DAY_SECONDS

    def _delete_jobs(self, surface: str, days: int, whose: sa.ColumnElement[bool]) -> None:
        is_old = sa.and_(_has_ended(self._until(days)), whose)
        young, after = first_id(self._until(days)), ""
        ends_at = time.monotonic() + ROUND_SECONDS
        while time.monotonic() < ends_at:
            last = self._end_of_window(after, young)
            in_window = sa.and_(jobs.c.id > after, jobs.c.id <= last if last else jobs.c.id < young)
            old = sa.select(jobs.c.id).where(is_old, in_window).order_by(jobs.c.id).limit(BATCH)
            with self._database.write() as connection:
                ids = list(connection.execute(old).scalars())
                _write_down(connection, surface, delete_jobs(connection, ids), days)
            self._expired.job_ids += ids
            if len(ids) == BATCH:
                after = ids[-1]
            elif last:
                after = last
            else:
                break

    def _end_of_window(self, after: str, young: str) -> str:
        """Return the id up to which one statement looks, "" for all that are old: so none takes long."""
        ids = sa.select(jobs.c.id).where(jobs.c.id > after, jobs.c.id < young).order_by(jobs.c.id)
        with self._database.read() as connection:
            return str(connection.execute(ids.offset(WINDOW).limit(1)).scalar_one_or_none() or "")

    def _delete_documents(self, days: int, whose: sa.ColumnElement[bool]) -> None:
        ended = sa.select(jobs.c.id).where(_has_ended(self._until(days)), whose)
        old = (
            sa.select(blobs.c.job_id).where(blobs.c.job_id.in_(ended)).distinct().order_by(blobs.c.job_id).limit(BATCH)
        )
        ends_at = time.monotonic() + ROUND_SECONDS
        while time.monotonic() < ends_at:
            with self._database.write() as connection:
                ids = list(connection.execute(old).scalars())
                count = connection.execute(sa.delete(blobs).where(blobs.c.job_id.in_(ids))).rowcount
                _write_down(connection, DOCUMENTS, count, days)
            self._expired.documents += count
            if len(ids) < BATCH:
                break

    def _delete_learned(self, days: int, whose: sa.ColumnElement[bool]) -> None:
        is_old = sa.and_(records.c.kind.in_(LEARNED_RECORDS), records.c.updated_at < self._until(days))
        with self._database.write() as connection:
            count = connection.execute(sa.delete(records).where(is_old, whose)).rowcount
            _write_down(connection, LEARNED, count, days)
        self._expired.learned += count

    def _delete_calls(self, days: int) -> None:
        """Delete the calls of models of whole months: budgets and the report no longer ask for them."""
        until = month_start(self._until(days))
        with self._database.write() as connection:
            months = parts_until(connection, MODEL_CALLS, until)
            drop_parts(connection, list(months))
            _write_down(connection, USAGE, len(months), days, unit="months")
        old = sa.select(model_calls.c.id).where(model_calls.c.id < first_id(until.timestamp()))
        ends_at, count = time.monotonic() + ROUND_SECONDS, 0
        while time.monotonic() < ends_at:  # what has no part for its month
            with self._database.write() as connection:
                ids = list(connection.execute(old.order_by(model_calls.c.id).limit(BATCH)).scalars())
                count += connection.execute(sa.delete(model_calls).where(model_calls.c.id.in_(ids))).rowcount
            if len(ids) < BATCH:
                break
        with self._database.write() as connection:
            _write_down(connection, USAGE, count, days)
        self._expired.months += len(months)
        self._expired.calls += count


def _has_ended(until: float) -> sa.ColumnElement[bool]:
    """Whether a job had ended by then; of one that was cancelled nobody is told."""
    is_told = jobs.c.delivered_at < until
    is_cancelled = sa.and_(jobs.c.state == "cancelled", jobs.c.finished_at < until)
    # Ids sort by the time of their making, so that what is young is not looked at.
    return sa.and_(jobs.c.id < first_id(until), sa.or_(is_told, is_cancelled))


def _write_down(connection: sa.Connection, what: str, count: int, days: int, unit: str = "count") -> None:
    if count:
        told = {unit: count, "days": days}
        append(connection, AuditEvent("jobs.expired", Actor(""), Thing("surface", what), details=told))


@dataclass(frozen=True)
class Hold:
    """Whose data are held, why, who said so, and since when in Unix seconds."""

    home: Identity
    reason: str
    by: str
    since: float


class Holds:
    """Legal holds, by the home of the person.

    Args:
        records: where they are kept.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records

    def put(self, home: Identity, *, reason: str, by: str) -> None:
        """Hold everything of a person until `lift`."""
        data = {"home": list(home), "reason": reason, "by": by, "since": time.time()}
        self._records.put(HOLD_KIND, LOCAL_WORKSPACE, _key(home), data)

    def lift(self, home: Identity) -> bool:
        """End a hold, and say whether there was one."""
        return self._records.delete(HOLD_KIND, LOCAL_WORKSPACE, _key(home)) > 0

    def all(self) -> list[Hold]:
        """Return all holds, the oldest first."""
        found = [record.data for record in self._records.list(HOLD_KIND, workspace=LOCAL_WORKSPACE)]
        holds = [Hold(Identity(*data["home"]), data["reason"], data["by"], data["since"]) for data in found]
        return sorted(holds, key=lambda hold: hold.since)

    def require_free(self, names: Collection[tuple[str, str]]) -> None:
        """Refuse to delete what is held.

        Raises:
            ConflictError: somebody of these names is on a legal hold.
        """
        if held := next((hold for hold in self.all() if hold.home in names), None):
            raise ConflictError(
                f"What is kept of {held.home.person} is on a legal hold: {held.reason}.",
                fix="Lift it first with: inlaid holds lift, if it has ended.",
            )


def _key(home: Identity) -> str:
    return "/".join(home)
