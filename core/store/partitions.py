"""Tables that only grow, one part for each month on PostgreSQL: what is old enough goes a month at a time.

To drop a month takes as long for a million rows as for ten. SQLite has no such parts. Jobs are not among these tables:
DECISIONS.md 333.

A table that was there before stays whole as the part of everything until some months from now, `NAME_before`. A row of
a month that nobody made a part for goes to `NAME_rest`, so that nothing is ever refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile

import sqlalchemy as sa

from core.errors import StoreOutage
from core.logs import logger
from core.store.engine import Database
from core.store.tables.metadata import DatabaseNow

log = logger(__name__)

# Parts are made for so many months to come, again and again: a year with nobody at work leaves rows in `NAME_rest`.
MONTHS_AHEAD = 3
# Others wait behind a lock that is waited for, so it is not waited for long; the next round tries again.
LOCK_TIMEOUT = "2s"


@dataclass(frozen=True)
class MonthlyTable:
    """A table that only grows.

    Attributes:
        name: of the table.
        key: the column by which a row is named.
        at: the column of its time.
        per_second: how many of its units a second has.
        once: a unique constraint and its column, beside the key.
    """

    name: str
    key: str
    at: str
    per_second: int = 1
    once: tuple[str, str] | None = None

    @property
    def before(self) -> str:
        """The part that the table was before it had parts."""
        return f"{self.name}_before"

    @property
    def rest(self) -> str:
        """The part of what no other part takes."""
        return f"{self.name}_rest"

    @property
    def check(self) -> str:
        """The constraint that proves that this part holds nothing younger, so that nothing is read for it."""
        return f"{self.name}_until"

    def bound(self, moment: datetime) -> int:
        """Return a moment in the units of the table."""
        return int(moment.timestamp()) * self.per_second


AUDIT_ENTRIES = MonthlyTable("audit_entry", "sequence", "at_microseconds", 1_000_000, ("audit_entry_once", "id"))
MODEL_CALLS = MonthlyTable("model_call", "id", "created_at")
MONTHLY_TABLES = (AUDIT_ENTRIES, MODEL_CALLS)


def month_start(seconds: float, months: int = 0) -> datetime:
    """Return when the month of a moment begins, or the one so many months later (UTC)."""
    moment = datetime.fromtimestamp(seconds, UTC)
    count = moment.year * 12 + moment.month - 1 + months
    return datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC)


def is_divided(connection: sa.Connection, table: MonthlyTable) -> bool:
    """Whether a table has parts that are ours to make and to drop."""
    return is_ours(connection, table) and _kind(connection, table) == "p"


def is_ours(connection: sa.Connection, table: MonthlyTable) -> bool:
    """Whether the database lets us change a table: that of the audit trail may be another's (deploy/runbook.md)."""
    owned = sa.text("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(:name)")
    return bool(connection.execute(owned, {"name": table.name}).scalar_one_or_none())


def is_whole(connection: sa.Connection, table: MonthlyTable) -> bool:
    """Whether a table is there, ours, and without parts."""
    return is_ours(connection, table) and _kind(connection, table) == "r"


def _kind(connection: sa.Connection, table: MonthlyTable) -> str:
    kind = sa.text("SELECT relkind FROM pg_class WHERE oid = to_regclass(:name)")
    return str(connection.execute(kind, {"name": table.name}).scalar_one_or_none())


