"""Links: a draft may only lead where its source leads."""

from collections.abc import Iterator

from core.drafts import Finding
from core.text.facts import extract_facts
from core.writing.checks.grounds import Grounds

_SCHEMES = ("javascript:", "data:", "vbscript:", "file:")


def find_foreign_links(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each link or mail address that the source does not hold, and for scripts in links."""
    told: set[str] = set()
    for fact in extract_facts(text).missing_from(grounds.facts):
        if fact.kind in {"link", "address"} and fact.text not in told:
            told.add(fact.text)
            sentence = f"The {fact.kind} “{fact.text}” does not stand in the source."
            yield Finding(check="links", severity="block", place=fact.text, sentence=sentence)
    folded = text.casefold()
    for scheme in _SCHEMES:
        if f"({scheme}" in folded or f"<{scheme}" in folded:
            sentence = f"A link begins with “{scheme}”, which can run a program."
            yield Finding(check="links", severity="block", place=scheme, sentence=sentence)
