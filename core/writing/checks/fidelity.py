"""What a draft says stands in its source: facts, names and links; and what must stay has stayed."""

import re
from collections.abc import Iterator

from core.drafts import Finding
from core.text.facts.model import Fact
from core.text.language import detect_language
from core.text.lexicon import Lexicon, lexicon
from core.text.names import known_name
from core.writing.checks.grounds import Grounds

_WORD = re.compile(r"[^\W\d_](?:[\w'\u2019&-]*\w)?+")
# Before a word that only begins a sentence, a line, a heading, a quotation or a bracket.
_BREAK = re.compile(r"(?:\A|[.!?:…\n\"“”„«»()\[\]*•>|#¿¡\u2013\u2014-])\s{0,40}+\Z")
_TITLE = re.compile(r"(?i)\b(?:Herrn?|Frau|Dr\.|Prof\.)\s+(?P<name>[^\W\d_][\w-]+)")
_ACRONYM_CHARS = 5
# Half of a line in capitals is a title in Title Case.
_TITLE_CASE_SHARE = 0.5
_SCHEMES = ("javascript:", "data:", "vbscript:", "file:")
_LINKS = frozenset({"link", "address"})
# "today" is said of anything.
_NOT_COMPARED = frozenset({"day"})


def _called(fact: Fact) -> str:
    if fact.kind == "number" and fact.unit:
        return "percentage" if fact.unit == "%" else "amount"
    return "number or name" if fact.kind == "id" else fact.kind


def find_invented_facts(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each number, amount, date, time, weekday or id that the source does not hold."""
    for fact in grounds.facts_of(text).missing_from(grounds.facts):
        if fact.kind not in _LINKS | _NOT_COMPARED:
            sentence = f"The {_called(fact)} “{fact.text}” does not stand in the source."
            yield Finding(check="facts", severity="repair", place=fact.text, sentence=sentence)


def find_foreign_links(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each link or mail address that the source does not hold, and for scripts in links."""
    for fact in grounds.facts_of(text).missing_from(grounds.facts):
        if fact.kind in _LINKS:
            sentence = f"The {fact.kind} “{fact.text}” does not stand in the source."
            yield Finding(check="links", severity="block", place=fact.text, sentence=sentence)
    folded = text.casefold()
    for scheme in _SCHEMES:
        if f"({scheme}" in folded or f"<{scheme}" in folded:
            sentence = f"A link begins with “{scheme}”, which can run a program."
            yield Finding(check="links", severity="block", place=scheme, sentence=sentence)


def find_lost_facts(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each hard fact of the source that the draft no longer holds."""
    for fact in grounds.source_facts.missing_from(grounds.facts_of(text)):
        if fact.kind not in _NOT_COMPARED:
            sentence = f"The {_called(fact)} “{fact.text}” of the source is missing."
            yield Finding(check="kept", severity="repair", sentence=sentence)


def find_invented_names(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each name that the source does not hold."""
    language = detect_language(text) or grounds.language or "en"
    for name in dict.fromkeys(_names(text, lexicon(language))):
        if not known_name(name, grounds.words):
            sentence = f"The name “{name}” does not stand in the source."
            yield Finding(check="names", severity="repair", place=name, sentence=sentence)


def _names(text: str, known: Lexicon) -> Iterator[str]:
    """Yield the words that can only be names: in German, where nouns have capitals, those behind a title."""
    if known.language == "de":
        yield from (match["name"] for match in _TITLE.finditer(text))
        return
    common = {word.casefold() for word in known.words("names.common")}
    common.update(
        word for key in ("facts.months", "facts.weekdays") for one in known.words(key) for word in one.split()
    )
    for line in text.split("\n"):
        words = list(_WORD.finditer(line))
        capitals = [match for match in words if match[0][0].isupper()]
        if line.startswith("#") or len(capitals) > _TITLE_CASE_SHARE * len(words):
            continue
        for match in capitals:
            word = match[0].removesuffix("'s").removesuffix("\u2019s")
            is_acronym = word.isupper() and len(word) <= _ACRONYM_CHARS
            if not (is_acronym or word.casefold() in common or _BREAK.search(line[: match.start()])):
                yield word
