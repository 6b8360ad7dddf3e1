"""Gaps for the person, `[[what is missing?]]`: what stands in one is asked of them, and is no part of what they say."""

import re

_GAP = re.compile(r"\[\[[^\[\]]*+\]\]")


def has_gap(text: str) -> bool:
    """Whether something is still asked of the person."""
    return _GAP.search(text) is not None


def without_gaps(text: str) -> str:
    """Return the text with a blank in place of each gap."""
    return _GAP.sub(" ", text)
