"""A year of an organisation: a million jobs with tallies and sums, as `core.insight.report.rollup` counts them.

A week is counted job by job by the code that counts, and comes again each week; every job has its row and its tally,
and every cell of each day and month is there. All rows hold the same sealed texts.
"""

import json
import random
import uuid
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from core.insight.report.cube import (
    DAY_SECONDS,
    MONTHS_FROM,
    Cell,
    CellChanges,
    CellKey,
    Dimensions,
    day_of,
    month_of,
    person_key,
)
from core.insight.report.figures import DISTANCE_ENDS, SECONDS_ENDS, bucket_name
from core.insight.report.rollup import installation_salt
from core.insight.report.rollup_store import RollupStore
from core.store import Store
from core.store.tables import jobs, records, sums, tallies

DAYS = 365
WEEK = 7
PEOPLE = 2000
RECIPES = (
    "reply", "summarize", "proofread", "rewrite", "actions", "shorten", "compose", "translate", "risks", "plain",
    "title", "answer",
)  # fmt: skip
SURFACES = ("mail", "slack", "word", "api", "cli")
MODELS = ("smollm2-135m", "mini-7b", "great")
TEAMS = tuple(f"team {number}" for number in range(20))
VARIANTS = ("", "", "brief", "warm")
VERSIONS = ("3", "4")
OUTCOMES = ("accepted", "edited", "rejected", "regenerated", "expired", "")
_CHUNK = 20_000

Row = tuple[Dimensions, str, str, dict[str, float]]


def history(count: int, chance: random.Random) -> Iterator[Row]:
    """Return (place, person, outcome, counts) of a day's jobs; some recipes and people are busier than others."""
    recipe_weights = [1 / (dimensions + 1) for dimensions in range(len(RECIPES))]
    for _ in range(count):
        number = min(int(chance.paretovariate(0.6)) - 1, PEOPLE - 1)
        recipe = chance.choices(RECIPES, recipe_weights)[0]
        model = chance.choices(MODELS, (6, 3, 1))[0]
        variant = chance.choice(VARIANTS) if recipe == "reply" else ""
        surface = chance.choices(SURFACES, (4, 3, 2, 1, 1))[0]
        version = chance.choice(VERSIONS)
        prompt = f"{zlib.crc32(f'{recipe} {version} {variant}'.encode()):012x}"
        dimensions = Dimensions("local", recipe, surface, model, variant, TEAMS[number % len(TEAMS)], version, prompt)
        outcome = chance.choices(OUTCOMES, (45, 20, 10, 5, 10, 10))[0]
        yield dimensions, f"p{number}@example.com", outcome, _counts(model, outcome, chance)


def _counts(model: str, outcome: str, chance: random.Random) -> dict[str, float]:
    is_small = model == MODELS[0]
    counts = {
        "jobs": 1.0,
        "done": 1.0,
        "drafts": 1.0,
        bucket_name("t", SECONDS_ENDS, chance.lognormvariate(1.4, 0.8)): 1.0,
    }
    counts.update({"small": 1.0, "saved_usd": 0.004} if is_small else {"escalated": 1.0, "usd": 0.004})
    if outcome:
        counts[outcome] = 1.0
    if outcome in {"accepted", "edited"}:
        distance = 0.0 if outcome == "accepted" else chance.betavariate(1.5, 5)
        counts[bucket_name("d", DISTANCE_ENDS, distance)] = 1.0
    if outcome == "edited":
        counts[f"kind:{chance.choice(('tone', 'facts', 'length', 'structure'))}"] = 1.0
    if chance.random() < 0.3:
        counts[f"check:{chance.choice(('facts', 'names', 'length', 'promises'))}"] = 1.0
    return counts


def fill(store: Store, count: int, *, seed: int) -> None:
    """Put a history into an empty store: a week that is counted job by job, and comes again each week of the year."""
    today = day_of(store.database.now_seconds())
    salt = installation_salt(store)
    sealed = store.jobs.cipher.seal("local", {"inputs": {"message": "Hello"}, "delivery": {}})
    a_day = -(-count // DAYS)
    weekdays = [list(history(a_day, random.Random(seed + day))) for day in range(WEEK)]
    cells = [_day_cells(rows, salt) for rows in weekdays]
    months: dict[CellKey, Cell] = {}
    for day in range(today - DAYS + 1, today + 1):
        _insert(store, weekdays[day % WEEK], day, sealed)
        found = {CellKey(grain, day, dimensions): cell for (grain, dimensions), cell in cells[day % WEEK].items()}
        for (grain, _day, dimensions), cell in found.items():
            months.setdefault(CellKey(grain, month_of(day), dimensions), Cell()).add(cell.counts, cell.people)
        _write(store, found)
    _write(store, months)
    with store.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _day_cells(rows: Sequence[Row], salt: bytes) -> dict[tuple[int, Dimensions], Cell]:
    """Return the cells of one day's jobs."""
    changes = CellChanges()
    for dimensions, person, _outcome, counts in rows:
        changes.add(dimensions, 0, counts, person_key(salt, dimensions.workspace, person))
    return {
        (grain, dimensions): cell for (grain, period, dimensions), cell in changes.cells.items() if period < MONTHS_FROM
    }


def copy(source: Store, target: Store) -> None:
    """Put the history of a store on SQLite into one on PostgreSQL that has the same keys."""
    assert not target.database.is_sqlite
    with target.database.engine.connect() as connection:
        for table in (jobs, tallies, sums, records):
            _copy_table(source, connection, table)
    with target.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _copy_table(source: Store, connection: sa.Connection, table: sa.Table) -> None:
    names = ", ".join(column.name for column in table.columns)
    raw = connection.connection.driver_connection
    assert raw is not None
    with source.database.engine.connect() as reading, raw.cursor() as cursor:
        rows = reading.execution_options(yield_per=_CHUNK).execute(sa.select(table))
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as pipe:
            for row in rows:
                pipe.write_row(tuple(row))
        raw.commit()


def _insert(store: Store, rows: Sequence[Row], day: int, sealed: bytes) -> None:
    made = [(str(uuid.uuid4()), day, *row) for row in rows]
    with store.database.write() as connection:
        connection.execute(sa.insert(jobs), [_job(*row, sealed) for row in made])
        connection.execute(sa.insert(tallies), [_tally(*row) for row in made])


def _job(
    job_id: str, day: int, dimensions: Dimensions, person: str, _outcome: str, _counts: dict[str, float], sealed: bytes
) -> dict[str, Any]:
    at = float(day * DAY_SECONDS + 40_000)
    return {
        "id": job_id, "workspace": dimensions.workspace, "person": person,
        "surface": dimensions.surface, "recipe": dimensions.recipe,
        "queue": "interactive", "dedupe_key": job_id, "content_hash": "", "state": "delivered", "request": sealed,
        "not_before": at, "created_at": at, "finished_at": at + 4, "delivered_at": at + 4,
    }  # fmt: skip


def _tally(
    job_id: str, day: int, dimensions: Dimensions, person: str, outcome: str, counts: dict[str, float]
) -> dict[str, Any]:
    return {
        "job_id": job_id, "person": person, "day": day, **dimensions._asdict(), "outcome": outcome, "distance": None,
        "counts": json.dumps(counts), "trial": "[]",
    }  # fmt: skip


def _write(store: Store, cells: dict[CellKey, Cell]) -> None:
    changes = CellChanges()
    changes.cells = cells
    with store.database.write() as connection:
        RollupStore(store.database).add_to_cells(connection, changes)
