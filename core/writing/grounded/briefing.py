"""What a person says a mail should say, as sentences to its reader: their own words, without their directions.

The forms of each language stand in `data/LANGUAGE/briefs.toml`; a clause that fits none keeps its words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.text.language import detect_language
from core.text.lexicon import NOTHING, by_language, joined, whole
from core.text.names import find_names
from core.text.salutations import clean_name
from core.text.sentences import split_sentences, unwrap

_DATA = by_language("briefs")
_LIST = re.compile(r"(?:[-*\u2022]|\d{1,3}[.)])\s")
_NAME = r"(?-i:[A-ZÄÖÜÉÁÍÓÚ])[\w'\u2019.-]*(?: (?-i:[A-ZÄÖÜÉÁÍÓÚ])[\w'\u2019.-]*){0,2}"
_MOST_NOTE_WORDS, _MOST_FRAGMENT_WORDS = 9, 3


@dataclass(frozen=True)
class Said:
    """A brief as it is said: its text, whom it was said to be for, and whether it was notes and no sentences.

    `greeting` is the brief's own; `unsaid` are directions that could not be put to the reader for certain.
    """

    text: str
    reader: str = ""
    is_notes: bool = False
    greeting: str = ""
    unsaid: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Brief:
    language: str
    reader: str
    text: str = ""

    @cached_property
    def speaks_of_others(self) -> bool:
        """Whether "he" and "she" may be somebody else than the reader."""
        own = {word.casefold() for word in self.reader.split()} | set(self.words["next"])
        said = f"so {self.text[:1].lower()}{self.text[1:]}"
        names = [one for one in find_names(said, self.language) if not one.isupper()]
        somebody = self.words.get("somebody", ())
        return any(one.casefold() not in own for one in names) or bool(somebody and whole(somebody).search(said))

    @property
    def words(self) -> dict[str, Any]:
        return _DATA.get(self.language, _DATA["en"])

    def pattern(self, pattern: str) -> str:
        """Return a pattern with those whom a brief of this reader may speak of in the place of {whom}."""
        own = [re.escape(word) for word in self.reader.split() if len(word) > 1]
        titled = rf"(?:(?:to|an|à|a|bei) )?(?:(?:herrn?|frau|mr|mrs|ms|dr|sra?|madame|monsieur)\.? )?(?P<named>{_NAME})"
        whom = joined([self.words["whom"], *own, titled])
        return "(?i)" + pattern.replace("{whom}", whom, 1).replace("{whom}", whom.replace("?P<named>", "?:"))


def say(brief: str, language: str, reader: str = "", known: str = "") -> Said:
    """Return a brief in sentences; its own lines stay lines.

    Args:
        brief: what the person wrote.
        language: its language; those without a table are only punctuated.
        reader: whom it goes to.
        known: a text whose names are written as it writes them.
    """
    how = _Brief(language, clean_name(reader))
    how = _Brief(language, how.reader or _named(brief, how), brief)
    greeted = re.match(rf"(?i)\A{how.words['greeting']}", brief.strip())
    brief = brief.strip()[greeted.end() :] if greeted else brief.strip()
    unsaid: list[str] = []
    lines, is_notes = [], False
    for line in brief.split("\n"):
        if not (plain := unwrap(line)):
            lines.append("")
        elif _LIST.match(plain) or plain.endswith(":"):
            lines.append(_mended(plain, how, known))
        else:
            parts = list(_clauses(plain, how))
            said = [_sentence(part, how, unsaid) for part in parts]
            directed = any(was for _, was in said)
            is_notes = is_notes or directed or not all(_is_sentence(part, how) for part in parts)
            glue = "\n" if len(parts) > 1 and not _are_sentences(plain, parts) else " "
            lines.append(glue.join(_mended(text, how, known) for text, _ in said if text))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return Said(text, how.reader, is_notes, greeted[0].strip() if greeted else "", tuple(unsaid))


def _named(brief: str, how: _Brief) -> str:
    """Return whom a brief names as its reader ("tell Anna that …"), "" when it names nobody."""
    found = (_directed(part, how) for line in brief.split("\n") for part in _clauses(unwrap(line), how))
    return next((name for one in found if one and (name := one[0].groupdict().get("named"))), "")


def _are_sentences(line: str, parts: list[str]) -> bool:
    return len(split_sentences(line)) == len(parts)


def _is_sentence(part: str, how: _Brief) -> bool:
    return len(part.split()) > _MOST_FRAGMENT_WORDS or bool(whole(how.words["subjects"]).search(part))


def _clauses(line: str, how: _Brief) -> Iterator[str]:
    """Yield the parts of a line that each say one thing."""
    nexts = joined(how.words["next"])
    glue = joined({"en": ["and"], "de": ["und"], "fr": ["et"], "es": ["y"]}.get(how.language, ["and"]))
    cut = re.compile(rf"(?i) ?; ?|\. (?={nexts}\b)|, (?:{glue} )?(?={nexts}\b)| {glue} (?={nexts}\b)")
    for sentence in split_sentences(line):
        parts = [part for part in cut.split(sentence) if part.strip(" .,;")]
        # Notes are cut at their commas; a sentence is left alone.
        for part in parts:
            notes = [one.strip() for one in re.split(r",\s+", part) if one.strip()]
            yield from notes if _are_notes(notes, how) else [part]


def _are_notes(notes: list[str], how: _Brief) -> bool:
    """Tell whether the parts between commas are notes that each say one thing, with a direction among them."""
    bound = whole(how.words["bound"])
    if len(notes) < 2 or bound.search(notes[0]) or any(bound.match(one) for one in notes[1:]):
        return False
    if any(len(one.split()) > _MOST_NOTE_WORDS for one in notes[1:]):
        return False
    return bool(_directed(notes[0], how)) or (
        len(notes[0].split()) <= _MOST_NOTE_WORDS and any(_directed(one, how) for one in notes[1:])
    )


def _plain(clause: str, how: _Brief) -> str:
    plain = re.sub(rf"(?i),? ?(?<!\w){joined(how.words['manner'])}(?!\w)", "", clause).strip(" ,;")
    return re.sub(how.pattern(rf"\A{how.words['write']}"), "", plain, count=1).strip(" ,;") or ""


def _directed(clause: str, how: _Brief) -> tuple[re.Match[str], str] | None:
    plain = _plain(clause, how).rstrip(" .!?")
    for pattern, words in how.words["rules"]:
        if match := re.fullmatch(how.pattern(pattern), plain):
            return match, words
    return None


def _sentence(clause: str, how: _Brief, unsaid: list[str]) -> tuple[str, bool]:
    """Return a clause as it is said, and whether a direction was taken from it."""
    plain = _plain(clause, how)
    if not plain:
        return "", True
    end = "?" if plain.endswith("?") else "."
    found = _directed(clause, how)
    if found is None:
        said = _to_reader(plain.rstrip(" .!?"), how)
        return f"{said or plain.rstrip(' .!?')}{'!' if plain.endswith('!') else end}", plain != clause.strip(" ,;")
    match, words = found
    groups = match.groupdict()
    rest = _to_reader(groups.get("rest") or "", how)
    if rest is None:
        unsaid.append(plain)
        return f"{plain.rstrip(' .!?')}{end}", False
    # "Ask if you can …" is a request.
    asked = re.match(r"(?i)(?:if|whether) you (?:can|could|will|would) (?P<bare>.+)", rest)
    if asked and words.startswith("I would like to ask"):
        return f"Could you {asked['bare']}?", True
    return words.format(rest=rest, bare=rest.partition(" ")[2]), True


def _to_reader(rest: str, how: _Brief) -> str | None:
    """Put what is said of the reader to the reader; None when that is not certain."""
    words = how.words
    table: dict[str, str] = words["to_you"]
    pronouns = whole(words["third_person"]) if words["third_person"] else NOTHING
    if not pronouns.search(rest) and not any(key in rest.casefold() for key in table):
        return rest
    if how.speaks_of_others or not table:
        return None
    keys = joined(sorted(map(re.escape, table), key=len, reverse=True))
    said = re.sub(rf"(?i)(?<!\w){keys}(?!\w)", lambda match: table[match[0].casefold()], rest)
    return None if pronouns.search(said) else said


def _mended(text: str, how: _Brief, known: str) -> str:
    """Return a sentence with its capitals, its full stop and the known typing errors mended."""
    typing: dict[str, str] = how.words["typing"]
    capitals = {one: one.capitalize() for one in how.words["weekdays"].split()}
    names = {one.casefold(): one for one in (*find_names(known, "en"), *how.reader.split()) if one.istitle()}
    plain = set(re.findall(r"(?<!\w)[a-zäöüß][\w'\u2019-]*", known))
    fixes = {**{name: one for name, one in names.items() if name not in plain}, **capitals, **typing}
    said = re.sub(r"(?<![\w@./-])[a-zäöüß][\w'\u2019]*(?![\w@/]|\.\w)", lambda word: fixes.get(word[0], word[0]), text)
    first = next((at for at, letter in enumerate(said) if letter.isalnum()), 0)
    return said[:first] + said[first : first + 1].upper() + said[first + 1 :]


def language_of(brief: str) -> str:
    """Return the language of a brief; a short one tells it by its first word."""
    starts = (code for code, words in _DATA.items() if re.match(rf"(?i){joined(words['next'])}(?!\w)", brief.strip()))
    return detect_language(brief) or next(starts, "en")
