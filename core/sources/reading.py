"""Texts of items, read from their sealed blocks; for a reader only what they may read at this moment."""

import json
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.errors import SettingsError
from core.logs import logger
from core.privacy import Cipher
from core.sources.access import lists_of, some
from core.sources.model import Passage, Reader
from core.store.engine import Database
from core.store.tables import source_blocks, source_items, sources

log = logger(__name__)
# How many passages a row holds, so that one of them is read without opening two megabytes.
BLOCK = 64


@dataclass(frozen=True)
class ReadItem:
    """An item with those of its passages that were asked for, by their number; those that are not there are left out.

    `modified_at` is Unix seconds, 0 when nothing says.
    """

    source_id: str
    key: str
    title: str
    link: str
    modified_at: float
    passages: Mapping[int, Passage]


def seal_blocks(cipher: Cipher, workspace: str, passages: Sequence[Passage]) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the sealed value of each block of an item's passages."""
    for start in range(0, len(passages), BLOCK):
        parts = [[part.text, part.heading, part.place] for part in passages[start : start + BLOCK]]
        yield start // BLOCK, cipher.seal_bytes(workspace, zlib.compress(json.dumps(parts).encode()))


class PassageReader:
    """Reads passages.

    Args:
        database: where.
        cipher: opens them.
    """

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    def all_of(self, workspace: str, item_id: int) -> list[Passage]:
        """Return all passages of an item in order."""
        statement = sa.select(source_blocks.c.data).where(source_blocks.c.item_id == item_id)
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(source_blocks.c.block)).scalars().all()
        return [passage for data in rows for passage in self._opened(workspace, data)]

    def read(
        self, wanted: Mapping[int, Collection[int]], readers: Sequence[Reader] | None = None
    ) -> dict[int, ReadItem]:
        """Return items with the passages that are wanted of each, by the number of the item.

        Args:
            wanted: numbers of passages, by the number of their item.
            readers: only what all of these may read now; None for the machinery, which shows nothing to anybody.
        """
        found = dict[int, ReadItem]()
        with self._database.read() as connection:
            for row in self._rows(connection, [*wanted], readers):
                blocks = {number // BLOCK for number in wanted[row.id]}
                try:
                    found[row.id] = self._item(row, self._blocks(connection, row, blocks), wanted[row.id])
                except (SettingsError, ValueError, TypeError):
                    log.error("an item cannot be read", source=row.source_id)
        return found

    def _rows(
        self, connection: sa.Connection, item_ids: Sequence[int], readers: Sequence[Reader] | None
    ) -> Iterator[Any]:
        """Yield the rows of the items that are there, and that all the readers may read."""
        columns = (*source_items.c, sources.c.workspace)
        joined = sa.select(*columns).join(sources, sources.c.id == source_items.c.source_id)
        living = sa.and_(sources.c.state != "removing", source_items.c.index_task != "remove")
        for ids in some(item_ids):
            rows = connection.execute(joined.where(living, source_items.c.id.in_(ids))).all()
            allowed = {row.access_id for row in rows if row.access_id is not None} if readers else set()
            for reader in readers or ():
                allowed &= lists_of(connection, reader, allowed)
            yield from (row for row in rows if readers is None or row.access_id in allowed)

    def _blocks(self, connection: sa.Connection, row: Any, blocks: Collection[int]) -> dict[int, Passage]:
        mine = sa.and_(source_blocks.c.item_id == row.id, source_blocks.c.block.in_(sorted(blocks)))
        rows = connection.execute(sa.select(source_blocks.c.block, source_blocks.c.data).where(mine)).all()
        return {
            block * BLOCK + number: passage
            for block, data in rows
            for number, passage in enumerate(self._opened(row.workspace, data))
        }

    def _item(self, row: Any, passages: Mapping[int, Passage], wanted: Collection[int]) -> ReadItem:
        key, title, link, *_ = self._cipher.open(row.workspace, row.detail)
        chosen = {number: passages[number] for number in wanted if number in passages}
        return ReadItem(row.source_id, key, title, link, row.modified_at, chosen)

    def _opened(self, workspace: str, sealed: bytes) -> list[Passage]:
        parts = json.loads(zlib.decompress(self._cipher.open_bytes(workspace, bytes(sealed))))
        return [Passage(text, heading, place) for text, heading, place in parts]
