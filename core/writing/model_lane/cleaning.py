"""Take off what models put around a text: prefaces, fences, quotes, greetings, a loop at the end."""

import re

from core.writing.checks.residue import PREFACE

_FENCE = re.compile(r"\A```[\w-]*\n(.*?)\n?```\Z", re.S)
_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "'": "'"}
_GREETING = re.compile(
    r"(?i)\A(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)|hallo|liebe[rs]?|sehr geehrte[rs]?|guten tag"
    r"|bonjour|ch[eè]re?|hola|estimad[oa]s?|buenos días)\b"
    r"(?:[^\n.?!,:]|(?<=\bdr)\.|(?<=\bprof)\.|(?<=\bm[rs])\.|(?<=\bmrs)\.|(?<=\bsra)\.|(?<=\bsr)\.){0,60}"
    r"(?:[,:!.]|(?=\n))[ \t]*\n*"
)
_CLOSING = re.compile(
    r"(?im)^[ \t]*+(?:(?:best|kind|warm|many thanks|with)(?: \w+)?,?(?: regards| wishes)?|regards|sincerely|yours \w+"
    r"|cheers|thanks(?: again)?|thank you|viele grüße|mit freundlichen grüßen|beste grüße|lg|cordialement"
    r"|bien à vous|(?:un )?saludos?(?: cordiales)?|atentamente)[ \t]*+[,.!]?[ \t]*+$"
)
_MAX_LINES_AFTER_CLOSING = 4
_WORD = re.compile(r"\S+")
_GRAM_WORDS = 4
_MAX_REPEATS = 2


def clean(text: str, *, source: str = "", opens: bool = False, closes: bool = False, cuts_loops: bool = True) -> str:
    """Return the text without wrapping.

    Args:
        text: what a model wrote.
        source: the text that it works on; what stands there is never taken off.
        opens: True when code sets the greeting, so that the model's own goes.
        closes: the same for the closing and what stands below it.
        cuts_loops: whether what is said a third time ends the text, as a small model's does.
    """
    text = text.strip()
    if text == source.strip():
        return text  # it repeats what the source repeats
    text = cut_loop(text) if cuts_loops else text
    fence = _FENCE.match(text)
    text = fence[1].strip() if fence else text
    text = _without_preface(text, source)
    text = _GREETING.sub("", text, count=1) if opens else text
    text = _without_closing(text) if closes else text
    return _without_quotes(text, source)


def _without_preface(text: str, source: str) -> str:
    match = PREFACE.match(text[:200])
    if not match or match[0].strip().casefold() in source.casefold():
        return text
    rest = text[match.end() :].strip()
    return rest[:1].upper() + rest[1:] if rest else text


def _without_quotes(text: str, source: str) -> str:
    closing = _QUOTES.get(text[:1])
    inner = text[1:-1]
    if closing and text.endswith(closing) and closing not in inner and not source.startswith(text[:1]):
        return inner.strip()
    return text


def _without_closing(text: str) -> str:
    for match in _CLOSING.finditer(text):
        if text[match.end() :].strip().count("\n") < _MAX_LINES_AFTER_CLOSING and match.start() > 0:
            return text[: match.start()].strip()
    return text.strip()


def cut_loop(text: str) -> str:
    """Return the text up to the sentence in which a run of four words comes a third time."""
    seen: dict[tuple[str, ...], int] = {}
    words = list(_WORD.finditer(text))
    for at in range(len(words) - _GRAM_WORDS + 1):
        gram = tuple(word[0].casefold() for word in words[at : at + _GRAM_WORDS])
        seen[gram] = seen.get(gram, 0) + 1
        if seen[gram] > _MAX_REPEATS:
            kept = text[: words[at].start()]
            end = max(kept.rfind(mark) for mark in (". ", "? ", "! ", ".\n", "\n\n"))
            return kept[: end + 1].strip() if end > 0 else kept.strip()
    return text
