"""Schedules in words."""

from datetime import datetime

import pytest

from core.errors import InputError
from core.signals.schedule import next_time, shown, written
from core.text.catalogues import speaking

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
        ("every Monday", (30, 8, 0)),
        ("every weekday at 9", (26, 9, 0)),
        ("Mondays and Fridays 17:30", (27, 17, 30)),
        ("on tuesday, thursday 06:00", (26, 6, 0)),
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
    "schedule", ["08:00", "every", "monday 8:1", "monday 24:00", "monday 08:60", "someday 08:00", "a b c", "daily 8x"]
)
def test_what_is_no_schedule_is_refused_with_how_to_write_one(schedule: str) -> None:
    with pytest.raises(InputError) as caught:
        next_time(schedule, 0.0)
    assert "monday 08:00" in caught.value.fix


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "../etc/passwd", "Europe", "/etc/localtime", "a" * 300])
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(InputError, match="no time zone"):
        next_time("daily 08:00", 0.0, zone)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("", ""),
        ("every Monday", "monday 08:00"),
        ("Friday, monday 7:30", "monday and friday 07:30"),
        ("each day at 6", "daily 06:00"),
        ("monday tuesday wednesday thursday friday 08:00", "weekdays 08:00"),
        ("jeden Montag und Donnerstag um 9 Uhr", "monday and thursday 09:00"),
        ("Täglich 08:00", "daily 08:00"),
        ("werktags", "weekdays 08:00"),
    ],
)
def test_a_schedule_is_kept_in_one_form(asked: str, kept: str) -> None:
    assert written(asked) == kept
    assert written(kept) == kept


def test_a_schedule_is_shown_in_the_language_that_is_spoken() -> None:
    kept = ["", "monday and thursday 09:00", "daily 08:00", "weekdays 17:30"]
    said = [shown(schedule) for schedule in kept]
    assert said == ["", "every Monday and Thursday at 09:00", "every day at 08:00", "every weekday at 17:30"]
    assert [written(schedule) for schedule in said] == kept
    with speaking("de"):
        said = [shown(schedule) for schedule in kept]
        assert [written(schedule) for schedule in said] == kept
    assert said == ["", "jeden Montag und Donnerstag um 09:00", "täglich um 08:00", "werktags um 17:30"]


BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("schedule", "zone", "after", "expected"),
    [
        # The clock is put forward at 02:00 on 29 March 2026, and back at 03:00 on 25 October.
        ("daily 08:00", BERLIN, "2026-03-28T08:00:00+01:00", "2026-03-29T08:00:00+02:00"),
        ("daily 08:00", BERLIN, "2026-10-24T08:00:00+02:00", "2026-10-25T08:00:00+01:00"),
        ("daily 02:30", BERLIN, "2026-03-28T02:30:00+01:00", "2026-03-29T03:30:00+02:00"),
        ("daily 02:30", BERLIN, "2026-03-29T03:30:00+02:00", "2026-03-30T02:30:00+02:00"),
        ("daily 02:30", BERLIN, "2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00"),
        # The second 02:30 of that night is not another one.
        ("daily 02:30", BERLIN, "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"),
        # In Sydney it is Monday already.
        ("monday 08:00", "Australia/Sydney", "2026-11-22T20:00:00+00:00", "2026-11-22T21:00:00+00:00"),
        ("monday 08:00", "America/New_York", "2026-11-22T20:00:00+00:00", "2026-11-23T13:00:00+00:00"),
    ],
)
def test_a_schedule_holds_in_the_time_of_its_zone(schedule: str, zone: str, after: str, expected: str) -> None:
    found = next_time(schedule, datetime.fromisoformat(after).timestamp(), zone)
    assert found == datetime.fromisoformat(expected).timestamp()
