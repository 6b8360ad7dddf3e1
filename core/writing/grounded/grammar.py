"""Corrections as values, and Harper's offline checker of English, kept to the rules that were right about others."""

import re
from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING

from core.text.dictionaries import frequencies
from core.text.lexicon import lexicon

if TYPE_CHECKING:
    from harper import Lint, Linter
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from core.text.lexicon import expression

# Never touched: code, links, addresses, short quotations, `[[gaps]]`.
_UNTOUCHED = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]{0,300}`|(?m:^[ \t]*(?:>|\$ ).*$)|<[^<>\n]{1,80}>|\[\[[^\]\n]{0,300}\]\]"
    r"|\|[^|\n]{1,30}\||#\w{1,80}|\b\w{1,80}\([^()\n]{0,80}\)|::\s*\w{1,80}|:\w{1,80}:|--\w{1,80}"
    r"|[\"\u201c\u201e\u00ab][^\"\u201c\u201d\u00bb\n]{1,60}[\"\u201c\u201d\u00bb]",
    re.S,
)
# A word with one of these marks in it is a link, an address, a path or a piece of code.
_TOKEN, _MARKED = re.compile(r"\S++"), re.compile(r"[@\\/_=$]|\w\.\w")
_ARROW = " => "
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


@dataclass(frozen=True)
class Correction:
    """A stretch of the text and what should stand there. `why` is for the person."""

    start: int
    end: int
    text: str
    why: str


def find_phrases(text: str, language: str) -> Iterator[Correction]:
    """Give the corrections of phrases that are never right, as the table of the language has them."""
    for pattern, right in _phrases(language):
        for match in pattern.finditer(text):
            new = right[:1].upper() + right[1:] if match[0][:1].isupper() else right
            if new != match[0] and not match[0].isupper():
                why = lexicon(language).wording("proofreading.phrase").format(wrong=match[0], right=new)
                yield Correction(match.start(), match.end(), new, why)


@cache
def _phrases(language: str) -> list[tuple[re.Pattern[str], str]]:
    pairs = (line.split(_ARROW) for line in lexicon(language).words("proofreading.phrases"))
    return [(re.compile(expression(wrong), re.I), right) for wrong, right in pairs]


def without_overlaps(text: str, found: Iterable[Correction]) -> list[Correction]:
    """Return the corrections in order, none over another and none in what is never touched."""
    spans = sorted(_untouched(text))
    reach = list(accumulate((end for _, end in spans), max))
    begins = [begin for begin, _ in spans]
    sound: list[Correction] = []
    for one in sorted(found, key=lambda one: (one.start, one.end - one.start)):
        before = bisect_left(begins, one.end)
        free = not before or reach[before - 1] <= one.start
        if free and (not sound or one.start >= sound[-1].end) and text[one.start : one.end] != one.text:
            sound.append(one)
    return sound


def _untouched(text: str) -> Iterator[tuple[int, int]]:
    for match in _UNTOUCHED.finditer(text):
        yield match.span()
    for match in _TOKEN.finditer(text):
        if len(match[0]) > _MAX_WORD_CHARS or _MARKED.search(match[0].strip("().,;:!?\"'")):
            yield match.span()


def apply(text: str, corrections: Iterable[Correction]) -> str:
    """Return the text with the corrections made."""
    pieces, at = [], 0
    for one in corrections:
        pieces += [text[at : one.start], one.text]
        at = one.end
    return "".join([*pieces, text[at:]])


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
            if lint.suggestion_count and _is_among_plain_words(part, begin, end) and not may_follow(part, begin, end):
                new = _replacement(lint, part)
                yield Correction(start + begin, start + end, new, lint.message.rstrip("."))


def may_follow(text: str, begin: int, end: int) -> bool:
    """Tell whether "then" may be meant as it stands: "if it is cheaper then we buy it"."""
    sentence = max(text.rfind(mark, 0, begin) for mark in ".!?\n") + 1
    return "then" in text[begin:end].split() and bool(
        lexicon("en")["confusions.before_then"].search(text[sentence:end])
    )


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
