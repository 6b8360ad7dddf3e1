"""A search in one small source among large ones finds all that it holds, by words and by meaning."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from core.sources.index_postgres import PostgresPassageIndex
from core.sources.model import IndexedItem, IndexedPassage, IndexQuery
from core.sources.postgres_listed import MAX_LISTED, are_listed
from core.sources.postgres_words import MAX_MATCHED
from core.store.engine import Database

LARGE, SMALL = 100, 3


@pytest.fixture
def index(postgres_url: str) -> Iterator[PostgresPassageIndex]:
    database = Database(postgres_url)
    made = PostgresPassageIndex(database)
    made.use_embedder("two", 2)
    many = -(-(MAX_LISTED + 1) // LARGE)
    passages = [IndexedPassage(number, ["leave", "common"], [1.0, 0.0], "") for number in range(LARGE)]
    made.put([IndexedItem(number, "large", 1, float(number), passages) for number in range(many)])
    few = [IndexedPassage(number, ["leave", "rare"], [0.6, 0.8], "") for number in range(SMALL)]
    made.put([IndexedItem(many, "small", 1, 1e9, few), IndexedItem(many + 1, "small", 2, 1e9, few)])
    with database.write() as connection:
        connection.execute(sa.text("ANALYZE knowledge_passage"))
    yield made
    database.close()


def test_a_small_source_is_searched_whole(index: PostgresPassageIndex) -> None:
    assert MAX_LISTED > MAX_MATCHED  # so that the large source alone would fill what is ranked
    query = IndexQuery(["leave"], [1.0, 0.0], frozenset({1}), frozenset({"small"}))
    found = index.search(query)
    assert (len(found.by_words), len(found.by_meaning)) == (SMALL, SMALL)
    assert {hit.modified_at for hit in (*found.by_words, *found.by_meaning)} == {1e9}


def test_large_sources_go_through_the_indexes(index: PostgresPassageIndex) -> None:
    with index.database.read() as connection:
        assert not are_listed(connection, {"large"})
        assert are_listed(connection, {"small"})
        assert not are_listed(connection, ())
    found = index.search(IndexQuery(["leave"], [1.0, 0.0], frozenset({1}), frozenset({"large"}), limit=7))
    assert (len(found.by_words), len(found.by_meaning)) == (7, 7)
