"""What is said below an entry of a list."""

import pytest

from core.drafts import Draft, Item
from core.text.catalogues import speaking
from core.text.entries import reasons


@pytest.mark.parametrize(
    ("item", "lines"),
    [
        (Item(text="It renews.", severity="high", severity_why="No day.", why="Binds"), ("Hoch: No day.", "Binds")),
        (Item(text="It renews.", severity="low"), ("Niedrig",)),
        (Item(text="It renews.", why="Binds"), ("Binds",)),
        (Item(text="It renews."), ()),
    ],
)
def test_severity_and_why_are_both_said(item: Item, lines: tuple[str, ...]) -> None:
    [entry] = Draft(recipe="scan", items=(item,)).entries or ()
    with speaking("de"):
        assert reasons(entry) == lines
