"""When a scan begins again, in words: "daily 08:00", "weekdays 08:00", "monday 08:00"; in the server's time zone."""

from datetime import datetime, timedelta

from core.errors import InputError

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FIX = "Write for instance: daily 08:00, weekdays 17:30, monday 08:00."


def next_time(schedule: str, after: float) -> float | None:
    """Return when a schedule comes next, Unix seconds; None for the empty one.

    Args:
        schedule: as above.
        after: Unix seconds.

    Raises:
        InputError: it is no schedule, with how to write one.
    """
    if not schedule:
        return None
    days, hour, minute = _read(schedule)
    start = datetime.fromtimestamp(after).astimezone()
    for ahead in range(9):
        day = (start + timedelta(days=ahead)).date()
        # Made anew as local time, so that a change of the clock in between moves nothing.
        moment = datetime(day.year, day.month, day.day, hour, minute).astimezone()
        if moment > start and day.weekday() in days:
            return moment.timestamp()
    raise InputError(f"{schedule[:40]!r} never comes.", fix=_FIX)


def _read(schedule: str) -> tuple[frozenset[int], int, int]:
    words = schedule.casefold().split()
    hour, colon, minute = words[-1].partition(":") if len(words) == 2 else ("", "", "")
    if not (colon and hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
        raise InputError(f"{schedule[:40]!r} is no schedule.", fix=_FIX)
    if not (int(hour) < 24 and int(minute) < 60):
        raise InputError(f"{words[-1][:10]} is no time of the day.", fix=_FIX)
    groups = {"daily": range(7), "weekdays": range(5), **{name: [number] for number, name in enumerate(DAYS)}}
    if words[0] not in groups:
        raise InputError(f"{words[0][:20]!r} is no day.", fix=_FIX)
    return frozenset(groups[words[0]]), int(hour), int(minute)
