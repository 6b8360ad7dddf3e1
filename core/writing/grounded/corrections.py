"""Corrections of a text: which stretch becomes what, and why. Confused words and phrases come from a proven table."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from core.text.lexicon import expression, lexicon

# Never touched: code, links, addresses, short quotations, `[[gaps]]`.
_UNTOUCHED = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]{0,300}`|(?m:^[ \t]*(?:>|\$ ).*$)|<[^<>\n]{1,80}>|\[\[[^\]\n]{0,300}\]\]"
    r"|\|[^|\n]{1,30}\||#\w{1,80}|\b\w{1,80}\([^()\n]{0,80}\)|::\s*\w{1,80}|:\w{1,80}:|--\w{1,80}"
    r"|[\"\u201c\u201e\u00ab][^\"\u201c\u201d\u00bb\n]{1,60}[\"\u201c\u201d\u00bb]",
    re.S,
)
# A word with one of these marks in it is a link, an address, a path or a piece of code.
_TOKEN, _MARKED = re.compile(r"\S++"), re.compile(r"[@\\/_=$]|\w\.\w")
_MAX_WORD_CHARS = 60
_ARROW = " => "


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
