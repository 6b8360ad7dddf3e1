"""The paragraphs of a document: whether one holds a sentence, and what language it is in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.text.language import detect_language
from core.text.sentences import split_sentences

_MIN_SENTENCE_WORDS, _MIN_SMALL_SHARE = 5, 0.5
_MIN_WORDS, _MIN_CELL_WORDS = 3, 8
# Of a script without capital letters, so many characters are a sentence.
_MIN_SENTENCE_CHARS = 12
_ENDS = frozenset(".!?:;\u2026\u3002\uff01\uff1f\u061f\u0964")
# A paragraph of so many words tells its language by itself, whatever its document is written in.
_LONG_WORDS = 12


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
    """

    id: str
    hash: str
    text: str
    heading_level: int = 0
    language: str = ""
    is_label: bool = False


def is_prose(paragraph: Paragraph) -> bool:
    """Tell whether there is surely a sentence here, and not a title, a name, an amount or a date alone."""
    if paragraph.heading_level or paragraph.is_label:
        return False
    return any(map(_is_sentence, split_sentences(paragraph.text)))


def _is_sentence(text: str) -> bool:
    words = text.split()
    small = sum(1 for word in words if word[:1].islower())
    return _ends(text) and len(words) >= _MIN_SENTENCE_WORDS and small >= _MIN_SMALL_SHARE * len(words)


def may_be_prose(paragraph: Paragraph) -> bool:
    """Tell whether a model that writes has anything to look at: it leaves alone itself what is no sentence."""
    text, words = paragraph.text, paragraph.text.split()
    if paragraph.heading_level or not _ends(text) or (paragraph.is_label and len(words) < _MIN_CELL_WORDS):
        return False
    if any(word[:1].islower() for word in words):
        return len(words) >= _MIN_WORDS
    return not any(char.isupper() for char in text) and len(text) >= _MIN_SENTENCE_CHARS and not text.isascii()


def _ends(text: str) -> bool:
    return text.rstrip(" \t\"'\u201d\u00bb\u201c\u300d)")[-1:] in _ENDS


def languages_of(paragraphs: Sequence[Paragraph], with_rules: Sequence[str]) -> dict[str, str]:
    """Return the language of each paragraph by its id: as a rule that of its document.

    What a mark says counts where it is not the one that the whole document bears: programs mark everything with the
    language of their own. A short paragraph that seems to be in a language without rules is left alone.
    """
    own = {one.id: detect_language(one.text) for one in paragraphs}
    marks = Counter[str]()
    found = Counter[str]()
    for one in paragraphs:
        marks[one.language] += len(one.text)
        found[own[one.id]] += len(one.text) if own[one.id] else 0
    usual_mark, whole = (max(counts, key=lambda code: counts[code], default="") for counts in (marks, found))
    whole = whole or usual_mark

    def language_of(one: Paragraph) -> str:
        if own[one.id] and (len(one.text.split()) >= _LONG_WORDS or own[one.id] not in with_rules):
            return own[one.id]
        return one.language if one.language and one.language != usual_mark else whole

    return {one.id: language_of(one) for one in paragraphs}
