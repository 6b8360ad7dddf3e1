"""Follow-ups keep their subject; questions that stand by themselves are left as they are."""

import pytest

from core.writing.grounded.follow_ups import read_after


@pytest.mark.parametrize(
    ("before", "question", "reading"),
    [
        ("How many days of leave do I get in the first year?", "And in the second year?",
         "How many days of leave do I get in the second year?"),
        ("How much may a hotel cost per night?", "And in London?", "How much may a hotel cost per night in London?"),
        ("How often do I get a new laptop in Leeds?", "And in Dublin?", "How often do I get a new laptop in Dublin?"),
        ("How long is the warranty on wooden furniture?", "What about lamps?", "How long is the warranty on lamps?"),
        ("What is Bob Miller's extension?", "And Alice Cooper's?", "What is Alice Cooper extension?"),
        ("What does the bench Olof cost?", "How long does it take to deliver?",
         "How long does it take to deliver bench Olof?"),
        ("Wann endet die Frühschicht?", "Und wann endet die Spätschicht?", "Wann endet die Spätschicht?"),
        ("Combien de places a la salle Noyer ?", "Et la salle Pin ?", "Combien de places a la salle la salle Pin?"),
        ("¿Dónde está el taladro?", "¿Y la lijadora?", "¿Dónde está el la lijadora?"),
    ],
)  # fmt: skip
def test_a_follow_up_is_read_with_what_was_asked_before(before: str, question: str, reading: str) -> None:
    assert read_after(question, [before]) == reading


def test_a_chain_of_follow_ups_keeps_the_first_subject() -> None:
    asked = ["How many days of leave do I get in the first year?", "And in the second year?"]
    assert read_after("And in the third year?", asked) == "How many days of leave do I get in the third year?"


def test_what_is_asked_after_a_thank_you_is_asked_after_what_it_was_for() -> None:
    asked = ["Hello!", "How much may a hotel cost per night?", "Thanks!"]
    assert read_after("And in London?", asked) == "How much may a hotel cost per night in London?"


@pytest.mark.parametrize("earlier", [[], ["How long is parental leave?"]])
def test_a_question_that_says_enough_stands_by_itself(earlier: list[str]) -> None:
    question = "How many desks are there on the second floor in Leeds?"
    assert read_after(question, earlier) == question


@pytest.mark.parametrize(
    "question", ["what is the VPN address?", "¿cuántos días hay?", "und am Freitag?", "y la sierra?"]
)
def test_a_question_is_read_alike_with_a_capital_and_without(question: str) -> None:
    begin = next(place for place, char in enumerate(question) if char.isalpha())
    capital = f"{question[:begin]}{question[begin].upper()}{question[begin + 1 :]}"
    for earlier in ([], ["When does the shop open on Monday?"]):
        assert read_after(question, earlier) == read_after(capital, earlier)
