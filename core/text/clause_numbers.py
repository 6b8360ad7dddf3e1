"""The numbers of clauses: which one a place of a text stands in, and whether a text names another by its number.

A rule is named as people write it: "the fee (7.2)", "see section 4", "§ 12". A bare "7.2" may count anything.
"""

import re

from core.text.lexicon import patterns_of

# "7.2 Reminders", "## 4.1.3", "(2.4)"; a number of one part alone behind its sign: "§ 12".
_BEGINS = r"(?m)^[ \t]{0,8}(?:#{1,6} )?(?:\(?(\d{1,3}(?:\.\d{1,3}){1,3})\b[.):]{0,2}|(§ ?\d{1,3}[a-z]?)\b[.:]?)(?=\s)"
_NUMBER = r"(?:\d{1,3}(?:\.\d{1,3}){1,3}|§ ?\d{1,3}[a-z]?)"
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
    before, after = rf"(?:{_IN_BRACKETS}|(?<!\w){words}\.?\s)", r"(?![\w.,]?\d)(?!\s?[%€$£])"
    named = rf"(?i){before}({_NUMBER}){after}|(?<!^)(§ ?\d{{1,3}}[a-z]?)"
    return [_plain(found[1] or found[2]) for found in re.finditer(named, text)]


def _plain(number: str) -> str:
    return number.replace(" ", "")
