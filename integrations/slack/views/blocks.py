"""Block Kit elements and short messages. Pure: values in, JSON out.

Limits: https://docs.slack.dev/reference/block-kit/blocks (50 blocks a message, 3,000 characters a section).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import Any

from core.text.catalogues import told

FENCE = "```"
_CUTS = ("\n\n", "\n", " ")
Block = dict[str, Any]
MAX_SECTION_CHARS = 2900
MAX_FALLBACK_CHARS = 3500
MAX_CONTEXT_CHARS = 1900
# Texts of that length in one block.
MAX_CONTEXT_TEXTS = 10
MAX_LABEL_CHARS = 75


def split_mrkdwn(text: str, limit_chars: int) -> list[str]:
    """Return pieces of at most `limit_chars` characters; a code block that is cut is closed and opened again."""
    pieces: list[str] = []
    is_code = False
    for piece in _pieces(text, limit_chars - 2 * (len(FENCE) + 1)):
        opened = f"{FENCE}\n{piece}" if is_code else piece
        is_code = opened.count(FENCE) % 2 == 1
        pieces.append(f"{opened}\n{FENCE}" if is_code else opened)
    return pieces


def split_exactly(text: str, limit_chars: int) -> list[str]:
    """Return pieces that, joined, are the text again; cut after a paragraph, line or word where one ends."""
    pieces: list[str] = []
    rest = text
    while len(rest) > limit_chars:
        cut = next(
            (end for separator in _CUTS if (end := _end_of(rest, separator, limit_chars)) > limit_chars // 2),
            limit_chars,
        )
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return [*pieces, rest]


def shorten(text: str, limit_chars: int) -> str:
    """Return the text, cut with an ellipsis when it is longer than `limit_chars`."""
    return text if len(text) <= limit_chars else text[: limit_chars - 1].rstrip() + "…"


def _pieces(text: str, limit_chars: int) -> Iterator[str]:
    """Give the pieces without the white space around the cuts; no cut falls inside an entity (`&amp;`) or a fence."""
    rest = text
    while len(rest) > limit_chars:
        cut = next(
            (at for separator in _CUTS if (at := rest.rfind(separator, 0, limit_chars)) > limit_chars // 2),
            limit_chars,
        )
        entity = rest.rfind("&", max(0, cut - 5), cut)
        if entity > 0 and ";" not in rest[entity:cut]:
            cut = entity
        fence = rest.rfind(FENCE, max(0, cut - 2), cut + 2)
        if 0 < fence < cut < fence + len(FENCE):
            cut = fence
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip("\n")
    if rest.strip() or not text:
        yield rest


def _end_of(text: str, separator: str, limit_chars: int) -> int:
    at = text.rfind(separator, 0, limit_chars - len(separator) + 1)
    return -1 if at < 0 else at + len(separator)


@dataclass(frozen=True)
class BlockMessage:
    """One message: blocks, and the text for notifications and screen readers."""

    text: str
    blocks: list[Block]

    @property
    def closing(self) -> list[Block]:
        """What stands below its text: quiet lines and buttons."""
        return [*dropwhile(lambda block: block["type"] == "section", self.blocks)]


def section(mrkdwn: str, *, expand: bool = False) -> Block:
    """Return a section, cut at Slack's limit; `verbatim` keeps Slack from making links and mentions out of text.

    `expand` has a long one shown whole: Slack folds others behind "See more".
    """
    text = split_mrkdwn(mrkdwn, MAX_SECTION_CHARS)[0]
    made: Block = {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
    return {**made, "expand": True} if expand else made


def context(mrkdwn: str, *, is_ours: bool = False) -> Block:
    """Return quiet lines; a sentence that `is_ours` is in the reader's language, what people wrote stays as it is."""
    text = shorten(told(mrkdwn) if is_ours else mrkdwn, MAX_CONTEXT_CHARS)
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def long_context(mrkdwn: str) -> Block:
    """Return quiet lines of which as many are shown as a context block can hold, each text of it within its limit."""
    pieces = split_mrkdwn(mrkdwn, MAX_CONTEXT_CHARS)
    if len(pieces) > MAX_CONTEXT_TEXTS:
        pieces = [*pieces[: MAX_CONTEXT_TEXTS - 1], "…"]
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": piece, "verbatim": True} for piece in pieces]}


def button(label: str, action_id: str, value: str, *, style: str = "", is_ours: bool = True) -> Block:
    """Return a button; `style` is "", `primary` or `danger`; one that `is_ours` is in the reader's language."""
    words = told(label) if is_ours else label
    shown = {"type": "plain_text", "text": shorten(words, MAX_LABEL_CHARS), "emoji": True}
    made: Block = {"type": "button", "text": shown, "action_id": action_id, "value": value}
    return {**made, "style": style} if style else made


def overflow(action_id: str, options: Sequence[tuple[str, str]]) -> Block:
    """Return a menu of at most five acts, each with its label and value, for what a row has no button for."""
    listed = [
        {"text": {"type": "plain_text", "text": shorten(told(label), MAX_LABEL_CHARS), "emoji": True}, "value": value}
        for label, value in options
    ]
    return {"type": "overflow", "action_id": action_id, "options": listed}


def note_message(text: str) -> BlockMessage:
    """Return a short word of ours, in mrkdwn."""
    shown = told(text)
    return BlockMessage(shorten(shown, MAX_FALLBACK_CHARS), [section(shown)])
