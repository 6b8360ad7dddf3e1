"""The vector of a short passage of a conversation leans to those beside it."""

import math

import pytest

from core.sources.model import Passage
from core.sources.neighbours import (
    beside,
    has_neighbours,
    is_conversation,
    leaning,
    text_digest,
    with_neighbours,
)

CHAT = [Passage(text) for text in ("Ann: When is the stocktaking?", "Bob: On the 14th.", "Ann: And who counts?")]
HEADLINES = [Passage(text) for text in ("Ann Lopez  9:02 AM\nThe lift is stuck.", "Bob Hill  9:05 AM\nFloor two?",
                                        "Ann Lopez  9:06 AM\nThree.")]  # fmt: skip
MINUTES = [Passage("Chair: Item two.\n\nMr Lind: I second it."), Passage("Chair: Any against?")]
HANDBOOK = [Passage("Employees get 28 days of leave."), Passage("Note: it expires in March."), Passage("Ask HR.")]
FORM = [Passage("Name: Brandt\nStreet: Long Lane 4"), Passage("City: Leeds\nPhone: 0113 496"), Passage("VAT: GB 99")]


@pytest.mark.parametrize("passages", [CHAT, HEADLINES, MINUTES])
def test_what_people_say_by_turns_is_a_conversation(passages: list[Passage]) -> None:
    assert is_conversation(passages)


@pytest.mark.parametrize("passages", [HANDBOOK, FORM, CHAT[:1], [], [Passage("Ann: One."), Passage("Ann: Two.")] * 2])
def test_other_texts_are_none(passages: list[Passage]) -> None:
    assert not is_conversation(passages)


def test_what_stands_beside_is_of_the_same_heading() -> None:
    passages = dict(enumerate([Passage("a", "1"), Passage("b", "2"), Passage("c", "2")]))
    assert [one.text for one in beside(passages, 1)] == ["c"]
    assert [one.text for one in beside(passages, 0)] == []
    assert [one.text for one in beside({4: Passage("x"), 5: Passage("y")}, 5)] == ["x"]


def test_a_digest_tells_neighbours_and_keeps_that_of_the_text() -> None:
    digest = with_neighbours("abc", "def")
    assert (has_neighbours(digest), has_neighbours("abc")) == (True, False)
    assert (text_digest(digest), text_digest("abc")) == ("abc", "abc")


def test_a_short_passage_leans_to_its_neighbours_and_a_long_one_less() -> None:
    own, other = [1.0, 0.0], [0.0, 1.0]
    short, long = leaning(own, 20, [other, other]), leaning(own, 3_000, [other, other])
    assert math.isclose(math.hypot(*short), 1.0)
    assert short[0] > long[1]
    assert short[1] > 3 * long[1] > 0
    assert leaning(own, 20, [[-1.0, 0.0], [-1.0, 0.0]]) == own
