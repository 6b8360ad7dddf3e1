"""What stands around each paragraph of a document: its headings, its neighbours and the terms it uses."""

import re
from collections.abc import Sequence
from typing import Protocol

from core.text.definitions import Definition, find_definitions

_NEIGHBOUR_CHARS = 400
_HEADING_CHARS = 120
_MOST_DEFINITIONS = 6
# Beyond these a document is no contract, and looking for its terms costs more than it gives.
_MOST_TERMS = 300


class Placed(Protocol):
    """A paragraph; `heading_level` is 0 for what is no heading."""

    @property
    def text(self) -> str:
        """What it says."""
        ...

    @property
    def heading_level(self) -> int:
        """1 for a heading of the first level, 0 for none."""
        ...


class Surroundings:
    """Reads a document once, then tells for each paragraph what a writer should know about its place."""

    def __init__(self, paragraphs: Sequence[Placed]) -> None:
        self._paragraphs = paragraphs
        self._headings = _headings(paragraphs)
        self._definitions: dict[str, tuple[int, Definition]] = {}
        for number, paragraph in enumerate(paragraphs):
            for definition in find_definitions(paragraph.text):
                if len(self._definitions) < _MOST_TERMS:
                    self._definitions.setdefault(definition.term, (number, definition))
        terms = sorted(map(re.escape, self._definitions), key=len, reverse=True)
        self._terms = re.compile(rf"(?<!\w)(?:{'|'.join(terms)})(?!\w)") if terms else None

    def around(self, number: int) -> str:
        """Return what stands around a paragraph, a line each; "" when it stands alone."""
        before = self._neighbour(number - 1)
        after = self._neighbour(number + 1)
        lines = [
            ("Under the heading", self._headings[number]),
            ("Before it", before[-_NEIGHBOUR_CHARS:]),
            ("After it", after[:_NEIGHBOUR_CHARS]),
            *(("Defined", sentence) for sentence in self._defined(number)),
        ]
        return "\n".join(f"{name}: {text}" for name, text in lines if text)

    def _neighbour(self, number: int) -> str:
        """Return a paragraph beside; headings are told apart already."""
        if not 0 <= number < len(self._paragraphs) or self._paragraphs[number].heading_level:
            return ""
        return _flat(self._paragraphs[number].text)

    def _defined(self, number: int) -> list[str]:
        """Return the sentences that define the terms of a paragraph, without those that stand in it."""
        if self._terms is None:
            return []
        used = dict.fromkeys(self._terms.findall(self._paragraphs[number].text))
        places = [self._definitions[term] for term in used]
        return [_flat(definition.sentence) for place, definition in places if place != number][:_MOST_DEFINITIONS]


def _headings(paragraphs: Sequence[Placed]) -> list[str]:
    """Return for each paragraph the headings above it, outermost first."""
    found = []
    path: list[tuple[int, str]] = []
    for paragraph in paragraphs:
        level = paragraph.heading_level
        if level:
            path = [one for one in path if one[0] < level]
        found.append(" / ".join(text for _, text in path))
        if level:
            path.append((level, _flat(paragraph.text)[:_HEADING_CHARS]))
    return found


def _flat(text: str) -> str:
    return " ".join(text.replace("\ufffc", " ").split())
