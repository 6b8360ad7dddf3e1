"""Cuts a document into passages of a size that a question can be answered from. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.text.sentences import split_paragraphs, split_sentences

MAX_PASSAGE_CHARS = 900
MIN_PASSAGE_CHARS = 200
MAX_PASSAGES = 5_000


@dataclass(frozen=True)
class Part:
    """A passage. `heading` is what it stands under, "" when nothing says."""

    text: str
    heading: str = ""


def cut(text: str) -> list[Part]:
    """Return the passages of a text in order: whole paragraphs where they fit, whole sentences where not.

    A line that begins with `#` is a heading, as in Markdown, and is told with each passage below it.
    """
    parts: list[Part] = []
    for heading, block in _blocks(text):
        for piece in _pieces(block):
            last = parts[-1] if parts else None
            is_small = last is not None and last.heading == heading and len(last.text) < MIN_PASSAGE_CHARS
            if last and is_small and len(last.text) + len(piece) < MAX_PASSAGE_CHARS:
                parts[-1] = Part(f"{last.text}\n\n{piece}", heading)
            else:
                parts.append(Part(piece, heading))
    return parts[:MAX_PASSAGES]


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    heading = ""
    for block in split_paragraphs(text):
        lines = block.splitlines()
        if lines[0].startswith("#"):
            heading = lines[0].lstrip("#").strip()
            lines = lines[1:]
        if body := "\n".join(lines).strip():
            yield heading, body


def _pieces(block: str) -> Iterator[str]:
    if len(block) <= MAX_PASSAGE_CHARS:
        yield block
        return
    piece = ""
    for sentence in split_sentences(block):
        for start in range(0, len(sentence), MAX_PASSAGE_CHARS):
            words = sentence[start : start + MAX_PASSAGE_CHARS]
            if piece and len(piece) + len(words) >= MAX_PASSAGE_CHARS:
                yield piece
                piece = ""
            piece = f"{piece} {words}".strip()
    if piece:
        yield piece
