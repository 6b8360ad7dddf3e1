"""What a clause says of a matter without a figure: whether it is so or not, how often it is done, and who does it.

Two clauses oppose each other when they say different things on one question and one of them names nothing besides
what the other names: "VAT is included", "the price does not include VAT".
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from core.text.content import content_stems
from core.text.language import stop_words
from core.text.lexicon import Lexicon

SIDES = {
    "inclusion": ("included", "excluded"),
    "permission": ("allowed", "forbidden"),
    "refund": ("refundable", "kept"),
    "opening": ("open", "closed"),
    "charge": ("free", "charged"),
    "duty": ("required", "optional"),
}
_FREQUENCIES = ("daily", "weekly", "fortnightly", "monthly", "half_yearly", "quarterly", "yearly")
_WHO, _PARTIES = ("pays", "does"), ("providers", "owners", "users")
# What may be done is told by its verb too.
_TOLD_BY_VERBS = "permission"
_MIN_CHARS, _MIN_SHARED_CHARS, _SHORT_STEM_CHARS = 3, 4, 5
_CAPITALISED = re.compile(r"\b[A-ZÄÖÜ]\w+")


@dataclass(frozen=True)
class Stand:
    """What a clause says on a question, with its words and where they stand, and the stems of the matter."""

    question: str
    answer: str
    words: str
    start: int
    matter: frozenset[str]


def stands_of(text: str, words: Lexicon) -> list[Stand]:
    """Return what a clause says on the questions that are compared."""
    found = [*_sides(text, words), *_frequency(text, words), *_doers(text, words)]
    return [one for one in found if one.matter]


def is_one_matter(one: Stand, two: Stand) -> bool:
    """Tell whether one of two clauses names nothing that the other does not name."""
    return any(all(_is_in(stem, other) for stem in each) for each, other in _both(one.matter, two.matter))


def is_exception(text: str, words: Lexicon, *, is_beside: bool) -> bool:
    """Tell whether a sentence says that it holds for a case of its own."""
    condition = words["oppositions.conditions"].search(text) if is_beside else None
    return bool(condition or words["oppositions.exceptions"].search(text))


def _sides(text: str, words: Lexicon) -> list[Stand]:
    found: list[Stand] = []
    for question, (yes, no) in SIDES.items():
        denied = words[f"oppositions.{no}"].search(text)
        rest = words[f"oppositions.{no}"].sub(lambda match: " " * len(match[0]), text)
        said = words[f"oppositions.{yes}"].search(rest)
        negations = len(words["oppositions.negations"].findall(rest))
        match = said or denied
        if match and not (said and denied) and negations <= bool(said):
            answer = yes if said and not negations else no
            lists = (yes, no, "negations")
            found.append(Stand(question, answer, match[0], match.start(), _matter(text, words, lists, question)))
    return found


def _frequency(text: str, words: Lexicon) -> list[Stand]:
    found = {key: match for key in _FREQUENCIES if (match := words[f"oppositions.{key}"].search(text))}
    if len(found) != 1 or words["oppositions.negations"].search(text):
        return []
    ((key, match),) = found.items()
    return [Stand("frequency", key, match[0], match.start(), _matter(text, words, (key,), "frequency"))]


def _doers(text: str, words: Lexicon) -> list[Stand]:
    parties = {key: match for key in _PARTIES if (match := words[f"oppositions.{key}"].search(text))}
    if len(parties) != 1 or words["oppositions.negations"].search(text):
        return []
    ((key, match),) = parties.items()
    return [
        Stand(question, key, match[0], match.start(), _matter(text, words, (key, question), question))
        for question in _WHO
        if words[f"oppositions.{question}"].search(text)
    ]


def _matter(text: str, words: Lexicon, lists: Iterable[str], question: str) -> frozenset[str]:
    """Return the stems of what a clause speaks of, without those of what it says about it."""
    for key in (*lists, *(() if question == _TOLD_BY_VERBS else ("light",)), "copulas"):
        text = words[f"oppositions.{key}"].sub(" ", text)
    if words.language == "de" and question != _TOLD_BY_VERBS:
        text = " ".join(_CAPITALISED.findall(text))
    return frozenset(one for one in content_stems(text) if len(one) >= _MIN_CHARS) - stop_words()


def _is_in(stem: str, matter: Iterable[str]) -> bool:
    return any(_is_same(stem, other) for other in matter)


def _is_same(one: str, two: str) -> bool:
    shorter, longer = sorted((without_accents(one), without_accents(two)), key=len)
    if len(shorter) < _MIN_SHARED_CHARS:
        return shorter == longer
    shared = shorter[: _MIN_SHARED_CHARS if len(shorter) <= _SHORT_STEM_CHARS else _SHORT_STEM_CHARS]
    return longer.startswith(shared)


def without_accents(text: str) -> str:
    """Return a text with plain letters."""
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _both(one: frozenset[str], two: frozenset[str]) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    return (one, two), (two, one)
