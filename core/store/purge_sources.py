"""Sources of knowledge of somebody who is purged: what they alone may read goes, what they added for others stays.

The texts are gone at once. The index is told by the next slice of work, as for any source that is removed.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.drafts import JsonObject
from core.principals import address_principal, person_principal
from core.privacy import Cipher
from core.store.records import RecordStore
from core.store.rows import now
from core.store.tables import access_lists, access_principals, source_blocks, source_items, source_uploads, sources
from core.store.tables.signals import signal_parts, signal_quotes, signal_scans


def purge_sources(kept: RecordStore, names: Sequence[tuple[str, str]]) -> None:
    """Remove the sources and scans of the person with these names, and strike them from the lists of readers."""
    theirs = {person_principal(*name) for name in names}
    theirs |= {address_principal(person) for _, person in names if "@" in person}
    own = sa.or_(*(sa.and_(sources.c.workspace == at, sources.c.person == who) for at, who in names))
    found_by = sa.or_(*(sa.and_(signal_scans.c.workspace == at, signal_scans.c.person == who) for at, who in names))
    with kept.database.write() as connection:
        connection.execute(sa.delete(signal_scans).where(found_by))
        for source in connection.execute(sa.select(sources).where(own)).all():
            detail = kept.cipher.open(source.workspace, source.detail)
            declared = detail["options"].get("readers", [])
            if {*declared, *_readers(connection, source.id)} - theirs:
                left = {**detail["options"], "readers": [reader for reader in declared if reader not in theirs]}
                detail |= {"options": left} if declared else {}
                nameless = {"person": "", "detail": kept.cipher.seal(source.workspace, detail)}
                connection.execute(sa.update(sources).where(sources.c.id == source.id).values(nameless))
            else:
                _remove(kept, connection, source)
        connection.execute(sa.delete(access_principals).where(access_principals.c.principal.in_(theirs)))


def _readers(connection: sa.Connection, source_id: str) -> Sequence[str]:
    """Return the principals on the lists of a source."""
    lists = sa.select(access_lists.c.id).where(access_lists.c.source_id == source_id)
    stored = sa.select(access_principals.c.principal).where(access_principals.c.access_id.in_(lists)).distinct()
    return connection.execute(stored).scalars().all()


def emptied_item(cipher: Cipher, workspace: str) -> JsonObject:
    """Return the columns of an item of which nothing is left but its number, which the index has to forget still."""
    return {
        "version": "",
        "content_hash": "",
        "access_id": None,
        "modified_at": 0.0,
        "passages": 0,
        "index_task": "remove",
        "tries": 0,
        "retry_at": None,
        "error": None,
        "detail": cipher.seal(workspace, {}),
    }


def _remove(kept: RecordStore, connection: sa.Connection, source: Any) -> None:
    mine = source_items.c.source_id == source.id
    removing = {
        "state": "removing",
        "person": "",
        "cursor": None,
        "error": None,
        "due_at": now,
        "item_count": 0,
        "passage_count": 0,
        "error_count": 0,
        "detail": kept.cipher.seal(source.workspace, {"title": "", "options": {}}),
    }
    connection.execute(
        sa.delete(source_blocks).where(source_blocks.c.item_id.in_(sa.select(source_items.c.id).where(mine)))
    )
    connection.execute(sa.delete(source_uploads).where(source_uploads.c.source_id == source.id))
    emptied_items = sa.select(source_items.c.id).where(mine)
    for table in (signal_quotes, signal_parts):
        connection.execute(sa.delete(table).where(table.c.item_id.in_(emptied_items)))
    connection.execute(sa.update(source_items).where(mine).values(emptied_item(kept.cipher, source.workspace)))
    connection.execute(sa.update(sources).where(sources.c.id == source.id).values(removing))
