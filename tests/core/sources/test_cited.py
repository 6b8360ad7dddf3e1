"""What an answer cites is opened with the words that are quoted; who may open it is tested at each door."""

import pytest

from core.sources.cited import marked


@pytest.mark.parametrize(
    ("text", "quotes", "parts"),
    [
        ("One. Two. Three.", ["Two."], [("One. ", False), ("Two.", True), (" Three.", False)]),
        ("One\ntwo. Three.", ["One two."], [("One two.", True), (" Three.", False)]),
        ("a: 1, b: 2, c: 3", ["a: 1 … c: 3"], [("a: 1", True), (", b: 2, ", False), ("c: 3", True)]),
        ("One two three.", ["One two", "two three."], [("One two", True), (" three.", True)]),
        ("One.\nTwo.", ["Two.", "Two."], [("One.\n", False), ("Two.", True)]),
        ("Changed since.", ["As it was."], [("Changed since.", False)]),
    ],
)
def test_the_words_that_are_cited_are_marked(text: str, quotes: list[str], parts: list[tuple[str, bool]]) -> None:
    assert marked(text, quotes) == parts
