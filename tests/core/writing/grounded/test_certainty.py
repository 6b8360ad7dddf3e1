"""What is said to be the answer is so with some certainty: else it is shown as the nearest place."""

from dataclasses import replace

import pytest

from core.writing.grounded.answers import Spot
from core.writing.grounded.certainty import is_certain, likeliest, probability, row_of
from core.writing.grounded.passages import GroundPassage

TEXT = (
    "The car park lies behind the hall. Whoever loses the card pays 15 euros for a new one.\n\n"
    "The gate is shut at eight. A bicycle may stand in the yard."
)
PASSAGE = GroundPassage(1, "House rules, Parking", "", TEXT)
QUESTION = "What do I pay when my parking card is gone?"
LOST, BESIDE, APART = (
    "Whoever loses the card pays 15 euros for a new one.",
    "The car park lies behind the hall.",
    "A bicycle may stand in the yard.",
)


def spot(sentence: str, odds: float | None, *, worth: float = 0.9, missing: tuple[str, ...] = ("gone",)) -> Spot:
    return Spot(0, sentence, worth, 0.5, holds_kind=True, missing=missing, odds=odds)


def certain(*spots: Spot, question: str = QUESTION) -> bool:
    best = likeliest(spots)
    assert best
    return is_certain(question, best, spots, PASSAGE)


def test_the_likeliest_is_a_whole_sentence_that_was_read() -> None:
    heading, unread = spot("Parking", 9.0), spot(APART, None)
    assert likeliest([heading, unread, spot(LOST, 2.0), spot(BESIDE, 1.0)]) == spot(LOST, 2.0)
    assert likeliest([heading, unread]) is None


def test_what_is_far_ahead_is_certain_and_what_is_as_likely_as_another_is_not() -> None:
    assert certain(spot(LOST, 8.0), spot(APART, -2.0))
    assert not certain(spot(LOST, 8.0), spot(APART, 7.5))
    assert not certain(spot(LOST, -1.0), spot(APART, -6.0))


def test_what_is_quoted_with_it_is_no_other_answer() -> None:
    assert certain(spot(LOST, 8.0), spot(BESIDE, 7.9), spot(APART, -2.0))


def test_two_sentences_that_say_all_of_the_question_do_not_make_each_other_doubtful() -> None:
    first, second = (spot(sentence, 6.0, missing=()) for sentence in (LOST, APART))
    assert row_of(QUESTION, first, [first, second], PASSAGE)[1] > 10
    assert row_of(QUESTION, first, [first, spot(APART, 6.0)], PASSAGE)[1] == 0
    assert certain(first, second)


def test_a_sentence_that_says_all_of_the_question_needs_less() -> None:
    saying, other = spot(LOST, 4.5, missing=()), spot(APART, 2.5)
    row = row_of(QUESTION, saying, [saying, other], PASSAGE)
    assert 0.75 <= probability(row) < 0.84
    assert certain(saying, other)
    # The same odds of a sentence that says less are not enough.
    assert not certain(spot(LOST, 4.5), other)


@pytest.mark.parametrize(("missing", "expected"), [(("black",), False), (("much",), True)])
def test_a_word_that_tells_one_thing_of_a_kind_from_another_has_to_be_said(
    missing: tuple[str, ...], *, expected: bool
) -> None:
    found = (spot(LOST, 9.0, missing=missing), spot(APART, -2.0))
    assert certain(*found, question="How much is a black card?") is expected


OPENS = "When does the office open?"


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (OPENS, "The office opens at 8:30.", True),
        (OPENS, "The office does not open at 8:30.", False),
        (OPENS, "The office of the dean opens at 8:30 by request.", False),
        (OPENS, "It opens at 8:30.", False),
        ("Wann öffnet das Büro?", "Das Büro öffnet um 8:30 Uhr.", True),
        ("When does bus 12 leave?", "Bus 12 leaves at 8:30.", True),
        ("When does bus 12 leave?", "Bus 14 leaves at 8:30.", False),
        ("Does the office open?", "The office opens at 8:30.", False),
    ],
)
def test_a_question_with_its_fact_and_no_more_need_only_be_likelier_than_not(
    question: str, sentence: str, *, expected: bool
) -> None:
    said, far = spot(sentence, -2.7, worth=0.915, missing=()), spot(APART, -8.0)
    assert 0.5 <= probability(row_of(question, said, [said, far], PASSAGE)) < 0.75
    assert certain(said, far, question=question) is expected
    assert not certain(said, spot(APART, -2.7), question=question)


@pytest.mark.parametrize(
    ("question", "odds", "is_sure"),
    [
        ("¿Qué hago si ya no la encuentro?", 5.0, False),  # nothing but nearness
        ("¿Cuánto pago cuando ya no la encuentro?", 8.0, True),
        ("¿Cuánto pago cuando ya no la encuentro?", 3.0, False),
        ("What does it cost when my card is gone?", 3.0, True),
    ],
)
def test_a_sentence_in_another_language_is_sure_only_by_what_it_says_itself(
    question: str, odds: float, *, is_sure: bool
) -> None:
    best = replace(spot(LOST, odds, missing=()), language="en")
    assert certain(best, spot(APART, -2.0), question=question) is is_sure
