"""Bring the rules together: each stretch of text is one fact, found by the most specific rule."""

import functools
import re

from core.text.facts.addresses import find_ids, find_links
from core.text.facts.model import Fact, Facts
from core.text.facts.moments import find_dates, find_named_moments, find_times
from core.text.facts.quantities import find_number_words, find_quantities

# Most specific first: "15:00" is a time and not the numbers 15 and 0.
_RULES = (find_links, find_dates, find_times, find_named_moments, find_ids, find_quantities, find_number_words)
# A line break inside a sentence; the mark of a list entry keeps its own line.
_WRAPPED = re.compile(r"(?<=\S)\n(?=\S)(?![-*\u2022]|\d{1,3}[.)])")

# The checks of a draft's candidates ask for the same source again and again.
_LONGEST_KEPT_CHARS, _KEPT_TEXTS = 20_000, 128


def extract_facts(text: str) -> Facts:
    """Find the hard facts of a text.

    Args:
        text: any text; hostile input only costs time in proportion to its length.

    Returns:
        The facts in the order of the text. Where rules overlap, the more specific one wins.
    """
    return _extract(text) if len(text) > _LONGEST_KEPT_CHARS else _extract_once(text)


def _extract(text: str) -> Facts:
    flat = _WRAPPED.sub(" ", text)
    taken = bytearray(len(text))
    found: list[Fact] = []
    for rule in _RULES:
        for fact in rule(flat):
            end = fact.start + len(fact.text)
            if any(taken[fact.start : end]):
                continue
            taken[fact.start : end] = b"\x01" * (end - fact.start)
            found.append(fact)
    return Facts(tuple(sorted(found, key=lambda fact: fact.start)), text)


_extract_once = functools.lru_cache(maxsize=_KEPT_TEXTS)(_extract)
