"""Indexes of tables that are in use, built on a server before a migration's transaction.

Within it `CREATE INDEX` would block all writes to the table for as long as it takes, and old processes work on while a
new version is rolled out. What is built ahead the migration finds there.
"""

import time
from typing import NamedTuple

import sqlalchemy as sa

from core.errors import StoreOutage
from core.logs import logger
from core.store.engine import Database
from core.store.partitions import AUDIT_ENTRIES, MONTHLY_TABLES, MonthlyTable, is_whole, prepare, undo_prepare

log = logger(__name__)

ASK_AGAIN_SECONDS = 0.2


class AheadIndex(NamedTuple):
    """An index: its name, table and columns, which rows are in it ("" for all), and whether each is in it once."""

    name: str
    table: str
    columns: tuple[str, ...]
    where: str = ""
    is_unique: bool = False


JOB_PAGE = AheadIndex("job_page", "job", ("workspace", "person", "id", "state", "surface", "recipe"))
TALLY_PAGE = AheadIndex("insight_tally_page", "insight_tally", ("workspace", "person", "outcome", "job_id"))
JOB_TURN = AheadIndex(
    "job_turn",
    "job",
    ("queue", "workspace", "person", "id"),
    "state = 'queued' AND sent_at IS NOT NULL AND surface <> 'signals'",
)
JOB_PACE = AheadIndex("job_pace", "job", ("queue", "finished_at"), "finished_at IS NOT NULL")
AUDIT_ADDRESS = AheadIndex("audit_entry_address", "audit_entry", ("address",), "address <> ''")


def build_ahead(database: Database, *, lock_number: int) -> None:
    """Build on PostgreSQL what tables that are there lack, one process at a time, while others read and write them.

    A process that waits for its turn asks again and again: one that waited inside a statement would hold a snapshot,
    for whose end the building in turn waits.

    Args:
        database: the server.
        lock_number: of the lock that migrations hold.

    Raises:
        StoreOutage: it cannot be reached, or broke off; the next try builds again what was left half-built.
    """
    with database.read() as connection:
        try:
            for limit in ("statement_timeout", "lock_timeout"):
                connection.execute(sa.text(f"SET {limit} = 0"))
            turn = sa.text("SELECT pg_try_advisory_lock(:number)")
            while not connection.execute(turn, {"number": lock_number}).scalar_one():
                time.sleep(ASK_AGAIN_SECONDS)
            for index in (JOB_PAGE, TALLY_PAGE, JOB_TURN, JOB_PACE):
                _build(connection, index)
            for table in MONTHLY_TABLES:
                if is_whole(connection, table):
                    _prepare_months(connection, table)
        finally:
            connection.invalidate()  # gives the lock back, and the limits are those of a new connection


def undo_ahead(database: Database, *, lock_number: int) -> None:
    """Take back, after a migration that broke off, what would refuse rows of old processes in two months.

    Indexes stay, for the next try. Another process that migrates meanwhile is waited for briefly.
    """
    for table in MONTHLY_TABLES:
        try:
            with database.write() as connection:
                turn = sa.text("SELECT pg_advisory_xact_lock(:number)")
                connection.execute(turn, {"number": lock_number})
                if is_whole(connection, table):
                    undo_prepare(connection, table)
        except (StoreOutage, sa.exc.DatabaseError) as error:
            kind = type(error).__name__
            log.warning("rows of the third month to come are refused until the migration", kind=table.name, error=kind)


def _prepare_months(connection: sa.Connection, table: MonthlyTable) -> None:
    """Build what a table that is there needs to become a part of itself."""
    keys = {f"{table.before}_pkey": table.key}
    if table.once:
        keys[f"{table.once[0]}_before"] = table.once[1]
    for name, column in keys.items():
        _build(connection, AheadIndex(name, table.name, (column, table.at), is_unique=True))
    if table == AUDIT_ENTRIES:
        _build(connection, AUDIT_ADDRESS)
    prepare(connection, table)


def _build(connection: sa.Connection, index: AheadIndex) -> None:
    tables = sa.inspect(connection)
    if not tables.has_table(index.table):
        return
    if not {column["name"] for column in tables.get_columns(index.table)}.issuperset(index.columns):
        return  # an earlier migration makes the columns
    state = sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
    is_valid = connection.execute(state, {"name": index.name}).scalar_one_or_none()
    if is_valid:
        return
    if is_valid is not None:  # left by a try that broke off; it would never be used
        connection.execute(sa.text(f"DROP INDEX CONCURRENTLY {index.name}"))
    columns = ", ".join(f'"{column}"' for column in index.columns)
    kind = "UNIQUE INDEX" if index.is_unique else "INDEX"
    rows = f" WHERE {index.where}" if index.where else ""
    connection.execute(sa.text(f"CREATE {kind} CONCURRENTLY {index.name} ON {index.table} ({columns}){rows}"))
