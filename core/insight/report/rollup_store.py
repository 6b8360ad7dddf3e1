"""The report's tables: jobs that wait to be counted, the metrics of each, and the cells that these add up to."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.insight.report.counting_rules import JobMetrics, VariantTrial
from core.insight.report.cube import (
    DAY_SECONDS,
    MONTHS_FROM,
    Cell,
    CellChanges,
    CellKey,
    Dimensions,
    date_of,
    join_people,
    month_of,
)
from core.store.engine import Database
from core.store.rows import Scope
from core.store.tables import jobs, marks, sums, tallies, trials

LOCK_NUMBER = 0x1A1E
_KEYS_AT_ONCE = 500


@cache
def _used(*, of_recipe: bool, of_person: bool, also_refused: bool) -> sa.Select[Any]:
    """Return the statement of `RollupStore.used_jobs`, built once: jobs ask."""
    columns = tallies.c
    counted = ("accepted", "edited", "rejected") if also_refused else ("accepted", "edited")
    is_counted = sa.or_(*(columns.outcome == outcome for outcome in counted))
    statement = (
        sa.select(tallies)
        .where(columns.workspace == sa.bindparam("place"), is_counted)
        .order_by(columns.day.desc(), columns.job_id.desc())
        .limit(sa.bindparam("most", type_=sa.Integer()))
    )
    if of_recipe:
        statement = statement.where(columns.recipe == sa.bindparam("named"))
    return statement.where(columns.person == sa.bindparam("who")) if of_person else statement


class RollupStore:
    """What the report is made from.

    Args:
        database: where. Nothing here is sealed, for nothing here is text.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def marked(self, limit: int) -> dict[str, int]:
        """Return ids of jobs that have changed since they were counted, with the number of their changes."""
        with self.database.read() as connection:
            return {row.job_id: row.marks for row in connection.execute(sa.select(marks).limit(limit))}

    def save(self, found: Sequence[JobMetrics], seen: dict[str, int], person_keys: dict[str, bytes]) -> int:
        """Count jobs in place of how they counted before, in one transaction, and return how many that were.

        A job that changed again since it was looked at stays marked. One writer at a time.

        Args:
            found: what the jobs count for at present.
            seen: the marks that were read before; a deleted job is among them without a tally and keeps counting.
            person_keys: the hash of the person of each job.
        """
        with self.database.write() as connection:
            if not self.database.is_sqlite:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})
            settled = self._settle(connection, seen)
            taken = [metrics for metrics in found if metrics.job_id in settled]
            self._count(connection, taken, person_keys)
        return len(taken)

    def own_jobs(
        self, names: Sequence[tuple[str, str]], *, first_day: int, last_day: int, limit: int
    ) -> Sequence[JobMetrics]:
        """Return what the newest jobs of one person count for; `names` are each (workspace, person) that they are."""
        statement = (
            sa.select(tallies)
            .where(sa.tuple_(tallies.c.workspace, tallies.c.person).in_(list(names)))
            .where(tallies.c.day.between(first_day, last_day))
            .order_by(tallies.c.day.desc(), tallies.c.job_id.desc())
            .limit(limit)
        )
        with self.database.read() as connection:
            return [_metrics_of(row) for row in connection.execute(statement)]

    def own_outcomes(self, names: Sequence[tuple[str, str]], *, first_day: int, last_day: int) -> Counter[str]:
        """Return how many drafts were made for one person, by outcome ("" for none); `names` as for `own_jobs`.

        What failed or was cancelled is none, nor is a scan, as in the report.
        """
        is_own = sa.or_(
            *(sa.and_(tallies.c.workspace == workspace, tallies.c.person == other) for workspace, other in names)
        )
        told = sa.select(tallies.c.outcome, tallies.c.counts).where(is_own, tallies.c.day.between(first_day, last_day))
        found = Counter[str]()
        with self.database.read() as connection:
            for outcome, counts in connection.execute(told):
                counted = json.loads(counts)
                found[outcome] += "done" in counted and "scans" not in counted
        return found

    def used_jobs(
        self, workspace: str, recipe: str, *, person: str | None, limit: int, also_refused: bool = False
    ) -> Sequence[JobMetrics]:
        """Return the newest jobs of a recipe whose results were used (or refused), of one person or of all."""
        statement = _used(of_recipe=bool(recipe), of_person=person is not None, also_refused=also_refused)
        asked = {"place": workspace, "named": recipe, "who": person, "most": limit}
        with self.database.read() as connection:
            return [_metrics_of(row) for row in connection.execute(statement, asked)]

    def cells(
        self, grain: int, periods: Collection[int], where: Mapping[str, str], scope: Scope | None = None
    ) -> Iterator[tuple[int, Dimensions, Cell]]:
        """Return the cells of a grain in some periods and workspaces, by what they must be (by dimension)."""
        statement = sa.select(
            sums.c.period,
            *(sums.c[name] for name in Dimensions._fields),
            sums.c.counts,
            sums.c.people,
        ).where(sums.c.grain == grain, sums.c.period.in_(periods))
        for name, value in where.items():
            statement = statement.where(sums.c[name] == value)
        if scope is not None:
            statement = statement.where(scope.rows(sums.c.workspace))
        with self.database.read() as connection:
            for period, *dimensions, counts, people in connection.execute(statement):
                yield period, Dimensions(*dimensions), Cell(json.loads(counts), people)

    def totals(self, grain: int) -> dict[str, Cell]:
        """Return the sums of all time by surface, from a grain that tells surfaces apart."""
        statement = sa.select(sums.c.surface, sums.c.counts).where(sums.c.grain == grain, sums.c.period >= MONTHS_FROM)
        found: dict[str, Cell] = {}
        with self.database.read() as connection:
            for surface, counts in connection.execute(statement):
                found.setdefault(surface, Cell()).add(json.loads(counts), b"")
        return found

    def people(self) -> bytes:
        """Return the hashes of everybody who was ever counted."""
        statement = sa.select(sums.c.people).where(sums.c.grain == 0, sums.c.period >= MONTHS_FROM)
        with self.database.read() as connection:
            return join_people(connection.execute(statement).scalars())

    def count_marked(self) -> int:
        """Return how many jobs wait to be counted."""
        with self.database.read() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(marks)).scalar_one())

    def trials_of(self, workspace: str, recipe: str, goal: str) -> list[tuple[str, str, float, float]]:
        """Return (variant, person, trials, wins) of a recipe's variants."""
        columns = trials.c
        statement = sa.select(columns.variant, columns.person, columns.trials, columns.wins).where(
            columns.workspace == workspace, columns.recipe == recipe, columns.goal == goal, columns.trials > 0
        )
        with self.database.read() as connection:
            return [tuple(row) for row in connection.execute(statement)]

    def mark_all(self) -> None:
        """Mark every ended job and drop the cells from the day of the oldest on: all of these are counted again.

        Sums of earlier days, whose jobs were deleted, stay.
        """
        ended = jobs.c.state.in_(("ready", "delivered", "failed", "cancelled"))
        with self.database.write() as connection:
            oldest = connection.execute(sa.select(sa.func.min(jobs.c.created_at)).where(ended)).scalar_one()
            connection.execute(sa.delete(marks))
            connection.execute(sa.delete(trials))
            if oldest is not None:
                self._drop_cells_from(connection, int(oldest // DAY_SECONDS))
            connection.execute(sa.delete(tallies))
            connection.execute(
                sa.insert(marks).from_select(["job_id", "marks"], sa.select(jobs.c.id, sa.literal(1)).where(ended))
            )

    def _drop_cells_from(self, connection: sa.Connection, day: int) -> None:
        """Drop the cells of days from this one on, and make the cell of its month from the days that stay."""
        month = month_of(day)
        first = day - date_of(day).day + 1
        kept: dict[CellKey, Cell] = {}
        columns = sums.c
        days = sa.select(sums).where(columns.period.between(first, day - 1))
        for row in connection.execute(days):
            cell = kept.setdefault(CellKey(row.grain, month, _dimensions(row)), Cell())
            cell.add(json.loads(row.counts), row.people)
        is_later_day = columns.period.between(day, MONTHS_FROM - 1)
        connection.execute(sa.delete(sums).where(sa.or_(is_later_day, columns.period >= month)))
        self._write_cells(connection, kept)

    def _settle(self, connection: sa.Connection, seen: dict[str, int]) -> set[str]:
        """Take away the marks of the jobs that have not changed again meanwhile, and return their ids."""
        settled: set[str] = set()
        for part in _parts(list(seen)):
            current = connection.execute(sa.select(marks).where(marks.c.job_id.in_(part)).with_for_update()).all()
            unchanged = [job for job, count in current if seen[job] == count]
            connection.execute(sa.delete(marks).where(marks.c.job_id.in_(unchanged)))
            settled.update(unchanged)
        return settled

    def _count(self, connection: sa.Connection, found: Sequence[JobMetrics], person_keys: dict[str, bytes]) -> None:
        changes = CellChanges()
        tries_by_variant: dict[tuple[str, ...], list[float]] = {}
        earlier = self._earlier(connection, [metrics.job_id for metrics in found])
        for metrics in found:
            before = earlier.get(metrics.job_id)
            if before:
                changes.add(before.dimensions, before.day, before.counts, b"", sign=-1)
                _add_tries(tries_by_variant, before, sign=-1)
            changes.add(metrics.dimensions, metrics.day, metrics.counts, person_keys[metrics.job_id])
            _add_tries(tries_by_variant, metrics, sign=1)
        self._write_metrics(connection, found)
        self.add_to_cells(connection, changes)
        self._add_trials(connection, tries_by_variant)

    def _earlier(self, connection: sa.Connection, job_ids: Collection[str]) -> dict[str, JobMetrics]:
        found: dict[str, JobMetrics] = {}
        for part in _parts(list(job_ids)):
            for row in connection.execute(sa.select(tallies).where(tallies.c.job_id.in_(part))):
                found[row.job_id] = _metrics_of(row)
        return found

    def _write_metrics(self, connection: sa.Connection, found: Sequence[JobMetrics]) -> None:
        rows = [_row(metrics) for metrics in found]
        if rows:
            connection.execute(sa.delete(tallies).where(tallies.c.job_id.in_([row["job_id"] for row in rows])))
            # A job may have been deleted since: there is no row for its metrics to refer to.
            alive = set(
                connection.execute(sa.select(jobs.c.id).where(jobs.c.id.in_([row["job_id"] for row in rows]))).scalars()
            )
            if living := [row for row in rows if row["job_id"] in alive]:
                connection.execute(sa.insert(tallies), living)

    def add_to_cells(self, connection: sa.Connection, changes: CellChanges) -> None:
        """Add differences to the cells that are there. `save` does it for jobs; only bulk loads call it themselves."""
        by_digest = {key.digest(): key for key in changes.cells}
        for part in _parts(list(by_digest)):
            for row in connection.execute(
                sa.select(sums.c.key, sums.c.counts, sums.c.people).where(sums.c.key.in_(part))
            ):
                changes.cells[by_digest[row.key]].add(json.loads(row.counts), row.people)
        self._write_cells(connection, changes.cells)

    def _write_cells(self, connection: sa.Connection, cells: dict[CellKey, Cell]) -> None:
        rows = [
            {
                "key": key.digest(),
                "grain": key.grain,
                "period": key.period,
                **key.dimensions._asdict(),
                "counts": json.dumps(cell.counts, separators=(",", ":")),
                "people": cell.people,
            }
            for key, cell in cells.items()
        ]
        insert = self._insert(sums)
        changed = {"counts": insert.excluded.counts, "people": insert.excluded.people}
        if rows:
            connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_=changed), rows)

    def _add_trials(self, connection: sa.Connection, tries_by_variant: dict[tuple[str, ...], list[float]]) -> None:
        names = ("workspace", "recipe", "goal", "variant", "person")
        rows = [
            {**dict(zip(names, key, strict=True)), "trials": trial, "wins": win}
            for key, (trial, win) in tries_by_variant.items()
            if trial or win
        ]
        insert = self._insert(trials)
        added = {
            "trials": trials.c.trials + insert.excluded.trials,
            "wins": trials.c.wins + insert.excluded.wins,
        }
        if rows:
            connection.execute(insert.on_conflict_do_update(index_elements=list(names), set_=added), rows)

    def _insert(self, table: sa.Table) -> Any:
        return sqlite.insert(table) if self.database.is_sqlite else postgresql.insert(table)


