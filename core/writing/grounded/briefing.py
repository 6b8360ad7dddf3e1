"""What a person says a mail should say, as sentences to its reader: their own words, without their directions.

The forms of each language stand in `data/LANGUAGE/briefs.toml`; a clause that fits none keeps its words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from core.gaps import gap
from core.text.language import detect_language
from core.text.lexicon import NOTHING, by_language, joined, whole
from core.text.names import find_names
from core.text.salutations import clean_name
from core.text.sentences import split_sentences, unwrap

_DATA = by_language("briefs")
_LIST = re.compile(r"(?:[-*\u2022]|\d{1,3}[.)])\s")
_NAME = r"(?-i:[A-ZÄÖÜÉÁÍÓÚ])[\w'\u2019-]*(?: (?-i:[A-ZÄÖÜÉÁÍÓÚ])[\w'\u2019-]*){0,2}"
_TITLE = r"(?:(?:herrn?|frau|mr|mrs|ms|dr|sra?|mme|madame|monsieur)\.? )?"
# A hurried sentence may begin small; a dot after "max" or a number ends none.
_STOP = re.compile(r"(?<=[^\W\d_]{4})[.!?;] +(?=\w)|; *")
_MOST_NOTE_WORDS, _MOST_FRAGMENT_WORDS = 9, 3


@dataclass(frozen=True)
class Said:
    """A brief as it is said.

    Attributes:
        text: its sentences, to the reader.
        reader: whom it was said to be for.
        is_notes: whether it was notes and no sentences.
        greeting: its own greeting.
        unsaid: directions that could not be put to the reader for certain; they stand as gaps.
        private: what is meant for the writer alone; it was left out.
    """

    text: str
    reader: str = ""
    is_notes: bool = False
    greeting: str = ""
    unsaid: tuple[str, ...] = ()
    private: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether nothing in it is a note, a direction or a remark for the writer."""
        return not (self.is_notes or self.unsaid or self.private)


@dataclass
class _Brief:
    """How the words of one brief are read, and what was left out of them."""

    words: dict[str, Any]
    reader: str
    text: str
    unsaid: list[str] = field(default_factory=list)
    private: list[str] = field(default_factory=list)
    is_notes: bool = False

    def pattern(self, pattern: str) -> str:
        """Return a pattern with those whom a brief of this reader may speak of in the place of {whom}."""
        own = [re.escape(word) for word in self.reader.split() if len(word) > 1]
        whom = joined([self.words["whom"], *own, rf"(?:(?:to|an|à|a|bei) )?(?P<named>{_TITLE}{_NAME})"])
        once = pattern.replace("{whom}", whom, 1).replace("{whom}", whom.replace("<named>", "<named_2>"), 1)
        return "(?i)" + once.replace("{whom}", whom.replace("?P<named>", "?:"))

    def direction(self, clause: str) -> tuple[re.Match[str], str] | None:
        """Return the direction that a clause is, with what stands in the mail for it."""
        plain = self.plain(clause).rstrip(" .!?")
        for pattern, words in self.words["rules"]:
            if match := re.fullmatch(self.pattern(pattern), plain):
                return match, words
        return None

    def plain(self, clause: str) -> str:
        """Return a clause without how and that it is to be written."""
        plain = re.sub(rf"(?i),? ?(?<!\w){joined(self.words['adverbs'])}(?= *[.!]?\Z)", "", clause).strip(" ,;")
        return re.sub(self.pattern(rf"\A{self.words['write']}"), "", plain, count=1).strip(" ,;")

    def speaks_of_others(self) -> bool:
        """Tell whether "he" and "she" may be somebody else than the reader."""
        own = {word.casefold() for word in self.reader.split()} | set(self.words["next"])
        said = f"so {self.text[:1].lower()}{self.text[1:]}"
        names = [one for one in find_names(said) if not one.isupper()]
        somebody = self.words.get("somebody", ())
        return any(one.casefold() not in own for one in names) or bool(somebody and whole(somebody).search(said))


def say(brief: str, language: str, reader: str = "", known: str = "") -> Said:
    """Return a brief in sentences; its own lines stay lines.

    Args:
        brief: what the person wrote.
        language: its language; those without a table are only punctuated.
        reader: whom it goes to.
        known: a text whose names are written as it writes them.
    """
    words = _DATA.get(language, _DATA["en"])
    brief = re.sub(rf"(?i)\A{joined(words['labels'])}\s*", "", brief.strip())
    greeted = re.match(rf"(?i)\A{words['greeting']}", brief)
    how = _Brief(words, clean_name(reader), brief[greeted.end() :] if greeted else brief)
    how.reader = how.reader or _named(how)
    lines = [_line(unwrap(line), how, known) for line in how.text.split("\n")]
    kept = [said for said, line in zip(lines, how.text.split("\n"), strict=True) if said or not line.strip()]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    own = greeted[0].strip() if greeted else ""
    return Said(text, how.reader, how.is_notes, own, tuple(how.unsaid), tuple(how.private))


