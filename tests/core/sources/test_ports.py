"""Each index holds one contract: the embedded one, the one in PostgreSQL, and the one in memory."""

import math
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.sources.index_postgres import PostgresPassageIndex
from core.sources.index_sqlite import SqlitePassageIndex
from core.sources.model import IndexedItem, IndexedPassage, IndexHit, IndexQuery, WaitingPassage
from core.sources.ports import PassageIndex
from core.store.engine import Database
from tests.memory_index import MemoryPassageIndex

EMBEDDER = "three"


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def open_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], PassageIndex]]:
    """Return what opens the same index, once more each time."""
    opened: list[PassageIndex] = []
    databases: list[Database] = []
    memory = MemoryPassageIndex()

    def open_it() -> PassageIndex:
        if request.param == "postgresql":
            databases.append(Database(request.getfixturevalue("postgres_url")))
            opened.append(PostgresPassageIndex(databases[-1]))
        else:
            opened.append(memory if request.param == "memory" else SqlitePassageIndex(tmp_path / "home"))
        return opened[-1]

    yield open_it
    for index in opened:
        index.close()
    for database in databases:
        database.close()


@pytest.fixture
def index(open_index: Callable[[], PassageIndex]) -> PassageIndex:
    """Return an empty index for vectors of three numbers."""
    made = open_index()
    made.use_embedder(EMBEDDER, 3)
    return made


def passage(ordinal: int, text: str, vector: Sequence[float] | None = None, digest: str = "") -> IndexedPassage:
    return IndexedPassage(ordinal, text.split(), vector, digest or f"digest of {text}")


def item(
    item_id: int, *passages: IndexedPassage, access: int = 1, source: str = "handbook", modified: float = 100.0
) -> IndexedItem:
    return IndexedItem(item_id, source, access, modified, passages)


def places(hits: Sequence[IndexHit]) -> list[tuple[int, int]]:
    return [(hit.item_id, hit.ordinal) for hit in hits]


def waiting(index: PassageIndex) -> list[tuple[int, int]]:
    return sorted((place.item_id, place.ordinal) for place in index.waiting(9))


def first(index: PassageIndex) -> WaitingPassage:
    return min(index.waiting(9), key=lambda place: place.ordinal)


def found(
    index: PassageIndex,
    words: str = "",
    *,
    vector: Sequence[float] | None = None,
    access: Sequence[int] = (1,),
    sources: Sequence[str] = (),
    limit: int = 10,
) -> list[tuple[int, int]]:
    query = IndexQuery(words.split(), vector, frozenset(access), frozenset(sources), limit)
    rankings = index.search(query)
    return places(rankings.by_words) + places(rankings.by_meaning)


def test_an_empty_index_finds_nothing(index: PassageIndex) -> None:
    assert found(index, "leave", vector=[1, 0, 0]) == []
    assert (index.stats().passages, index.stats().without_vector, index.waiting(5)) == (0, 0, [])


def test_passages_are_found_by_any_of_the_words_the_better_ones_first(index: PassageIndex) -> None:
    index.put([item(1, passage(0, "paid leave is thirty days"), passage(1, "travel cost"))])
    index.put([item(2, passage(0, "paid by card")), item(3, passage(0, "nothing of the kind"))])
    assert found(index, "paid leave vacation") == [(1, 0), (2, 0)]
    assert found(index, "vacation") == found(index, "") == []


def test_a_rare_word_counts_more_than_one_that_many_passages_hold(index: PassageIndex) -> None:
    index.put([item(number, passage(0, f"contract of number{number}")) for number in range(1, 20)])
    index.put([item(30, passage(0, "annex of indemnity"))])
    assert found(index, "contract indemnity", limit=1) == [(30, 0)]


def test_it_tells_how_much_of_the_question_each_place_holds(index: PassageIndex) -> None:
    fill = [item(number, passage(0, f"contract of number{number}")) for number in range(1, 30)]
    index.put([*fill, item(30, passage(0, "paid leave days")), item(31, passage(0, "paid by card"))])
    words = [["paid"], ["leave", "leav"], ["vacation", "vacat"]]
    terms = [term for word in words for term in word]
    rankings = index.search(IndexQuery(terms, None, frozenset({1}), words=words))
    assert places(rankings.by_words) == [(30, 0), (31, 0)]
    assert 0.5 < rankings.shares[0] < 0.9
    assert 0.1 < rankings.shares[1] < 0.5
    whole = index.search(IndexQuery(["paid", "leave"], None, frozenset({1}), words=[["paid"], ["leave", "leav"]]))
    assert whole.shares[0] > 0.8


def test_hits_tell_the_digest_and_the_age(index: PassageIndex) -> None:
    index.put([item(7, passage(3, "same text", [1, 0, 0], digest="d"), modified=1234.5)])
    rankings = index.search(IndexQuery(["same"], [1, 0, 0], frozenset({1})))
    assert list(rankings.by_words) == list(rankings.by_meaning) == [IndexHit(7, 3, "d", 1234.5)]


