"""The paragraphs of a document: whether one is a sentence, its language, its edits, and what stands around it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.drafts import Edit, Finding
from core.text.definitions import Definition, find_definitions
from core.text.language import detect_language, is_surely
from core.text.lexicon import whole

_MIN_WORDS, _MIN_CELL_WORDS = 3, 8
# Of a script without capital letters, so many characters are a sentence.
_MIN_SENTENCE_CHARS = 12
_ENDS = frozenset(".!?:;\u2026\u3002\uff01\uff1f\u061f\u0964")
# A paragraph of so many words tells its language by itself, whatever its document is written in.
_LONG_WORDS = 12
_NEIGHBOUR_CHARS = 400
_HEADING_CHARS = 120
_MAX_DEFINITIONS, _MAX_OTHER_TERMS = 6, 40
# Beyond these a document is no contract, and looking for its terms costs more than it gives.
_MAX_TERMS = 300


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a document, as the surface read it.

    Attributes:
        id: names it.
        hash: of what was read.
        text: what it says.
        heading_level: 0 for what is no heading.
        language: the code of the language that it is marked with, "" for none.
        is_label: it is a caption or stands in a table.
        row: names its row of a table, "" outside of tables.
        column: its cell of the row, counted from 0.
        is_beside: it stands in a note beside the body, where no comment can.
        is_margin: it stands in a header, a footer or a text box, and is only corrected and translated.
        remarks: what comments of ours say there: the words beside which each stands, and its text.
    """

    id: str
    hash: str
    text: str
    heading_level: int = 0
    language: str = ""
    is_label: bool = False
    row: str = ""
    column: int = 0
    is_beside: bool = False
    is_margin: bool = False
    remarks: Sequence[Sequence[str]] = ()

    def with_text(self, text: str, reason: str = "", findings: tuple[Finding, ...] = ()) -> Edit:
        """Return the edit that puts another text in its place."""
        share = share_changed(self.text, text)
        where = {"id": self.id, "hash": self.hash, "before": self.text}
        return Edit(**where, text=text, share=share, reason=reason, findings=findings)

    def with_comment(self, comment: str, quote: str = "") -> Edit:
        """Return the edit that puts a comment beside it, or beside words of it."""
        return Edit(id=self.id, hash=self.hash, before=self.text, comment=comment, quote=quote)


def share_changed(before: str, text: str) -> float:
    """Return the share of a text that is another one in its new version."""
    from rapidfuzz.distance import Levenshtein

    return round(Levenshtein.normalized_distance(before, text), 4)


def may_be_prose(paragraph: Paragraph) -> bool:
    """Tell whether a model that writes has anything to look at: it leaves alone itself what is no sentence."""
    text = without_objects(paragraph.text)
    words = text.split()
    ends = text.rstrip(" \t\"'\u201d\u00bb\u201c\u300d)")[-1:] in _ENDS
    if paragraph.heading_level or not ends or (paragraph.is_label and len(words) < _MIN_CELL_WORDS):
        return False
    if any(word[:1].islower() for word in words):
        return len(words) >= _MIN_WORDS
    return not any(char.isupper() for char in text) and len(text) >= _MIN_SENTENCE_CHARS and not text.isascii()


def languages_of(paragraphs: Sequence[Paragraph], with_rules: Sequence[str]) -> dict[str, str]:
    """Return the language of each paragraph by its id: as a rule that of its document.

    What a mark says counts where it is not the one that the whole document bears: programs mark everything with the
    language of their own. A short paragraph counts for its own language where all its words that tell are of that one;
    one that seems to be in a language without rules is left alone.
    """
    own = {paragraph.id: detect_language(paragraph.text) for paragraph in paragraphs}
    marks = Counter[str]()
    found = Counter[str]()
    for paragraph in paragraphs:
        marks[paragraph.language] += len(paragraph.text)
        found[own[paragraph.id]] += len(paragraph.text) if own[paragraph.id] else 0
    usual_mark, whole = (max(counts, key=lambda code: counts[code], default="") for counts in (marks, found))
    whole = whole or usual_mark

    def is_clear(one: Paragraph) -> bool:
        is_long = len(one.text.split()) >= _LONG_WORDS
        return is_long or own[one.id] not in with_rules or is_surely(one.text, own[one.id], whole)

    def language_of(one: Paragraph) -> str:
        if own[one.id] and is_clear(one):
            return own[one.id]
        return one.language if one.language and one.language != usual_mark else whole

    return {paragraph.id: language_of(paragraph) for paragraph in paragraphs}


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
        self._terms = whole(terms, flags=0) if terms else None

    def around(self, first: int, last: int | None = None) -> str:
        """Return what stands around a paragraph, or those from `first` to `last`, a line each; "" for nothing."""
        last = first if last is None else last
        lines = [
            ("Under the heading", self._headings[first]),
            ("Before it", self._neighbour(first - 1)[-_NEIGHBOUR_CHARS:]),
            ("After it", self._neighbour(last + 1)[:_NEIGHBOUR_CHARS]),
            *(("Defined", sentence) for sentence in self._defined(first, last)),
            ("Other terms of the document", ", ".join(self._others(first, last))),
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
        places = [self._definitions[term] for term in self._used(first, last)]
        found = [_flat(definition.sentence) for place, definition in places if not first <= place <= last]
        return found[:_MAX_DEFINITIONS]

    def _used(self, first: int, last: int) -> list[str]:
        texts = (paragraph.text for paragraph in self._paragraphs[first : last + 1])
        return list(dict.fromkeys(term for text in texts if self._terms for term in self._terms.findall(text)))

    def _others(self, first: int, last: int) -> list[str]:
        """Return terms that some paragraphs do not use, and a writer may: whoever is "the party" there is the Buyer."""
        used = self._used(first, last)
        return [term for term in self._definitions if term not in used][:_MAX_OTHER_TERMS]


def _headings(paragraphs: Sequence[Paragraph]) -> list[str]:
    """Return for each paragraph the headings above it, outermost first."""
    found = []
    path: list[tuple[int, str]] = []
    for paragraph in paragraphs:
        level = paragraph.heading_level
        if level:
            path = [heading for heading in path if heading[0] < level]
        found.append(" / ".join(text for _, text in path))
        if level:
            path.append((level, _flat(paragraph.text)[:_HEADING_CHARS]))
    return found


def headings_over(paragraphs: Sequence[Paragraph]) -> dict[str, str]:
    """Return for each paragraph, by its id, the nearest heading above it; none for a heading itself or a note."""
    found, last = dict[str, str](), ""
    for paragraph in paragraphs:
        if paragraph.heading_level:
            last = _flat(paragraph.text)[:_HEADING_CHARS]
        found[paragraph.id] = "" if paragraph.heading_level or paragraph.is_beside else last
    return found


def without_objects(text: str) -> str:
    """Return what is said of a document without the signs in the place of its notes, pictures and fields."""
    return text.replace("\ufffc", "")


def _flat(text: str) -> str:
    return " ".join(text.replace("\ufffc", " ").split())
