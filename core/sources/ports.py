"""What knowledge needs from outside, as ports: connectors that read a source, and the index that search runs on.

Each index is run through one contract (`tests/core/sources/test_ports.py`), the one in memory included
(`tests/in_memory.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from core.sources.model import (
    AccessList,
    ChangePage,
    Content,
    FileText,
    IndexedItem,
    IndexQuery,
    IndexRankings,
    ItemChange,
    Source,
    WaitingPassage,
)


class Connector(Protocol):
    """Reads sources of one kind; a third-party package adds one by the entry-point group `inlaid.connectors`.

    It keeps nothing between calls: where it goes on stands in the cursor. All calls are made by a worker, on the queue
    `bulk`, and may be killed at any moment and made again.
    """

    name: str

    def check(self, source: Source) -> str:
        """Return one line that says what was found at the source, before it is added.

        Raises:
            InputError: the options do not name a place that can be read, with what to change.
        """

    def changes(self, source: Source, cursor: str) -> ChangePage:
        """Return the next page of what changed since a cursor, "" for everything.

        Raises:
            OutageError: the place cannot be reached now; the sync goes on later from the same cursor.
            SourceBusy: it asks to wait; the sync goes on after that, and nothing counts as a failure.
            InputError: the source cannot be read any more, with what to do.
            CursorExpired: the place does not know the cursor any more; the sync starts from "" again.
        """

    def fetch(self, source: Source, item: ItemChange) -> Content:
        """Return what an item holds.

        Raises:
            InputError: this item cannot be read, with why; the others go on.
            OutageError, SourceBusy: as for `changes`.
        """


@runtime_checkable
class LocatingConnector(Connector, Protocol):
    """A connector whose places are called otherwise by people than by the place itself, such as a channel."""

    def locate(self, source: Source) -> Source:
        """Return a source that is to be added as it is kept: its id, workspace, title and options.

        Raises:
            InputError: there is no such place, with what to change.
            OutageError: the place cannot be reached now.
        """


@runtime_checkable
class MembersConnector(Protocol):
    """A connector that knows who reads a source before anything of it is read."""

    def members(self, source: Source) -> AccessList:
        """Return who reads it."""


@runtime_checkable
class KeepingConnector(Protocol):
    """A connector that keeps something for a source outside of it, such as the tokens of a sign-in."""

    def forget(self, source: Source) -> None:
        """Delete what is kept for a source that was removed."""


class FileReader(Protocol):
    """Reads files of every format; `integrations.registry.read_file` is one."""

    def __call__(self, data: bytes, file_name: str) -> FileText:
        """Return what a file says.

        Raises:
            InputError: it cannot be read, with why and what to do.
            OutageError: too much is being read; a later try can help.
        """


@dataclass(frozen=True)
class IndexStats:
    """What an index holds: counts, bytes on disk, and whose vectors."""

    passages: int
    without_vector: int
    disk_bytes: int
    embedder: str


class PassageIndex(Protocol):
    """Finds passages by words and by meaning. It is derived from the store and can be made again from it.

    Raises:
        StoreOutage: from every method, when it cannot be reached.
    """

    def identity(self) -> str:
        """Return which index this is: another word once it was made anew, so that it is told of everything again."""

    def languages(self) -> frozenset[str]:
        """Return the languages of what is held, and maybe of what was: a question is stemmed in each of them."""

    def embedder(self) -> str:
        """Return whose vectors are held, "" for nobody's."""

    def use_embedder(self, name: str, dimensions: int) -> bool:
        """Hold vectors of this embedder from now on, "" for none; return whether those of another were dropped."""

    def put(self, items: Sequence[IndexedItem]) -> None:
        """Hold these items, each in place of what was held of it, all in one transaction.

        A passage without a vector keeps the one that its digest had in this item.
        """

    def put_vectors(self, vectors: Iterable[tuple[WaitingPassage, Sequence[float]]]) -> None:
        """Add the vectors of passages that wait for one.

        Those of passages that are gone or have another text now are left out, and all of them when the index holds
        another embedder's by now.
        """

    def waiting(self, limit: int, held: frozenset[str] = frozenset()) -> Sequence[WaitingPassage]:
        """Return passages without a vector, but those of the sources that are held."""

    def move(self, item_id: int, access_id: int) -> None:
        """Change who may read an item."""

    def remove(self, item_ids: Sequence[int]) -> None:
        """Forget items."""

    def remove_source(self, source_id: str) -> None:
        """Forget all items of a source."""

    def overwrite_deleted(self, source_id: str) -> None:
        """Let what was replaced or deleted of a source be in no file of the index; searches may wait for it."""

    def search(self, query: IndexQuery) -> IndexRankings:
        """Return the best places by words and by meaning."""

    def missing_vectors(self) -> str:
        """Return why nothing can be found by meaning here and what to do, "" when it can."""

    def stats(self) -> IndexStats:
        """Return what is held; it counts, so it is nothing to ask for each question."""

    def close(self) -> None:
        """Close what is open."""
