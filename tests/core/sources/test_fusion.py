"""One ranking from two."""

from core.sources.fusion import HALF_LIFE_SECONDS, fuse
from core.sources.model import IndexHit, IndexRankings

NOW = 2_000_000_000.0


def hit(item_id: int, digest: str = "", modified_at: float = 0.0) -> IndexHit:
    return IndexHit(item_id, 0, digest or f"digest {item_id}", modified_at)


def order(words: list[IndexHit], meaning: list[IndexHit], limit: int = 10) -> list[int]:
    return [found.item_id for found in fuse(IndexRankings(words, meaning), now=NOW, limit=limit)]


def test_what_both_rankings_name_comes_before_what_one_does() -> None:
    assert order([hit(1), hit(2), hit(3)], [hit(4), hit(3), hit(5)]) == [3, 1, 4, 2, 5]


def test_what_shares_a_word_or_two_with_a_question_does_not_push_out_what_means_the_same() -> None:
    words, meaning = [hit(1), hit(2), hit(3)], [hit(4), hit(5), hit(2)]
    low = fuse(IndexRankings(words, meaning, [0.2, 0.1, 0.1]), now=NOW, limit=3)
    high = fuse(IndexRankings(words, meaning, [0.9, 0.8, 0.6]), now=NOW, limit=3)
    assert [found.item_id for found in low] == [4, 5, 2]
    assert [found.item_id for found in high] == [2, 1, 4]


def test_words_alone_rank_whatever_their_share() -> None:
    found = fuse(IndexRankings([hit(1), hit(2)], [], [0.1, 0.0]), now=NOW, limit=3)
    assert [(hit.item_id, hit.score > 0) for hit in found] == [(1, True), (2, True)]


def test_one_ranking_alone_keeps_its_order() -> None:
    assert order([hit(3), hit(1), hit(2)], []) == order([], [hit(3), hit(1), hit(2)]) == [3, 1, 2]
    assert order([], []) == []


def test_the_newer_of_two_near_ties_comes_first_and_age_moves_nothing_far() -> None:
    old, new = NOW - 5 * HALF_LIFE_SECONDS, NOW - 1000
    assert order([hit(1, modified_at=old), hit(2, modified_at=new)], []) == [2, 1]
    ranking = [hit(n, modified_at=old) for n in range(1, 9)]
    assert order([*ranking, hit(9, modified_at=new)], [])[:4] == [1, 2, 3, 4]


def test_a_clock_ahead_is_no_more_than_new() -> None:
    ahead = fuse(IndexRankings([hit(1, modified_at=NOW + 1e9)]), now=NOW, limit=1)
    assert ahead == fuse(IndexRankings([hit(1, modified_at=NOW)]), now=NOW, limit=1)


def test_the_same_text_is_given_once_with_the_count_of_its_copies() -> None:
    found = fuse(IndexRankings([hit(1, "same"), hit(2), hit(3, "same")], [hit(4, "same")]), now=NOW, limit=10)
    assert [(hit.item_id, hit.copies) for hit in found] == [(1, 2), (2, 0)]


def test_passages_without_a_digest_are_never_taken_for_each_other() -> None:
    hits = [IndexHit(1, 0, "", 0.0), IndexHit(1, 1, "", 0.0)]
    assert len(fuse(IndexRankings(hits), now=NOW, limit=10)) == 2


def test_no_more_than_asked_for() -> None:
    assert order([hit(n) for n in range(20)], [], limit=3) == [0, 1, 2]


def test_the_same_text_beside_other_neighbours_is_shown_once() -> None:
    found = fuse(IndexRankings([hit(1, "same+one"), hit(2, "same+two"), hit(3, "same")]), now=NOW, limit=9)
    assert [(hit.item_id, hit.copies) for hit in found] == [(1, 2)]
