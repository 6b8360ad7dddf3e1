"""Block Kit elements and short messages. Pure: values in, JSON out.

Limits: https://docs.slack.dev/reference/block-kit/blocks (50 blocks a message, 3,000 characters a section).
"""

from dataclasses import dataclass
from typing import Any

from integrations.slack.views.splitting import shorten, split_mrkdwn

Block = dict[str, Any]

MAX_SECTION_CHARS = 2900
MAX_FALLBACK_CHARS = 3500
MAX_CONTEXT_CHARS = 1900
MAX_LABEL_CHARS = 75


@dataclass(frozen=True)
class Message:
    """One message: blocks, and the text for notifications and screen readers."""

    text: str
    blocks: list[Block]


def section(mrkdwn: str) -> Block:
    """Return a section, cut at Slack's limit; `verbatim` keeps Slack from making links and mentions out of text."""
    text = split_mrkdwn(mrkdwn, MAX_SECTION_CHARS)[0]
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def context(mrkdwn: str) -> Block:
    """Return a quiet line."""
    text = shorten(mrkdwn, MAX_CONTEXT_CHARS)
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def button(label: str, action_id: str, value: str, *, style: str = "") -> Block:
    """Return a button; `style` is "", `primary` or `danger`."""
    shown = {"type": "plain_text", "text": shorten(label, MAX_LABEL_CHARS), "emoji": True}
    made: Block = {"type": "button", "text": shown, "action_id": action_id, "value": value}
    return {**made, "style": style} if style else made


def note_message(text: str) -> Message:
    """Return a short word of ours, in mrkdwn."""
    return Message(shorten(text, MAX_FALLBACK_CHARS), [section(text)])
