"""Numbered paragraphs as they are shown while a model writes them, however the answer is cut into pieces."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.writing.token_display import ParagraphStream

ANSWER = (
    "[1] We meet on Monday.\nWhy: It is shorter.\n[2] =\n\n**[3]** See [2] and why: so.\n**Pourquoi :** plus court."
)
SHOWN = "We meet on Monday.\n\nSee [2] and why: so.\n"


def shown(pieces: Sequence[str]) -> str:
    seen: list[str] = []
    stream = ParagraphStream(seen.append)
    for piece in pieces:
        stream.add(piece)
    stream.finish()
    return "".join(seen)


@given(st.lists(st.integers(0, len(ANSWER)), max_size=30))
def test_the_form_is_never_seen_however_the_answer_arrives(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(ANSWER)]
    assert shown([ANSWER[a:b] for a, b in pairwise(places)]) == SHOWN


@pytest.mark.parametrize("text", ["A short line", "Nothing is hidden here.\n\nWhy not?\nA = B\n", "", "\n"])
def test_other_text_is_shown_whole(text: str) -> None:
    assert shown(list(text)) == text


def test_a_piece_without_text_still_lets_the_person_stop_the_call() -> None:
    seen: list[str] = []
    ParagraphStream(seen.append).add("")
    assert seen == [""]


def test_text_is_shown_before_its_line_ends() -> None:
    seen: list[str] = []
    ParagraphStream(seen.append).add("[1] We meet on Monday in the large")
    assert "".join(seen) == "We meet on Monday in the large"
