"""What PostgreSQL estimates of the passages, before and after it has looked at them."""

from collections.abc import Iterator

import pytest

from core.sources.index_postgres import PostgresPassageIndex
from core.sources.model import IndexedItem, IndexedPassage
from core.sources.postgres_statistics import KnownStatistics
from core.store.engine import Database


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    opened = Database(postgres_url)
    index = PostgresPassageIndex(opened)
    for item_id, access in enumerate([1, 1, 1, 2]):
        passages = [IndexedPassage(n, ["often", f"n{item_id}n{n}"], None, f"{item_id}/{n}") for n in range(500)]
        index.put([IndexedItem(item_id, f"s{item_id}", access, 0.0, passages)])
    yield opened
    opened.close()


def test_before_it_has_looked_all_may_be_read_by_everybody(database: Database) -> None:
    with database.read() as connection:
        made = KnownStatistics().current(connection)
    assert (made.passages, made.readable_share({2}), made.holding("often")) == (2_000.0, 1.0, 0.0)


def test_who_may_read_how_much_and_which_terms_are_frequent(database: Database) -> None:
    known = KnownStatistics()
    with database.write() as connection:
        known.current(connection)
        connection.exec_driver_sql("ANALYZE knowledge_passage")
        assert known.current(connection).holding("often") == 0.0
        known.forget()
        made = known.current(connection)
    assert sum(partition.readable({1}) for partition in made.partitions) == pytest.approx(1_500, rel=0.1)
    assert made.readable_share({2}) == pytest.approx(0.25, rel=0.1)
    assert made.readable_share({1, 2}) == pytest.approx(1.0, rel=0.1)
    assert made.readable_share({3}) < 0.01
    assert made.holding("often") == pytest.approx(2_000, rel=0.1)
    assert made.holding("n1n1") == 0.0
