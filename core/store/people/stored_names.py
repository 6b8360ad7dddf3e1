"""Under which names (workspace, person) anything is stored, and how much of it are jobs: for lists of people.

There are few names among many rows, so each is found from the one before it in the index instead of reading all rows.
"""

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from core.store.engine import Database
from core.store.rows import Scope
from core.store.tables import jobs, records

Name = tuple[str, str]


def stored_names(database: Database, scope: Scope, *, other_than: Collection[str]) -> set[Name]:
    """Return every name with a job or a record there; records of the kinds `other_than` do not count."""
    some = sa.select(sa.literal(1)).where(
        records.c.workspace == sa.bindparam("workspace"),
        records.c.person == sa.bindparam("person"),
        records.c.kind.not_in(list(other_than)),
    )
    with database.read() as connection:
        found = set(_names(connection, jobs, scope))
        for workspace, person in _names(connection, records, scope):
            if not person or (workspace, person) in found:
                continue
            if connection.execute(some.limit(1), {"workspace": workspace, "person": person}).first():
                found.add((workspace, person))
    return found


def job_counts(database: Database, names: Iterable[Name]) -> dict[tuple[str, str, str], int]:
    """Return how many jobs there are by (workspace, person, surface), of some names."""
    # Not the column itself: SQLite would go by the index in whose order surfaces are, and read every row.
    surface = jobs.c.surface.concat("")
    counted = sa.select(surface, sa.func.count()).group_by(surface)
    found: dict[tuple[str, str, str], int] = {}
    with database.read() as connection:
        for workspace, person in names:
            theirs = counted.where(jobs.c.workspace == workspace, jobs.c.person == person)
            found |= {(workspace, person, row[0]): row[1] for row in connection.execute(theirs)}
    return found


def _names(connection: sa.Connection, table: sa.Table, scope: Scope) -> list[Name]:
    """Return the names in a scope of a table that has an index over workspace and person."""
    workspaces = filter(scope.covers, _steps(connection, table.c.workspace))
    return [
        (workspace, person)
        for workspace in workspaces
        for person in _steps(connection, table.c.person, table.c.workspace == workspace)
    ]


def _steps(connection: sa.Connection, column: sa.Column[str], *where: sa.ColumnElement[bool]) -> list[str]:
    """Return the values of an indexed column, each found as the least one above the one before."""
    walk = sa.select(sa.func.min(column).label("value")).where(*where).cte("walk", recursive=True)
    following = sa.select(sa.func.min(column)).where(*where, column > walk.c.value).correlate(walk).scalar_subquery()
    walk = walk.union_all(sa.select(following).where(walk.c.value.is_not(None)))
    return list(connection.execute(sa.select(walk.c.value).where(walk.c.value.is_not(None))).scalars())
