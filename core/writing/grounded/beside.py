"""What stands beside a passage in its document, for a model: a sentence may be clear only after the one before it."""

from collections.abc import Sequence
from dataclasses import replace

from core.text.sentences import split_sentences
from core.writing.grounded.passages import GroundPassage
from core.writing.grounded.rows import is_row

# So much on each side of so many passages, the best: a small model reads slowly.
MAX_BESIDE_CHARS, MAX_PASSAGES = 300, 3


def end_of(text: str) -> str:
    """Return the last whole sentences of what stands before a passage; "" when they are long or rows of a table."""
    return " ".join(reversed(_whole([*reversed(split_sentences(text))])))


def beginning_of(text: str) -> str:
    """Return the first whole sentences of what stands behind a passage; "" when they are long or rows of a table."""
    return " ".join(_whole(split_sentences(text)))


def _whole(sentences: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for sentence in sentences:
        is_table = any(is_row(line) or line.lstrip().startswith("|") for line in sentence.splitlines())
        if is_table or len(" ".join([*kept, sentence])) > MAX_BESIDE_CHARS:
            break
        kept.append(sentence)
    return kept


def with_beside(passages: Sequence[GroundPassage], room_chars: int) -> list[GroundPassage]:
    """Return the passages, the best first, with what stands beside the first ones as a part of their texts.

    Args:
        passages: as they were found.
        room_chars: how much a prompt has room for beside them.
    """
    held = [passage.text for passage in passages]
    found = []
    for place, passage in enumerate(passages):
        text = passage.text
        if place < MAX_PASSAGES:
            for part, is_before in ((passage.before, True), (passage.after, False)):
                if part and len(part) < room_chars and not any(part in known for known in held):
                    text = f"{part}\n{text}" if is_before else f"{text}\n{part}"
                    held.append(part)
                    room_chars -= len(part) + 1
        found.append(replace(passage, text=text, before="", after=""))
    return found
