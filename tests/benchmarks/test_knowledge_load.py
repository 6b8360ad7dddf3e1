"""A million passages are loaded by COPY: what is held then is what the product would hold, and is found."""

from benchmarks.knowledge_load import BATCH, load
from benchmarks.knowledge_speed import ACCESS_LISTS, DIMENSIONS, World, place_of
from core.sources.index_postgres import PostgresPassageIndex
from core.sources.model import IndexQuery
from core.store.engine import Database
from tests.servers.postgres import PostgresServer

_INDEXES = "SELECT indexname FROM pg_indexes WHERE tablename ~ '^knowledge_' AND indexname !~ '_[0-9]' ORDER BY 1"


def test_what_is_loaded_by_copy_is_found_by_its_words_and_its_meaning(postgres_server: PostgresServer) -> None:
    database = Database(postgres_server.create_database())
    index, world = PostgresPassageIndex(database), World()
    index.use_embedder("synthetic", DIMENSIONS)
    with database.read() as connection:
        before = connection.exec_driver_sql(_INDEXES).all()
    vectors = load(database, world, place_of, BATCH)
    held = index.stats()
    assert (held.passages, held.without_vector) == (BATCH, 0)
    every = frozenset(range(1, ACCESS_LISTS + 1))
    found = index.search(IndexQuery(world.question(), vectors[3].tolist(), every))
    assert (found.by_meaning[0].item_id, found.by_meaning[0].ordinal) == (0, 3)
    assert found.by_words
    assert found.by_words[0].digest == f"{found.by_words[0].item_id}/{found.by_words[0].ordinal}"
    # The same tables take what the product puts, and have its indexes.
    index.remove([0])
    assert index.stats().passages == BATCH - 20
    with database.read() as connection:
        assert connection.exec_driver_sql(_INDEXES).all() == before
    database.close()
