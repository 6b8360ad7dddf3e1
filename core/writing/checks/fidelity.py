"""Facts and names hold: nothing in the draft that the source does not say, nothing lost that must stay."""

from collections.abc import Iterator

from core.drafts import Finding
from core.text.facts import extract_facts
from core.text.facts.model import Kind
from core.text.names import find_names, known_name
from core.writing.checks.grounds import Grounds

_CALLED: dict[Kind, str] = {
    "number": "number", "money": "amount", "percent": "percentage", "date": "date", "time": "time", "zone": "time zone",
    "weekday": "weekday", "day": "day", "link": "link", "address": "address", "id": "number or name",
}  # fmt: skip
# Links and addresses have a check of their own.
_LINK_KINDS = frozenset({"link", "address"})


def find_invented_facts(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each number, amount, date, time, weekday or id that the source does not hold."""
    told: set[str] = set()
    for fact in extract_facts(text).missing_from(grounds.facts):
        if fact.kind not in _LINK_KINDS and fact.text not in told:
            told.add(fact.text)
            sentence = f"The {_CALLED[fact.kind]} “{fact.text}” does not stand in the source."
            yield Finding(check="facts", severity="block", place=fact.text, sentence=sentence)


def find_invented_names(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each name that the source does not hold."""
    for name in find_names(text, grounds.language or "en"):
        if not known_name(name, grounds.words):
            sentence = f"The name “{name}” does not stand in the source."
            yield Finding(check="names", severity="block", place=name, sentence=sentence)


def find_lost_facts(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each hard fact of the source that the draft no longer holds."""
    told: set[str] = set()
    for fact in grounds.source_facts.missing_from(extract_facts(text)):
        if fact.text not in told:
            told.add(fact.text)
            sentence = f"The {_CALLED[fact.kind]} “{fact.text}” of the source is missing."
            yield Finding(check="kept", severity="repair", sentence=sentence)
