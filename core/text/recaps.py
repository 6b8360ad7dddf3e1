"""What somebody says who asks what they missed in a channel: that they ask it, and since when. By rule.

The patterns and the words of the answer stand in `data/LANGUAGE/recaps.toml`.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from core.text.catalogues import ENGLISH
from core.text.facts import extract_facts
from core.text.language import language_or_spoken
from core.text.lexicon import by_language, either, either_of

_TOPIC = "recaps"
_MAX_WORDS = 14
# Who names no time was away since yesterday; nobody reads more than a month in one answer.
MAX_DAYS = 31
_UNITS = {"hours": timedelta(hours=1), "days": timedelta(days=1), "weeks": timedelta(weeks=1)}
_WEEK_DAYS = 7


def asks_for_recap(text: str) -> bool:
    """Tell whether somebody asks what they missed; what is long is about something else."""
    return len(text.split()) <= _MAX_WORDS and any(either_of(_TOPIC, name).search(text) for name in ("ask", "named"))


def recap_language(text: str) -> str:
    """Return the code of the language that the question is in, of those that the answer can be given in.

    "Recap" is a word of all of them.
    """
    tables = by_language(_TOPIC)
    asked = [code for code, table in tables.items() if either(table["ask"]).search(text)]
    return next(code for code in (*asked, language_or_spoken(text), ENGLISH) if "lead" in tables.get(code, {}))


def recap_words(language: str) -> dict[str, Any]:
    """Return the words of the answer."""
    return by_language(_TOPIC)[language]


def recap_since(text: str, now: datetime) -> datetime:
    """Return from when on somebody wants to know: the beginning of a day that they name, or so long ago.

    Args:
        text: the question.
        now: with the time zone of the person.
    """
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for name, unit in _UNITS.items():
        if found := either_of(_TOPIC, name, r"(?<!\d)(\d{1,3}) ", r"(?!\w)").search(text):
            return max(now - int(found[1]) * unit, day - timedelta(days=MAX_DAYS))
    if either_of(_TOPIC, "today").search(text):
        return day
    if either_of(_TOPIC, "this_week").search(text):
        return day - timedelta(days=day.weekday())
    readings = [
        _named(fact.kind, reading, day)
        for language in by_language(_TOPIC)
        for fact in extract_facts(text, language).items
        for reading in sorted(fact.readings)
    ]
    named = [moment for moment in readings if moment and moment <= now]
    return max([max(named, default=day - timedelta(days=1)), day - timedelta(days=MAX_DAYS)])


def _named(kind: str, reading: str, day: datetime) -> datetime | None:
    if kind == "weekday" and reading.isdecimal():
        back = (day.weekday() - int(reading)) % _WEEK_DAYS or _WEEK_DAYS
        return day - timedelta(days=back)
    if kind == "day":
        return {"today": day, "yesterday": day - timedelta(days=1)}.get(reading)
    if kind == "date" and (found := re.fullmatch(r"(\d{4})?-(\d\d)-(\d\d)", reading)):
        years = [int(found[1])] if found[1] else [day.year, day.year - 1]
        dates = [_date(year, int(found[2]), int(found[3]), day.tzinfo or UTC) for year in years]
        return next((date for date in dates if date and date <= day), None)
    return None


def _date(year: int, month: int, number: int, zone: tzinfo) -> datetime | None:
    try:
        return datetime(year, month, number, tzinfo=zone)
    except ValueError:
        return None
