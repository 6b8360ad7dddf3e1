"""What people read, in their language: gettext catalogues, whose message ids are the English sentences.

Templates and the like say `_("…")`: looked up where it stands. What other code says to people (errors, states, notices)
stays English where it is made, stored and logged, since whoever reads it later may read another language; the surface
that shows it calls `told`. Such texts are an error's `message` and `fix`, and whatever `N_` marks; an f-string is a
message with named places, `There is no recipe {name}.`, and is recognised by the words around them.

A locale without a catalogue is English as a whole. Dates and what people wrote are never looked up; a number that a
sentence of ours was given, "1.1 GB" or "20,000", is written as the language writes it.
`make catalogues` brings them up to date.
"""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Any, TypeVar

from core.cached_property import cached_property
from core.text.forms import PLACE

ENGLISH = "en"
FOLDER = "locale"
CATALOGUE = "LC_MESSAGES/inlaid.po"
# The words of Typer, which reads them by gettext from a compiled catalogue; `make catalogues` makes it of ours.
OF_TYPER = "typer"
# Of a header that a stranger sends, what is longer is not read.
_MAX_HEADER_CHARS = 500
# A text that is longer is no sentence of ours, and not worth comparing with each.
_MAX_TOLD_CHARS = 2_000
_FEW_WORDS = 3
# What stands at a place of this name is a word of ours, and told too; elsewhere a single word is a name.
KIND = "kind"
# Behind a number: without one of these "3.11" may as well be a version.
_UNITS = ("GB", "MB", "B", "s", "USD", "%")
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z`])")
_MAX_JOINT = 3
_Text = TypeVar("_Text", bound=str | Mapping[Any, str])
_locale: ContextVar[str] = ContextVar("inlaid_locale", default=ENGLISH)


@dataclass(frozen=True)
class _Shape:
    """A message with places, and what it is in another language.

    Attributes:
        words: its own, before, between and after the places.
        names: of the places.
        text: in the other language.
        is_open: it begins or ends with a place and has few words of its own, so that much else looks like it.
    """

    words: Sequence[str]
    names: Sequence[str]
    text: str
    is_open: bool

    @cached_property
    def is_joint(self) -> bool:
        """Whether it only joins what stands at its places, by a short word such as "of"."""
        first, *between, last = self.words
        return bool(between) and not first and not last and sum(map(str.isalpha, "".join(between))) <= _MAX_JOINT

    def values_in(self, text: str) -> dict[str, str] | None:
        """Return what stands at the places, None where the text is another. Each text is gone through once."""
        first, *between, last = self.words
        if not text.startswith(first) or not text.endswith(last):
            return None
        # "14 of 20" is ours, "Minutes of Monday" is a title.
        if self.is_joint and not any(map(str.isdigit, text)):
            return None
        at, end = len(first), len(text) - len(last)
        found = list[str]()
        for words in between:
            next_at = text.find(words, at + 1, end)
            if next_at < 0 or not words:
                return None
            found.append(text[at:next_at])
            at = next_at + len(words)
        found.append(text[at:end])
        values = dict(zip(self.names, found, strict=True))
        is_same = all(values[name] == value for name, value in zip(self.names, found, strict=True))
        return values if at < end and is_same else None


def N_(text: _Text) -> _Text:  # noqa: N802 - the name that gettext's tools know
    """Return a text, or some by name, as they are; marks them as what people see, for the catalogues."""
    return text


def current_locale() -> str:
    """Return in which language people are spoken to here, such as `de`."""
    return _locale.get()


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Speak a language inside, in this thread or task: `locale` as `known` returns it."""
    before = _locale.set(locale)
    try:
        yield
    finally:
        _locale.reset(before)


def speak(locale: str) -> None:
    """Speak a language from here on, until this request's thread or task ends."""
    _locale.set(locale)


@functools.cache
def locales() -> Sequence[str]:
    """Return the languages that there are, English first."""
    folder = files("core.text").joinpath(FOLDER)
    found = (locale.name for locale in folder.iterdir() if locale.joinpath(CATALOGUE).is_file())
    return [ENGLISH, *sorted(found)]


def known(wanted: str) -> str:
    """Return the language for a locale as platforms and machines name it: `de-AT`, `de_DE.UTF-8`; else English."""
    return spoken_of([wanted]) or ENGLISH


def spoken_of(wanted: Iterable[str]) -> str:
    """Return the first language of some locales that there are texts in; "" for none."""
    languages = (re.split(r"[-_.@]", locale.strip().lower(), maxsplit=1)[0] for locale in wanted)
    return next((language for language in languages if language in locales()), "")


def accepted(header: str) -> str:
    """Return the language that an Accept-Language header asks for first of those that there are.

    English is also what a header gets that names none of them, or is none.
    """
    ranked = list[tuple[float, str]]()
    for part in header[:_MAX_HEADER_CHARS].split(","):
        tag, _, quality = part.partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.\d{1,3})?)\s*", quality)
        ranked.append((float(weight[1]) if weight else 1.0, re.split(r"[-_]", tag.strip().lower())[0]))
    wanted = (language for weight, language in sorted(ranked, key=lambda one: -one[0]) if weight)
    return next((language for language in wanted if language in locales()), ENGLISH)


def gettext(message: str) -> str:
    """Return a text of a template in the language that is spoken."""
    return _texts(_locale.get()).get(message) or message


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form for `count` of a text, with that number still to be put in."""
    forms = _plurals(_locale.get()).get(one)
    return (forms[0] if count == 1 else forms[1]) if forms else one if count == 1 else many


def counted(one: str, many: str, count: int, **named: object) -> str:
    """Return how many there are, in the language that is spoken.

    Args:
        one: the text for a single one, with the number as `%(shown)s`.
        many: for none and for several.
        count: how many.
        named: what stands at the text's further places.
    """
    return ngettext(one, many, count) % {"shown": number(count), **named}


def number(value: float, digits: int = 0) -> str:
    """Return a number as the language that is spoken writes it: "1,234.5", in German "1.234,5"."""
    locale = _locale.get()
    if locale == ENGLISH:
        return f"{value:,.{digits}f}"
    from babel.numbers import format_decimal

    return format_decimal(round(value, digits), f"#,##0.{'0' * digits}".rstrip("."), locale)


def long_day(day: date) -> str:
    """Return a day in words, in the language that is spoken: "19 November 2026"."""
    locale = _locale.get()
    if locale == ENGLISH:
        return f"{day.day} {day:%B %Y}"
    from babel.dates import format_date

    return format_date(day, "long", locale)


def short_day(day: date) -> str:
    """Return a day of the year as briefly as the language that is spoken does: "19 Nov"."""
    return _shortly(day, "MMMd", f"{day.day} {day:%b}")


def short_month(day: date) -> str:
    """Return the month of a day as briefly as the language that is spoken does: "Nov 2026"."""
    return _shortly(day, "yMMM", f"{day:%b %Y}")


def _shortly(day: date, skeleton: str, english: str) -> str:
    locale = _locale.get()
    if locale == ENGLISH:
        return english
    from babel.dates import format_skeleton

    return format_skeleton(skeleton, datetime(day.year, day.month, day.day), locale=locale)  # noqa: DTZ001 - a day


def told(text: str) -> str:
    """Return a text that code made in English in the language that is spoken; as it is where it is not known."""
    locale = _locale.get()
    if locale == ENGLISH or not text or len(text) > _MAX_TOLD_CHARS:
        return text
    return _told(locale, text)


@functools.lru_cache(maxsize=2048)
def _told(locale: str, text: str, *, inside: bool = False) -> str:
    found = _texts(locale).get(text) or (inside and _texts(locale).get(text[0].upper() + text[1:]))
    if found:
        return found
    for shape in _shapes(locale):
        given = shape.values_in(text)
        if given is None:
            continue
        # A sentence may hold another: what a server said, what to do about it.
        is_ours = {n: " " in value or n == KIND for n, value in given.items()}
        values = {n: _told(locale, value, inside=True) if is_ours[n] else value for n, value in given.items()}
        values |= {n: _figure(values[n], behind) for n, behind in zip(shape.names, shape.words[1:], strict=True)}
        # "{name} is empty." would take any sentence that ends so, and make half of it another language.
        is_end = inside and bool(shape.words[0])
        if (
            shape.is_open
            and not is_end
            and any(" " in value and values[name] == value for name, value in given.items())
        ):
            continue
        return PLACE.sub(functools.partial(_filled, values), shape.text)
    if inside and text[:1].islower():  # a sentence that goes on behind other words: "Suspicious: the sender's …"
        capital = text[0].upper() + text[1:]
        said = _told(locale, capital, inside=True)
        return text if said == capital else said
    return text if inside else _each_told(locale, text)


def _each_told(locale: str, text: str) -> str:
    """Return several sentences of ours, put behind each other where they were made, if each of them is known."""
    sentences = _SENTENCE_END.split(text)
    found = [_told(locale, sentence, inside=True) for sentence in sentences] if len(sentences) > 1 else []
    is_known = all(said != sentence for said, sentence in zip(found, sentences, strict=True)) if found else False
    return " ".join(found) if is_known else text


def _figure(text: str, behind: str) -> str:
    """Return a number that code wrote in English, perhaps with its unit, as the language that is spoken writes it.

    `behind` is what stands after it. Another text is returned as it is.
    """
    figure, _, unit = text.partition(" ")
    whole, point, decimals = figure.partition(".")
    first, *groups = whole.split(",")
    has_unit = (unit or behind.lstrip().partition(" ")[0].rstrip(".,;:)")) in _UNITS
    is_number = (first + "".join(groups) + decimals).isdecimal() and all(len(group) == 3 for group in groups)
    if not is_number or not (has_unit if unit or point else groups):
        return text
    return f"{number(float(figure.replace(',', '')), len(decimals))} {unit}".rstrip()


def _filled(values: Mapping[str, str], place: re.Match[str]) -> str:
    return values.get(place[1], place[0])


@functools.cache
def _shapes(locale: str) -> Sequence[_Shape]:
    """Return the messages with places, those with the most words of their own first."""
    found = [(message, text) for message, text in _texts(locale).items() if text and PLACE.search(message)]
    found.sort(key=lambda one: -len(PLACE.sub("", one[0])))
    cut = [(PLACE.split(message), message, text) for message, text in found]
    return [_Shape(parts[::2], parts[1::2], text, _is_open(message)) for parts, message, text in cut]


def _is_open(message: str) -> bool:
    has_few = len(re.findall(r"\w+", PLACE.sub("", message))) <= _FEW_WORDS
    return has_few and bool(re.match(r"\{|.*[^:] \{\w+\}[.:]?$", message, re.DOTALL))


@functools.cache
def _texts(locale: str) -> Mapping[str, str]:
    return (
        {} if locale == ENGLISH else {source: text for source, text in _read(locale).items() if isinstance(text, str)}
    )


@functools.cache
def _plurals(locale: str) -> Mapping[str, Sequence[str]]:
    read = {} if locale == ENGLISH else _read(locale)
    return {source: forms for source, forms in read.items() if not isinstance(forms, str) and all(forms)}


@functools.cache
def _read(locale: str) -> Mapping[str, str | Sequence[str]]:
    """Return a catalogue, as its file has it: whoever speaks English alone never reads one."""
    if locale not in locales():
        return {}
    from babel.messages.pofile import read_po

    with files("core.text").joinpath(FOLDER, locale, CATALOGUE).open("rb") as file:
        catalogue = read_po(file, locale=locale)
    read = dict[str, str | Sequence[str]]()
    for message in catalogue:
        if message.id and not message.fuzzy:
            read[message.id[0] if isinstance(message.id, (tuple, list)) else message.id] = message.string or ""
    return read
