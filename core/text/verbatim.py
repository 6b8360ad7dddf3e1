"""What of a text stays as it stands: code, links, addresses, quotations, gaps."""

import re
from collections.abc import Iterator
from itertools import pairwise

from core.text.forms import UNSPACED

# Code, links, addresses, short quotations, `[[gaps]]`.
_UNTOUCHED = re.compile(
    r"```.*?(?:```|\Z)|`{1,2}[^`\n]{0,300}`{1,2}|(?m:^[ \t]*(?:>|\$ )[^\n]*$)|<[^<>\n]{1,80}>|\[\[[^\]\n]{0,300}\]\]"
    r"|\|[^|\n]{1,30}\||#\w{1,80}|\b\w{1,80}\([^()\n]{0,80}\)|::\s*\w{1,80}|:\w{1,80}:|--\w{1,80}"
    r"|[\"\u201c\u201e\u00ab][^\"\u201c\u201d\u00bb\n]{1,60}[\"\u201c\u201d\u00bb]",
    re.S,
)
# A word with one of these marks in it, or with a dot, is a link, an address, a path or a piece of code.
_MARKS = frozenset("@\\/_=$")
MAX_WORD_CHARS = 60
_QUOTATION = re.compile(
    r"[\u201c\u201e][^\u201c\u201d\u201e]{1,4000}[\u201c\u201d]|\u00ab[^\u00ab\u00bb]{1,4000}\u00bb"
    r"|\u00bb[^\u00ab\u00bb]{1,4000}\u00ab|(?<!\w)\"(?! )[^\"\n]{1,4000}(?<! )\"(?!\w)"
    r"|(?<!\w)\u2018[^\u2018\n]{1,4000}\u2019(?!\w)"
)


def verbatim_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where code, links, addresses, paths, short quotations and gaps begin and end."""
    for match in _UNTOUCHED.finditer(text):
        yield match.span()
    for match in UNSPACED.finditer(text):
        if len(match[0]) > MAX_WORD_CHARS or _is_marked(match[0].strip("().,;:!?\"'")):
            yield match.span()


def _is_marked(word: str) -> bool:
    has_inner_dot = any(before[-1:].isalnum() and behind[:1].isalnum() for before, behind in pairwise(word.split(".")))
    return has_inner_dot or not _MARKS.isdisjoint(word)


def quotation_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where quotations begin and end, long ones among them."""
    yield from (match.span() for match in _QUOTATION.finditer(text))
