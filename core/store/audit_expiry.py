"""The end of the audit trail's oldest entries: months that have a part are dropped, others deleted some at a time."""

from datetime import datetime
from math import inf
from typing import Any

import sqlalchemy as sa

from core.store.engine import Database
from core.store.partitions import AUDIT_ENTRIES, drop_parts, first_in_rest, last_in_part, parts_until
from core.store.rows import now
from core.store.tables import audit_entries as entries
from core.store.tables import audit_head, audit_names, audit_pending

# In one transaction that holds the head, for which whoever chains entries waits.
BATCH = 10_000
NAMES_BATCH = 1_000
GRACE_SECONDS = 3600
# What is later than now by more than this was written while a clock was wrong.
AHEAD_SECONDS = 3600


def delete_oldest(connection: sa.Connection, until: datetime, batch: int = BATCH) -> tuple[int, int]:
    """Delete entries of before a moment within a transaction, all months that have a part or else some entries.

    Where a month stands in the part of the rest, those before it go first, then it goes some entries at a time. So does
    a month in whose part stands an entry of an old time that was written later than younger ones: it stays until these
    are due. What is left still verifies: the chain then begins with the hash of the last entry that was deleted.

    Returns:
        How many were deleted, and the number of the last one.
    """
    kept_from = connection.execute(sa.select(audit_head.c.kept_from).with_for_update()).scalar_one()
    old = parts_until(connection, AUDIT_ENTRIES, until)
    first = min(first_in_rest(connection, AUDIT_ENTRIES), _first_young(connection, until)) if old else inf
    # In the order of the chain: a stray entry of an old time at its end keeps no month but its own.
    parts = {name: upper for name, upper in old.items() if last_in_part(connection, AUDIT_ENTRIES, name) < first}
    if parts:
        is_old = entries.c.at_microseconds < int(max(parts.values()))
    else:
        is_due = entries.c.sequence < kept_from + batch
        is_old = sa.and_(entries.c.at_microseconds < AUDIT_ENTRIES.bound(until), is_due)
        first = _first_young(connection, until, is_due)
    is_old = is_old if first == inf else sa.and_(is_old, entries.c.sequence < int(first))
    last = _newest(connection, is_old)
    if last is not None:
        begins = {"kept_from": last.sequence + 1, "kept_previous": last.hash}
        connection.execute(sa.update(audit_head).values(begins))
    drop_parts(connection, list(parts))
    if last is None:
        return 0, 0
    # Beside the parts, what was written in a month of its neighbour's by some milliseconds.
    connection.execute(sa.delete(entries).where(entries.c.sequence <= last.sequence))
    return last.sequence + 1 - kept_from, last.sequence


def _first_young(connection: sa.Connection, until: datetime, *among: sa.ColumnElement[bool]) -> float:
    """Return the number of the first entry that is not due; infinite where there is none.

    What is within an hour of the moment is none: entries that are written at one time come in any order. Nor is what
    lies in the future, which only a wrong clock can have written: it would keep all after it until then.
    """
    is_young = entries.c.at_microseconds.between(
        AUDIT_ENTRIES.bound(until) + GRACE_SECONDS * AUDIT_ENTRIES.per_second,
        sa.cast((now + AHEAD_SECONDS) * AUDIT_ENTRIES.per_second, sa.BigInteger),
    )
    found = connection.execute(sa.select(sa.func.min(entries.c.sequence)).where(is_young, *among)).scalar_one()
    return inf if found is None else float(found)


def _newest(connection: sa.Connection, is_it: sa.ColumnElement[bool]) -> Any:
    newest = sa.select(entries.c.sequence, entries.c.hash).where(is_it).order_by(entries.c.sequence.desc()).limit(1)
    return connection.execute(newest).one_or_none()


def forget_unused_names(database: Database) -> None:
    """Delete the names that no entry bears any more.

    Raises:
        StoreOutage: the database cannot be used; what is left goes with the next months.
    """
    after = ""
    while True:
        page = sa.select(audit_names.c.id).where(audit_names.c.id > after).order_by(audit_names.c.id)
        with database.write() as connection:
            ids = list(connection.execute(page.limit(NAMES_BATCH)).scalars())
            is_unused = sa.and_(_is_unused(entries), _is_unused(audit_pending))
            connection.execute(sa.delete(audit_names).where(audit_names.c.id.in_(ids), is_unused))
        if len(ids) < NAMES_BATCH:
            return
        after = ids[-1]


def _is_unused(table: sa.Table) -> sa.ColumnElement[bool]:
    # That an address is something is said as the index says it.
    has_address = sa.and_(table.c.address == audit_names.c.id, table.c.address != "")
    used = [table.c.actor == audit_names.c.id, table.c.thing == audit_names.c.id, has_address]
    return sa.not_(sa.or_(*(sa.exists().where(condition) for condition in used)))
