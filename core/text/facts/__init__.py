"""What a text asserts that can be checked: numbers, amounts, moments, links, addresses and ids.

`extract_facts(text, language)` reads them by the language of the text: "Hier" is yesterday in French alone. In scripts
without data only digits are read. Every rule is linear in the length of the text, so that a hostile megabyte costs
seconds at most.
"""

import functools
import re

from core.text.facts.model import Fact, Facts
from core.text.facts.moments import find_dates, find_named_moments, find_times
from core.text.facts.quantities import (
    find_ids,
    find_links,
    find_number_words,
    find_numbers,
    find_spoken_spans,
    shown_results,
)
from core.text.language import detect_language
from core.text.lexicon import lexicon

__all__ = ["Fact", "Facts", "extract_facts", "shown_results"]

# Most specific first: "15:00" is a time and not the numbers 15 and 0.
_RULES = (
    find_links,
    find_dates,
    find_times,
    find_named_moments,
    find_ids,
    find_numbers,
    find_number_words,
)
_DEFAULT = "en"
# A line break inside a sentence; the mark of a list entry keeps its own line.
_WRAPPED = re.compile(r"(?<=\S)\n(?=\S)(?![-*\u2022]|\d{1,3}[.)])")
_WIDE_DIGITS = str.maketrans({0xFF10 + digit: str(digit) for digit in range(10)})
# The checks of a draft ask for the same source again and again.
_MAX_KEPT_CHARS, _KEPT_TEXTS = 20_000, 128


def extract_facts(text: str, language: str = "") -> Facts:
    """Find the hard facts of a text.

    Args:
        text: any text; hostile input only costs time in proportion to its length.
        language: ISO 639-1 code of the text's language; "": it is detected, and English where that fails.

    Returns:
        The facts in the order of the text. Where rules overlap, the more specific one wins.
    """
    code = language or detect_language(text) or _DEFAULT
    return _extract(text, code) if len(text) > _MAX_KEPT_CHARS else _extract_once(text, code)


def _extract(text: str, language: str) -> Facts:
    flat = _WRAPPED.sub(" ", text).translate(_WIDE_DIGITS)
    known = lexicon(language)
    taken = bytearray(len(text))
    found: list[Fact] = []
    for rule in _RULES:
        for fact in rule(flat, known):
            end = fact.start + len(fact.text)
            if any(taken[fact.start : end]):
                continue
            taken[fact.start : end] = b"\x01" * (end - fact.start)
            found.append(fact)
    return Facts(tuple(sorted(found, key=lambda fact: fact.start)), text, tuple(find_spoken_spans(flat, known)))


_extract_once = functools.lru_cache(maxsize=_KEPT_TEXTS)(_extract)
