"""Sections of a text become passages: whole paragraphs where they fit, whole sentences where not."""

from collections.abc import Iterable, Iterator

from core.sources.model import Passage
from core.text.sentences import split_paragraphs, split_sentences

MAX_PASSAGE_CHARS = 900
MIN_PASSAGE_CHARS = 200
# Of one item: a table of a hundred thousand rows must not be all that is found.
MAX_PASSAGES = 20_000


def cut_sections(sections: Iterable[Passage]) -> tuple[list[Passage], bool]:
    """Return the passages of sections in order, and whether the text goes on behind the last one.

    Each keeps the heading and the place of its section; short ones of the same heading and place become one. In a
    section without a heading, a line that begins with `#` is one, as in Markdown.
    """
    parts: list[Passage] = []
    for piece in _pieces(sections):
        last = parts[-1] if parts else None
        is_alike = last is not None and (last.heading, last.place) == (piece.heading, piece.place)
        if last and is_alike and len(last.text) < MIN_PASSAGE_CHARS and _fits(last, piece):
            parts[-1] = Passage(f"{last.text}\n\n{piece.text}", piece.heading, piece.place)
        elif len(parts) == MAX_PASSAGES:
            return parts, True
        else:
            parts.append(piece)
    return parts, False


def _fits(last: Passage, piece: Passage) -> bool:
    return len(last.text) + len(piece.text) < MAX_PASSAGE_CHARS


def _pieces(sections: Iterable[Passage]) -> Iterator[Passage]:
    for section in sections:
        heading = section.heading
        for block in split_paragraphs(section.text):
            lines = block.splitlines()
            if not section.heading and lines[0].startswith("#"):
                heading = lines[0].lstrip("#").strip()
                lines = lines[1:]
            for text in _cut("\n".join(lines).strip()):
                yield Passage(text, heading, section.place)


def _cut(block: str) -> Iterator[str]:
    if len(block) <= MAX_PASSAGE_CHARS:
        if block:
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
