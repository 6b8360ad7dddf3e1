"""Words that two texts share as people use them: other forms, compounds, and the same word in another language."""

import functools
import re
from collections.abc import Sequence

from core.text.content import is_empty_word, stem
from core.text.language import stop_words
from core.text.lexicon import by_language, either, joined
from core.text.same_words import groups_of, is_same_part

_DATA = by_language("questions")["en"]
_QUESTION_WORDS = frozenset(_DATA["empty"].casefold().split()) | stop_words()
_LIGHT = frozenset(_DATA["light"].casefold().split())
WORD = re.compile(r"\w[\w-]*\w|\d")
_INVERTED = either(_DATA["inverted"], after=r"\b")
_PREFIX_CHARS, _PREFIX_SHARE = 5, 0.6
# Forms of one German verb: "einreichen", "eingereicht", "reicht ... ein".
_VERB = either(
    [r"(?:ge|zu)?(?P<core>\w{3,}?)(?:e|en|t|st|et|te|ten)\Z"], f"(?P<before>{joined(_DATA['separable'])})?", flags=0
)
# Forms of one French or Spanish verb, of which one at least has an ending that only verbs have: "louez", "louons".
_ROMANCE = either(_DATA["romance_verbal"], r"(?P<core>\w{3,}?)(?:(?P<verbal>", r")|e|es|a|as|o|an|en)\Z", flags=0)
_MIN_HEAD_CHARS, _MIN_COMPOUND_CHARS = 5, 8


def content_words(question: str) -> list[str]:
    """Return the words of a question that say what it is about."""
    words = WORD.findall(_INVERTED.sub(" ", question))
    return [word for word in words if word.casefold() not in _QUESTION_WORDS and not is_empty_word(word.casefold())]


def is_light(word: str) -> bool:
    """Tell whether a word of a question only binds it to its thing: an answer may leave it out."""
    return word.casefold() in _LIGHT


def telling_words(question: str) -> tuple[str, ...]:
    """Return the words of a question that tell one thing from another."""
    return tuple(word for word in content_words(question) if not is_light(word))


def unsaid(words: Sequence[str], text: str) -> list[str]:
    """Return the words that tell what is asked about and that a text does not say; all, where it says none of them."""
    telling = [word for word in words if not is_light(word)]
    missing = [word for word in telling if not is_said(word, text)]
    return missing if len(missing) < len(telling) else list(words)


def is_said(word: str, text: str) -> bool:
    """Tell whether a text says a word, in some form."""
    if any(map(str.isdigit, word)):
        return bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text))
    said = _words_of(text)
    return any(_says(word.casefold(), other) for other in said) or _is_compound(word.casefold(), said)


@functools.lru_cache(4_096)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.casefold() for word in WORD.findall(text)))


@functools.lru_cache(200_000)
def _says(word: str, other: str) -> bool:
    """Tell whether two words, in small letters, are forms of one, or say the same."""
    if groups_of(word) & groups_of(other) or is_same_part(word, other):
        return True
    if is_same(stem(word), stem(other)) or is_same(word, other) or _is_same_verb(word, other):
        return True
    return _is_same_romance_verb(word, other) or _is_head(word, other)


def is_same(one: str, other: str) -> bool:
    """Tell whether two stems are forms of one word: they begin alike, and little follows."""
    length = max(len(one), len(other))
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one == other or (shared >= _PREFIX_CHARS and shared > _PREFIX_SHARE * length)


def _is_same_verb(one: str, other: str) -> bool:
    mine, theirs = _VERB.match(one), _VERB.match(other)
    if not mine or not theirs or mine["core"] != theirs["core"]:
        return False
    return not mine["before"] or not theirs["before"] or mine["before"] == theirs["before"]


def _is_same_romance_verb(one: str, other: str) -> bool:
    mine, theirs = _ROMANCE.match(one), _ROMANCE.match(other)
    return bool(mine and theirs and mine["core"] == theirs["core"] and (mine["verbal"] or theirs["verbal"]))


def _is_head(word: str, compound: str) -> bool:
    """Tell whether a compound names a kind of what a word names: "Spange" and "Zahnspange"."""
    return len(word) >= _MIN_HEAD_CHARS and len(compound) >= _MIN_COMPOUND_CHARS and compound.endswith(word)


def _is_compound(word: str, said: Sequence[str]) -> bool:
    """Tell whether both parts of a compound are said: "Urlaubsantrag" of "Urlaub" and "Antrag"."""
    parts = [part for part in said if len(part) >= _PREFIX_CHARS - 1]
    begin, end = filter(word.startswith, parts), [part for part in parts if word.endswith(part)]
    return any(0 <= len(word) - len(part) - len(other) <= 2 for part in begin for other in end)
