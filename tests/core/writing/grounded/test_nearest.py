"""What may help with a question that nothing answers for certain."""

import pytest

from core.writing.grounded.answers import Spot
from core.writing.grounded.nearest import is_told, likely_quotes, second_quotes
from core.writing.grounded.passages import passages_value
from tests.core.writing.grounded.test_answer import run


def spot(
    sentence: str, *, worth: float = 0.86, overlap: float = 0.4, passage: int = 0, holds_kind: bool = True
) -> Spot:
    return Spot(passage, sentence, worth, overlap, holds_kind, language="en")


@pytest.mark.parametrize(
    ("line", "is_whole"),
    [
        ("Wages are paid on the 27th.", True),
        ("Code: V14; what: visitor berth; price: 36", True),
        ("- The kettle in the loft is to be replaced", True),
        ("Halyard Sailing School, Falmouth.", False),
        ("To: all instructors; yard", False),
        ("What was done", False),
    ],
)
def test_names_and_headings_alone_are_not_shown(line: str, is_whole: bool) -> None:
    assert is_told(spot(line)) is is_whole


def test_what_says_most_of_a_question_comes_before_what_is_only_near() -> None:
    near = spot("1,148 pupils came to Falmouth this year.", worth=0.85, overlap=0.3)
    said = spot("Flensburg had 402, Brest had 377.", worth=0.84, overlap=0.75, holds_kind=False)
    assert likely_quotes([near, said], {}) == [said, near]


def test_what_says_nothing_of_a_question_is_not_shown_unless_it_is_very_near() -> None:
    assert not likely_quotes([spot("The whole came to £148,600.", overlap=0.0)], {})
    very_near = spot("Either parent gets 16 weeks at full pay.", worth=0.91, overlap=0.0)
    assert likely_quotes([very_near], {}) == [very_near]


def test_a_sentence_without_the_fact_is_shown_with_the_one_behind_it_that_has_it() -> None:
    first = spot("We borrow a boat from the harbour.", holds_kind=False)
    text = "We borrow a boat from the harbour. She is slow and steers badly. Only Will Hart and Ann Lee drive her."
    (second,) = second_quotes("Who may drive the boat?", first, [first], text)
    assert second.sentence == "Only Will Hart and Ann Lee drive her."


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How big is the down payment for a course?", "deposit of 30 per cent"),
        ("Up to what wind do we sail with courses?", "up to force 6"),
    ],
)
def test_a_fact_of_another_thing_is_no_answer(question: str, answer: str) -> None:
    text = (
        "The deposit of 30 per cent is due now. Not included: food and the examination fee of £68.\n\n"
        "We sail up to force 6. If more than half a day is lost through wind, you can make it up on another course."
    )
    result = run(question, passages_value([("Terms for sailing courses", "", text)]))
    assert answer in result.text
    assert "£68" not in result.text


def test_what_is_kept_for_a_thing_is_not_what_it_costs() -> None:
    held = passages_value([("Minutes", "", "£70,000 go into the reserve for the new cold store.")])
    assert run("What will the new cold store cost?", held).skeleton
    assert not run("How much is the reserve for the cold store?", held).skeleton