def _line(line: str, how: _Brief, known: str) -> str:
    if marked := _LIST.match(line):
        said = " ".join(_sentences(line[marked.end() :], how, known))
        return f"{marked[0]}{said.rstrip('.')}" if said else ""
    return _mended(line, how, known) if line.endswith(":") else " ".join(_sentences(line, how, known))


def _sentences(line: str, how: _Brief, known: str) -> Iterator[str]:
    for clause in _kept(line, how):
        if said := _sentence(clause, how):
            yield _mended(said, how, known)


def _kept(line: str, how: _Brief) -> list[str]:
    """Return the clauses of a line that go out: neither how it is to be written nor what the reader may not know."""
    kept: list[str] = []
    left: list[str] = []
    manner = re.compile(rf"{joined([*how.words['manner'], *how.words['adverbs']])}[.!]?", re.I)
    for whole_sentence in _split(line):
        sentence = re.sub(rf"(?i)(?:, {manner.pattern})+\Z", "", whole_sentence)
        aside = re.search(rf"(?i)(?<!\w){joined(how.words['private_from'])}.*", sentence)
        for part in _open_parts(sentence[: aside.start()] if aside else sentence, how, left):
            if re.fullmatch(rf"(?i){joined(how.words['private_back'])}[.!]?", part):
                # "Don't mention it" speaks of what stands before.
                left += [kept.pop(), part] if kept and not left else [part]
            elif re.match(rf"(?i){joined(how.words['private'])}(?!\w)", part):
                left.append(part)
            elif not manner.fullmatch(part):
                kept.append(part)
        left += [aside[0].strip()] if aside else []
    how.private += [one.rstrip(".") for one in left]
    return kept


def _open_parts(sentence: str, how: _Brief, left: list[str]) -> Iterator[str]:
    """Yield the clauses of a sentence; of one that betrays a secret only the parts before it, and it joins `left`."""
    secret = re.compile(rf"(?i)(?<!\w){joined(how.words['secrets'])}")
    private = re.compile(rf"(?i){joined(how.words['private'])}")
    back = re.compile(rf"(?i){joined(how.words['private_back'])}[.!]?")
    clauses = list(_clauses(sentence, how))
    for at, clause in enumerate(clauses):
        if not secret.search(clause) or private.match(clause) or back.fullmatch(clause):
            yield clause
            continue
        parts = [one.strip(" ,") for one in re.split(r"(?i),\s|\s(?=(?:but|aber|mais|pero)\s)", clause)]
        first = next((place for place, one in enumerate(parts) if secret.search(one)), 0)
        told = [one for one in parts[:first] if one and not private.match(one)]
        # "We are broke, don't say so": what is secret may stand before; what stands behind it belongs to it.
        told = told[:-1] if len(told) == first > 1 else told
        left += [*(one for one in parts if one and one not in told), *clauses[at + 1 :]]
        yield from told
        return


def _split(line: str) -> Iterator[str]:
    for sentence in split_sentences(line):
        begin = 0
        for stop in _STOP.finditer(sentence):
            yield sentence[begin : stop.end()].strip(" ;")
            begin = stop.end()
        yield sentence[begin:].strip()


def _clauses(sentence: str, how: _Brief) -> Iterator[str]:
    """Yield the parts of a sentence that each say one thing: at its directions, and notes at their commas."""
    nexts = rf"{joined(how.words['next'])}(?!\w)"
    glue = joined(how.words["and"])
    parts = re.split(rf"(?i), (?:{glue} )?(?={nexts})| {glue} (?={nexts})", sentence.strip(" ,;:(-"))
    for part in parts:
        notes = [one.strip() for one in re.split(r",\s+", part) if one.strip()]
        yield from notes if _are_notes(notes, how) else filter(None, [part.strip()])


