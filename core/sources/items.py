"""Items in the database, each with its text as sealed blocks of passages, and who may read it.

This is the truth that the index is made from. `index_task` says of each item what the index has to be told still, so
that whatever is killed between the two, the next slice of work tells it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from core.errors import InlaidError
from core.privacy import Cipher
from core.sources.access import access_numbers, lists_of, name_hash, put_access, some
from core.sources.model import AccessList, ItemChange, Passage, Reader, Source
from core.sources.reading import seal_blocks
from core.sources.store import SourceLease, hold
from core.store.engine import Database
from core.store.purge_sources import emptied_item
from core.store.rows import now
from core.store.tables import access_principals, source_blocks, source_items, sources

IndexTask = Literal["", "put", "move", "remove"]


@dataclass(frozen=True)
class ItemWrite:
    """What becomes of an item.

    Attributes:
        change: what the connector says; an item that is gone loses all it had.
        passages: its text, None where that stays as it was.
        content_hash: of what was fetched, where passages are given.
        error: why it could not be read, None when it could.
        retry_in_seconds: when it is tried again, None for when it changes.
        remark: what was left out of its text, "" for nothing.
    """

    change: ItemChange
    passages: Sequence[Passage] | None = None
    content_hash: str = ""
    error: InlaidError | None = None
    retry_in_seconds: float | None = None
    remark: str = ""


@dataclass(frozen=True)
class StoredItem:
    """An item as it is stored.

    `access_id` is 0 when nobody may read it, `remark` what was left out of its text, `error` as `InlaidError.to_json`.
    """

    id: int
    source_id: str
    change: ItemChange
    content_hash: str
    access_id: int
    passages: int
    index_task: IndexTask
    tries: int
    remark: str
    error: Mapping[str, str] | None


class ItemStore:
    """The items of all sources.

    Args:
        database: where.
        cipher: seals texts, titles, links and keys, bound to the source's workspace.
    """

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self.database = database
        self.cipher = cipher

    def known(self, source: Source, keys: Collection[str]) -> dict[str, StoredItem]:
        """Return what is stored of the items of these keys, by key."""
        with self.database.read() as connection:
            rows = [*self._rows(connection, source.id, keys)]
        items = [self._item(source, row) for row in rows if row.index_task != "remove"]
        return {item.change.key: item for item in items}

    def write(self, lease: SourceLease, items: Sequence[ItemWrite], access: Sequence[AccessList] = ()) -> None:
        """Store a batch of items and access lists as a whole; of the same key the last one counts.

        Raises:
            LeaseLost: somebody else works on the source; nothing was stored.
        """
        last = {item.change.key: item for item in items}
        with self.database.write() as connection:
            hold(connection, lease)
            for access_list in access:
                put_access(connection, lease.source, access_list)
            access_of = access_numbers(connection, lease.source.id, {item.change.access for item in last.values()})
            stored = {row.key_hash: row for row in self._rows(connection, lease.source.id, last)}
            delta = _Delta()
            for key, item in last.items():
                before = stored.get(name_hash(lease.source.id, key))
                if item.change.is_gone:
                    self._remove(connection, lease.source, before, delta)
                else:
                    self._put(connection, lease, item, before, access_of, delta)
            delta.store(connection, lease.source.id)

    def seen(self, lease: SourceLease, items: Sequence[StoredItem]) -> None:
        """Note that the reading which goes on named these items, and nothing of them has changed.

        Raises:
            LeaseLost: somebody else works on the source.
        """
        with self.database.write() as connection:
            hold(connection, lease)
            for ids in some([item.id for item in items]):
                named = sa.update(source_items).where(source_items.c.id.in_(ids))
                connection.execute(named.values(pass_number=lease.pass_number))

    def has_named(self, lease: SourceLease) -> bool:
        """Tell whether the reading that goes on has named any item that is there."""
        mine = sa.and_(source_items.c.source_id == lease.source.id, source_items.c.index_task != "remove")
        named = sa.select(source_items.c.id).where(mine, source_items.c.pass_number == lease.pass_number).limit(1)
        with self.database.read() as connection:
            return connection.execute(named).one_or_none() is not None

    def remove_unnamed(self, lease: SourceLease, limit: int) -> int:
        """Remove items that the reading which has come to its end did not name; returns how many, at most `limit`.

        Raises:
            LeaseLost: somebody else works on the source.
        """
        return self._removesome(lease, source_items.c.pass_number < lease.pass_number, limit)

    def remove_any(self, lease: SourceLease, limit: int) -> int:
        """Delete items of a source that is being removed, rows and all; returns how many, at most `limit`.

        Raises:
            LeaseLost: somebody else works on the source.
        """
        ids = sa.select(source_items.c.id).where(source_items.c.source_id == lease.source.id).limit(limit)
        with self.database.write() as connection:
            hold(connection, lease)
            found = connection.execute(ids).scalars().all()
            for part in some(found):
                connection.execute(sa.delete(source_items).where(source_items.c.id.in_(part)))
        return len(found)

    def tasks(self, source: Source, limit: int) -> Sequence[StoredItem]:
        """Return items of which the index has to be told."""
        waits = sa.and_(source_items.c.source_id == source.id, source_items.c.index_task != "")
        return self._select(source, waits, limit)

    def told(self, lease: SourceLease, items: Sequence[StoredItem]) -> None:
        """Note that the index was told of these items; rows of those that are gone go too.

        Raises:
            LeaseLost: somebody else works on the source.
        """
        gone = [item.id for item in items if item.index_task == "remove"]
        there = [item.id for item in items if item.index_task != "remove"]
        with self.database.write() as connection:
            hold(connection, lease)
            for ids in some(gone):
                connection.execute(sa.delete(source_items).where(source_items.c.id.in_(ids)))
            for ids in some(there):
                connection.execute(sa.update(source_items).where(source_items.c.id.in_(ids)).values(index_task=""))

    def numbers(self, source: Source, after: int, limit: int) -> Sequence[int]:
        """Return the numbers of items of a source that are there, those behind `after`, in order."""
        mine = sa.and_(source_items.c.source_id == source.id, source_items.c.id > after)
        statement = sa.select(source_items.c.id).where(mine, source_items.c.index_task != "remove")
        with self.database.read() as connection:
            return connection.execute(statement.order_by(source_items.c.id).limit(limit)).scalars().all()

    def tell_again(self, lease: SourceLease, ids: Sequence[int]) -> None:
        """Have the index be told of these items anew.

        Raises:
            LeaseLost: somebody else works on the source.
        """
        with self.database.write() as connection:
            hold(connection, lease)
            for part in some(ids):
                living = sa.and_(source_items.c.id.in_(part), source_items.c.index_task != "remove")
                connection.execute(sa.update(source_items).where(living).values(index_task="put"))

    def retries(self, source: Source, limit: int) -> Sequence[StoredItem]:
        """Return items that could not be read, and are to be tried again now."""
        is_due = sa.and_(source_items.c.error.is_not(None), source_items.c.retry_at <= now)
        return self._select(source, sa.and_(source_items.c.source_id == source.id, is_due), limit)

    def page(
        self, source: Source, *, after: int = 0, limit: int = 100, with_errors: bool = False
    ) -> Sequence[StoredItem]:
        """Return items of a source by number, those behind `after`; with `with_errors` what could not be read."""
        mine = sa.and_(source_items.c.source_id == source.id, source_items.c.id > after)
        if with_errors:
            mine = sa.and_(mine, source_items.c.error.is_not(None))
        return self._select(source, sa.and_(mine, source_items.c.index_task != "remove"), limit)

    def access_ids(self, readers: Sequence[Reader]) -> frozenset[int]:
        """Return the access lists that all of these readers are on."""
        found: frozenset[int] | None = None
        with self.database.read() as connection:
            for reader in dict.fromkeys(readers):
                ids = frozenset(lists_of(connection, reader))
                found = ids if found is None else found & ids
        return found or frozenset()

    def withdraw(self, source_id: str, access: str, principals: Collection[str]) -> None:
        """Take somebody off an access list of a source at once; the next reading of the list decides for good."""
        with self.database.write() as connection:
            for number in access_numbers(connection, source_id, [access]).values():
                theirs = access_principals.c.access_id == number
                gone = access_principals.c.principal.in_(sorted(principals))
                connection.execute(sa.delete(access_principals).where(theirs, gone))

    def _select(self, source: Source, condition: sa.ColumnElement[bool], limit: int) -> list[StoredItem]:
        statement = sa.select(source_items).where(condition).order_by(source_items.c.id).limit(limit)
        with self.database.read() as connection:
            return [self._item(source, row) for row in connection.execute(statement)]

    def _rows(self, connection: sa.Connection, source_id: str, keys: Iterable[str]) -> Iterator[Any]:
        mine = sa.select(source_items).where(source_items.c.source_id == source_id)
        for hashes in some([name_hash(source_id, key) for key in keys]):
            yield from connection.execute(mine.where(source_items.c.key_hash.in_(hashes)))

    def _removesome(self, lease: SourceLease, condition: sa.ColumnElement[bool], limit: int) -> int:
        mine = sa.and_(source_items.c.source_id == lease.source.id, source_items.c.index_task != "remove", condition)
        with self.database.write() as connection:
            hold(connection, lease)
            delta = _Delta()
            rows = connection.execute(sa.select(source_items).where(mine).limit(limit)).all()
            for row in rows:
                self._remove(connection, lease.source, row, delta)
            delta.store(connection, lease.source.id)
        return len(rows)

    def _remove(self, connection: sa.Connection, source: Source, before: Any, delta: "_Delta") -> None:
        """Delete all that is known of an item but its number, which the index has to forget still."""
        if before is None or before.index_task == "remove":
            return
        emptied = emptied_item(self.cipher, source.workspace)
        connection.execute(sa.update(source_items).where(source_items.c.id == before.id).values(emptied))
        connection.execute(sa.delete(source_blocks).where(source_blocks.c.item_id == before.id))
        delta.count(before, items=-1, passages=0, has_error=False)

    def _put(
        self,
        connection: sa.Connection,
        lease: SourceLease,
        item: ItemWrite,
        before: Any,
        access_of: Mapping[str, int],
        delta: "_Delta",
    ) -> None:
        is_new = before is None or before.index_task == "remove"
        values = self._item_values(lease, item, before, access_of)
        if before is None:
            key = {"source_id": lease.source.id, "key_hash": name_hash(lease.source.id, item.change.key)}
            inserted = sa.insert(source_items).values(**key, **values).returning(source_items.c.id)
            item_id = connection.execute(inserted).scalar_one()
        else:
            item_id = before.id
            connection.execute(sa.update(source_items).where(source_items.c.id == item_id).values(values))
        if item.passages is not None:
            connection.execute(sa.delete(source_blocks).where(source_blocks.c.item_id == item_id))
            blocks = seal_blocks(self.cipher, lease.source.workspace, item.passages)
            rows = [{"item_id": item_id, "block": number, "data": data} for number, data in blocks]
            if rows:
                connection.execute(sa.insert(source_blocks), rows)
        passages = values.get("passages", 0 if is_new else before.passages)
        delta.count(None if is_new else before, items=int(is_new), passages=passages, has_error=item.error is not None)

    def _item_values(
        self, lease: SourceLease, item: ItemWrite, before: Any, access_of: Mapping[str, int]
    ) -> dict[str, Any]:
        change, workspace = item.change, lease.source.workspace
        values: dict[str, Any] = {
            "version": change.version,
            "access_id": access_of.get(change.access),
            "modified_at": change.modified_at,
            "pass_number": lease.pass_number,
            "tries": (before.tries if before else 0) + 1 if item.error else 0,
            "retry_at": None if item.retry_in_seconds is None else now + item.retry_in_seconds,
            "detail": self.cipher.seal(
                workspace,
                [_sound(text) for text in (change.key, change.title, change.link, change.access, item.remark)],
            ),
            "error": self.cipher.seal(workspace, item.error.to_json()) if item.error else None,
        }
        if item.passages is not None:
            values["content_hash"] = item.content_hash
            values["passages"] = len(item.passages)
            values["index_task"] = "put"
        elif before is not None and not before.index_task:
            is_same = (before.access_id, before.modified_at) == (values["access_id"], change.modified_at)
            is_moved = before.access_id != values["access_id"]
            values["index_task"] = "" if is_same else "move" if is_moved else "put"
        elif before is None or before.index_task == "remove":
            values["index_task"] = "put"
        return values

    def _item(self, source: Source, row: Any) -> StoredItem:
        detail = self.cipher.open(source.workspace, row.detail)
        key, title, link, access, remark = detail or [""] * 5
        return StoredItem(
            id=row.id,
            source_id=row.source_id,
            change=ItemChange(key, row.version, access, title, link, row.modified_at),
            content_hash=row.content_hash,
            access_id=row.access_id or 0,
            passages=row.passages,
            index_task=row.index_task,
            tries=row.tries,
            remark=remark,
            error=self.cipher.open(source.workspace, row.error) if row.error else None,
        )


def _sound(text: str) -> str:
    """Return a text that can be stored: names from elsewhere may hold halves of letters."""
    return text.encode("utf-8", "replace").decode()


@dataclass
class _Delta:
    """What a transaction changes of a source's counts."""

    items: int = 0
    passages: int = 0
    errors: int = 0

    def count(self, before: Any, *, items: int, passages: int, has_error: bool) -> None:
        self.items += items
        self.passages += passages - (before.passages if before else 0)
        self.errors += int(has_error) - int(bool(before and before.error))

    def store(self, connection: sa.Connection, source_id: str) -> None:
        values = {
            "item_count": sources.c.item_count + self.items,
            "passage_count": sources.c.passage_count + self.passages,
            "error_count": sources.c.error_count + self.errors,
        }
        connection.execute(sa.update(sources).where(sources.c.id == source_id).values(values))
