"""Sources and items as tests make them."""

from collections.abc import Sequence
from hashlib import sha256

from core.people import People
from core.sources.items import ItemStore, ItemWrite
from core.sources.model import EVERYBODY, AccessList, FileText, ItemChange, Passage, Source
from core.sources.reading import PassageReader
from core.sources.search import Sources
from core.sources.store import SourceLease, SourceStore
from core.sources.sync import Sync
from core.sources.terms import load_term_keys
from core.sources.uploads import Upload
from core.store import Store
from tests.memory_index import MemoryPassageIndex

ALL = AccessList("all", frozenset({EVERYBODY}))


def source_store(store: Store) -> SourceStore:
    """Return the sources of a store."""
    return SourceStore(store.database, store.records.cipher)


def item_store(store: Store) -> ItemStore:
    """Return the items of a store."""
    return ItemStore(store.database, store.records.cipher)


def reader_of(store: Store) -> PassageReader:
    """Return what reads texts of a store."""
    return PassageReader(store.database, store.records.cipher)


def add_source(store: Store, person: str = "ann", *, title: str = "Handbook", connector: str = "folder") -> Source:
    """Add a source."""
    return source_store(store).add(Source("", "local", person, connector, title, {"path": "/handbook"}))


def make_sources(store: Store) -> Sources:
    """Return the sources of a store, found by words in memory, for somebody called ann who works on this machine."""
    keys, people = load_term_keys(store.records.cipher), People(store.records)
    return Sources(
        source_store(store), item_store(store), reader_of(store), MemoryPassageIndex(), keys, people, store.records,
        local_person="ann",
    )  # fmt: skip


def lease_of(store: Store, source: Source, seconds: float = 60) -> SourceLease:
    """Take the lease of a source that nobody has."""
    lease = source_store(store).claim(source.id, lease_seconds=seconds)
    assert lease
    return lease


def written(key: str, *texts: str, version: str = "1", access: str = "all", heading: str = "") -> ItemWrite:
    """Return an item with these passages."""
    change = ItemChange(key, version, access, key.title(), f"file:///{key}", 1_000.0)
    return ItemWrite(change, [Passage(text, heading) for text in texts], sha256(repr(texts).encode()).hexdigest())


def fill(store: Store, source: Source, items: Sequence[ItemWrite], access: Sequence[AccessList] = (ALL,)) -> None:
    """Store items of a source under a lease of its own."""
    lease = lease_of(store, source)
    item_store(store).write(lease, items, access)
    source_store(store).release(lease, wait_seconds=None)


def add_document(sources: Sources, title: str, text: str, *, person: str = "", link: str = "") -> None:
    """Add a document of the local workspace as uploads are: for everybody, or for one person."""
    source = sources.uploads.source_for("local", person, readers=None if person else [EVERYBODY])
    sources.uploads.put(source, [Upload("document.md", text.encode(), title, link)])
    sync = Sync(sources.store, sources.items, sources.indexer, lambda _name: sources.uploads, read_markdown)
    done = sync.work(source.id)
    assert done
    assert done.error is None


def read_markdown(data: bytes, file_name: str) -> FileText:
    """Read a file as Markdown."""
    del file_name
    return FileText([Passage(data.decode())])


def due_of(store: Store) -> list[str]:
    """Return the ids of the sources that are due and that nobody works on, who has waited longest first."""
    kept = source_store(store)
    leases = [*iter(lambda: kept.claim_due(lease_seconds=60), None)]
    for lease in leases:
        kept.release(lease, wait_seconds=0.0)
    return [lease.source.id for lease in leases]
