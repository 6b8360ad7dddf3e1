"""A place that a source reads, in memory, and what reads it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from core.errors import CursorExpired, DocumentError, InlaidError
from core.llm.ports import Embedder
from core.sources.indexing import Indexer
from core.sources.model import ChangePage, Content, FileText, ItemChange, Passage, Source
from core.sources.ports import PassageIndex
from core.sources.sync import Slice, Sync
from core.sources.terms import load_term_keys
from core.store import Store
from tests.core.sources.making import ALL, item_store, reader_of, source_store
from tests.memory_index import MemoryPassageIndex


@dataclass
class Place:
    """A connector whose items are set by a test.

    Attributes:
        items: text and version by key.
        page_items: how many items a page names.
        is_complete: whether each reading lists everything; else only `changed` is named after the first.
        errors: raised when an item is fetched, by key.
        down: raised by `changes`.
        expired: whether no cursor is known any more.
        fetched: the keys that were fetched.
        on_fetch: called before each.
        twins: keys whose item is the same as that of another key.
    """

    items: dict[str, tuple[str, str]] = field(default_factory=dict)
    page_items: int = 3
    errors: dict[str, InlaidError] = field(default_factory=dict)
    down: InlaidError | None = None
    expired: bool = False
    fetched: list[str] = field(default_factory=list)
    on_fetch: Callable[[str], None] = lambda _key: None
    twins: dict[str, str] = field(default_factory=dict)
    name: str = "place"

    def check(self, source: Source) -> str:
        del source
        return f"{len(self.items)} items"

    def changes(self, source: Source, cursor: str) -> ChangePage:
        del source
        if self.down:
            raise self.down
        if self.expired and cursor:
            self.expired = False
            raise CursorExpired("It is too old.")
        keys = sorted(key for key in self.items if key > cursor)
        page = keys[: self.page_items]
        is_last = len(keys) <= self.page_items
        changes = [ItemChange(key, self.items[key][1], "all", f"Title {key}", f"file:///{key}", 5.0) for key in page]
        return ChangePage(changes, "" if is_last else page[-1], [ALL], is_last, is_complete=is_last)

    def fetch(self, source: Source, item: ItemChange) -> Content:
        del source
        self.on_fetch(item.key)
        self.fetched.append(item.key)
        if item.key in self.errors:
            raise self.errors[item.key]
        if item.key in self.twins:
            return Content(same_as=self.twins[item.key])
        return Content(self.items[item.key][0].encode(), f"{item.key}.txt")


def read_text(data: bytes, file_name: str) -> FileText:
    """Read a file as text."""
    if not data:
        raise DocumentError(f"{file_name} is empty.", fix="Fill it.")
    return FileText([Passage(data.decode(), place=file_name)])


@dataclass
class World:
    """A source that reads a place into a store and an index."""

    store: Store
    place: Place = field(default_factory=Place)
    index: PassageIndex = field(default_factory=MemoryPassageIndex)
    seconds: float = 0.0
    is_stopping: bool = False
    embedder: Callable[[], Embedder] | None = None

    def __post_init__(self) -> None:
        self.sources = source_store(self.store)
        self.items = item_store(self.store)
        self.source = self.sources.add(Source("", "local", "ann", "place", "Handbook", {"path": "/handbook"}))

    def sync(self, slice_seconds: float = 1000.0) -> Sync:
        """Return what works on the source; time passes only as the test says."""
        return Sync(
            self.sources, self.items, self.indexer(), lambda _name: self.place, read_text,
            is_stopping=lambda: self.is_stopping, slice_seconds=slice_seconds, clock=lambda: self.seconds,
        )  # fmt: skip

    def indexer(self) -> Indexer:
        """Return what tells the index."""
        keys = load_term_keys(self.store.records.cipher)
        return Indexer(self.sources, self.items, reader_of(self.store), self.index, keys, self.embedder)

    def work(self, slice_seconds: float = 1000.0) -> Slice:
        """Do a slice of work."""
        done = self.sync(slice_seconds).work(self.source.id)
        assert done
        return done

    def texts(self) -> dict[str, str]:
        """Return what the store holds, by key."""
        found = self.items.page(self.source, limit=1000)
        reader = reader_of(self.store)
        return {
            item.change.key: "\n\n".join(passage.text for passage in reader.all_of("local", item.id)) for item in found
        }

    def change(self, **changes: object) -> None:
        """Change the source."""
        self.source = replace(self.source, **changes)  # type: ignore[arg-type]
        self.sources.change(self.source)
