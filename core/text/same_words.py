"""Words that two texts share as people use them: other forms, compounds, and the same word in another language.

Everyday words that say the same stand in groups: "vacation", "leave", "Urlaub", "congé".
"""

import functools
import re
from collections.abc import Sequence

from core.text.content import is_empty_word, stem
from core.text.language import stop_words
from core.text.lexicon import by_language, either, joined

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
# The first groups are those of day, week, month, year, hour and minute.
_TIME_UNITS = 6
_MIN_PART_CHARS = 4


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
    if _is_same(stem(word), stem(other)) or _is_same(word, other) or _is_same_verb(word, other):
        return True
    return _is_same_romance_verb(word, other) or _is_head(word, other)


def _is_same(one: str, other: str) -> bool:
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


@functools.cache
def _lines() -> tuple[tuple[str, ...], ...]:
    table = by_language("same_words")["en"]
    return tuple(tuple(dict.fromkeys(line.casefold().split())) for line in table["same"])


@functools.cache
def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, words in enumerate(_lines()):
        for word in words:
            found.setdefault(word, set()).add(number)
    stems: dict[str, set[int]] = {}
    for word, numbers in found.items():
        stems.setdefault(stem(word), set()).update(numbers)
    return {word: frozenset(numbers) for word, numbers in (stems | found).items()}


def groups_of(word: str) -> frozenset[int]:
    """Return the numbers of the groups that a word belongs to, in whatever form; most words belong to none."""
    plain = word.casefold()
    return _groups().get(plain) or _groups().get(stem(plain), frozenset())


def is_time_unit(word: str) -> bool:
    """Tell whether a word is a span of time, such as "weeks"."""
    return any(number < _TIME_UNITS for number in groups_of(word))


def words_like(word: str) -> tuple[str, ...]:
    """Return the words that say the same as a word, itself left out."""
    found = (other for number in sorted(groups_of(word)) for other in _lines()[number])
    return tuple(dict.fromkeys(other for other in found if other != word.casefold()))


def is_same_part(word: str, compound: str) -> bool:
    """Tell whether a compound begins or ends with what says the same as a word: "summer" and "Sommerfest"."""
    if len(compound) < _MIN_COMPOUND_CHARS:
        return False
    like = (other for other in words_like(word) if len(other) >= _MIN_PART_CHARS)
    return any(compound.startswith(other) or compound.endswith(other) for other in like)
