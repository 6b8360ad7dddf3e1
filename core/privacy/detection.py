"""Finds what is personal in a text: numbers by kept libraries, names by where they stand.

A word taken for a name by mistake costs nothing but a little of the model's understanding, since it is put back
afterwards; a name that is missed leaves the house. So the rules lean towards finding too much.
"""

import functools
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, TypedDict

from core.text.dictionaries import frequencies
from core.text.forms import IBAN, MAIL_ADDRESS
from core.text.language import detect_language, stop_words
from core.text.lexicon import either
from core.text.names import find_names
from core.text.salutations import LAST_LINE, OPENING

Kind = Literal["NAME", "MAIL", "PHONE", "ACCOUNT"]


class NameData(TypedDict):
    """What `names.toml` holds; words are separated by blanks."""

    places: list[str]
    particles: str
    nobody: str
    everyday: str


@functools.cache
def name_data() -> NameData:
    """Return what tells a name from a word."""
    data: NameData = tomllib.loads(files(__package__).joinpath("names.toml").read_text(encoding="utf-8"))  # type: ignore[assignment] # the file is ours
    return data


_PHONE = re.compile(r"(?<![\w+.,/-])(?:\+|00)?\(?\d[\d ()./\u00a0-]{5,20}\d(?!\w)")
_ACCOUNT = re.compile(r"(?<!\w)[XYZ]?\d(?:[ -]?\d){6,18}[A-Z]?(?!\w)")
_WORD = re.compile(r"[^\W\d_](?:[\w'\u2019-]*\w)?")
_NAME = r"[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff][\w'\u2019-]{1,60}"
_NAMES = (
    rf"{_NAME}(?:[ \t]{{1,4}}(?:(?:von|van|de|der|den|di|da|del|du|la|le|bin|al)[ \t]{{1,4}}){{0,2}}{_NAME}){{0,3}}"
)
# Where a name stands by the form of letters and talk, whatever the language's use of capitals.
_STAND_FOR = {"{names}": _NAMES, "{opens}": OPENING, "{closes}": LAST_LINE}
_PLACES = tuple(
    either([functools.reduce(lambda form, part: form.replace(*part), _STAND_FOR.items(), place)], flags=re.M)
    for place in name_data()["places"]
)
# In German every noun has a capital; two such words side by side inside a sentence are mostly somebody's name.
_PAIR = re.compile(rf"(?<![.!?:;\n][ \t])(?<!^)(?<!\w)(?P<name>{_NAME}[ \t]{_NAME})", re.M)
_SENTENCE_START = re.compile(rf"(?m)(?:^[ \t>]*|[.!?][ \t]+)(?P<name>{_NAME})")
# A word that is rarer than this in English and begins a sentence may be a first name.
_SELDOM = 1_600_000
_PARTICLES = frozenset(name_data()["particles"].split())
_NOBODY = frozenset(name_data()["nobody"].split()) | _PARTICLES | stop_words()
_MAX_NAME_LINE_CHARS = 400


@dataclass(frozen=True)
class Personal:
    """A stretch of text that is personal, as it stands there.

    `is_sure` is False for a word that only looks like a name by its capital; in small letters it is taken for a word.
    """

    kind: Kind
    text: str
    is_sure: bool = True


def find_personal(text: str) -> Iterator[Personal]:
    """Yield what is personal in a text; the same stretch may come more than once."""
    for match in MAIL_ADDRESS.finditer(text):
        yield Personal("MAIL", match[0].rstrip("."))
        for part in re.split(r"[._+-]", match[0].partition("@")[0]):
            yield from name_words(part.capitalize())
    yield from _numbers(text)
    for pattern in _PLACES:
        for match in pattern.finditer(text):
            yield from name_words(re.sub(r"<[^<>]*+>|\S{1,320}@\S+", " ", match["name"]))
    for name in _likely_names(text):
        yield from name_words(name, is_sure=False)


def known_name_words(name: str) -> Iterator[Personal]:
    """Yield the words of what is known to be somebody's name, everyday words included."""
    yield from _name_words(name, _PARTICLES, is_sure=True)


def name_words(name: str, *, is_sure: bool = True) -> Iterator[Personal]:
    """Yield the words of a name, each for itself: they come apart, and turn up alone."""
    yield from _name_words(name, _NOBODY, is_sure=is_sure)


def _name_words(name: str, left_out: frozenset[str], *, is_sure: bool) -> Iterator[Personal]:
    for match in _WORD.finditer(name[:_MAX_NAME_LINE_CHARS]):
        word = re.sub(r"['\u2019]s$", "", match[0])
        for part in (word, *(word.split("-") if "-" in word else ())):
            if len(part) > 1 and part[0].isalpha() and part.casefold() not in left_out:
                yield Personal("NAME", part, is_sure)


def _likely_names(text: str) -> Iterator[str]:
    language = detect_language(text) or "en"
    for name in find_names(text, language):
        if not name.isupper():
            yield name
    if language == "de":
        yield from (match["name"] for match in _PAIR.finditer(text))
    else:
        for match in _SENTENCE_START.finditer(text):
            if frequencies("en").get(match["name"].casefold(), 0) < _SELDOM and language == "en":
                yield match["name"]


def _numbers(text: str) -> Iterator[Personal]:
    from stdnum import iban, luhn
    from stdnum.de import idnr
    from stdnum.es import dni, nie
    from stdnum.fr import nir
    from stdnum.us import ssn

    for match in IBAN.finditer(text):
        if iban.is_valid(match[0]):
            yield Personal("ACCOUNT", match[0])
    for match in _ACCOUNT.finditer(text):
        plain = match[0].replace(" ", "").replace("-", "")
        is_card = plain.isdigit() and 13 <= len(plain) <= 19 and luhn.is_valid(plain)
        is_person = any(rule.is_valid(plain) for rule in (idnr, dni, nie, nir))
        is_ssn = bool(re.fullmatch(r"\d{3}-\d{2}-\d{4}", match[0])) and ssn.is_valid(match[0])
        if is_card or is_person or is_ssn:
            yield Personal("ACCOUNT", match[0])
    for match in _PHONE.finditer(text):
        if _is_phone(match[0]):
            yield Personal("PHONE", match[0].strip(" ("))


def _is_phone(found: str) -> bool:
    """Tell whether any of the countries where our languages are spoken could have such a number."""
    import phonenumbers

    for region in (None,) if found.startswith(("+", "00")) else ("US", "DE", "GB", "FR", "ES"):
        try:
            number = phonenumbers.parse(f"+{found[2:]}" if found.startswith("00") else found, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return False
