"""Terms that a text defines: “Fee” means …, the Supplier (the “Supplier”). A contract stands or falls with them."""

import re
from dataclasses import dataclass

from core.text.lexicon import joined, pattern_beside, phrases_beside
from core.text.sentences import split_sentences

_TERM = r"[“\"„«](?P<term>[^“”\"„«»\n]{2,60})[”\"“»]"
_SAYS = pattern_beside(__file__, "means", rf"{_TERM}(?: \([^()\n]{{0,60}}\))? ", r"\b", flags=0)
_OR = joined(phrases_beside(__file__, "or"))
_IN_BRACKETS = pattern_beside(
    __file__, "leads", r"\((?:", rf",? ){{0,8}}{_TERM}(?:,? {_OR} [^()\n]{{0,60}})?\)", flags=0
)
_MAX_CHARS = 300


@dataclass(frozen=True)
class Definition:
    """A term and the sentence that defines it; of a long sentence the part around the term."""

    term: str
    sentence: str


def find_definitions(text: str) -> tuple[Definition, ...]:
    """Return the terms that a text defines, in order, each once."""
    if not any(sign in text for sign in '“"„«'):
        return ()
    found: dict[str, Definition] = {}
    for sentence in split_sentences(text):
        for pattern in (_SAYS, _IN_BRACKETS):
            for match in pattern.finditer(sentence):
                term = match["term"].strip(" ,.\u00a0\u202f")
                found.setdefault(term, Definition(term, _around(sentence, match)))
    return tuple(found.values())


def has_term(text: str, term: str) -> bool:
    """Tell whether a term stands in a text as a word of its own, written exactly so."""
    return re.search(rf"(?<!\w){re.escape(term)}(?!\w)", text) is not None


def is_quoted(text: str, term: str) -> bool:
    """Tell whether a term stands in quotation marks, as where it is defined."""
    return re.search(rf"[“\"„«]\s?{re.escape(term)}\s?[”\"“»]", text) is not None


def _around(sentence: str, match: re.Match[str]) -> str:
    if len(sentence) <= _MAX_CHARS:
        return sentence
    start = min(match.start(), max(0, match.end() - _MAX_CHARS // 2))
    return sentence[start : max(match.end(), start + _MAX_CHARS)]