@pytest.mark.parametrize(
    "term", ["iso-27001", "3.14", "a'b", 'say"so', "büro", "日本", "§5", "c++", "near", "and", "*x"]
)
def test_a_term_is_found_whole_whatever_it_consists_of(index: PassageIndex, term: str) -> None:
    index.put([item(1, passage(0, f"before {term} behind")), item(2, passage(0, "iso 27001 3 14 a b say so c x buro"))])
    assert found(index, term) == [(1, 0)]


def test_passages_are_found_by_meaning_the_nearest_first(index: PassageIndex) -> None:
    index.put(
        [item(1, passage(0, "a", [1, 0, 0]), passage(1, "b", [0, 1, 0])), item(2, passage(0, "c", [0.8, 0.6, 0]))]
    )
    assert found(index, vector=[1, 0.1, 0]) == [(1, 0), (2, 0), (1, 1)]
    assert found(index, vector=[1, 0.1, 0], limit=1) == [(1, 0)]


def test_only_what_the_reader_may_see_is_found(index: PassageIndex) -> None:
    index.put([item(number, passage(0, "salary list", [1, 0, 0]), access=number % 3 + 1) for number in range(9)])
    for access in ({1}, {2, 3}, {4}, set[int]()):
        assert {number % 3 + 1 for number, _ in found(index, "salary", vector=[1, 0, 0], access=list(access))} == (
            access & {1, 2, 3}
        )


def test_moving_an_item_changes_who_finds_it(index: PassageIndex) -> None:
    index.put([item(1, passage(0, "salary", [1, 0, 0]), access=1)])
    index.move(1, 2)
    index.move(99, 2)
    assert found(index, "salary", vector=[1, 0, 0], access=[1]) == []
    assert found(index, "salary", vector=[1, 0, 0], access=[2]) == [(1, 0), (1, 0)]


def test_it_tells_the_languages_that_it_holds(index: PassageIndex) -> None:
    assert index.languages() == frozenset()
    index.put([replace(item(1, passage(0, "frist")), language="de"), item(2, passage(0, "days"))])
    assert index.languages() == {"de", ""}


def test_a_search_keeps_to_sources(index: PassageIndex) -> None:
    index.put([item(1, passage(0, "fee", [1, 0, 0]), source="old", modified=10)])
    index.put([item(2, passage(0, "fee", [1, 0, 0]), source="new", modified=20)])
    assert found(index, "fee", vector=[1, 0, 0], sources=["old"]) == [(1, 0), (1, 0)]
    assert found(index, "fee", sources=["none"]) == []


def test_an_item_replaces_what_was_held_of_it(index: PassageIndex) -> None:
    index.put([item(1, passage(0, "old words", [1, 0, 0]), passage(1, "more"))])
    index.put([item(1, passage(0, "new words"), access=2, source="other")])
    assert found(index, "old more", vector=[1, 0, 0], access=[1, 2]) == []
    assert found(index, "words", access=[2], sources=["other"]) == [(1, 0)]
    assert index.stats().passages == 1
    index.put([item(1)])
    assert (index.stats().passages, found(index, "new words", access=[2])) == (0, [])


def test_putting_the_same_again_changes_nothing(index: PassageIndex) -> None:
    for _ in range(3):
        index.put([item(1, passage(0, "leave", [1, 0, 0]), passage(1, "leave days"))])
    assert (index.stats().passages, index.stats().without_vector) == (2, 1)
    assert found(index, "leave days", vector=[1, 0, 0]) == [(1, 1), (1, 0), (1, 0)]


def test_what_is_removed_is_found_no_more(index: PassageIndex) -> None:
    index.put([item(number, passage(0, "fee", [1, 0, 0]), source=f"s{number % 2}") for number in range(4)])
    index.remove([0, 99])
    assert sorted(set(found(index, "fee", vector=[1, 0, 0]))) == [(1, 0), (2, 0), (3, 0)]
    index.remove_source("s1")
    index.remove_source("none")
    assert found(index, "fee", vector=[1, 0, 0]) == [(2, 0), (2, 0)]
    assert index.stats().passages == 1


def test_passages_wait_for_their_vectors(index: PassageIndex) -> None:
    index.put([item(1, passage(0, "a"), passage(1, "b", [0, 1, 0]), passage(2, "c"))])
    assert waiting(index) == [(1, 0), (1, 2)]
    assert len(index.waiting(1)) == 1
    index.put([item(2, passage(0, "d"), source="held")])
    assert (len(index.waiting(9)), len(index.waiting(9, frozenset({"held"})))) == (3, 2)
    index.remove([2])
    gone = [WaitingPassage(1, 9, "a"), WaitingPassage(5, 0, "a")]
    index.put_vectors([(place, [1, 0, 0]) for place in [first(index), *gone]])
    assert (waiting(index), index.stats().without_vector) == ([(1, 2)], 1)
    assert found(index, vector=[1, 0.1, 0]) == [(1, 0), (1, 1)]


