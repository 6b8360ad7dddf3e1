"""A message of Slack is drawn whole, or not at all."""

from typing import Any

import pytest

from tests.office.slack_drawing import message_of, page_of


def text(words: str, kind: str = "mrkdwn") -> dict[str, str]:
    return {"type": kind, "text": words}


def test_every_word_and_button_is_drawn_and_nothing_is_markup() -> None:
    button = {"type": "button", "text": text("Post <here>", "plain_text"), "style": "primary"}
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": text("*Leave*: 26 days &lt;b&gt;\nsee <https://x.example|the page>")},
        {"type": "context", "elements": [text("Sources: 1")]},
        {"type": "actions", "elements": [button, {"type": "overflow"}]},
    ]
    drawn = message_of("Inlaid", "", blocks, is_app=True, note="Only visible to you")
    assert "<b>Leave</b>: 26 days &lt;b&gt;<br>see <u>the page</u>" in drawn
    assert "<span class='button primary'>Post &lt;here&gt;</span>" in drawn
    assert "Only visible to you" in drawn
    assert "Drawn from the blocks" in page_of("stage", [drawn], dark=True)


def test_a_block_that_is_not_known_is_no_silent_gap() -> None:
    with pytest.raises(KeyError):
        message_of("Inlaid", "", [{"type": "image", "image_url": "https://x.example/a.png"}])
