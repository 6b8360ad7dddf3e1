"""The numbers of clauses: which one a place of a text stands in, and whether a text names another by its number.

A rule is named as people write it: "the fee (7.2)", "see section 4.1", "§ 12". A bare "7.2" may count anything, and a
"4" behind "section" too: items of lists begin as clauses of one part do, so none of these is known.
"""

import re

from core.text.lexicon import patterns_of

# A number of one part is one behind its sign alone.
_BY_PARTS = r"\d{1,3}(?:\.\d{1,3}){1,3}"
_BY_SIGN = r"§[ \u00a0\u202f]?\d{1,3}[a-z]?(?!\w|[.,]\d)"
# "7.2 Reminders", "## 4.1.3", "(2.4)", "§ 12 Duties".
_BEGINS = rf"(?m)^[ \t]{{0,8}}(?:#{{1,6}} )?(?:\(?({_BY_PARTS})\b[.):]{{0,2}}|({_BY_SIGN})[.:]?)(?=\s)"
_NUMBER = rf"(?:{_BY_PARTS}|{_BY_SIGN})"
# So many characters may stand in brackets before a number.
_IN_BRACKETS = r"\([^()\n]{0,40}?(?<![\d.,])"


def clauses_of(text: str) -> list[str]:
    """Return the numbers of the clauses that begin in a text ("7.2", "§ 12"), in its order."""
    return [_plain(found[1] or found[2]) for found in re.finditer(_BEGINS, text)]


def clause_at(text: str, place: int) -> str:
    """Return the number of the clause that a place of a text stands in, counted in characters; "" for none."""
    return next(reversed(clauses_of(text[: place + 1] + text[place + 1 :].partition("\n")[0])), "")


def named_clauses(text: str) -> list[str]:
    """Return the numbers of clauses that a text names: in brackets, or behind "section", "Ziffer" and the like."""
    words = patterns_of("corrections", "clause_words")
    measures = rf"(?:[%€$£]|{patterns_of('corrections', 'measures')}(?![\w'\u2019]))"
    before, after = rf"(?:{_IN_BRACKETS}|(?<!\w){words}\.?\s)", rf"(?![\w.,]?\d)(?!\s?{measures})"
    headings = {found.start(2) for found in re.finditer(_BEGINS, text) if found[2]}
    found_all = re.finditer(rf"(?i){before}({_NUMBER}){after}|({_BY_SIGN})", text)
    return [_plain(found[1] or found[2]) for found in found_all if found[1] or found.start(2) not in headings]


def _plain(number: str) -> str:
    return "".join(number.split())
