"""When a document says that it was written or holds from: by its title, or by one of its first lines."""

import re

from core.text.facts import extract_facts
from core.text.forms import YEAR
from core.text.language import detect_language

# Longer lines tell of something that happens then.
_MAX_LINES, _MAX_WORDS = 6, 11
_MAX_DAY = 31


def stated_date(title: str, beginning: str = "", language: str = "") -> str:
    """Return the day (2026-01-12) or the year (2024) of a document, "" when it says neither.

    Args:
        title: with the heading that a passage stands under; the year of a title goes before what stands below it.
        beginning: the first passage.
        language: of the document, "" to be detected.
    """
    language = language or detect_language(beginning or title)
    named = _day(title, language)
    years = YEAR.findall(title)
    below = [_day(line, language) for line in beginning.splitlines()[:_MAX_LINES] if len(line.split()) <= _MAX_WORDS]
    days = [day for day in (named, *below) if day and (not years or day[:4] in years)]
    return next(iter(days), max(years, default=""))


def _day(line: str, language: str) -> str:
    """Return the first whole date of a line; of two readings the one with the day before the month."""
    for fact in extract_facts(line, language).items if YEAR.search(line) else ():
        whole = sorted(reading for reading in fact.readings if re.fullmatch(r"\d{4}-\d\d-\d\d", reading))
        if fact.kind == "date" and whole:
            parts = re.findall(r"\d+", fact.text)
            first = [reading for reading in whole if reading.endswith(f"-{parts[0].zfill(2)}")]
            return (first or whole)[0]
    return ""


def is_day_number(text: str) -> bool:
    """Tell whether digits can be the day of a month."""
    return text.isdecimal() and not text.startswith("0") and int(text) <= _MAX_DAY
