"""What an owner compares their own words with, before they go out as a reply."""

from collections.abc import Sequence

from core.writing.grounded.asked import Asking, found_in
from core.writing.grounded.blocks import Block
from core.writing.grounded.lines import Line
from core.writing.grounded.occasions import unread_in
from core.writing.grounded.read_message import Read

_PLAIN_WORDS = 25


def to_compare(
    read: Read, blocks: Sequence[Block], against: Sequence[Line], asking: Asking
) -> list[tuple[str, list[str]]]:
    """Return the lines that stand beside what the owner told, by the names of their wordings.

    First what is to be seen before all else, then what of the thread speaks against it, what the message asks, and all
    else that it says.
    """
    alerts = [block for block in blocks if block.is_alert]
    asked = [block.text for block in blocks if block.is_asked and block not in alerts]
    others = [block for block in blocks if not block.is_asked and block not in alerts]
    perhaps = telling(read.perhaps, others)
    # One short thing asked is what they answer.
    is_plain = len(blocks) == 1 and not (alerts or blocks[0].rest()) and len(" ".join(asked).split()) <= _PLAIN_WORDS
    return [
        ("look", unread_in(asking.language, read.source)),
        ("look_first", [line for block in alerts if block.is_called for line in block.seen_first]),
        *read.before,
        ("look", [block.text for block in alerts if not block.is_called]),
        ("wrote_too", [line.whole for line in against]),
        ("look", [block.text for block in perhaps]),
        ("asked", [] if is_plain else asked),
        ("look", [block.text for block in others if block not in perhaps]),
    ]


def telling(sentences: Sequence[str], blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks that hold one of the sentences."""
    return [block for block in blocks if any(found_in(sentence, block.text) for sentence in sentences)]
