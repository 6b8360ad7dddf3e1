"""The index in PostgreSQL: without pgvector, with its tables gone, and with several writers of the same items."""

import math
import threading
from collections.abc import Iterator

import psycopg
import pytest

from core.errors import StoreOutage
from core.sources.index_postgres import MAX_COMPARED, PostgresPassageIndex
from core.sources.model import IndexedItem, IndexedPassage, IndexQuery
from core.store.engine import Database


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    opened = Database(postgres_url)
    yield opened
    opened.close()


@pytest.fixture
def plain_url(postgres_url: str) -> Iterator[str]:
    """Return the URL for a role that may make tables and no extensions."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE plain LOGIN PASSWORD 'x'")
        connection.execute("GRANT ALL ON SCHEMA public TO plain")
    host = postgres_url.partition("?")[2]
    name = postgres_url.partition("?")[0].rpartition("/")[2]
    yield f"postgresql://plain:x@/{name}?{host}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP OWNED BY plain")
        connection.execute("DROP ROLE plain")


def items(numbers: range, text: str = "paid leave") -> list[IndexedItem]:
    passages = [IndexedPassage(0, text.split(), [1.0, 0.0], text), IndexedPassage(1, ["other"], None, "other")]
    return [IndexedItem(number, "s", 1, 0.0, passages) for number in numbers]


def hits(index: PostgresPassageIndex, word: str = "leave") -> tuple[list[int], list[int]]:
    rankings = index.search(IndexQuery([word], [1.0, 0.0], frozenset({1})))
    return [hit.item_id for hit in rankings.by_words], [hit.item_id for hit in rankings.by_meaning]


def test_without_the_right_to_create_pgvector_words_are_found_and_it_is_said(plain_url: str) -> None:
    database = Database(plain_url)
    index = PostgresPassageIndex(database)
    assert not index.use_embedder("two", 2)
    index.put(items(range(2)))
    assert hits(index) == ([0, 1], [])
    assert (index.waiting(9), index.stats().embedder) == ([], "")
    assert "permission denied" in index.missing_vectors()
    database.close()


def test_once_pgvector_is_there_what_is_held_waits_for_vectors(plain_url: str, postgres_url: str) -> None:
    database = Database(plain_url)
    index = PostgresPassageIndex(database)
    index.use_embedder("two", 2)
    index.put(items(range(2)))
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION vector")
    assert not index.use_embedder("two", 2)
    assert (index.missing_vectors(), len(index.waiting(9)), index.stats().embedder) == ("", 4, "two")
    index.put_vectors([(place, [0.0, 1.0]) for place in index.waiting(9)])
    assert len(hits(index)[1]) == 4
    database.close()


def test_the_last_of_many_terms_for_one_word_counts_too_where_there_are_few_passages(database: Database) -> None:
    index = PostgresPassageIndex(database)
    index.put(items(range(2)))
    words = [tuple(f"like{number}" for number in range(60)), ("holiday", "urlaub", "leave")]
    query = IndexQuery([term for word in words for term in word], None, frozenset({1}), words=words)
    assert [hit.item_id for hit in index.search(query).by_words] == [0, 1]


def test_dropped_tables_are_made_again_and_say_so(database: Database, postgres_url: str) -> None:
    index = PostgresPassageIndex(database)
    index.put(items(range(1)))
    identity = index.identity()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP TABLE knowledge_passage, knowledge_meta CASCADE")
    with pytest.raises(StoreOutage, match="have changed"):
        hits(index)
    assert hits(index) == ([], [])
    assert index.identity() != identity


def test_tables_of_another_version_are_made_anew(database: Database, postgres_url: str) -> None:
    PostgresPassageIndex(database).put(items(range(1)))
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("UPDATE knowledge_meta SET value = '999' WHERE name = 'version'")
    assert hits(PostgresPassageIndex(database)) == ([], [])


def test_tables_of_the_version_before_are_kept_with_their_vectors(database: Database, postgres_url: str) -> None:
    index = PostgresPassageIndex(database)
    index.use_embedder("two", 2)
    index.put(items(range(1)))
    identity = index.identity()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("UPDATE knowledge_meta SET value = '1' WHERE name = 'version'")
        connection.execute("DROP INDEX knowledge_passage_terms")
        connection.execute("CREATE INDEX knowledge_passage_terms ON knowledge_passage USING gin(terms)")
    upgraded = PostgresPassageIndex(database)
    assert hits(upgraded) == ([0], [0])
    assert upgraded.identity() == identity
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        made = connection.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'knowledge_passage_terms'")
        assert "ARRAY[access]" in str(made.fetchall())


def test_several_writers_of_the_same_items_neither_fail_nor_double(database: Database) -> None:
    indexes = [PostgresPassageIndex(database) for _ in range(4)]
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            indexes[number].use_embedder("two", 2)
            for step in range(8):
                indexes[number].put(items(range(5), f"paid leave step{step} writer{number}"))
                places = indexes[number].waiting(20)
                indexes[number].put_vectors([(place, [0.0, 1.0]) for place in places])
                indexes[number].move(step % 5, 1)
                indexes[number].remove([4 - number])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    indexes[0].put(items(range(5)))
    assert sorted(hits(indexes[0])[0]) == [0, 1, 2, 3, 4]
    assert indexes[0].stats().passages == 10


def test_a_frequent_word_costs_no_more_than_its_share(database: Database) -> None:
    """Above what is looked through, a passage with the rare word is found, and the frequent one ranks it."""
    index = PostgresPassageIndex(database)
    texts = [f"contract n{number}" for number in range(24_000)]
    texts[20_000], texts[23_999] = "indemnity contract", "indemnity other"
    for at in range(0, 24_000, 2_000):
        passages = [IndexedPassage(n, texts[at + n].split(), None, str(at + n)) for n in range(2_000)]
        index.put([IndexedItem(at, "s", 1, 0.0, passages)])
    assert index.search(IndexQuery(["contract", "indemnity"], None, frozenset({1}))).by_words[0].digest == "20000"
    assert len(index.search(IndexQuery(["contract"], None, frozenset({1}), limit=7)).by_words) == 7


def test_who_may_read_little_finds_a_frequent_word_in_that(database: Database) -> None:
    """Thousands of others' passages hold it before theirs does."""
    index = PostgresPassageIndex(database)
    for item_id in range(12):
        passages = [IndexedPassage(n, ["contract", f"n{n}"], None, f"{item_id}/{n}") for n in range(2_000)]
        index.put([IndexedItem(item_id, "s", 2, 0.0, passages)])
    index.put([IndexedItem(99, "s", 1, 0.0, [IndexedPassage(0, ["contract"], None, "theirs")])])
    for is_estimated in (False, True):
        if is_estimated:
            with database.write() as connection:
                connection.exec_driver_sql("ANALYZE knowledge_passage")
            index = PostgresPassageIndex(database)
        assert [hit.digest for hit in index.search(IndexQuery(["contract"], None, frozenset({1}))).by_words] == [
            "theirs"
        ]


def test_what_is_nearest_is_the_same_through_the_graph_and_by_comparing_all(database: Database) -> None:
    indexes = [PostgresPassageIndex(database, max_compared=most) for most in (0, MAX_COMPARED)]
    for index in indexes:
        index.use_embedder("two", 2)
    angles = [math.pi * number / 100 for number in range(100)]
    for number, angle in enumerate(angles):
        passage = IndexedPassage(0, ["word"], [math.cos(angle), math.sin(angle)], str(number))
        indexes[0].put([IndexedItem(number, "s", number % 3, float(number), [passage])])
    for query in (
        IndexQuery([], [1.0, 0.0], frozenset({1})),
        IndexQuery([], [0.0, 1.0], frozenset({0, 2}), frozenset({"s"}), limit=10),
    ):
        graph, compared = (index.search(query).by_meaning for index in indexes)
        assert graph == compared
        assert len(graph) == min(query.limit, 33)
