"""Which index an installation has, and what is said of it."""

from core.settings import Settings
from core.sources.index import examine_index, open_index
from core.sources.index_postgres import PostgresPassageIndex
from core.sources.index_sqlite import SqlitePassageIndex
from core.sources.model import IndexedItem, IndexedPassage
from core.store import Store, open_store
from tests.servers.postgres import with_server


def test_on_one_machine_it_is_a_file(settings: Settings, sqlite_store: Store) -> None:
    index = open_index(settings, sqlite_store)
    assert isinstance(index, SqlitePassageIndex)
    index.use_embedder("two", 2)
    index.put([IndexedItem(1, "s", 1, 0.0, [IndexedPassage(0, ["a"], [1.0, 0.0]), IndexedPassage(1, ["b"])])])
    assert examine_index(settings, sqlite_store) == "Passages: 2 (0 MB), 1 without a vector of two."
    index.close()


def test_beside_a_server_it_is_in_its_tables(settings: Settings, postgres_url: str) -> None:
    shared = with_server(settings, postgres_url)
    store = open_store(shared)
    index = open_index(shared, store)
    assert isinstance(index, PostgresPassageIndex)
    assert examine_index(shared, store).startswith("Passages: 0 (")
    index.close()
    store.close()
