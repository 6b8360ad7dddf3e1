"""Access lists in the database: who may read the items of a source, so that a change of members is a change of rows."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from core.sources.model import AccessList, Reader, Source
from core.store.rows import now
from core.store.tables import access_lists, access_principals

# As many values as one statement names.
AT_ONCE = 500
# No place is believed for longer.
MAX_BELIEVED_SECONDS = 31 * 86_400.0


def name_hash(source_id: str, key: str) -> str:
    """Return what an item or an access list of a source is found by: keys are names that people gave."""
    return hashlib.sha256(f"{source_id}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def is_believed() -> sa.ColumnElement[bool]:
    """Whether the list of a principal still holds: what was told for a time only has not run out.

    A time too far ahead was written by a wrong clock.
    """
    until = access_lists.c.believed_until
    holds = sa.or_(until.is_(None), sa.and_(until > now, until <= now + MAX_BELIEVED_SECONDS))
    return sa.exists().where(access_lists.c.id == access_principals.c.access_id, holds)


def lists_of(connection: sa.Connection, reader: Reader, among: Collection[int] | None = None) -> set[int]:
    """Return the numbers of the access lists that a reader is on; with `among` only of those."""
    found = set[int]()
    statement = sa.select(access_principals.c.access_id).where(is_believed())
    if reader.refused_sources:
        refused = sa.select(access_lists.c.id).where(access_lists.c.source_id.in_(reader.refused_sources))
        statement = statement.where(access_principals.c.access_id.not_in(refused))
    for principals in some(sorted(reader.principals)):
        theirs = statement.where(access_principals.c.principal.in_(principals))
        if among is None:
            found.update(connection.execute(theirs).scalars())
            continue
        for numbers in some(sorted(among)):
            found.update(connection.execute(theirs.where(access_principals.c.access_id.in_(numbers))).scalars())
    return found


def is_on_any(connection: sa.Connection, source_id: str, reader: Reader) -> bool:
    """Whether a reader is on any access list of a source."""
    if source_id in reader.refused_sources:
        return False
    mine = sa.select(access_lists.c.id).where(access_lists.c.source_id == source_id)
    theirs = access_principals.c.principal.in_(sorted(reader.principals))
    on_any = sa.and_(theirs, is_believed(), access_principals.c.access_id.in_(mine))
    found = sa.select(access_principals.c.access_id).where(on_any).limit(1)
    return connection.execute(found).first() is not None


def sources_read_by(connection: sa.Connection, reader: Reader, *, only_believed: bool = True) -> set[str]:
    """Return the ids of the sources of which a reader is on an access list; else on one that ran out, too."""
    found = set[str]()
    # By another name, since `is_believed` looks at the table itself.
    lists = access_lists.alias()
    joined = sa.select(lists.c.source_id).join(access_principals, access_principals.c.access_id == lists.c.id)
    for principals in some(sorted(reader.principals)):
        theirs = joined.where(access_principals.c.principal.in_(principals)).distinct()
        theirs = theirs.where(is_believed()) if only_believed else theirs
        found.update(connection.execute(theirs).scalars())
    return found - reader.refused_sources


def access_numbers(connection: sa.Connection, source_id: str, keys: Collection[str]) -> dict[str, int]:
    """Return the numbers of a source's access lists by key; one that was never told of is nobody's."""
    hashes = {name_hash(source_id, key): key for key in keys}
    found = dict[str, int]()
    for part in some([*hashes]):
        mine = sa.and_(access_lists.c.source_id == source_id, access_lists.c.key_hash.in_(part))
        for row in connection.execute(sa.select(access_lists.c.id, access_lists.c.key_hash).where(mine)):
            found[hashes[row.key_hash]] = row.id
    return found


def put_access(connection: sa.Connection, source: Source, access: AccessList) -> None:
    """Store who may read by this list, in place of whoever might before."""
    known = access_numbers(connection, source.id, [access.key]).get(access.key)
    if known is None:
        values = {"source_id": source.id, "key_hash": name_hash(source.id, access.key)}
        made = sa.insert(access_lists).values(values).returning(access_lists.c.id)
        known = connection.execute(made).scalar_one()
    until = now + access.believed_seconds if access.believed_seconds else None
    connection.execute(sa.update(access_lists).where(access_lists.c.id == known).values(believed_until=until))
    theirs = access_principals.c.access_id == known
    before = set(connection.execute(sa.select(access_principals.c.principal).where(theirs)).scalars())
    for gone in some(sorted(before - access.principals)):
        connection.execute(sa.delete(access_principals).where(theirs, access_principals.c.principal.in_(gone)))
    added = [{"access_id": known, "principal": principal} for principal in sorted(access.principals - before)]
    if added:
        connection.execute(sa.insert(access_principals), added)


def some(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield values in portions that a statement can name."""
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
