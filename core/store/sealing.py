"""What is sealed with which key, and how everything comes to be sealed with the newest while others work.

The sealed columns are those of type LargeBinary; a value begins with the name of its key (see `core.privacy`), so what
is left to do is asked of the values themselves: a rotation that was interrupted is continued by the next one.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.errors import SettingsError
from core.privacy import Cipher
from core.privacy.encryption import MARK, NAME_CHARS
from core.store.engine import Database
from core.store.tables import metadata
from core.text.catalogues import N_

PAGE_ROWS = 200
# What is held in memory, and written in one transaction, however large the values are.
BATCH_BYTES = 4 * 2**20
PREFIX_CHARS = NAME_CHARS + len(MARK)
MAX_EXAMPLES = 3
# Of each column, to find out whether the listed keys are those of this database at all.
_PROBED_VALUES = 1000
UNNAMED = ""

Progress = Callable[[str, int], None]
"""Takes the name of a column, such as `job.draft`, and how many values were sealed again so far."""


def sealed_columns() -> Sequence[sa.Column[bytes]]:
    """Return the columns that hold sealed values."""
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary) and column.info.get("is_sealed", True)
    ]


def holds_sealed(database: Database) -> bool:
    """Say whether anything in a database is sealed; it may have no tables yet, or those of an earlier version."""
    with database.read() as connection:
        held = (sa.select(sa.literal(1)).where(column.is_not(None)).limit(1) for column in _present(connection))
        return any(connection.execute(statement).first() for statement in held)


def _present(connection: sa.Connection) -> list[sa.Column[bytes]]:
    """Return the sealed columns that a database has: it, or a backup, may be older than this version."""
    looked = sa.inspect(connection)
    there = {table: {column["name"] for column in looked.get_columns(table)} for table in looked.get_table_names()}
    return [column for column in sealed_columns() if column.name in there.get(column.table.name, ())]


@dataclass
class Seals:
    """How many values are sealed with what.

    Attributes:
        by_key: values by the name of a listed key.
        unopened: values that no listed key opens, by column.
        missing: the names of the keys that seal them, as far as they have one.
        examples: the keys of some of these rows, by column.
        is_whole: whether everything was looked at.
    """

    by_key: Counter[str] = field(default_factory=Counter)
    unopened: Counter[str] = field(default_factory=Counter)
    missing: set[str] = field(default_factory=set)
    examples: dict[str, list[str]] = field(default_factory=dict)
    is_whole: bool = True


@dataclass
class Rotation:
    """What a rotation did: values `resealed`, values `changed` by others meanwhile, and how it stands now."""

    resealed: int
    changed: int
    seals: Seals


class SealedValues:
    """Counts and renews seals.

    Args:
        database: where.
        cipher: the listed keys.
    """

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    @property
    def key_names(self) -> Sequence[str]:
        """The names of the listed keys, newest first."""
        return self._cipher.names

    def count(self, *, most: int | None = None) -> Seals:
        """Return what is sealed with which key; of each column at most `most` values are looked at.

        Values from before keys had names are tried with each key.
        """
        seals = Seals()
        with self._database.read() as connection:
            present = _present(connection)
        for column in present:
            self._count(column, most, seals)
        return seals

    def require_fitting_keys(self) -> None:
        """Refuse to work where no listed key opens anything of what is sealed: what is new would need another one.

        Raises:
            SettingsError: these are the keys of another installation.
        """
        seals = self.count(most=_PROBED_VALUES)
        if seals.unopened and not seals.by_key:
            seals = self.count()
        if seals.unopened and not seals.by_key:
            missing = ", ".join(sorted(seals.missing)) or "?"
            raise SettingsError(
                N_(f"The keys in {self._cipher.place} open nothing of what is stored, which needs the key {missing}."),
                fix=N_("Put back the key that was in use. A new key cannot read what is stored."),
            )

    def rotate(self, progress: Progress) -> Rotation:
        """Seal everything with the newest key. What somebody changes at the same moment is theirs, and left alone.

        Raises:
            StoreOutage: the database cannot be used; what was done stays done.
        """
        resealed = changed = 0
        for column in sealed_columns():
            done = 0
            for batch in self._batches(column):
                written = self._write(column, batch)
                done, changed = done + written, changed + len(batch) - written
                progress(_name(column), done)
            resealed += done
        return Rotation(resealed, changed, self.count())

    def _count(self, column: sa.Column[bytes], most: int | None, seals: Seals) -> None:
        label = sa.func.substr(column, 1, PREFIX_CHARS, type_=sa.LargeBinary)
        looked_at = sa.select(label.label("label")).where(column.is_not(None)).limit(most).subquery()
        statement = sa.select(looked_at.c.label, sa.func.count()).group_by(looked_at.c.label)
        names, unnamed = set(self._cipher.names), 0
        with self._database.read() as connection:
            found = [(bytes(prefix), count) for prefix, count in connection.execute(statement)]
        seals.is_whole = seals.is_whole and (most is None or sum(count for _, count in found) < most)
        for prefix, count in found:
            name = prefix[:-1].decode(errors="replace") if prefix.endswith(MARK) else UNNAMED
            if name in names:
                seals.by_key[name] += count
            elif name:
                seals.missing.add(name)
                self._note_unopened(column, count, self._examples(column, prefix), seals)
            else:
                unnamed += count
        if unnamed:
            self._try_unnamed(column, most, seals)

    def _try_unnamed(self, column: sa.Column[bytes], most: int | None, seals: Seals) -> None:
        for keys, value in itertools.islice(self._unnamed(column), most):
            if self._cipher.can_open(value):
                seals.by_key[UNNAMED] += 1
            else:
                self._note_unopened(column, 1, [keys], seals)

    def _note_unopened(self, column: sa.Column[bytes], count: int, examples: Sequence[str], seals: Seals) -> None:
        name = _name(column)
        seals.unopened[name] += count
        shown = seals.examples.setdefault(name, [])
        shown.extend(examples[: MAX_EXAMPLES - len(shown)])

    def _examples(self, column: sa.Column[bytes], prefix: bytes) -> Sequence[str]:
        keys = _keys(column)
        statement = sa.select(*keys).where(_prefix(column) == prefix).order_by(*keys).limit(MAX_EXAMPLES)
        with self._database.read() as connection:
            return ["/".join(map(str, row)) for row in connection.execute(statement)]

    def _unnamed(self, column: sa.Column[bytes]) -> Iterator[tuple[str, bytes]]:
        is_unnamed = sa.func.substr(column, PREFIX_CHARS, 1, type_=sa.LargeBinary) != MARK
        for keys in self._pages(column, is_unnamed):
            for row, value in self._values(column, keys):
                yield "/".join(map(str, row)), value

    def _batches(self, column: sa.Column[bytes]) -> Iterator[list[tuple[Any, bytes, bytes]]]:
        """Yield (key, old value, new value) of what older keys seal."""
        newest = self._cipher.names[0].encode() + MARK
        for keys in self._pages(column, _prefix(column) != newest):
            batch = []
            for row, value in self._values(column, keys):
                try:
                    batch.append((row, value, self._cipher.reseal(value)))
                except SettingsError:
                    continue  # counted in the end
            yield batch

    def _pages(self, column: sa.Column[bytes], condition: sa.ColumnElement[bool]) -> Iterator[list[Any]]:
        """Yield the primary keys of the rows that fulfil the condition, as many at a time as fit into a batch."""
        keys, after = _keys(column), None
        while True:
            statement = sa.select(*keys, sa.func.length(column)).where(condition).order_by(*keys).limit(PAGE_ROWS)
            if after is not None:
                statement = statement.where(sa.tuple_(*keys) > sa.tuple_(*map(sa.literal, after)))
            with self._database.read() as connection:
                rows = connection.execute(statement).all()
            if not rows:
                return
            page: list[Any] = []
            size = 0
            for *row, length in rows:
                if page and size + length > BATCH_BYTES:
                    break
                page.append(tuple(row))
                size += length
            after = page[-1]
            yield page

    def _values(self, column: sa.Column[bytes], rows: list[Any]) -> list[tuple[Any, bytes]]:
        keys = _keys(column)
        statement = sa.select(*keys, column).where(sa.tuple_(*keys).in_(rows), column.is_not(None))
        with self._database.read() as connection:
            return [(tuple(row), bytes(value)) for *row, value in connection.execute(statement)]

    def _write(self, column: sa.Column[bytes], batch: list[tuple[Any, bytes, bytes]]) -> int:
        """Replace the values that are still what was read; return how many that were."""
        keys, written = _keys(column), 0
        with self._database.write() as connection:
            for row, old, new in batch:
                is_it = [key == part for key, part in zip(keys, row, strict=True)]
                statement = sa.update(column.table).where(*is_it, column == old).values({column.name: new})
                written += connection.execute(statement).rowcount
        return written


def _keys(column: sa.Column[bytes]) -> list[sa.Column[Any]]:
    return list(column.table.primary_key)


def _name(column: sa.Column[bytes]) -> str:
    return f"{column.table.name}.{column.name}"


def _prefix(column: sa.Column[bytes]) -> sa.ColumnElement[bytes]:
    return sa.func.substr(column, 1, PREFIX_CHARS, type_=sa.LargeBinary)
