"""What stands around each paragraph of a document: its headings, its neighbours and the terms it uses."""

import re
from collections.abc import Sequence

from core.text.definitions import Definition, find_definitions
from core.writing.document_paragraphs import Paragraph

_NEIGHBOUR_CHARS = 400
_HEADING_CHARS = 120
_MAX_DEFINITIONS = 6
# Beyond these a document is no contract, and looking for its terms costs more than it gives.
_MAX_TERMS = 300


class ParagraphContext:
    """Reads a document once, then tells for each paragraph what a writer should know about its place."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self._paragraphs = paragraphs
        self._headings = _headings(paragraphs)
        self._definitions: dict[str, tuple[int, Definition]] = {}
        for number, paragraph in enumerate(paragraphs):
            for definition in find_definitions(paragraph.text):
                if len(self._definitions) < _MAX_TERMS:
                    self._definitions.setdefault(definition.term, (number, definition))
        terms = sorted(map(re.escape, self._definitions), key=len, reverse=True)
        self._terms = re.compile(rf"(?<!\w)(?:{'|'.join(terms)})(?!\w)") if terms else None

    def around(self, first: int, last: int | None = None) -> str:
        """Return what stands around a paragraph, or those from `first` to `last`, a line each; "" for nothing."""
        last = first if last is None else last
        lines = [
            ("Under the heading", self._headings[first]),
            ("Before it", self._neighbour(first - 1)[-_NEIGHBOUR_CHARS:]),
            ("After it", self._neighbour(last + 1)[:_NEIGHBOUR_CHARS]),
            *(("Defined", sentence) for sentence in self._defined(first, last)),
        ]
        return "\n".join(f"{name}: {text}" for name, text in lines if text)

    def _neighbour(self, number: int) -> str:
        """Return a paragraph beside; headings are told apart already."""
        if not 0 <= number < len(self._paragraphs) or self._paragraphs[number].heading_level:
            return ""
        return _flat(self._paragraphs[number].text)

    def heading_above(self, number: int) -> str:
        """Return the headings that stand right above a paragraph, one below the other."""
        above: list[str] = []
        while number > 0 and self._paragraphs[number - 1].heading_level:
            number -= 1
            above.insert(0, _flat(self._paragraphs[number].text)[:_HEADING_CHARS])
        return "\n".join(above)

    def _defined(self, first: int, last: int) -> list[str]:
        """Return the sentences that define the terms of some paragraphs, without those that stand among them."""
        if self._terms is None:
            return []
        texts = (one.text for one in self._paragraphs[first : last + 1])
        used = dict.fromkeys(term for text in texts for term in self._terms.findall(text))
        places = [self._definitions[term] for term in used]
        found = [_flat(definition.sentence) for place, definition in places if not first <= place <= last]
        return found[:_MAX_DEFINITIONS]


def _headings(paragraphs: Sequence[Paragraph]) -> list[str]:
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
