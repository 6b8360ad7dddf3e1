"""What stands beside a short passage of a conversation: "Yes, on the 14th" means nothing without what was asked.

The vector of such a passage leans to those of the passages before and behind it; its text, its words and what is quoted
stay its own. Measured on 56 questions about chats and 20 about meetings (`python -m benchmarks.knowledge recall`):
a share of .45 to .6 finds most; one vector of all three texts finds no more, and costs twice the time.
"""

import math
import re
from collections.abc import Mapping, Sequence

from core.sources.model import Passage
from core.text.speakers import split_turns

# How much each neighbour counts beside the passage itself, where that has at most so many characters; a longer one
# says more by itself.
NEIGHBOUR_SHARE, SHORT_CHARS = 0.5, 300
# What is looked at to tell a conversation: who speaks is named from the beginning.
_SAMPLE_PASSAGES, _SAMPLE_CHARS = 12, 6_000
_MIN_SPEAKERS = 2
# Who speaks stands before a colon or beside a time: without these no turns are looked for.
_SPEAKER_SIGN = re.compile(r":|\d[.h]\d\d")
# Before what tells the neighbours, in a digest.
_MARK = "+"


def is_conversation(passages: Sequence[Passage]) -> bool:
    """Tell whether an item is a chat, a thread, minutes or a transcript: at least two speak by turns."""
    if len(passages) < 2:  # one alone has no neighbours
        return False
    sample = "\n".join(passage.text for passage in passages[:_SAMPLE_PASSAGES])[:_SAMPLE_CHARS]
    if sum(1 for _ in _SPEAKER_SIGN.finditer(sample)) <= _MIN_SPEAKERS:
        return False
    speakers = [turn.speaker for turn in split_turns(sample) if turn.speaker]
    # In a form each label comes once.
    return len(speakers) > len(set(speakers)) >= _MIN_SPEAKERS


def beside(passages: Mapping[int, Passage], ordinal: int) -> list[Passage]:
    """Return the passages before and behind one, so far as they stand under the same heading."""
    near = (passages.get(number) for number in (ordinal - 1, ordinal + 1))
    return [passage for passage in near if passage and passage.heading == passages[ordinal].heading]


def with_neighbours(digest: str, neighbours: str) -> str:
    """Return the digest of a passage whose vector rests on its neighbours too: of other ones it is another."""
    return f"{digest}{_MARK}{neighbours}"


def has_neighbours(digest: str) -> bool:
    """Tell whether the vector of a passage rests on its neighbours too."""
    return _MARK in digest


def text_digest(digest: str) -> str:
    """Return the digest of a passage's own text."""
    return digest.partition(_MARK)[0]


def leaning(own: Sequence[float], chars: int, others: Sequence[Sequence[float]]) -> Sequence[float]:
    """Return the vector of a passage of so many characters, leaning to those of its neighbours, of length 1."""
    share = NEIGHBOUR_SHARE * min(1.0, SHORT_CHARS / max(chars, 1))
    summed = [value + share * sum(beside) for value, *beside in zip(own, *others, strict=True)]
    length = math.hypot(*summed)
    return [value / length for value in summed] if length else own
