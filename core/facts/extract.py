"""Bring the rules together: each stretch of text is one fact, found by the most specific rule."""

from core.facts.addresses import find_ids, find_links
from core.facts.model import Fact, Facts
from core.facts.moments import find_dates, find_named_moments, find_times
from core.facts.quantities import find_number_words, find_quantities

# Most specific first: "15:00" is a time and not the numbers 15 and 0.
_RULES = (find_links, find_dates, find_times, find_named_moments, find_ids, find_quantities, find_number_words)


def extract_facts(text: str) -> Facts:
    """Find the hard facts of a text.

    Args:
        text: any text; hostile input only costs time in proportion to its length.

    Returns:
        The facts in the order of the text. Where rules overlap, the more specific one wins.
    """
    taken = bytearray(len(text))
    found: list[Fact] = []
    for rule in _RULES:
        for fact in rule(text):
            end = fact.start + len(fact.text)
            if any(taken[fact.start : end]):
                continue
            taken[fact.start : end] = b"\x01" * (end - fact.start)
            found.append(fact)
    return Facts(tuple(sorted(found, key=lambda fact: fact.start)), text)