def _parts(keys: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(keys), _KEYS_AT_ONCE):
        yield keys[at : at + _KEYS_AT_ONCE]


def _add_tries(tries_by_variant: dict[tuple[str, ...], list[float]], metrics: JobMetrics, *, sign: int) -> None:
    for trial in metrics.trials:
        key = (metrics.dimensions.workspace, metrics.dimensions.recipe, trial.goal, trial.variant, metrics.person)
        known = tries_by_variant.setdefault(key, [0.0, 0.0])
        known[0] += sign
        known[1] += sign * trial.win


def _row(metrics: JobMetrics) -> dict[str, object]:
    tries = [[trial.variant, trial.goal, trial.win] for trial in metrics.trials]
    return {
        "job_id": metrics.job_id,
        "person": metrics.person,
        "day": metrics.day,
        **metrics.dimensions._asdict(),
        "outcome": metrics.outcome,
        "distance": metrics.distance,
        "counts": json.dumps(metrics.counts),
        "trial": json.dumps(tries),
    }


def _metrics_of(row: Any) -> JobMetrics:
    return JobMetrics(
        row.job_id,
        row.person,
        row.day,
        _dimensions(row),
        row.outcome,
        row.distance,
        json.loads(row.counts),
        tuple(VariantTrial(*values) for values in json.loads(row.trial)),
    )


def _dimensions(row: Any) -> Dimensions:
    return Dimensions(*(getattr(row, name) for name in Dimensions._fields))
