"""What a place told of by itself: notices wait in the database until its source is read, and go with the source.

A notice says that something has changed and never what it is now: that is read from the place, so notices may come
twice and in any order. They wait in the table of uploads, without data.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.drafts import JsonObject
from core.privacy import Cipher
from core.sources.access import name_hash
from core.sources.model import Source
from core.sources.store import SourceStore
from core.store.engine import Database
from core.store.tables import source_uploads, sources


@dataclass(frozen=True)
class SourceNotice:
    """A notice. `number` grows with each; `data` is whatever the connector understands."""

    number: int
    data: JsonObject


class Notices:
    """The notices of all sources.

    Args:
        database: where.
        cipher: seals them, bound to the source's workspace.
    """

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher
        self._sources = SourceStore(database, cipher)

    def put(self, source: Source, data: JsonObject) -> None:
        """Have something be read again as soon as a worker can; nothing happens where the source is gone."""
        values = {
            "source_id": source.id,
            "key_hash": name_hash(source.id, ""),
            "detail": self._cipher.seal(source.workspace, data),
        }
        there = sa.select(sources.c.id).where(sources.c.id == source.id, sources.c.state == "active")
        with self._database.write() as connection:
            if connection.execute(there).one_or_none() is None:
                return
            connection.execute(sa.insert(source_uploads).values(values))
        self._sources.wake(source.id)

    def after(self, source: Source, number: int, limit: int) -> Sequence[SourceNotice]:
        """Return the notices behind a number; those up to it were seen to, and are deleted."""
        mine = source_uploads.c.source_id == source.id
        waiting = sa.select(source_uploads.c.number, source_uploads.c.detail).where(mine)
        ordered = waiting.where(source_uploads.c.number > number).order_by(source_uploads.c.number).limit(limit)
        with self._database.read() as connection:
            rows = connection.execute(ordered).all()
            is_over = connection.execute(waiting.where(source_uploads.c.number <= number).limit(1)).first() is not None
        if is_over:
            with self._database.write() as connection:
                connection.execute(sa.delete(source_uploads).where(mine, source_uploads.c.number <= number))
        return [SourceNotice(row.number, self._cipher.open(source.workspace, row.detail)) for row in rows]
