"""Words that a model copied, found again where they stand; blanks, quotes, dashes and what was left out may differ."""

import re

_MAX_QUOTE_CHARS = 2000
_LEFT_OUT = re.compile(r"\[?(?:\u2026|\.{3,20}+)\]?")
_EDGES = " \t\r\n\"'\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb.,;:!?\u2026*_"
_LIKE = {
    **dict.fromkeys("'\u2019\u2018`\u00b4", "['\u2019\u2018`\u00b4]"),
    **dict.fromkeys('"\u201c\u201d\u201e\u00ab\u00bb', '["\u201c\u201d\u201e\u00ab\u00bb]'),
    **dict.fromkeys("-\u2013\u2014\u2011", "[-\u2013\u2014\u2011]"),
}
_MAX_LEFT_OUT_CHARS = 400
_MAX_PARTS = 8


def words_in(quote: str, source: str) -> str:
    """Return the words of the source that a quote copies, as they stand there; "" when they do not."""
    if quote and quote in source:
        return quote
    quote = quote[:_MAX_QUOTE_CHARS].strip(_EDGES)
    parts = [part for part in _LEFT_OUT.split(quote) if part.strip(_EDGES)]
    if not parts or len(parts) > _MAX_PARTS:
        return ""
    between = rf"(?s:.{{0,{_MAX_LEFT_OUT_CHARS}}}?)"
    pattern = between.join(r"\s+".join(map(_spelled, part.split())) for part in parts)
    match = re.search(rf"(?i){pattern}[.!?]?", source)
    return match[0] if match else ""


def _spelled(word: str) -> str:
    return "".join(_LIKE.get(char) or re.escape(char) for char in word)
