"""Text is cut at Slack's limits without breaking what it says."""

from hypothesis import given
from hypothesis import strategies as st

from integrations.slack.views.blocks import shorten, split_exactly, split_mrkdwn

LIMIT = 100
TEXTS = st.lists(st.sampled_from(["word ", "line\n", "paragraph\n\n", "```\n", "x" * 130, "&amp;", "é"]), max_size=60)


@given(TEXTS.map("".join))
def test_pieces_fit_and_code_blocks_are_whole_in_each(text: str) -> None:
    for piece in split_mrkdwn(text, LIMIT):
        assert len(piece) <= LIMIT
        if text.count("```") % 2 == 0:
            assert piece.count("```") % 2 == 0


@given(TEXTS.map("".join))
def test_no_word_is_lost(text: str) -> None:
    kept = "".join(split_mrkdwn(text, LIMIT)).replace("```", "")
    assert "".join(kept.split()) == "".join(text.replace("```", "").split())


def test_no_entity_is_cut() -> None:
    for length in range(80, 110):
        assert all(
            "&am" not in piece.replace("&amp;", "") for piece in split_mrkdwn("a" * length + "&amp;b" * 30, LIMIT)
        )


def test_no_fence_is_cut() -> None:
    for length in range(80, 110):
        pieces = split_mrkdwn("```\n" + "a" * length + "```\n" + "b" * 60, LIMIT)
        assert "".join(pieces).replace("```", "").replace("\n", "") == "a" * length + "b" * 60


@given(TEXTS.map("".join))
def test_an_exact_split_joins_to_the_text_again(text: str) -> None:
    pieces = split_exactly(text, LIMIT)
    assert "".join(pieces) == text
    assert all(len(piece) <= LIMIT for piece in pieces)


def test_cuts_fall_between_paragraphs_when_they_can() -> None:
    assert split_exactly("a" * 60 + "\n\n" + "b" * 60, LIMIT) == ["a" * 60 + "\n\n", "b" * 60]


def test_a_shortened_text_says_so() -> None:
    assert shorten("a" * 20, 10) == "a" * 9 + "…"
    assert shorten("short", 10) == "short"
