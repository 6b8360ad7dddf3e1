"""Claims in the owner's name that nothing grounds: promises, consent, availability, approval, apology, attachments.

What the owner says to say licenses all of them; they are looked for only where a text answers somebody else's.
"""

from collections.abc import Iterator

from core.drafts import Finding, without_gaps
from core.text.language import detect_language
from core.text.lexicon import lexicon
from core.writing.checks.grounds import Grounds

_AFTER_CHARS = 30
_SAYING = {
    "promises": "“{place}” is a promise that you did not make.",
    "consent": "“{place}” agrees in your name.",
    "availability": "“{place}” speaks for your calendar.",
    "approval": "“{place}” says that something was approved or paid.",
    "apology": "“{place}” apologises in your name.",
}


def find_attachment_claims(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding where the draft says that something is attached and the person did not say so."""
    own = grounds.own_words
    if lexicon(detect_language(own) or grounds.language or "en")["claims.attachment_words"].search(own):
        return
    for match, _ in _phrases(grounds, text, "attachments"):
        sentence = f"“{match}” speaks of an attachment, and there is none."
        yield Finding(check="attachments", severity="repair", place=match, sentence=sentence)


def find_promises(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each promise, consent or the like in an answer that the owner said nothing for."""
    if not grounds.foreign_words or grounds.instruction:
        return
    harmless = lexicon(detect_language(text) or grounds.language or "en")["claims.harmless"]
    for kind, saying in _SAYING.items():
        for match, after in _phrases(grounds, text, kind):
            if not harmless.search(f"{match}{after}") and not grounds.stands(match):
                yield Finding(check="promises", severity="repair", place=match, sentence=saying.format(place=match))


def _phrases(grounds: Grounds, text: str, kind: str) -> Iterator[tuple[str, str]]:
    """Yield what the text claims of a kind, each wording once, and the words after it."""
    said = without_gaps(text)
    known = lexicon(detect_language(said) or grounds.language or "en")
    matches = {match[0]: match for match in known[f"claims.{kind}"].finditer(said)}
    for match in matches.values():
        yield " ".join(match[0].split()), said[match.end() : match.end() + _AFTER_CHARS]
