"""What somebody says about the open changes of a document, in four languages."""

import pytest

from core.drafts import Edit
from core.text.card_wishes import Decision, read_decision

EDITS = [
    Edit(
        id="a", hash="h", before="We wait untill noon.", text="We wait until noon.", reason="untill → until: spelling."
    ),
    Edit(id="b", hash="h", before="You recieve it.", text="You receive it.", where="Payment"),
    Edit(id="c", hash="h", before="Not untill May.", text="Not until May."),
]


@pytest.mark.parametrize(
    ("said", "outcome", "about"),
    [
        ("accept all", "accepted", ""),
        ("Please accept the rest.", "accepted", ""),
        ("reject the others", "rejected", ""),
        ("take the ones about untill", "accepted", "untill"),
        ("reject number 2", "rejected", "2"),
        ("accept “by way of”", "accepted", "by way of"),
        ("nimm alle an", "accepted", ""),
        ("Lehne den Rest ab", "rejected", ""),
        ("alle Änderungen zu Zahlung ablehnen", "rejected", "Zahlung"),
        ("acceptez toutes les modifications", "accepted", ""),
        ("rechaza los demás cambios", "rejected", ""),
    ],
)
def test_what_decides_is_read_with_what_it_is_about(said: str, outcome: str, about: str) -> None:
    decision = read_decision(said)
    assert decision
    assert (decision.outcome, decision.about) == (outcome, about)


@pytest.mark.parametrize("said", ["shorter", "drop the price", "in German", "undo", "why?", "use Thursday instead", ""])
def test_what_says_how_it_should_read_decides_nothing(said: str) -> None:
    assert read_decision(said) is None


@pytest.mark.parametrize(
    ("about", "places"), [("", [0, 2]), ("untill", [0, 2]), ("Payment", []), ("1", [0]), ("noon", []), ("9", [])]
)
def test_open_changes_are_meant_by_the_words_that_change_or_their_number(about: str, places: list[int]) -> None:
    assert Decision("accepted", about).chosen(EDITS, [0, 2]) == places
