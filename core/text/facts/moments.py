"""Dates, times, zones, weekdays and relative days in English, German, French and Spanish."""

import re
from collections.abc import Iterator

from core.text.facts.model import Fact

_MONTHS = (
    ("january", "jan", "januar", "janvier", "enero"), ("february", "feb", "februar", "février", "febrero"),
    ("march", "mar", "märz", "mars", "marzo"), ("april", "apr", "avril", "abril"), ("may", "mai", "mayo"),
    ("june", "jun", "juni", "juin", "junio"), ("july", "jul", "juli", "juillet", "julio"),
    ("august", "aug", "août", "agosto"), ("september", "sep", "sept", "septembre", "septiembre"),
    ("october", "oct", "oktober", "okt", "octobre", "octubre"), ("november", "nov", "novembre", "noviembre"),
    ("december", "dec", "dezember", "dez", "décembre", "diciembre"),
)  # fmt: skip
_MONTH_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_WEEKDAYS = (
    ("monday", "mon", "montag", "lundi", "lunes"), ("tuesday", "tue", "tues", "dienstag", "mardi", "martes"),
    ("wednesday", "wed", "mittwoch", "mercredi", "miércoles"), ("thursday", "thu", "thur", "thurs", "donnerstag",
    "jeudi", "jueves"), ("friday", "fri", "freitag", "vendredi", "viernes"), ("saturday", "sat", "samstag", "sonnabend",
    "samedi", "sábado"), ("sunday", "sun", "sonntag", "dimanche", "domingo"),
)  # fmt: skip
_WEEKDAY_NAME = {name: names[0] for names in _WEEKDAYS for name in names}
# Lower case only in German: "Morgen" is the morning.
_DAYS = {
    "today": "today", "tonight": "today", "tomorrow": "tomorrow", "yesterday": "yesterday", "heute": "today",
    "morgen": "tomorrow", "gestern": "yesterday", "übermorgen": "day after tomorrow", "aujourd'hui": "today",
    "demain": "tomorrow", "hier": "yesterday", "hoy": "today", "mañana": "tomorrow", "ayer": "yesterday",
}  # fmt: skip
_ZONES = "UTC|GMT|CET|CEST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|BST|IST|JST"
_MONTH = "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True))
_YEAR = r"(?:,?[ ](?:de[ ])?(?P<year>(?:19|20)\d\d))?+(?!\w)"
_DAY = r"(?P<day>[0-3]?\d)"
_DATES = (
    re.compile(r"(?<![\w.-])(?P<year>(?:19|20)\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?!\d)"),
    re.compile(rf"(?i)(?<!\w){_DAY}(?:st|nd|rd|th|\.|er)?+[ ](?:of[ ]|de[ ])?+(?P<name>{_MONTH})(?!\w)\.?+{_YEAR}"),
    re.compile(rf"(?i)(?<!\w)(?P<name>{_MONTH})(?!\w)\.?+[ ]{_DAY}(?:st|nd|rd|th)?+(?![\w:]){_YEAR}"),
    re.compile(rf"(?i)(?<!\w)(?P<name>{_MONTH})(?!\w)\.?+,?[ ](?:de[ ])?(?P<year>(?:19|20)\d\d)(?!\w)"),
)
_NUMERIC_DATE = re.compile(
    r"(?<![\w./-])(?P<a>[0-3]?\d)(?P<mark>[./-])(?P<b>[0-3]?\d)(?P=mark)(?P<year>(?:19|20)?\d\d)(?![\w/-]|\.\d)"
)
_DAY_MONTH = re.compile(r"(?<![\w./-])(?P<a>[0-3]?\d)[/](?P<b>[0-3]?\d)(?![\w/-]|\.\d)")
_TIME = re.compile(
    r"(?i)(?<![\w:.,])(?P<hour>[012]?\d)(?:[:h.](?P<minute>[0-5]\d))?(?::[0-5]\d)?"
    r"(?:[ ]?(?P<half>[ap]\.?m\b\.?)|(?P<clock>[ ]?o['\u2019]clock|[ ]Uhr(?!\w)|[ ]?h(?!\w)|[ ]heures?))?+"
    r"(?![\w:]|\.\d)"
)
_NAMED_TIMES = {"noon": "12:00", "midday": "12:00", "midnight": "00:00", "midi": "12:00", "mittag": "12:00"}
_WORD = re.compile(r"(?<!\w)[^\W\d_]++(?:['\u2019]hui)?+(?!\w)")
_ZONE = re.compile(rf"(?<!\w)(?:{_ZONES})(?!\w)")


def _date(year: str, month: int, day: int) -> str | None:
    if not 0 < month <= 12 or day > 31:
        return None
    full = f"20{year}" if len(year) == 2 else year
    return f"{full}-{month:02d}-{day:02d}" if day else f"{full}-{month:02d}-"


def find_dates(text: str) -> Iterator[Fact]:
    """Yield dates as `year-month-day` readings with empty parts for what is not said; "3/4" has two readings."""
    for pattern in _DATES:
        for match in pattern.finditer(text):
            found = match.groupdict()
            month = int(found["month"]) if found.get("month") else _MONTH_NUMBER[found["name"].casefold()]
            reading = _date(found.get("year") or "", month, int(found.get("day") or 0))
            if reading and not (found.get("name") == "may" and not found.get("day")):
                yield Fact("date", match[0].rstrip("., "), frozenset({reading}), match.start())
    for pattern in (_NUMERIC_DATE, _DAY_MONTH):
        for match in pattern.finditer(text):
            year, first, second = match.groupdict().get("year") or "", int(match["a"]), int(match["b"])
            forms = {_date(year, first, second), _date(year, second, first)} - {None}
            if forms and first and second:
                yield Fact("date", match[0], frozenset(form for form in forms if form), match.start())


def find_times(text: str) -> Iterator[Fact]:
    """Yield times of day as `HH:MM`; without am, pm or a 24-hour value both halves of the day are readings."""
    for match in _TIME.finditer(text):
        if not (match["half"] or match["clock"] or ":" in match[0]) or int(match["hour"]) > 24:
            continue
        hour, minute = int(match["hour"]), match["minute"] or "00"
        if match["half"]:
            hours = {hour % 12 + (12 if match["half"][0] in "pP" else 0)}
        else:
            hours = {hour, hour + 12} if hour < 12 and match["hour"][0] != "0" else {hour}
        yield Fact("time", match[0].strip(), frozenset(f"{one % 24:02d}:{minute}" for one in hours), match.start())


def find_named_moments(text: str) -> Iterator[Fact]:
    """Yield weekdays, relative days ("tomorrow"), named times ("noon") and time zones."""
    for match in _WORD.finditer(text):
        word = match[0]
        folded = word.casefold().replace("\u2019", "'")
        if folded in _WEEKDAY_NAME and (word[0].isupper() or len(folded) > 4):
            yield Fact("weekday", word, frozenset({_WEEKDAY_NAME[folded]}), match.start())
        elif folded in _DAYS and (folded != "morgen" or word == "morgen"):
            yield Fact("day", word, frozenset({_DAYS[folded]}), match.start())
        elif folded in _NAMED_TIMES:
            yield Fact("time", word, frozenset({_NAMED_TIMES[folded]}), match.start())
    for match in _ZONE.finditer(text):
        yield Fact("zone", match[0], frozenset({match[0]}), match.start())
