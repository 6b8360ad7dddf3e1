"""Numbers, money and percentages, with every reading that their separators and words allow."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from core.text.facts.model import Fact

_LONGEST_NUMBER_CHARS = 30
_CURRENCIES = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "usd": "USD",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "dollar": "USD",
    "dollars": "USD",
    "gbp": "GBP",
    "pounds": "GBP",
    "chf": "CHF",
    "jpy": "JPY",
    "yen": "JPY",
    "inr": "INR",
    "cents": "CENT",
    "pln": "PLN",
    "sek": "SEK",
    "zł": "PLN",
}
_SCALES = {
    "k": 3,
    "thousand": 3,
    "tausend": 3,
    "mille": 3,
    "mil": 3,
    "m": 6,
    "mn": 6,
    "million": 6,
    "millions": 6,
    "millionen": 6,
    "mio": 6,
    "millones": 6,
    "bn": 9,
    "billion": 9,
    "billions": 9,
    "milliarden": 9,
    "mrd": 9,
}
# "one", "ein", "un" are left out: as articles and pronouns they assert nothing.
NUMBER_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "hundred": 100, "dozen": 12, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7,
    "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12, "zwanzig": 20, "hundert": 100, "deux": 2, "trois": 3,
    "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "vingt": 20,
    "cent": 100, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
    "diez": 10, "doce": 12, "veinte": 20, "cien": 100,
}  # fmt: skip
_DIGITS = r"\d++(?:[.,\u2019'\u00a0\u202f]\d++)*+"
_SYMBOL = "[$€£¥₹]"
_UNIT = r"(?:[^\W\d_]++|%)"
_QUANTITY = re.compile(
    rf"(?<![\w.])(?P<before>{_SYMBOL}[ ]?)?(?P<digits>{_DIGITS})(?:(?P<gap>[ \u00a0]?)(?P<after>{_UNIT}|{_SYMBOL}))?+"
)
_WORD = re.compile(r"(?<![\w'\u2019])[^\W\d_]++(?:-[^\W\d_]++)?+(?![\w'\u2019])")
_LIST_MARK = re.compile(r"(?m)^[ \t]*\d{1,3}[.)](?=\s)")


def _plain(number: str) -> str | None:
    try:
        value = Decimal(number)
    except InvalidOperation:
        return None
    text = format(value.normalize(), "f")
    return text if text != "-0" else "0"


def number_readings(digits: str) -> frozenset[str]:
    """Return the plain forms a written number can have: "1,200.50" one, "1.200" two (1200 and 1.2)."""
    if len(digits) > _LONGEST_NUMBER_CHARS:
        return frozenset({digits})
    text = re.sub(r"[\u2019'\u00a0\u202f]", "", digits)
    marks = [char for char in text if char in ".,"]
    if not marks:
        forms = [text]
    elif len(set(marks)) == 2:
        decimal, grouping = marks[-1], marks[0]
        forms = [text.replace(grouping, "").replace(decimal, ".")]
    elif len(marks) > 1:
        forms = [re.sub(r"[.,]", "", text)]
    else:
        forms = [text.replace(",", ".")]
        if len(text.rpartition(marks[0])[2]) == 3:
            forms.append(text.replace(marks[0], ""))
    return frozenset(form for form in map(_plain, forms) if form is not None) or frozenset({digits})


def _scaled(readings: frozenset[str], power: int) -> frozenset[str]:
    return frozenset(format((Decimal(reading) * 10**power).normalize(), "f") for reading in readings)


def _quantity(match: re.Match[str], text: str) -> Fact:
    readings = number_readings(match["digits"])
    after = (match["after"] or "").casefold()
    end, kind = match.end("digits"), "number"
    following = re.compile(r"[ ]?([^\W\d_]++|[€$£])").match(text, match.end()) if after in _SCALES else None
    if after in _SCALES and (len(after) > 1 or not match["gap"]) and len(match["digits"]) <= _LONGEST_NUMBER_CHARS:
        readings, end = _scaled(readings, _SCALES[after]), match.end()
        if following and following[1].casefold() in _CURRENCIES:
            kind, end = "money", following.end()
    if after in _CURRENCIES:
        kind, end = "money", match.end()
    if after in {"%", "percent", "prozent"}:
        kind, end = "percent", match.end()
    if match["before"]:
        kind = "money"
    start = match.start()
    if kind == "money":
        return Fact("money", text[start:end], readings, start)
    return Fact("percent" if kind == "percent" else "number", text[start:end], readings, start)


def find_quantities(text: str) -> Iterator[Fact]:
    """Yield numbers, money and percentages; the marks of a numbered list are no facts."""
    marks = {match.start() + len(match[0]) - len(match[0].lstrip()) for match in _LIST_MARK.finditer(text)}
    for match in _QUANTITY.finditer(text):
        if match.start() not in marks:
            yield _quantity(match, text)


def find_number_words(text: str) -> Iterator[Fact]:
    """Yield numbers that are written as words, "twenty-five" as one."""
    for match in _WORD.finditer(text):
        parts = match[0].casefold().split("-")
        if all(part in NUMBER_WORDS or part == "one" for part in parts) and parts != ["one"]:
            value = sum(NUMBER_WORDS.get(part, 1) for part in parts)
            yield Fact("number", match[0], frozenset({str(value)}), match.start())
