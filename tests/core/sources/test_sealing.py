"""A source is sealed or opened later: its index is made anew, answers as before, and holds no words after sealing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.errors import ConflictError, ForbiddenError, StoreOutage
from core.job import LOCAL_WORKSPACE
from core.people import load_people
from core.settings import Settings
from core.sources.index import open_index
from core.sources.indexing import CLEARING
from core.sources.management import SourceManager, SourceUser
from core.sources.model import Source
from core.sources.ports import Connector, PassageIndex
from core.sources.search import Sources
from core.sources.terms import load_term_keys
from core.store import Store
from tests.core.sources.making import fill, item_store, lease_of, reader_of, source_store, written
from tests.memory_index import MemoryPassageIndex

# Of each, its stem stands in the index of an open source.
WORDS = ("xylofon", "quagga", "zeppelin")
TEXTS = [f"The {word} is kept in room {number}. " * 3 for number, word in enumerate(WORDS)]


class OutIndex(MemoryPassageIndex):
    """An index whose files cannot be written anew."""

    def overwrite_deleted(self, source_id: str) -> None:
        raise StoreOutage("The index of knowledge is busy.", fix="Try again in a moment.")


def no_connector(name: str) -> Connector:
    raise ZeroDivisionError(name)


def sources_with(store: Store, settings: Settings, index: PassageIndex) -> Sources:
    keys, people = load_term_keys(store.records.cipher), load_people(settings, store.records)
    return Sources(
        source_store(store), item_store(store), reader_of(store), index, keys, people, store.records, local_person="ann"
    )


@pytest.fixture
def sources(store: Store, settings: Settings) -> Iterator[Sources]:
    index = open_index(settings, store)
    yield sources_with(store, settings, index)
    index.close()


def an_open_source(store: Store, sources: Sources) -> Source:
    source = sources.store.add(
        Source("", "local", "ann", "folder", "Instruments", {"path": "/x"}, "active", 3600, is_sealed=False)
    )
    fill(store, source, [written(f"note-{number}", text) for number, text in enumerate(TEXTS)])
    read(store, sources, source)
    return source


def read(store: Store, sources: Sources, source: Source) -> None:
    """Do what a slice of reading begins with."""
    lease = lease_of(store, sources.store.get(source.id).source)
    lease = sources.indexer.check(lease)
    sources.indexer.tell(lease)
    sources.indexer.clear(lease)
    sources.store.release(lease, wait_seconds=None)


def is_found(sources: Sources) -> bool:
    return all([hit.item_key for hit in sources.search("local", "ann", word)] for word in WORDS)


def held_in_files(store: Store, settings: Settings) -> set[str]:
    """Return which of the words lie in the files of the index, whatever state they are in."""
    paths = [*settings.home.glob("knowledge.db*")] if store.database.is_sqlite else _files_of_tables(store)
    data = b"".join(path.read_bytes() for path in paths if path.exists())
    return {word for word in WORDS if word.encode() in data}


def _files_of_tables(store: Store) -> list[Path]:
    statement = sa.text(
        "SELECT current_setting('data_directory') || '/' || pg_relation_filepath(c.oid) FROM pg_class c"
        " WHERE c.relkind IN ('r', 'i', 't') AND pg_relation_filepath(c.oid) IS NOT NULL"
        " AND (c.relname LIKE 'knowledge%' OR c.oid IN ("
        "SELECT reltoastrelid FROM pg_class WHERE relname LIKE 'knowledge%'))"
    )
    with store.database.read() as connection:
        connection.execute(sa.text("CHECKPOINT"))
        return [Path(path) for path in connection.execute(statement).scalars()]


def counted_words(store: Store) -> set[str]:
    """Return which of the words the server's statistics name."""
    if store.database.is_sqlite:
        return set()
    told = sa.text(
        "SELECT coalesce(string_agg(most_common_elems::text, ' '), '') FROM pg_stats WHERE attname = 'terms'"
    )
    with store.database.read() as connection:
        found = str(connection.execute(told).scalar_one())
    return {word for word in WORDS if word in found}


def test_after_sealing_no_file_of_the_index_holds_a_word_and_all_is_found(
    store: Store, settings: Settings, sources: Sources
) -> None:
    source = an_open_source(store, sources)
    assert held_in_files(store, settings) == {*WORDS}
    assert is_found(sources)
    sources.store.change(replace(source, is_sealed=True))
    read(store, sources, source)
    assert held_in_files(store, settings) == set()
    assert counted_words(store) == set()
    assert is_found(sources)
    assert not lease_of(store, sources.store.get(source.id).source).index_name.endswith(CLEARING)


def test_what_is_opened_again_holds_words(store: Store, settings: Settings, sources: Sources) -> None:
    source = an_open_source(store, sources)
    for is_sealed in (True, False):
        sources.store.change(replace(source, is_sealed=is_sealed))
        read(store, sources, source)
    assert held_in_files(store, settings) == {*WORDS}
    assert is_found(sources)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_words_that_could_not_be_overwritten_are_the_next_time(store: Store, settings: Settings) -> None:
    sources = sources_with(store, settings, OutIndex())
    source = an_open_source(store, sources)
    sources.store.change(replace(source, is_sealed=True))
    lease = sources.indexer.check(lease_of(store, sources.store.get(source.id).source))
    sources.indexer.tell(lease)
    with pytest.raises(StoreOutage):
        sources.indexer.clear(lease)
    sources.store.release(lease, wait_seconds=3600.0)
    assert sources.indexer.wake_others() == 1
    later = sources_with(store, settings, sources.index)
    lease = later.indexer.check(lease_of(store, source))
    assert lease.index_name.endswith(CLEARING)
    # Nothing is told twice for that.
    assert not later.items.tasks(source, 1)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_who_added_a_source_or_administers_chooses_and_never_of_a_paused_one(store: Store, settings: Settings) -> None:
    sources = sources_with(store, settings, MemoryPassageIndex())
    manager = SourceManager(sources, no_connector)
    source = an_open_source(store, sources)
    ann, bob = (SourceUser(LOCAL_WORKSPACE, name, frozenset({(LOCAL_WORKSPACE, name)})) for name in ("ann", "bob"))
    with pytest.raises(ForbiddenError):
        manager.seal(bob, sources.store.get(source.id), is_sealed=True)
    manager.pause(sources.store.get(source.id))
    with pytest.raises(ConflictError):
        manager.seal(ann, sources.store.get(source.id), is_sealed=True)
    manager.resume(sources.store.get(source.id))
    manager.seal(ann, sources.store.get(source.id), is_sealed=True)
    assert sources.store.get(source.id).source.is_sealed