def prepare(connection: sa.Connection, table: MonthlyTable) -> None:
    """Do what takes long before a table that is in use gets parts, while others read and write it.

    Nothing younger than the third month to come may be put into it from then on. So the migration follows at once.
    """
    if not _check(connection, table):
        below = f"{table.at} < {_bound(connection, table)}"
        connection.execute(sa.text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(sa.text(f"ALTER TABLE {table.name} ADD CONSTRAINT {table.check} CHECK ({below}) NOT VALID"))
        connection.execute(sa.text("SET lock_timeout = 0"))
    connection.execute(sa.text(f"ALTER TABLE {table.name} VALIDATE CONSTRAINT {table.check}"))


def undo_prepare(connection: sa.Connection, table: MonthlyTable) -> None:
    """Let a table take rows of any month again within a transaction, where no migration followed."""
    if _check(connection, table):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        connection.exec_driver_sql(f"ALTER TABLE {table.name} DROP CONSTRAINT IF EXISTS {table.check}")


def divide(connection: sa.Connection, table: MonthlyTable) -> None:
    """Give a table parts within a transaction: it stays what it is, as the part of all until some month.

    Old code works on, since a table of the same name takes and gives the same rows.
    """
    run = connection.exec_driver_sql
    name, before, columns = table.name, table.before, f"({table.key}, {table.at})"
    run(f"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE")
    now_seconds = connection.execute(sa.select(DatabaseNow())).scalar_one()
    until, grants, owner = _until(connection, table), _grants(connection, name), _owner(connection, name)
    indexes, triggers = _indexes(connection, name), _triggers(connection, name)
    run(f"ALTER TABLE {name} RENAME TO {before}")
    for index in indexes:
        run(f"ALTER INDEX {index} RENAME TO {index}_before")
    run(f"ALTER TABLE {before} DROP CONSTRAINT {name}_pkey")
    run(f"CREATE UNIQUE INDEX IF NOT EXISTS {before}_pkey ON {before} {columns}")
    run(f"ALTER TABLE {before} ADD CONSTRAINT {before}_pkey PRIMARY KEY USING INDEX {before}_pkey")
    run(f"CREATE TABLE {name} (LIKE {before} INCLUDING DEFAULTS) PARTITION BY RANGE ({table.at})")
    _give(connection, name, owner)
    run(f"ALTER TABLE {name} ADD PRIMARY KEY {columns}")
    if table.once:
        constraint, column = table.once
        run(f"ALTER TABLE {before} DROP CONSTRAINT {constraint}")
        run(f"CREATE UNIQUE INDEX IF NOT EXISTS {constraint}_before ON {before} ({column}, {table.at})")
        run(f"ALTER TABLE {before} ADD CONSTRAINT {constraint}_before UNIQUE USING INDEX {constraint}_before")
        run(f"ALTER TABLE {name} ADD CONSTRAINT {constraint} UNIQUE ({column}, {table.at})")
    for trigger, of_rows in triggers:
        if of_rows:  # the parts get those of the whole
            run(f"DROP TRIGGER {trigger.split()[2]} ON {before}")
        run(trigger)
    for definition in indexes.values():
        run(definition)
    run(f"ALTER TABLE {name} ATTACH PARTITION {before} FOR VALUES FROM (MINVALUE) TO ({until})")
    run(f"ALTER TABLE {before} DROP CONSTRAINT IF EXISTS {table.check}")
    run(f"CREATE TABLE {table.rest} PARTITION OF {name} DEFAULT")
    _give(connection, table.rest, owner)
    for right in grants:
        run(right)
    make_parts(connection, table, now_seconds)


def unite(connection: sa.Connection, table: MonthlyTable) -> None:
    """Take the parts away, within a transaction in which every row is written again."""
    run = connection.exec_driver_sql
    name, whole = table.name, f"{table.name}_whole"
    indexes, triggers = _indexes(connection, name), _triggers(connection, name)
    run(f"CREATE TABLE {whole} (LIKE {name} INCLUDING DEFAULTS)")
    run(f"INSERT INTO {whole} SELECT * FROM {name}")  # noqa: S608 - our own name
    _give(connection, whole, _owner(connection, name))
    run(f"DROP TABLE {name}")
    run(f"ALTER TABLE {whole} RENAME TO {name}")
    run(f"ALTER TABLE {name} ADD PRIMARY KEY ({table.key})")
    if table.once:
        constraint, column = table.once
        run(f"ALTER TABLE {name} ADD CONSTRAINT {constraint} UNIQUE ({column})")
    for statement in (*indexes.values(), *(trigger for trigger, _ in triggers)):
        run(statement)


def _until(connection: sa.Connection, table: MonthlyTable) -> float:
    """Return until when the rows of a table go to what it is now."""
    said = _check(connection, table)
    return _number_behind("< ", said) if said else _bound(connection, table)


def _check(connection: sa.Connection, table: MonthlyTable) -> str:
    """Return what the constraint says that `prepare` gives a table, "" where it has none."""
    asked = (
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :check AND conrelid = to_regclass(:name)"
    )
    found = connection.execute(sa.text(asked), {"check": table.check, "name": table.name})
    return str(found.scalar_one_or_none() or "")


def _bound(connection: sa.Connection, table: MonthlyTable) -> int:
    """Return when the first month begins that no row is of yet, though some of this hour are still to come."""
    youngest = connection.execute(sa.text(f"SELECT max({table.at}) FROM {table.name}")).scalar_one()  # noqa: S608 - ours
    now_seconds = connection.execute(sa.select(DatabaseNow())).scalar_one()
    if youngest is None:
        return table.bound(month_start(now_seconds))
    return table.bound(max(month_start(now_seconds, MONTHS_AHEAD), month_start(youngest / table.per_second, 1)))


def _number_behind(lead: str, text: str) -> float:
    """Return the number that PostgreSQL writes behind a lead, in brackets and quotation marks or not."""
    said = text.partition(lead)[2].lstrip("('\"")
    number = "".join(takewhile("0123456789.e+".__contains__, said))
    return float(number) if number else float("inf")


def _indexes(connection: sa.Connection, name: str) -> dict[str, str]:
    """Return the indexes of a table that no constraint made, each as the statement that makes it."""
    asked = (
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = :name"
        " AND indexdef NOT LIKE 'CREATE UNIQUE%'"
    )
    rows = connection.execute(sa.text(asked), {"name": name})
    return {row.indexname: row.indexdef.replace(" ON ONLY ", " ON ", 1) for row in rows}


def _triggers(connection: sa.Connection, name: str) -> list[tuple[str, bool]]:
    """Return the triggers of a table as the statements that make them, and whether they look at rows."""
    asked = (
        "SELECT pg_get_triggerdef(oid) AS made, tgtype & 1 AS of_rows FROM pg_trigger"
        " WHERE tgrelid = to_regclass(:name) AND NOT tgisinternal"
    )
    return [(row.made, bool(row.of_rows)) for row in connection.execute(sa.text(asked), {"name": name})]


def _owner(connection: sa.Connection, name: str) -> str:
    owner = sa.text("SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class WHERE oid = to_regclass(:name)")
    return str(connection.execute(owner, {"name": name}).scalar_one())


def _give(connection: sa.Connection, name: str, owner: str) -> None:
    """Let a new table belong to whom the table of before belongs, whoever makes it."""
    if _owner(connection, name) != owner:
        connection.exec_driver_sql(f"ALTER TABLE {name} OWNER TO {owner}")


def _grants(connection: sa.Connection, name: str) -> list[str]:
    """Return what others may do with a table, as the statements that let them."""
    asked = (
        "SELECT format('GRANT %s ON %I TO %s', privilege_type, table_name,"
        " CASE grantee WHEN 'PUBLIC' THEN grantee ELSE quote_ident(grantee) END)"
        " FROM information_schema.role_table_grants"
        " WHERE table_schema = current_schema() AND table_name = :name AND grantee <> grantor"
    )
    return list(connection.execute(sa.text(asked), {"name": name}).scalars())


def make_months(database: Database) -> None:
    """See that there is a part for this month and some to come. Where it cannot be done rows go to `NAME_rest`."""
    if database.is_sqlite:
        return
    now_seconds = database.now_seconds()
    for table in MONTHLY_TABLES:
        try:
            with database.write() as connection:
                connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
                make_parts(connection, table, now_seconds)
        except (StoreOutage, sa.exc.DatabaseError) as error:
            log.warning("no part for the month", kind=table.name, error=type(error).__name__)


def make_parts(connection: sa.Connection, table: MonthlyTable, now_seconds: float) -> None:
    """Make the parts of a table that are not there, of the month of a moment and of some to come.

    A month of which a row stands in `NAME_rest` stays there, and those after it get their parts.
    """
    if not is_divided(connection, table):
        return
    parts = dict(_parts(connection, table))
    for months in range(MONTHS_AHEAD + 1):
        start, end = (month_start(now_seconds, months + further) for further in (0, 1))
        part = f"{table.name}_{start:%Y_%m}"
        if part in parts or table.bound(start) < parts.get(table.before, float("-inf")):
            continue
        values = f"FROM ({table.bound(start)}) TO ({table.bound(end)})"
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(f"CREATE TABLE {part} PARTITION OF {table.name} FOR VALUES {values}")
                _give(connection, part, _owner(connection, table.name))
        except sa.exc.IntegrityError:
            log.warning("rows of a month stay in the part of the rest", kind=part)
            continue
        _guard(connection, table, part)
    _guard(connection, table, table.rest)


def _guard(connection: sa.Connection, table: MonthlyTable, part: str) -> None:
    """Give a part the triggers that look at whole statements; those that look at rows it has from its table."""
    has_some = any(not of_rows for _, of_rows in _triggers(connection, part))
    for trigger, of_rows in _triggers(connection, table.name):
        if not of_rows and not has_some:
            connection.exec_driver_sql(trigger.replace(f".{table.name} ", f".{part} ", 1))


def _parts(connection: sa.Connection, table: MonthlyTable) -> Iterator[tuple[str, float]]:
    """Yield each part and what all its rows are below of; of the rest that is nothing."""
    asked = (
        "SELECT relname, pg_get_expr(relpartbound, pg_class.oid) AS said FROM pg_inherits"
        " JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = to_regclass(:name)"
    )
    for row in connection.execute(sa.text(asked), {"name": table.name}):
        yield row.relname, _number_behind("TO (", row.said)


def parts_until(connection: sa.Connection, table: MonthlyTable, moment: datetime) -> dict[str, float]:
    """Return the parts whose rows are all older than a moment, each with what they are below of."""
    if connection.dialect.name == "sqlite" or not is_divided(connection, table):
        return {}
    return {name: upper for name, upper in _parts(connection, table) if upper <= table.bound(moment)}


def first_in_rest(connection: sa.Connection, table: MonthlyTable) -> float:
    """Return the lowest key in the part of the rest of a divided table; infinite where it is empty."""
    lowest = sa.text(f"SELECT min({table.key}) FROM {table.rest}")  # noqa: S608 - our own names
    found = connection.execute(lowest).scalar_one()
    return float("inf") if found is None else float(found)


def last_in_part(connection: sa.Connection, table: MonthlyTable, part: str) -> float:
    """Return the highest key in a part; below all keys where it is empty."""
    highest = sa.text(f"SELECT max({table.key}) FROM {part}")  # noqa: S608 - our own names
    found = connection.execute(highest).scalar_one()
    return float("-inf") if found is None else float(found)


def drop_parts(connection: sa.Connection, names: Sequence[str]) -> None:
    """Drop parts within a transaction, which waits briefly for others to have read."""
    if names:
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    for name in names:
        connection.execute(sa.text(f"DROP TABLE {name}"))
