"""However a channel's history is cut into pages, and wherever a reading was killed, each day is given whole, once."""

import random
from collections.abc import Iterator

import pytest

from integrations.slack.sources.position import (
    AGAIN_FACTOR,
    BEGIN,
    DAY_SECONDS,
    RECENT_AGAIN_SECONDS,
    Position,
    finish,
    is_stale,
    progressed,
    read_position,
    step,
    walk_days,
    walk_recent,
    write_position,
)
from integrations.slack.sources.transcript import KeptMessage, day_bounds, day_of

DAY = 86_400.0
WEEK = 7 * DAY


def message(seconds: float) -> KeptMessage:
    return KeptMessage(ts=f"{seconds:.6f}", user="U1", text=f"at {seconds}", edited="")


def pages(history: list[KeptMessage], position: Position, size: int) -> Iterator[tuple[list[KeptMessage], str]]:
    """Give the pages of the last walk, as Slack does."""
    depth = len(position["walks"])
    while len(position["walks"]) == depth:
        walk = position["walks"][-1]
        there = [m for m in history if float(walk["floor"]) < float(m["ts"]) < float(walk["before"])]
        page = there[-size:]
        yield page, page[0]["ts"] if len(there) > size else ""


@pytest.mark.parametrize("seed", range(30))
def test_each_day_is_given_whole_and_once(seed: int) -> None:
    dice = random.Random(seed)
    history = [message(second) for second in sorted(dice.sample(range(1_600_000_000, 1_600_900_000), 120))]
    position = read_position("", 0.0)
    given: dict[str, list[KeptMessage]] = {}
    for page, oldest in pages(history, position, dice.randint(1, 40)):
        kept = write_position(position)
        if dice.random() < 0.3:  # killed before the page was stored: it comes again
            step(position, page, oldest)
            position.update(read_position(kept, 0.0))
        days = step(position, page, oldest)
        progressed(position, max((m["ts"] for m in page), key=float, default=BEGIN), len(page))
        assert not given.keys() & days.keys()
        given |= days
    assert [m for day in sorted(given) for m in given[day]] == history
    assert all(day_of(m["ts"]) == day for day, messages in given.items() for m in messages)
    assert position["newest"] == history[-1]["ts"]


def test_what_is_new_since_is_read_before_a_reading_is_whole() -> None:
    position = read_position("", 100.0)
    step(position, [message(1_600_000_000)], "")
    progressed(position, "1600000000.000000", 1)
    assert not finish(position, 200.0)
    [walk] = position["walks"]
    assert walk["floor"] == day_bounds("2020-09-13")[0]
    step(position, [], "")
    assert finish(position, 300.0)
    assert (position["began"], position["done"]) == (100.0, 300.0)


@pytest.mark.parametrize(
    ("now", "stale"),
    [(300.0, False), (WEEK, False), (2 * WEEK, True), (-1.0, True)],
    ids=["now", "week", "two", "back"],
)
def test_all_is_read_again_after_a_week_or_when_the_clock_was_set_back(now: float, stale: bool) -> None:
    position = read_position("", 100.0)
    position |= {"walks": [], "is_whole": True, "done": 200.0}
    assert is_stale(position, now) == stale


def test_a_reading_of_weeks_is_repeated_more_rarely() -> None:
    position = read_position("", 0.0)
    position.update({"walks": [], "is_whole": True, "done": 3 * WEEK})
    assert not is_stale(position, 3 * WEEK + 11 * WEEK)
    assert is_stale(position, 3 * WEEK + 13 * WEEK)


def test_a_day_is_asked_for_once_and_is_gone_when_nothing_is_there() -> None:
    position = read_position("", 0.0)
    walk_days(position, {"2026-03-31", "2026-03-30"})
    walk_days(position, {"2026-03-31"})
    assert [walk["day"] for walk in position["walks"]] == ["", "2026-03-30", "2026-03-31"]
    assert step(position, [], "") == {"2026-03-31": []}


def test_the_last_days_are_read_again_from_time_to_time_and_more_rarely_where_that_takes_long() -> None:
    position = read_position("", 0.0)
    assert not walk_recent(position, 9 * RECENT_AGAIN_SECONDS)  # the first reading is not whole
    now = 1_800_000_000.0
    position["walks"], position["is_whole"], position["done"], position["newest"] = [], True, now, f"{now:.6f}"
    assert not walk_recent(position, now + RECENT_AGAIN_SECONDS - 1)
    now += RECENT_AGAIN_SECONDS
    assert walk_recent(position, now)
    (walk,) = position["walks"]
    assert 14 <= (float(position["newest"]) - float(walk["floor"])) / DAY_SECONDS <= 15
    assert read_position(write_position(position), 0.0) == position
    position["walks"] = []
    position["again_seconds"] = RECENT_AGAIN_SECONDS
    assert not walk_recent(position, now + RECENT_AGAIN_SECONDS)
    assert walk_recent(position, now + AGAIN_FACTOR * RECENT_AGAIN_SECONDS)
    # A clock that was set back begins again.
    position["walks"] = []
    assert walk_recent(position, now - DAY_SECONDS)


def test_a_channel_of_500_000_messages_is_read_page_by_page_with_a_cursor_of_a_day() -> None:
    messages, gap_seconds, of_page = 500_000, 100, 200
    position = read_position("", 0.0)
    left, given, largest = messages, 0, 0
    days_given = set[str]()
    while left:
        begin = max(left - of_page, 0)
        page = [message(1_600_000_000 + gap_seconds * number) for number in range(begin, left)]
        days = step(position, page, page[0]["ts"] if begin else "")
        progressed(position, page[-1]["ts"], len(page))
        assert not days_given & days.keys()
        days_given |= days.keys()
        given += sum(map(len, days.values()))
        left = begin
        largest = max(largest, sum(len(walk["held"]) for walk in position["walks"]))
    assert (given, position["messages"], position["walks"]) == (messages, messages, [])
    assert largest <= DAY_SECONDS / gap_seconds + of_page
    assert len(write_position(position)) < 1_000
