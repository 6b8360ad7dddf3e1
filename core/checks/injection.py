"""Instructions hidden in content: words that speak to the model, and characters that people cannot see."""

import re
from collections.abc import Iterator

from core.checks.grounds import Grounds
from core.drafts import Finding

_TO_THE_MODEL = re.compile(
    r"(?i)\b(?:(?:ignore|disregard|forget|override)\s+(?:(?:all|any|the|your|these|those|of)\s+){0,4}"
    r"(?:(?:previous|prior|above|earlier|preceding|foregoing|system)\s+){1,2}"
    r"(?:instructions?|prompts?|rules|messages?|directions?|context)"
    r"|(?:system|developer)\s+(?:prompt|message)\b|you are now (?:an?|the|in)\b|new instructions?\s*:"
    r"|(?:reveal|print|repeat|show)\s+(?:me\s+)?your\s+(?:\w+\s+)?(?:instructions|prompt|rules)"
    r"|(?:ignoriere|vergiss)\s+(?:\w+\s+){0,3}(?:anweisungen|vorgaben|regeln)"
    r"|(?:ignore[zr]?|oublie[zr]?)\s+(?:\w+\s+){0,3}instructions|ignora(?:r)?\s+(?:\w+\s+){0,3}instrucciones)"
)
# Tag characters, bidirectional overrides and zero-width marks; joiners stay, emoji and scripts need them.
_UNSEEN = re.compile("[\U000e0000-\U000e007f\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]")
_FEW_UNSEEN = 3


def find_instructions(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a warning when the content tries to instruct the model, a block when the draft speaks so itself."""
    content = grounds.foreign_words or grounds.source
    match = _TO_THE_MODEL.search(content)
    if match:
        quote = " ".join(match[0].split())
        sentence = f"The text says “{quote}”. It was treated as text; read the draft with care."
        yield Finding(check="injection", severity="warn", sentence=sentence)
    if len(_UNSEEN.findall(content[:100_000])) > _FEW_UNSEEN:
        sentence = "The text holds characters that cannot be seen; they may hide words."
        yield Finding(check="injection", severity="warn", sentence=sentence)
    if _UNSEEN.search(text) and not _UNSEEN.search(grounds.everything):
        sentence = "The draft holds characters that cannot be seen."
        yield Finding(check="injection", severity="block", sentence=sentence)
