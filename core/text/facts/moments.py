"""Dates, times, weekdays and relative days, by the words of one language; their readings are those of all."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.text.facts.model import Fact
from core.text.facts.quantities import counted, is_day, number_word
from core.text.lexicon import WORD_BEGINS, Lexicon, either, either_of, whole

_YEAR = r"(?:,?[ ](?:de[ ])?(?P<year>(?:19|20)\d\d))?+(?!\w)"
_DAY = r"(?P<day>[0-3]?\d)"
_ISO_DATE = re.compile(r"(?<![\w.-])(?P<year>(?:19|20)\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?!\d)")
# "3/4/2024", "3.4.24", "2024" left out: "3/4", "3.4."
_NUMERIC_DATE = re.compile(
    r"(?<![\w./-])(?P<a>[0-3]?\d)(?:(?P<mark>[./-])(?P<b>[0-3]?\d)(?P=mark)(?P<year>(?:19|20)?\d\d)(?![\w/-]|\.\d)"
    r"|(?:/(?P<c>[0-3]?\d)|\.(?P<d>[01]?\d)\.)(?![\w/-]))"
)
_CJK_DATE = re.compile(r"(?:(?P<year>(?:19|20)\d\d)年)?(?P<month>[01]?\d)月(?P<day>[0-3]?\d)日")
_TIME = (
    r"(?<![\w:.,])(?P<hour>[012]?\d)(?:(?P<mark>[:h.時]|[ \u00a0]h[ \u00a0])(?P<minute>[0-5]\d))?(?::[0-5]\d)?"
    r"(?:[ \u00a0]?(?P<half>[ap]\.?[ ]?m\b\.?)|(?P<clock>AFTER))?+(?![\w:]|\.\d)"
)
# "6-9 am", "5 to 12 May": what is said of the second holds for the first.
_RANGE = either_of("small_words", "ranges", r"(?<![\w:.,])([0-3]?\d)(?=\.?[ ]?(?:[-\u2013]|", r")[ ]?\Z)", flags=0)
_RANGE_CHARS = 12
_ABBREVIATED_CHARS, _MAX_WEEKDAY_CHARS = 3, 8
_HOUR = r"(?P<hour>[^\W_]{1,12})"
_WORD = re.compile(r"(?<!\w)[^\W\d_]++(?:['\u2019-][^\W\d_]++)*+(?!\w)")
_SPOKEN = (("half_past", 0, 30), ("half_to", -1, 30), ("quarter_past", 0, 15), ("quarter_to", -1, 45))
_NAMED_TIMES = ("12:00", "00:00")
_DAY_NAMES = ("today", "tomorrow", "yesterday")


@dataclass(frozen=True)
class _Names:
    """The words of one language and what they mean."""

    months: dict[str, int]
    weekdays: dict[str, str]
    days: dict[str, str]
    times: dict[str, str]
    dates: tuple[re.Pattern[str], ...]
    clock: re.Pattern[str]
    before_hour: re.Pattern[str]
    counted: re.Pattern[str]
    spoken: tuple[tuple[re.Pattern[str], int, int], ...]


@functools.cache
def _names(known: Lexicon) -> _Names:
    def numbered(key: str) -> dict[str, int]:
        return {name: number for number, names in enumerate(known.words(key)) for name in names.split()}

    months = {name: number + 1 for name, number in numbered("facts.months").items()}
    month = "|".join(sorted(map(re.escape, months), key=len, reverse=True)) or r"(?!)"
    after = "|".join(rf"[ \u00a0]?{re.escape(word)}(?!\w)" for word in known.words("facts.after_hour")) or r"(?!)"
    before = "|".join(sorted(map(re.escape, known.words("facts.before_hour")), key=len, reverse=True)) or r"(?!)"
    dates = (
        rf"(?i)(?<!\w){_DAY}(?:st|nd|rd|th|\.|er|º)?+[ ](?:of[ ]|de[ ])?+(?P<name>{month})(?!\w)\.?+{_YEAR}",
        rf"(?i)(?<!\w)(?P<name>{month})(?!\w)\.?+[ ]{_DAY}(?:st|nd|rd|th)?+(?![\w:]){_YEAR}",
        rf"(?i)(?<!\w)(?P<name>{month})(?!\w)\.?+,?[ ](?:de[ ])?(?P<year>(?:19|20)\d\d)(?!\w)",
        rf"(?i)(?<!\w)(?P<name>{month})(?!\w)",
    )
    spoken = [
        (whole([re.escape(phrase).replace("N", _HOUR)]), shift, minutes)
        for key, shift, minutes in _SPOKEN
        for phrase in known.words(f"facts.{key}")
    ]
    return _Names(
        months=months,
        weekdays={name: str(number) for name, number in numbered("facts.weekdays").items()},
        days={name: _DAY_NAMES[number] for name, number in numbered("facts.days").items()},
        times={name: _NAMED_TIMES[number] for name, number in numbered("facts.named_times").items()},
        dates=tuple(map(re.compile, dates)),
        clock=either([_TIME.replace("AFTER", after)]),
        before_hour=either(
            [before],
            WORD_BEGINS,
            r"[ ](?P<hour>[012]?\d)(?![\w:]|[ \u00a0\u202f]?[%\u20ac$\u00a3]|[.,]\d|[ \u00a0\u202f]\d{3}(?!\d))",
        ),
        counted=counted(known),
        spoken=tuple(spoken),
    )


def _compound(word: str, weekdays: dict[str, str]) -> str:
    """Return the weekday that a word such as "Samstagmorgen" begins with."""
    if len(word) <= _MAX_WEEKDAY_CHARS:
        return ""
    return next((day for name, day in weekdays.items() if len(name) > _ABBREVIATED_CHARS and word.startswith(name)), "")


def _date(year: str, month: int, day: int) -> str | None:
    if not 0 < month <= 12 or day > 31:
        return None
    full = f"20{year}" if len(year) == 2 else year
    return f"{full}-{month:02d}-{day:02d}" if day else f"{full}-{month:02d}-"


def find_dates(text: str, known: Lexicon) -> Iterator[Fact]:
    """Yield dates as `year-month-day` readings with empty parts for what is not said; "3/4" has two readings."""
    names = _names(known)
    for pattern in (_ISO_DATE, _CJK_DATE, *names.dates):
        for match in pattern.finditer(text):
            found = match.groupdict()
            month = int(found["month"]) if found.get("month") else names.months[found["name"].casefold()]
            day = int(found.get("day") or 0)
            reading = _date(found.get("year") or "", month, day)
            if reading:
                is_weak = not day and not found.get("year")
                yield Fact("date", match[0].rstrip("., "), frozenset({reading}), match.start(), is_weak=is_weak)
                if (first := _first_of_range(match)) and (
                    reading := _date(found.get("year") or "", month, int(first[0]))
                ):
                    yield Fact("date", first[0], frozenset({reading}), first[1], is_weak=True)
    for match in _NUMERIC_DATE.finditer(text):
        one, two = int(match["a"]), int(match["b"] or match["c"] or match["d"])
        forms = {_date(match["year"] or "", *pair) for pair in ((one, two), (two, one))} - {None}
        # "As set out in clause 3.2." ends an English sentence, and "5/6 jours" are so many.
        is_other = (match["d"] and known.language == "en") or (match["c"] and names.counted.match(text, match.end()))
        if forms and one and two and not is_other:
            yield Fact("date", match[0], frozenset(form for form in forms if form), match.start())


def find_times(text: str, known: Lexicon) -> Iterator[Fact]:
    """Yield times of day as `HH:MM`; without am, pm or a 24-hour value both halves of the day are readings.

    A bare hour behind a word such as "at" only supports others: it may be a number of something.
    """
    names = _names(known)
    for pattern, shift, minutes in names.spoken:
        for match in pattern.finditer(text):
            hour = int(match["hour"]) if match["hour"].isdecimal() else number_word(match["hour"], known.language)
            if hour is not None and 0 < hour <= 24:
                yield Fact("time", match[0], _readings(hour + shift, f"{minutes:02d}"), match.start())
    for match in names.clock.finditer(text):
        is_time = match["half"] or match["clock"] or (match["mark"] or ".").strip().lower() in {":", "h", "時"}
        if not is_time or int(match["hour"]) > 23 + bool(match["minute"]):
            continue
        half = (match["half"] or "")[:1].lower()
        minute = match["minute"] or "00"
        yield Fact("time", match[0].strip(), _readings(int(match["hour"]), minute, half), match.start())
        if (first := _first_of_range(match)) and int(first[0]) <= 24:
            yield Fact("time", first[0], _readings(int(first[0]), "00", half), first[1], is_weak=True)
    for match in names.before_hour.finditer(text):
        # "Las 12 personas" are so many.
        if 0 < int(match["hour"]) <= 24 and not names.counted.match(text, match.end()):
            start, is_one = match.start("hour"), is_day(text, *match.span("hour"), known)
            yield Fact("time", match["hour"], _readings(int(match["hour"]), "00"), start, is_weak=True, is_day=is_one)


def _first_of_range(match: re.Match[str]) -> tuple[str, int] | None:
    """Return the number before "to" and this moment, and where it stands."""
    begin = max(0, match.start() - _RANGE_CHARS)
    first = _RANGE.search(match.string, begin, match.start())
    return (first[1], first.start()) if first else None


def _readings(hour: int, minute: str, half: str = "") -> frozenset[str]:
    if half:
        return frozenset({f"{hour % 12 + (12 if half == 'p' else 0):02d}:{minute}"})
    hours = {hour, hour + 12} if hour <= 12 else {hour}
    return frozenset(f"{number % 24:02d}:{minute}" for number in hours)


def find_named_moments(text: str, known: Lexicon) -> Iterator[Fact]:
    """Yield weekdays, relative days ("tomorrow") and named times ("noon")."""
    names = _names(known)
    for match in _WORD.finditer(text):
        word = match[0]
        folded = word.casefold().replace("\u2019", "'").removesuffix("'s")
        if weekday := names.weekdays.get(folded) or _compound(folded, names.weekdays):
            is_weak = len(folded) <= _ABBREVIATED_CHARS - word[0].isupper()
            yield Fact("weekday", word, frozenset({weekday}), match.start(), is_weak=is_weak)
        elif folded in names.days and (word == "morgen" or folded != "morgen"):
            yield Fact("day", word, frozenset({names.days[folded]}), match.start())
        elif folded in names.times:
            yield Fact("time", word, frozenset({names.times[folded]}), match.start())
