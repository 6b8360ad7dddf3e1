"""What a person says next about a draft, read by rule: an act of the conversation, or changes to the text.

The patterns stand in `data/LANGUAGE/wishes.toml`; people mix languages, so all of them are tried.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from core.text.language import LANGUAGE_NAMES, detect_language, language_or_spoken
from core.text.lexicon import NOTHING, by_language, either, either_of, joined, patterns_of, whole, words_of

Act = Literal["undo", "redo", "why", "thanks", "bye", "hello", "help", "change"]
Command = Literal["discard", "stop"]
Kind = Literal["shorter", "greeting", "closing", "language", "manner", "tells", "add", "replace", "drop", "other"]
How = Literal["into", "to", "in"]
# Acts that ask nothing and want nothing changed.
COURTESIES = frozenset[Act]({"thanks", "bye", "hello"})
_TOPIC = "wishes"
# Numbers of lines as people write them.
_NUMBERS = (
    "one eine einem einen ein une una",
    "two zwei deux dos",
    "three drei trois tres",
    "four vier quatre cuatro",
    "five fünf cinq cinco",
)
_COUNTS = {word: str(number) for number, words in enumerate(_NUMBERS, 1) for word in words.split()}
_AROUND = ' \t\n.!?…¡¿,;:"“”„«»'
_MAX_BEFORE = 4
# Of a wish that says more, so many words are looked through for "in French".
_MAX_LANGUAGE_WORDS = 12
# "What can you do?" says no more than it says.
_MAX_BRIEF_WORDS = 4
_INTO = frozenset({"in", "into", "auf", "ins", "en", "al"})


@dataclass(frozen=True)
class Change:
    """One change that a person wants.

    Attributes:
        kind: what is to be done; "other" for what only a model can read.
        text: the person's words.
        old: what is to go, for "replace" ("" for whatever the new takes the place of) and "drop".
        new: what is to stand there, for "replace" and "add"; the code of the language for "language"; how many lines
            for "shorter", "" for some fewer.
    """

    kind: Kind
    text: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class LanguageInto:
    """Words of a text that name the language into which something is put.

    Attributes:
        begin: where they begin in the text.
        end: and where they end.
        code: of the language.
        how: "into" for what is said of translating alone, "to" for what a sentence may say too ("move to English"),
            "in" for what begins sentences, besides.
    """

    begin: int
    end: int
    code: str
    how: How


def read_act(text: str) -> Act:
    """Return what somebody does who says this about a draft."""
    said = bare_wish(text)
    acts: Iterator[Act] = (act for act in get_args(Act) if act != "change")
    act: Act = next((act for act in acts if _pattern(act).fullmatch(said)), "change")
    return "change" if act == "thanks" and _asks_on(text) else act


def _asks_on(text: str) -> bool:
    """Tell whether a question follows a thank-you: "Thanks, and in Paris?"."""
    return any(read_act(text[match.end("pause") :]) == "change" for match in _goes_on().finditer(text))


def turns_to_app(text: str) -> bool:
    """Tell whether somebody only greets, or asks who is there and what can be done: "Hi, what can you do?"."""
    parts = _parts(text.replace("!", ","))
    return any(said and all(read_act(part) in ("hello", "help") for part in said) for said in (parts, [text]))


def read_command(text: str) -> Command | None:
    """Return what somebody says who wants no draft, or no more work for one; None for other words."""
    said = bare_wish(text)
    return next((name for name in get_args(Command) if _pattern(name).fullmatch(said)), None)


def asks_who(text: str) -> bool:
    """Tell whether somebody asks who the app is, with a greeting or without: "Hi, who are you?"."""
    return any(_pattern("who").fullmatch(bare_wish(part)) for part in (text, *_parts(text)))


def asks_about_own_data(text: str) -> bool:
    """Tell whether somebody wants to have deleted, or to see, what is kept of them."""
    return bool(_pattern("own_data").fullmatch(bare_wish(text)))


def readings(text: str) -> list[list[Change]]:
    """Return the ways to read a wish: as one change, and as several with a comma or an "and" between."""
    parts = _parts(text)
    one = [_change(text)]
    return [one, [_change(part) for part in parts]] if len(parts) > 1 else [one]


def is_change(text: str) -> bool:
    """Tell whether each part of a text is a change by the rules, with nothing that only a model may read."""
    return any(all(change.kind != "other" for change in reading) for reading in readings(text))


def is_about_each(text: str) -> bool:
    """Tell whether somebody wants something said of each entry of a list: "write to each who does it"."""
    return bool(_pattern("each").fullmatch(bare_wish(text)))


def is_brief(text: str) -> bool:
    """Tell whether a text is so short that it can only be about something that is there: "why?", "thanks!"."""
    return len(text.split()) <= _MAX_BRIEF_WORDS


def says_more(text: str) -> bool:
    """Tell whether a wish adds to what was said before ("tell her, too"), and does not take its place."""
    return bool(re.search(rf"(?i)(?<!\w){patterns_of(_TOPIC, 'more')}(?!\w)", " ".join(text.split())))


def speaks_of_draft(text: str) -> bool:
    """Tell whether a text names what a draft has, or how it is ("the greeting is too formal"): it may be about it."""
    return whole([patterns_of(_TOPIC, "of_draft")]).search(text) is not None


def points_at(text: str) -> bool:
    """Tell whether a text speaks of something that it does not name ("I can't send this", "Das stimmt nicht")."""
    return whole([patterns_of(_TOPIC, "pointing")]).search(text) is not None


def wished_language(text: str) -> str:
    """Return the code of the language that a text is to be put into, "" for none.

    A short wish may say more about it: "in French for our colleague in Lyon".
    """
    found = (change.new for reading in readings(text) for change in reading if change.kind == "language")
    if code := next(found, ""):
        return code
    words = bare_wish(text).casefold().split()[:_MAX_LANGUAGE_WORDS]
    named = (_language_codes().get(word.strip(_AROUND), "") for before, word in pairwise(words) if before in _INTO)
    return next(filter(None, named), "")


def languages_named(text: str) -> frozenset[str]:
    """Return the codes of the languages that a text names: "a French email", "auf Dänisch bitte"."""
    words = (word.strip(_AROUND + "()") for word in text.casefold().split())
    return frozenset(code for word in words if (code := _language_codes().get(word)))


def languages_into(text: str) -> list[LanguageInto]:
    """Return where a text says into which language something is put: "from English into German", "auf Spanisch"."""
    found = (
        LanguageInto(match.start(), match.end(), name, how)
        for code in by_language(_TOPIC)
        for how in get_args(How)
        for match in _into(code, how).finditer(text)
        if (name := _names_of_languages(code).get(match["into"].casefold()))  # "SPANİSH" folds to other letters
    )
    return sorted(found, key=lambda each: (each.begin, -each.end))


def spoken_language(text: str, *, beside: str = "", person: str = "") -> str:
    """Return the code of the language that somebody speaks in who says this about a draft.

    Args:
        text: what they say; a wish of rules tells its language however short it is, unless several say it so ("hi").
        beside: the draft, whose language counts where their words do not tell one.
        person: the language in which they are spoken to, which counts before that of the draft; "" if not known.
    """
    said = [bare_wish(part) for part in (text, *_parts(text))]
    codes = [code for code in by_language(_TOPIC) if any(_is_said_in(code, word) for word in said if word)]
    if len(codes) > 1:
        likely = (code for code in (person, detect_language(beside), "en") if code in codes)
        return next(likely, codes[0])
    return codes[0] if codes else language_or_spoken(text, beside)


def _is_said_in(code: str, said: str) -> bool:
    """Tell whether a language has words for a wish; "in" with the name of a language is a word of several."""
    if match := _pattern("language", code).fullmatch(said):
        word = next(filter(None, match.groupdict().values()), "").casefold()
        return word in _names_of_languages(code)
    names = (*get_args(Act)[:-1], *(kind for kind in get_args(Kind)[:-1] if kind != "language"))
    return any(_pattern(name, code).fullmatch(said) for name in names)


def _change(text: str) -> Change:
    said = bare_wish(text)
    return next(_changes(said), Change("other", said))


def _changes(said: str) -> Iterator[Change]:
    for kind in get_args(Kind)[:-1]:
        match = _pattern(kind).fullmatch(said)
        if match is None:
            continue
        found = {name.rstrip("0123456789"): value for name, value in match.groupdict().items() if value}
        if kind == "language":
            if code := _language_codes().get(found.get("language", "").casefold(), ""):
                yield Change(kind, said, new=code)
            continue
        if kind == "shorter":
            yield Change(kind, said, new=_COUNTS.get(found.get("count", "").casefold(), found.get("count", "")))
            continue
        old = found.get("old") or (found.get("what", "") if kind == "drop" else "")
        new = found.get("new") or (found.get("what", "") if kind == "add" else "")
        yield Change(kind, said, old.strip(_AROUND), new.strip(_AROUND))


def bare_wish(text: str) -> str:
    """Return a wish without the marks around it and the words of courtesy before it."""
    before = either_of(_TOPIC, "before", r"\A", r"(?!\w)[\s,]*")
    after = either_of(_TOPIC, "after", r"[\s,]{1,9}", r"\Z")
    said = " ".join(text.replace("\u2019", "'").split()).strip(_AROUND)
    for _ in range(_MAX_BEFORE):
        rest = after.sub("", before.sub("", said, count=1), count=1).strip(_AROUND)
        if rest in ("", said):
            break
        said = rest
    return said


@functools.cache
def _pattern(name: str, language: str = "") -> re.Pattern[str]:
    """Return the pattern of a list of one language, or of all; its groups are numbered, for each name stands once."""
    number = iter(range(1000))
    phrases = joined(by_language(_TOPIC)[language].get(name, ())) if language else patterns_of(_TOPIC, name)
    numbered = re.sub(r"\(\?P<(\w+)>", lambda match: f"(?P<{match[1]}{next(number)}>", phrases)
    return either([numbered], flags=re.I | re.S)


def _parts(text: str) -> list[str]:
    """Return the parts of a text that stand between commas, stops, and words such as "and"."""
    return [part for part in _separators().split(text) if bare_wish(part)]


@functools.cache
def _separators() -> re.Pattern[str]:
    words = joined(map(re.escape, sorted(words_of(_TOPIC, "between"), key=len, reverse=True)))
    return either([rf"[,;\n]\s*(?:{words}\s)?", rf"\s{words}\s", r"\.\s+"])


@functools.cache
def _goes_on() -> re.Pattern[str]:
    words = joined(patterns_of("questions", name) for name in ("leads", "words", "moment_words"))
    return either([rf"(?:{words}\s|[^?]{{0,100}}\?)"], r"(?P<pause>[,;.!]\s{1,3})")


@functools.cache
def _into(code: str, how: How) -> re.Pattern[str]:
    """Return the pattern of a language's words for "into" before its own names of languages."""
    table = by_language(_TOPIC)[code]
    the, origins, words = (joined(table.get(name, ())) for name in ("the", "from", how))
    names = joined(re.escape(name) for name in sorted(_names_of_languages(code), key=len, reverse=True))
    if not table.get(how):
        return NOTHING
    return whole([rf"(?:{origins}\s+{the}?{names}\s+)?{words}\s+{the}?(?P<into>{names})"])


@functools.cache
def _names_of_languages(code: str) -> dict[str, str]:
    """Return the codes of languages by the words that name them in one language."""
    table, found = by_language(_TOPIC)[code], dict[str, str]()
    for name, named in LANGUAGE_NAMES.items():
        for word in table.get(name.casefold(), ()):
            bare = word.replace("(?:e)?", "")
            found |= {bare: named, f"{bare}e": named} if bare != word else {word: named}
    return found


@functools.cache
def _language_codes() -> dict[str, str]:
    """Return the codes of languages by the words that name them in any."""
    return {word: named for code in by_language(_TOPIC) for word, named in _names_of_languages(code).items()}
