"""Words that two texts share as people use them: other forms, compounds, and the same word in another language."""

import re
from collections.abc import Sequence

from core.text.content import is_empty_word, stem
from core.text.language import stop_words
from core.text.lexicon import by_language, joined

_DATA = by_language("questions")["en"]
_QUESTION_WORDS = frozenset(_DATA["empty"].casefold().split()) | stop_words()
GROUP = {word.casefold(): number for number, words in enumerate(_DATA["same"]) for word in words.split()}
TIME_UNITS = 6  # The first groups are those of day, week, month, year, hour and minute.
WORD = re.compile(r"\w[\w-]*\w|\d")
_INVERTED = re.compile(rf"(?i){joined(_DATA['inverted'])}\b")
_PREFIX_CHARS, _PREFIX_SHARE = 5, 0.6


def content_words(question: str) -> list[str]:
    """Return the words of a question that say what it is about."""
    words = WORD.findall(_INVERTED.sub(" ", question))
    return [one for one in words if one.casefold() not in _QUESTION_WORDS and not is_empty_word(one.casefold())]


def is_said(word: str, text: str) -> bool:
    """Tell whether a text says a word, in some form."""
    if any(map(str.isdigit, word)):
        return bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text))
    said = [one.casefold() for one in WORD.findall(text)]
    plain, group = word.casefold(), GROUP.get(word.casefold())
    if group is not None:
        return any(GROUP.get(one) == group for one in said)
    return any(is_same(stem(plain), stem(one)) or is_same(plain, one) for one in said) or _is_compound(plain, said)


def is_same(one: str, other: str) -> bool:
    """Tell whether two stems are forms of one word: they begin alike, and little follows."""
    length = max(len(one), len(other))
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one == other or (shared >= _PREFIX_CHARS and shared > _PREFIX_SHARE * length)


def _is_compound(word: str, said: Sequence[str]) -> bool:
    """Tell whether both parts of a compound are said: "Urlaubsantrag" of "Urlaub" and "Antrag"."""
    parts = [one for one in said if len(one) >= _PREFIX_CHARS - 1]
    return any(
        word.startswith(one) and word.endswith(other) and 0 <= len(word) - len(one) - len(other) <= 2
        for one in parts
        for other in parts
    )
