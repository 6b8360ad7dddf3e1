"""Harper's offline checker of English, kept to those of its rules that were right about texts by others."""

import re
from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING

from core.text.frequencies import frequencies
from core.text.lexicon import lexicon
from core.writing.grounded.corrections import Correction

if TYPE_CHECKING:
    from harper import Lint, Linter

_PART_CHARS = 4000
_PART_END = re.compile(r"\n\s*\n|(?<=[.!?])\s|\n|\s")
_MAX_WORD_CHARS = 60
_REMOVE, _INSERT_AFTER = 1, 2
_PERSONS_CALLED = " you"  # "thank you guys"
_BEFORE_ARTICLE = re.compile(
    r"\b(?:is|was|be|been|as|of|in|on|with|for|to|by|at|from|into|has|have|had|need|needs|like|without|than|such)\Z"
)
_IT_IS_NEXT = re.compile(r" (?:an?|the|not|been|very|too|so|my|your|our)\b")
_DOUBTFUL = frozenset("-`'\u2019_/")
# An abbreviation is read by its letters or as a word; only small words have a known sound.
_PLAIN_NEXT = re.compile(r" (?!(?:and|are|as|if|in|is|of|on|or|over|was)\b)([a-z][a-z]+)(?![\w-])")


class _Checker:
    """Harper's linter. It is built at its first use (a second), and serves one thread at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._linter: Linter | None = None

    def lints(self, text: str) -> Iterator["Lint"]:
        with self._lock:
            if self._linter is None:
                from harper import Linter

                self._linter = Linter()
                proven = lexicon("en").words("proofreading.harper")
                self._linter.set_lint_config({rule: rule in proven for rule in self._linter.get_lint_config()})
            yield from self._linter.lint(text, language="plaintext", dedup=False)


_CHECKER = _Checker()


def find_faults(text: str) -> Iterator[Correction]:
    """Give the corrections of Harper's proven rules for an English text."""
    for start, part in _parts(text):
        for lint in _CHECKER.lints(part):
            begin, end = lint.span.start, lint.span.end
            if lint.suggestion_count and _is_among_plain_words(part, begin, end):
                new = _replacement(lint, part)
                yield Correction(start + begin, start + end, new, lint.message.rstrip("."))


def _is_among_plain_words(text: str, begin: int, end: int) -> bool:
    """Tell whether plain words stand around: beside code, hyphens, names and single letters Harper is not sure."""
    old, before = text[begin:end], text[:begin].rstrip().casefold()
    if old.casefold() in {"a", "an"}:
        following = _PLAIN_NEXT.match(text, end)
        known = following is not None and following[1] in frequencies("en")
        # "The form an send it" lacks a "d": "an" is one letter too long only where an article must stand.
        begins = before[-1:] in ".!?"
        expected = begins or (old.islower() and (old == "a" or bool(_BEFORE_ARTICLE.search(before))))
        return known and expected and before[-1:] != "("
    if old == "its" and not _IT_IS_NEXT.match(text, end):
        return False  # "Between the child and its left neighbour": Harper reads a verb.
    if before.endswith(_PERSONS_CALLED) or old.casefold().startswith("was use"):
        return False
    words = old.split()
    repeated = len(words) == 2 and words[0].casefold() == words[1].casefold()
    return (
        not (repeated and words[1] not in {words[0], words[0].lower()})
        and not {text[begin - 1 : begin], text[end : end + 1]} & _DOUBTFUL
    )


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Give a long text in parts that end where a paragraph, a sentence or at least a word ends."""
    start = 0
    while start < len(text):
        stop = start + _PART_CHARS
        if stop < len(text):
            ends = [match.end() for match in _PART_END.finditer(text, start + _PART_CHARS // 2, stop)]
            stop = ends[-1] if ends else stop
        part = text[start:stop]
        if any(len(word) <= _MAX_WORD_CHARS for word in part.split()):
            yield start, part
        start = stop


def _replacement(lint: "Lint", text: str) -> str:
    suggestion = lint.suggestions[0]
    old = text[lint.span.start : lint.span.end]
    if suggestion.kind == _INSERT_AFTER:
        return old + suggestion.replacement_text
    new = "" if suggestion.kind == _REMOVE else suggestion.replacement_text or ""
    # Harper copies the case of the faulty word, so that "A" becomes "AN".
    return new.capitalize() if new.isupper() and len(old) == 1 and len(new) > 1 else new
