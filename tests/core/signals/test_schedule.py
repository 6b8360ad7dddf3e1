"""Schedules in words."""

from datetime import datetime

import pytest

from core.errors import InputError
from core.signals.schedule import next_time

# A Wednesday, 10:30 local time.
WEDNESDAY = datetime(2026, 11, 25, 10, 30).astimezone()


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("daily 08:00", (26, 8, 0)),
        ("daily 10:31", (25, 10, 31)),
        ("weekdays 08:00", (26, 8, 0)),
        ("Monday 07:05", (30, 7, 5)),
        ("wednesday 10:30", (2, 10, 30)),
        ("  sunday   23:59 ", (29, 23, 59)),
    ],
)
def test_the_next_time_is_the_first_after_now(schedule: str, expected: tuple[int, int, int]) -> None:
    found = next_time(schedule, WEDNESDAY.timestamp())
    assert found
    moment = datetime.fromtimestamp(found).astimezone()
    assert (moment.day, moment.hour, moment.minute) == expected


def test_no_schedule_never_comes() -> None:
    assert next_time("", WEDNESDAY.timestamp()) is None


@pytest.mark.parametrize(
    "schedule", ["monday", "08:00", "monday 8", "monday 24:00", "monday 08:60", "someday 08:00", "a b c"]
)
def test_what_is_no_schedule_is_refused_with_how_to_write_one(schedule: str) -> None:
    with pytest.raises(InputError) as caught:
        next_time(schedule, 0.0)
    assert "monday 08:00" in caught.value.fix
