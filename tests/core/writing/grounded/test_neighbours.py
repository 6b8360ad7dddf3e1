"""English words that the words beside them tell from another one; what may stand there gets no remark."""

import pytest

from core.text.dictionaries import pair_counts
from core.writing.grounded.neighbours import find_by_neighbours


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("If we loose any more time, we stop.", "loose", "lose"),
        ("They don't want to brake the glass.", "brake", "break"),
        ("Please check weather the gate is shut.", "weather", "whether"),
        ("The bank has excepted the form.", "excepted", "accepted"),
        ("It will effect the whole street.", "effect", "affect"),
        ("He walked passed the house twice.", "passed", "past"),
        ("I'd love to here from the choir.", "here", "hear"),
        ("We could of known that.", "of", "have"),
        ("They were not aloud to park there.", "aloud", "allowed"),
        ("He lead the way home.", "lead", "led"),
        ("We stay here until than and leave.", "than", "then"),
    ],
)
def test_a_word_that_the_words_beside_it_tell_from_another_is_a_remark(text: str, wrong: str, right: str) -> None:
    found = list(find_by_neighbours(text))
    assert [(text[one.start : one.end], one.text, one.is_sure) for one in found] == [(wrong, right, False)]


@pytest.mark.parametrize(
    "sound",
    [
        "The screw is loose at the top.",
        "Check the brake before you leave.",
        "The weather in May is fine.",
        "All except the last one came.",
        "It had no effect on the price.",
        "Is there room for two?",
        "Say yes or know why not.",
        "The music is too quiet here.",
        "I would rather you did it than start again.",
        "None",
        "",
        "The rest, loose\nany way.",
    ],
)
def test_what_may_stand_there_gets_none(sound: str) -> None:
    assert list(find_by_neighbours(sound)) == []


def test_pairs_are_counted_where_one_of_the_words_is_asked_for() -> None:
    pairs = pair_counts(frozenset({"whether"}))
    assert pairs["check", "whether"] > 0
    assert all("whether" in pair for pair in pairs)
