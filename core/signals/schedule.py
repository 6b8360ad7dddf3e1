"""When a scan begins again, in words: "daily 08:00", "weekdays 17:30", "every Monday", "monday and thursday 08:00".

It is kept in English, and read and shown in each language that `core/text/data/LANGUAGE/schedules.toml` has words for.
"""

import functools
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.errors import InputError
from core.text.catalogues import ENGLISH, N_, current_locale
from core.text.lexicon import by_language

DEFAULT_TIME = "08:00"
_TOPIC = "schedules"
_DAILY, _WEEKDAYS = frozenset(range(7)), frozenset(range(5))
_FIX = N_("Write for instance: daily 08:00, weekdays 17:30, monday 08:00, every monday and thursday.")


def next_time(schedule: str, after: float, zone: str = "") -> float | None:
    """Return when a schedule comes next, Unix seconds; None for the empty one.

    A time that the clock skips in spring comes as much later as the clock was put forward; one that comes twice in
    autumn comes the first time.

    Args:
        schedule: as above.
        after: Unix seconds.
        zone: in whose time, as "Europe/Berlin"; "" for the server's.

    Raises:
        InputError: it is no schedule, or there is no such time zone; with how to write one.
    """
    if not schedule:
        return None
    days, at = _read(schedule)
    hour, minute = map(int, at.split(":"))
    place = zone_named(zone)
    start = datetime.fromtimestamp(after, place)
    for ahead in range(9):
        day = (start + timedelta(days=ahead)).date()
        # Made again as local time, so that a change of the clock in between moves nothing.
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=place).timestamp()
        if moment > after and day.weekday() in days:
            return moment
    raise InputError(f"{schedule[:40]!r} never comes.", fix=_FIX)


def written(schedule: str) -> str:
    """Return a schedule as it is kept and shown: "monday 08:00".

    Raises:
        InputError: it is no schedule.
    """
    if not schedule.strip():
        return ""
    days, time = _read(schedule)
    return f"{_days(days, by_language(_TOPIC)[ENGLISH])} {time}"


def shown(schedule: str) -> str:
    """Return a schedule that is kept as people say it: "every Monday at 08:00"; "" for none.

    It is said in the language that is spoken, where there are words for it, and can be read again.
    """
    if not schedule:
        return ""
    tables = by_language(_TOPIC)
    table = tables.get(current_locale(), tables[ENGLISH])
    days, time = _read(schedule)
    name = {_DAILY: "said_daily", _WEEKDAYS: "said_weekdays"}.get(days, "said_days")
    return str(table[name]).format(days=_days(days, {**table, "days": table["said_names"]}), time=time)


def _days(days: frozenset[int], table: Mapping[str, Any]) -> str:
    named = {_DAILY: table["daily"][0], _WEEKDAYS: table["weekdays"][0]}
    return named.get(days) or f" {table['join']} ".join(table["days"][day] for day in sorted(days))


@functools.cache
def _groups() -> Mapping[str, frozenset[int]]:
    """Return the days that a word of any language stands for; none for a word that only joins others."""
    found = dict[str, frozenset[int]]()
    for table in by_language(_TOPIC).values():
        found |= dict.fromkeys(table["daily"], _DAILY) | dict.fromkeys(table["weekdays"], _WEEKDAYS)
        found |= {word: frozenset([day]) for day, name in enumerate(table["days"]) for word in (name, f"{name}s")}
        found |= dict.fromkeys([*table["fillers"], *table["every"], table["join"]], frozenset[int]())
    return found


def opens_schedule(word: str) -> bool:
    """Whether a word is how a schedule begins in some language: "every", "daily", "jeden"."""
    tables = by_language(_TOPIC).values()
    return any(word.casefold() in (*table["every"], table["daily"][0], *table["weekdays"]) for table in tables)


def goes_on_as_schedule(words: Sequence[str]) -> bool:
    """Whether behind the word that opens it a day or a number stands, as "on" and "at" do not count."""
    said = [word for word in words if _groups().get(word.casefold(), True)]
    return bool(said) and (said[0][0].isdecimal() or said[0].casefold() in _groups())


def zone_named(zone: str) -> ZoneInfo | None:
    """Return a time zone by its name, None for the server's.

    Raises:
        InputError: there is none of that name.
    """
    try:
        return ZoneInfo(zone) if zone else None
    # A name that is no file name, or a folder, is refused in other ways than one that is not there.
    except (KeyError, ValueError, OSError):
        raise InputError(f"There is no time zone {zone[:40]!r}.", fix="Write for instance: Europe/Berlin.") from None


def _read(schedule: str) -> tuple[frozenset[int], str]:
    groups = _groups()
    # What only joins others has no days; a word that is none of ours is told below.
    words = [word for word in schedule.casefold().replace(",", " ").split() if groups.get(word, True)]
    time = words.pop() if len(words) > 1 and words[-1][0].isdecimal() else DEFAULT_TIME
    hour, _, minute = time.partition(":")
    if not words or not (hour.isdecimal() and (minute or "00").isdecimal() and len(minute) in (0, 2)):
        raise InputError(f"{schedule[:40]!r} is no schedule.", fix=_FIX)
    if not (int(hour) < 24 and int(minute or 0) < 60):
        raise InputError(f"{time[:10]} is not a time of day.", fix=_FIX)
    if unknown := [word for word in words if word not in groups]:
        raise InputError(f"{unknown[0][:20]!r} is no day.", fix=_FIX)
    return frozenset[int]().union(*(groups[word] for word in words)), f"{int(hour):02}:{int(minute or 0):02}"