def _are_notes(notes: list[str], how: _Brief) -> bool:
    """Tell whether the parts between commas are notes that each say one thing, with a direction among them."""
    relative = whole([*how.words["bound"], *how.words.get("relative", ())])
    bound, first = whole(how.words["bound"]), how.direction(notes[0]) if notes else None
    if first and "{" not in first[1]:
        return True
    if len(notes) < 2 or bound.search(notes[0]) or any(relative.match(one) for one in notes[1:]):
        return False
    if any(len(one.split()) > _MOST_NOTE_WORDS for one in notes[1:]):
        return False
    aside = ("private", "private_back", "manner", "adverbs")
    directs = re.compile(rf"(?i){joined(one for name in aside for one in how.words[name])}(?!\w)")
    return bool(first) or any(how.direction(one) or directs.match(one) for one in notes[1:] + notes[:1])


def _sentence(clause: str, how: _Brief) -> str:
    """Return a clause as it is said to the reader; a gap with it where that is not certain."""
    plain = how.plain(clause)
    is_told = plain != clause.strip(" ,;")
    end = next((mark for mark in "?!" if plain.endswith(mark)), ".")
    plain = plain.rstrip(" .!?")
    found = how.direction(clause)
    groups = found[0].groupdict() if found else {}
    rest = _to_reader(groups.get("rest") or ("" if found else plain), how)
    how.is_notes = how.is_notes or bool(found) or is_told or _is_fragment(plain, how)
    if rest is None:
        if not found:
            return f"{plain}{end}"
        how.unsaid.append(plain)
        return gap(plain)
    if not found:
        return f"{rest}{end}" if rest else ""
    # "Ask if you can …" is a request.
    asked = re.match(r"(?i)(?:if|whether) you (?:can|could|will|would) (?P<bare>.+)", rest)
    if asked and found[1].startswith("I would like to ask"):
        return f"Could you {asked['bare']}?"
    # "dass der Hof frei ist" is said as "Der Hof ist frei" where its verb is one of those known.
    main = re.fullmatch(rf"(?i){how.words.get('main_clause', '(?!)')}", rest)
    if main and found[1].startswith("Es geht"):
        return f"{main['subject']} {main['verb']}{main['middle'] or ''}."
    return found[1].format(rest=rest, bare=rest.partition(" ")[2])


def _is_fragment(part: str, how: _Brief) -> bool:
    return len(part.split()) <= _MOST_FRAGMENT_WORDS and not whole(how.words["subjects"]).search(part)


def _named(how: _Brief) -> str:
    """Return whom a brief names as its reader ("tell Anna that …"), "" when it names nobody."""
    wrote = re.compile(how.pattern(rf"\A{how.words['write']}"))
    for sentence in (one for line in how.text.split("\n") for one in _split(unwrap(line))):
        for part in _clauses(sentence, how):
            directed = how.direction(part)
            for match in (directed[0] if directed else None, wrote.match(part)):
                names = [one for key, one in match.groupdict().items() if one and "named" in key] if match else []
                if names:
                    return names[0].title() if names[0].islower() else names[0]
    return ""


def _to_reader(rest: str, how: _Brief) -> str | None:
    """Put what is said of the reader to the reader; None when that is not certain."""
    table: dict[str, str] = how.words["to_you"]
    pronouns = whole(how.words["third_person"]) if how.words["third_person"] else NOTHING
    if not pronouns.search(rest) and not any(key in rest.casefold() for key in table):
        return rest
    if not table or how.speaks_of_others():
        return None
    keys = joined(sorted(map(re.escape, table), key=len, reverse=True))
    said = re.sub(rf"(?i)(?<!\w){keys}(?!\w)", lambda match: table[match[0].casefold()], rest)
    return None if pronouns.search(said) else said


def _mended(text: str, how: _Brief, known: str) -> str:
    """Return a sentence with its capitals and the known typing errors mended."""
    typing: dict[str, str] = how.words["typing"]
    capitals = {one: one.capitalize() for one in how.words["weekdays"].split()}
    names = {one.casefold(): one for one in (*find_names(known, "en"), *how.reader.split()) if one.istitle()}
    plain = set(re.findall(r"(?<!\w)[a-zäöüß][\w'\u2019-]*", known))
    fixes = {**{name: one for name, one in names.items() if name not in plain}, **capitals, **typing}
    said = re.sub(r"(?<![\w@./-])[a-zäöüß][\w'\u2019]*(?![\w@/]|\.\w)", lambda word: fixes.get(word[0], word[0]), text)
    first = next((at for at, letter in enumerate(said) if letter.isalnum()), 0)
    return said if said.startswith("[[") else said[:first] + said[first : first + 1].upper() + said[first + 1 :]


def language_of(brief: str) -> str:
    """Return the language of a brief; a short one tells it by its first word."""
    starts = (code for code, words in _DATA.items() if re.match(rf"(?i){joined(words['next'])}(?!\w)", brief.strip()))
    return detect_language(brief) or next(starts, "en")
