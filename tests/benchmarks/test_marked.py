"""What stands in the marked texts is read as marks, and quotes of one place are known for the same."""

from pathlib import Path

import pytest

from benchmarks.marked import CHOSEN, DATA, READ, MarkedText, is_same, judge, read_marked
from core.drafts import Item


def item(quote: str, kind: str) -> Item:
    return Item(text=quote, quote=quote, kind=kind)


@pytest.mark.parametrize(("folder", "count", "marks"), [(DATA, 40, 178), (READ, 48, 255), (CHOSEN, 1232, 2822)])
def test_each_mark_stands_in_its_text(folder: Path, count: int, marks: int) -> None:
    texts = list(read_marked(folder))
    assert (len(texts), sum(len(one.kinds) for one in texts)) == (count, marks)
    for one in texts:
        assert "<<" not in one.text
        assert all(quote in one.text for _, quote in one.quotes)
        assert {rank for rank, _ in one.quotes} - {0} == set(one.kinds)


def test_part_of_a_sentence_is_the_same_place() -> None:
    assert is_same("The pump leaks.", "Since May\nthe pump leaks.") is False
    assert is_same("the pump leaks", "Since May\nthe pump leaks.")
    assert not is_same("The roof is new.", "The pump leaks again.")


def test_marks_are_counted_by_what_their_writer_said() -> None:
    text = MarkedText("one", "", {1: "idea", 2: "duty"}, [(1, "Sell them online."), (2, "Pay by Friday.")], ["Ha!"])
    found = judge(text, (item("Sell them online.", "opportunity"), item("Ha!", "risk"), item("Pay by Friday.", "risk")))
    assert found == {"wanted": 2, "marks": 3, "right": 2, "of_right_kind": 1, "silly": 1, "found": 2}
