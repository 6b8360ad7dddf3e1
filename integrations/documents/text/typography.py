"""Quotes and spaces that a writer flattened: models answer with straight quotes where the document has curly ones."""

import re

_CURLY = "\u2018\u2019\u201c\u201d"
_HARD_SPACES = "\u00a0\u202f"
_FLAT_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})
_FLAT_SPACES = str.maketrans(dict.fromkeys(_HARD_SPACES, " "))
_OPENS = re.compile(r"(?:^|(?<=[\s(\[{\u2014\u2013/]))([\"'])")


def flatten(text: str) -> str:
    """Return the text with plain quotes and spaces; every character keeps its place."""
    return text.translate(_FLAT_QUOTES).translate(_FLAT_SPACES)


def follow(old: str, new: str) -> tuple[str, str]:
    """Return the pair to compare so that mere flattening is no change.

    The first is `old` with the forms flattened that `new` has none of, the second `new` with quotes in the form of
    `old`. Both keep their length, so offsets stay valid. When flattening is the only difference it was meant.
    """
    if flatten(old) == flatten(new):
        return old, new
    base, written = old, new
    if _has(old, _HARD_SPACES) and not _has(new, _HARD_SPACES):
        base = base.translate(_FLAT_SPACES)
    if _has(old, _CURLY) and not _has(new, _CURLY):
        written = _curl(old, new)
        base = _curl(old, base.translate(_FLAT_QUOTES))
    return base, written


def _has(text: str, characters: str) -> bool:
    return any(character in text for character in characters)


def _curl(model: str, text: str) -> str:
    """Turn straight quotes into curly ones, as far as `model` uses them."""
    if _has(model, "\u201c\u201d"):
        text = _OPENS.sub(lambda m: "\u201c" if m[1] == '"' else m[1], text).replace('"', "\u201d")
    if _has(model, "\u2018\u2019"):
        text = _OPENS.sub(lambda m: "\u2018" if m[1] == "'" else m[1], text).replace("'", "\u2019")
    return text
