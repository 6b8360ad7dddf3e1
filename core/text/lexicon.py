"""The one reader of language data: words, phrases and wordings from `data/LANGUAGE/TOPIC.toml`.

`lexicon("de")["conversation.decision"]` finds what the list `decision` in `data/de/conversation.toml` names. A phrase
is written as people write it; in it

- `*` stands for any letters ("entscheid*"), `#` for a number, ` … ` for up to four words between ("let … know"),
  ` …… ` for up to eight of one clause,
- `(a|b)` for alternatives, `(a )?` for what may be missing, ` ?` for a blank that may; more brackets may stand inside,
- `^` and `$` for the beginning and the end of the text, where they stand first and last.

Case, kind of apostrophe and width of blanks do not matter. A phrase begins and ends where words do.
`lexicon("mul")` holds the lists of all languages together, for what stands beside a text: mail headers and the like.
"""

import functools
import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

from core.text.catalogues import current_locale

NOTHING = re.compile(r"(?!)")
# Beside a pattern that is a whole word.
WORD_BEGINS, WORD_ENDS = r"(?<!\w)", r"(?!\w)"
_DEFAULT, _ALL = "en", "mul"
_SPECIAL = {
    "'": r"['\u2019]",
    " ": r"\s{1,20}",
    "*": r"\w{0,30}",
    "#": r"\d{1,12}(?:[.,:]\d{1,4})?",
    "(": "(?:",
    "|": "|",
    ")": ")",
    " ?": r"\s{0,3}",
}
_GAP = r"\s{1,20}(?:\S{1,40}\s{1,20}){0,4}?"
_WIDE_GAP = r"\s{1,20}(?:[^\s,;:]{1,40}\s{1,20}){0,8}?"
_GAPS = {" … ": _GAP, " …… ": _WIDE_GAP}
_PARTS = re.compile(r" …… | … | \?|\)\?|.", re.S)


class Lexicon:
    """What is known of one language. A language without data knows no words, and has the wordings of English."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._patterns: dict[str, re.Pattern[str]] = {}

    def __getitem__(self, key: str) -> re.Pattern[str]:
        """Return the pattern of a list of words and phrases; it matches nothing where the language has no such list.

        Raises:
            KeyError: no language has it.
        """
        if key not in self._patterns:
            phrases = self.words(key)
            self._patterns[key] = re.compile("|".join(map(expression, phrases)), re.I) if phrases else NOTHING
        return self._patterns[key]

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list as it stands in the data; empty where the language has none.

        Raises:
            KeyError: no language has it.
        """
        found = _value(self.language, key)
        if found is None and _value(_DEFAULT, key) is None:
            raise KeyError(key)
        return tuple(found) if isinstance(found, list) else ()

    def wording(self, key: str) -> str:
        """Return words to show to a person; as they are spoken to where the language has none, else in English.

        Raises:
            KeyError: English has none either.
        """
        found = next(filter(None, (_value(code, key) for code in (self.language, current_locale(), _DEFAULT))), None)
        if not isinstance(found, str):
            raise KeyError(key)
        return found


@functools.cache
def lexicon(language: str) -> Lexicon:
    """Return what is known of a language by its ISO 639 code; "" and unknown codes give an empty one."""
    return Lexicon(language if language in languages() | {_ALL} else "")


@functools.cache
def languages() -> frozenset[str]:
    """Return the codes of the languages with data."""
    return frozenset(folder.name for folder in files("core.text").joinpath("data").iterdir() if folder.is_dir())


def by_language(topic: str) -> dict[str, dict[str, Any]]:
    """Return all that the languages have on a topic, by code; its lists may hold patterns as `re` writes them."""
    return {code: table for code in sorted(languages()) if (table := _topic(code, topic))}


@functools.cache
def patterns_of(topic: str, name: str) -> str:
    """Return one pattern for the entries that every language has in a list of patterns."""
    return joined(pattern for table in by_language(topic).values() for pattern in table.get(name, ()))


def joined(patterns: Iterable[str]) -> str:
    """Return one pattern that matches whatever one of them matches."""
    return f"(?:{'|'.join(patterns)})"


def either(patterns: Iterable[str], before: str = "", after: str = "", *, flags: int = re.I) -> re.Pattern[str]:
    """Return the patterns as one, between a pattern of what stands before each of them and one of what stands behind.

    By default case does not matter (`flags` of `re`).
    """
    return re.compile(f"{before}{joined(patterns)}{after}", flags)


@functools.cache
def either_of(topic: str, name: str, before: str = "", after: str = "", *, flags: int = re.I) -> re.Pattern[str]:
    """Return `either` for the entries that every language has in a list of patterns."""
    return either([patterns_of(topic, name)], before, after, flags=flags)


def pattern_beside(module: str, name: str, before: str = "", after: str = "", *, flags: int = re.I) -> re.Pattern[str]:
    """Return `either` for a list of phrases of one folder, whose file of data stands beside its code.

    Args:
        module: path of the module (`__file__`) that the file is called after, or of the file itself.
        name: the table of the file; it holds a list of patterns, as `re` writes them, for each language.
        before: a pattern of what stands before each of them.
        after: and behind it.
        flags: of `re`; by default case does not matter.
    """
    return either(phrases_beside(module, name), before, after, flags=flags)


def phrases_beside(module: str, name: str) -> tuple[str, ...]:
    """Return the phrases of all languages in a table of the file beside a module; see `pattern_beside`."""
    return tuple(phrase for phrases in lists_beside(module, name).values() for phrase in phrases)


def lists_beside(module: str, name: str) -> dict[str, list[str]]:
    """Return the lists of a table of the file beside a module, by language; see `pattern_beside`."""
    return _file_beside(module)[name]


@functools.cache
def words_of(topic: str, name: str) -> frozenset[str]:
    """Return the entries that every language has in a list of words."""
    return frozenset(word for table in by_language(topic).values() for word in table.get(name, ()))


def whole(patterns: Iterable[str], *, flags: int = re.I) -> re.Pattern[str]:
    """Return the patterns as one that begins and ends where words do."""
    return either(patterns, WORD_BEGINS, WORD_ENDS, flags=flags)


def expression(phrase: str) -> str:
    """Return a phrase of the data as a bounded regular expression."""
    begins, ends = phrase.startswith("^"), phrase.endswith("$")
    inner = phrase.removeprefix("^").removesuffix("$")
    parts = [
        _GAPS[part] if part in _GAPS else _SPECIAL.get(part) or (")?" if part == ")?" else re.escape(part))
        for part in _PARTS.findall(inner)
    ]
    before = r"\A\s{0,20}" if begins else r"(?<!\w)" if re.match(r"[\w(*#]", inner) else ""
    after = r"\s{0,20}\Z" if ends else r"(?!\w)" if re.search(r"[\w)*#?]\Z", inner) else ""
    return f"(?:{before}{''.join(parts)}{after})"


@functools.cache
def _file_beside(module: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(module).with_suffix(".toml").read_text(encoding="utf-8"))


@functools.cache
def _topic(language: str, topic: str) -> dict[str, Any]:
    path = files("core.text").joinpath("data", language, f"{topic}.toml") if language else None
    return tomllib.loads(path.read_text(encoding="utf-8")) if path and path.is_file() else {}


def _value(language: str, key: str) -> list[str] | str | None:
    topic, _, name = key.partition(".")
    if language != _ALL:
        return _topic(language, topic).get(name)
    lists = [_topic(other, topic).get(name) for other in sorted(languages())]
    return list(dict.fromkeys(word for words in lists if isinstance(words, list) for word in words)) or None
