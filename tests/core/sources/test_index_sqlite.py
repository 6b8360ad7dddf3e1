"""The index of one machine among many passages: what a question of frequent words alone finds, and what is counted."""

from pathlib import Path

from core.sources.index_sqlite import MAX_RANKED, SqlitePassageIndex
from core.sources.model import IndexedItem, IndexedPassage, IndexQuery

ITEM_PASSAGES = 1_500


def test_a_question_of_frequent_words_finds_what_holds_the_rarest_of_them(home: Path) -> None:
    """First they can all be looked through, then only those that hold two."""
    index = SqlitePassageIndex(home)
    for item_id in range(16):
        text = ["policy", "leave"] if item_id else ["policy"]
        passages = [IndexedPassage(n, text, None, f"{item_id}/{n}") for n in range(ITEM_PASSAGES)]
        index.put([IndexedItem(item_id, "s", 1, 0.0, passages)])
        if item_id in {4, 15}:
            hits = index.search(IndexQuery(["policy", "leave"], None, frozenset({1}))).by_words
            assert (len(hits), 0 in {hit.item_id for hit in hits}) == (50, False)
    assert 15 * ITEM_PASSAGES > MAX_RANKED
    assert len(index.search(IndexQuery(["policy"], None, frozenset({1}))).by_words) == 50
    index.remove([0, 3])
    assert index.stats().passages == 14 * ITEM_PASSAGES
    index.put([IndexedItem(3, "s", 1, 0.0, [IndexedPassage(0, [], None, "empty")])])
    assert index.stats().passages == 14 * ITEM_PASSAGES + 1
    index.close()
