"""Claims in the person's name: attachments that nobody attached, promises that nobody made."""

import re
from collections.abc import Iterator

from core.drafts import Finding
from core.writing.checks.gaps import without_gaps
from core.writing.checks.grounds import Grounds

_ATTACHED = re.compile(
    r"(?i)\b(?:(?:i|we)(?:['\u2019]ve| have| am| are)?(?: \w+)? (?:attach(?:ed|ing)?|enclos(?:ed?|ing))\b"
    r"|(?:please )?(?:find|see|find the)(?: \w+){0,3} (?:attached|enclosed)\b"
    r"|(?:is|are)(?: also)? (?:attached|enclosed)\b|attached (?:is|are|you will find|please find)\b"
    r"|in the attachment\b|anbei\b|im anhang\b|angehängt\b|ci-joints?\b|en pièce jointe\b|adjunto\b|adjunt[ao]s?\b)"
)
_ATTACH_WORD = re.compile(r"(?i)\b(?:attach|enclos|anbei|anhang|angehängt|beigefügt|ci-joint|pièce jointe|adjunt)")
_PROMISE = re.compile(
    r"(?i)\b(?:i|we)(?:['\u2019]ll| will| shall| promise to| guarantee to)(?: also| be| gladly| then| definitely"
    r"| make sure(?: to| that)?){0,2} (?P<verb>[a-z]{2,})"
    r"|\bich werde (?:\w+ ){0,6}(?P<verb_de>[a-zäöüß]{3,})\b|\bje vais (?P<verb_fr>\w{3,})|\bvoy a (?P<verb_es>\w{3,})"
)
# "I will be" and the like promise nothing by themselves; the word after is what counts.
_STEM_CHARS = 4


def find_attachment_claims(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding where the draft says that something is attached and the person did not say so."""
    if _ATTACH_WORD.search(grounds.own_words):
        return
    for match in _ATTACHED.finditer(without_gaps(text)):
        sentence = f"“{match[0]}” speaks of an attachment, and there is none."
        yield Finding(check="attachments", severity="block", place=match[0], sentence=sentence)


def find_promises(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each promise whose verb the person did not use."""
    own = grounds.own_words.casefold()
    for match in _PROMISE.finditer(without_gaps(text)):
        verb = next(part for part in match.groups() if part).casefold()
        if verb[:_STEM_CHARS] not in own:
            sentence = f"“{match[0]}” is a promise that you did not make."
            yield Finding(check="promises", severity="block", place=match[0], sentence=sentence)
