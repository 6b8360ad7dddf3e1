"""Greeting and signature: the person greeted is the one who reads it, the one who signs is the owner."""

import re
from collections.abc import Iterator

from core.drafts import Finding
from core.writing.checks.grounds import Grounds

_GREETING = re.compile(
    r"(?im)^[ \t]*(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)|hallo|liebe[rs]?|sehr geehrte[rs]?"
    r"|guten (?:tag|morgen)|moin|bonjour|ch[eè]re?|salut|hola|estimad[oa]s?|buenos días|buenas tardes|ciao|olá)[ ,]+"
    r"(?P<name>[^\n,:!.?]{1,60})[,:!.]?[ \t]*$"
)
_SIGNATURE = re.compile(
    r"(?im)^[ \t]*+(?:(?:best|kind|warm|many thanks|with)(?: \w+)?,?(?: regards| wishes)|regards|sincerely|yours \w+"
    r"|cheers|viele grüße|mit freundlichen grüßen|beste grüße|liebe grüße|cordialement|bien à vous|un saludo"
    r"|saludos(?: cordiales)?|atentamente)[ \t]*+(?:[,.!][ \t]*+)?\n++[ \t]*+(?P<name>\S[^\n]{0,60})"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
# Not names: whoever is greeted so, it is nobody wrong.
_ANYBODY_LIST = (
    "all everyone everybody team colleagues there sir madam folks friends again alle zusammen kollegen kolleginnen"
    " damen herren und and tous toutes à todos todas equipo mr mrs ms dr prof herr frau madame monsieur señor señora"
    " grüße grüßen gruß grüsse sirs parents eltern familien"
)
_ANYBODY = frozenset(_ANYBODY_LIST.split())
_READERS = ("sender_name", "recipient_name", "greeting")
_OWNERS = ("owner_name", "closing")


def find_wrong_persons(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for a greeting of somebody whom nothing names, and for a signature that is not the owner's."""
    owners, readers = _words(grounds, _OWNERS), _words(grounds, _READERS)
    if readers:
        readers |= {word.casefold() for word in _WORD.findall(grounds.everything)} - owners
    for match in _GREETING.finditer(text):
        named = {word.casefold() for word in _WORD.findall(match["name"]) if word[0].isupper()} - _ANYBODY
        if readers and named and not named & readers:
            sentence = f"“{match[0].strip()}” greets somebody else than the person you write to."
            yield Finding(check="persons", severity="repair", place=match[0].strip(), sentence=sentence)
    for match in _SIGNATURE.finditer(text):
        named = {word.casefold() for word in _WORD.findall(match["name"])}
        if owners and named and not named & owners:
            sentence = f"“{match['name'].strip()}” stands as the signature, and that is not you."
            yield Finding(check="persons", severity="repair", place=match["name"].strip(), sentence=sentence)


def _words(grounds: Grounds, names: tuple[str, ...]) -> set[str]:
    return {word.casefold() for name in names for word in _WORD.findall(grounds.values.get(name, ""))}