def test_a_vector_of_a_text_that_has_changed_since_is_not_held(index: PassageIndex) -> None:
    index.put([item(1, passage(0, "old"))])
    before = index.waiting(1)
    index.put([item(1, passage(0, "new"))])
    index.put_vectors([(place, [1, 0, 0]) for place in before])
    assert waiting(index) == [(1, 0)]


def test_a_passage_that_stays_in_its_item_keeps_its_vector(index: PassageIndex) -> None:
    index.put([item(1, passage(0, "first", [1, 0, 0]), passage(1, "second", [0, 1, 0]))])
    index.put([item(1, passage(0, "inserted"), passage(1, "first"), passage(2, "changed"))])
    assert waiting(index) == [(1, 0), (1, 2)]
    assert found(index, vector=[1, 0, 0]) == [(1, 1)]


def test_another_embedder_drops_the_vectors_and_words_are_found_meanwhile(index: PassageIndex) -> None:
    index.put([item(1, passage(0, "leave", [1, 0, 0]), passage(1, "days", [0, 1, 0]))])
    assert not index.use_embedder(EMBEDDER, 3)
    assert index.use_embedder("other", 2)
    assert (index.embedder(), index.stats().embedder, index.stats().without_vector) == ("other", "other", 2)
    assert found(index, "leave", vector=[1, 0, 0]) == [(1, 0)]
    index.put_vectors([(place, [0, 1]) for place in index.waiting(9) if place.ordinal == 1])
    assert found(index, "leave", vector=[0, 1]) == [(1, 0), (1, 1)]
    assert not index.use_embedder("other", 2)


def test_without_an_embedder_nothing_waits_and_vectors_are_not_held(open_index: Callable[[], PassageIndex]) -> None:
    index = open_index()
    index.put([item(1, passage(0, "leave", [1, 0, 0]))])
    assert (waiting(index), found(index, "leave", vector=[1, 0, 0])) == ([], [(1, 0)])
    index.use_embedder(EMBEDDER, 3)
    assert index.use_embedder("", 0) is False
    assert (waiting(index), index.stats().embedder) == ([], "")


def test_vectors_of_a_wrong_length_are_not_held(index: PassageIndex) -> None:
    index.put([item(1, passage(0, "a", [1, 0]))])
    index.put_vectors([(first(index), [1, 0, 0, 0])])
    assert waiting(index) == [(1, 0)]
    assert found(index, "a", vector=[1, 0]) == [(1, 0)]


def test_whoever_opens_it_later_finds_the_same(index: PassageIndex, open_index: Callable[[], PassageIndex]) -> None:
    index.put([item(1, passage(0, "leave", [1, 0, 0]))])
    again = open_index()
    assert (again.identity(), again.stats().embedder) == (index.identity(), EMBEDDER)
    assert found(again, "leave", vector=[1, 0, 0]) == [(1, 0), (1, 0)]
    again.remove([1])
    assert found(index, "leave", vector=[1, 0, 0]) == []


def test_threads_may_write_and_read_at_once(index: PassageIndex) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for step in range(10):
                index.put([item(number, passage(0, f"leave step{step}", [1, 0, 0]))])
                assert (number, 0) in found(index, "leave", vector=[1, 0, 0], limit=50)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert index.stats().passages == 6


def test_many_vectors_are_found_as_if_all_were_compared(open_index: Callable[[], PassageIndex]) -> None:
    """Above some thousands an engine approximates: of the ten nearest it finds nine, also of few that may be seen."""
    chance = random.Random(5)
    index, exact = open_index(), MemoryPassageIndex()
    centres = [[chance.gauss(0, 1) for _ in range(32)] for _ in range(20)]
    vectors = {n: [x + chance.gauss(0, 0.7) for x in centres[n % 20]] for n in range(2_600)}
    for each in (index, exact):
        each.use_embedder("clustered", 32)
        each.put([item(n, passage(0, "x", _unit(vectors[n])), access=n % 50) for n in range(2_500)])
        each.put([item(n, passage(0, "x"), access=n % 50) for n in range(2_500, 2_600)])
        each.put_vectors([(place, _unit(vectors[place.item_id])) for place in each.waiting(100)])
        each.remove(range(0, 2_600, 7))
        for moved in range(1, 2_600, 11):
            each.move(moved, 60)
    for access in (range(61), [3], [60], [3, 4, 60]):
        shares = []
        for _ in range(10):
            asked = _unit([x + chance.gauss(0, 0.7) for x in centres[chance.randrange(20)]])
            right = found(exact, vector=asked, access=access)
            shares.append(len(set(right) & set(found(index, vector=asked, access=access))) / len(right))
        assert sum(shares) / len(shares) >= 0.9


def _unit(vector: Sequence[float]) -> list[float]:
    return [x / math.hypot(*vector) for x in vector]
