"""Instructions hidden in content: words that speak to the model, and characters that people cannot see."""

import re
from collections.abc import Iterator

from core.drafts import Finding
from core.text.sentences import split_sentences
from core.writing.checks.grounds import Grounds

_TO_THE_MODEL = re.compile(
    r"(?i)\b(?:(?:ignore|disregard|forget|override)\s+(?:(?:all|any|the|your|these|those|of)\s+){0,4}"
    r"(?:(?:previous|prior|above|earlier|preceding|foregoing|system)\s+){1,2}"
    r"(?:instructions?|prompts?|rules|messages?|directions?|context)"
    r"|(?:ignore|disregard|forget)\s+(?:everything|anything|all)\s+(?:above|before|you (?:were|have been) told)"
    r"|(?:if you are|note to|attention,?)\s+(?:(?:an?|the|any|all)\s+)?(?:ais?|llms?|language models?|ai assistants?)\b"
    r"|(?:system|developer)\s+(?:prompt|message)\b|you are now (?:an?|the|in)\b|new instructions?\s*:"
    r"|(?:reveal|print|repeat|show)\s+(?:me\s+)?your\s+(?:\w+\s+)?(?:instructions|prompt|rules)"
    r"|(?:ignoriere|vergiss)\s+(?:\w+\s+){0,3}(?:anweisungen|vorgaben|regeln)"
    r"|(?:ignore[zr]?|oublie[zr]?)\s+(?:\w+\s+){0,3}instructions|ignora(?:r)?\s+(?:\w+\s+){0,3}instrucciones)"
)
# What a text tells a model to write: beside an instruction as above it is one more, alone it may be meant for people.
_DICTATES = re.compile(
    r"(?i)\b(?:(?:write|say|state|mention|include|insert|put|add|append|use|end|begin|start)\b[^.!?]{0,60}"
    r"\b(?:your|the|this|every) (?:next )?(?:reply|response|answer|draft|output|summary)\b"
    r"|(?:reply|respond|answer)\s+(?:\w+\s+)?(?:with|that)\b|(?:write|say|output|print|reply|respond|answer)\s*:"
    r"|(?:schreib\w*|sag\w*|füg\w*)\b[^.!?]{0,60}\b(?:deine|ihre|die) antwort|antworte\w*\s+(?:\w+\s+)?mit\b"
    r"|(?:écri\w+|di[st]e?s?|ajoute\w*)\b[^.!?]{0,60}\b(?:ta|votre|la) réponse|répond\w+\s+(?:\w+\s+)?(?:par|avec)\b"
    r"|(?:escrib\w+|di|diga|añad\w+)\b[^.!?]{0,60}\b(?:tu|su|la) respuesta|respond[ea]\s+(?:\w+\s+)?con\b)"
)
_CLOSING_QUOTES = '"\u201c\u201d\u00bb'
_LEAST_REST_WORDS = 2
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


def without_instructions(text: str) -> str:
    """Return a text without the sentences that instruct a model, and without what those tell it to write.

    A text without any comes back as it is. What follows a dictated quotation in one sentence with it stays.
    """
    spans = [match.span() for match in _TO_THE_MODEL.finditer(text)]
    if not spans:
        return text
    kept: list[str] = []
    end, quoted = 0, False
    for sentence in split_sentences(text):
        start = text.index(sentence, end)
        between, end = text[end:start], start + len(sentence)
        quoted = quoted and between.count("\n") < 2
        told = quoted or bool(_DICTATES.search(sentence)) or any(begin < end and start < stop for begin, stop in spans)
        quoted = told and _quotation_open(sentence, quoted)
        kept += [between, ("" if quoted else _after_quotation(sentence)) if told else sentence]
    return "".join(kept) + text[end:]


def _quotation_open(sentence: str, is_open: bool) -> bool:
    """Tell whether a quotation is open behind a sentence, given whether one is before it."""
    for mark in sentence:
        if mark in '"\u201c':
            is_open = not is_open
        elif mark in "\u201e\u00ab\u201d\u00bb":
            is_open = mark in "\u201e\u00ab"
    return is_open


def _after_quotation(sentence: str) -> str:
    """Return what follows the last quotation of a sentence that tells a model what to write, "" when little does."""
    last = max(map(sentence.rfind, _CLOSING_QUOTES))
    rest = sentence[last + 1 :].lstrip(" .,;:-\u2013") if last >= 0 else ""
    told = _TO_THE_MODEL.search(rest) or _DICTATES.search(rest)
    return "" if told or len(rest.split()) < _LEAST_REST_WORDS else rest
