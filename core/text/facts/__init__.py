"""What a text asserts that can be checked: numbers, money, moments, addresses, ids, names, asks.

`extract_facts(text)` finds the hard facts by rules, before a model speaks. The checks compare a draft's facts
with those of its source, and the prompts carry a short list of them. Every rule is linear in the length of the
text: possessive quantifiers and token scans, so that a hostile megabyte costs seconds at most.

`sentences` splits text for all who need sentences; `asks` finds requests and commitments in them.
"""

from core.text.facts.extract import extract_facts
from core.text.facts.model import Fact, Facts

__all__ = ["Fact", "Facts", "extract_facts"]
