"""How far a channel was read, as the cursor of its source. Pure.

History is read backwards in **walks**: one through all of it, one for what is new since, one for each day in which
something has changed. Positions are Slack's own time stamps, so our clock is never asked. The messages of a day that
may go on with the next page are carried along, so a walk continues anywhere without asking again.
"""

import json
from collections.abc import Collection, Iterable
from typing import NotRequired, TypedDict

from integrations.slack.sources.transcript import KeptMessage, by_day, day_bounds, day_of

BEGIN, END = "0", "9999999999.999999"
DAY_SECONDS = 86_400.0
# How often all of it is read again, for what no event announced; a long reading is repeated more rarely.
AGAIN_SECONDS = 7 * DAY_SECONDS
AGAIN_FACTOR = 4.0
# How often the last days are read again, replies included, for edits whose event was lost; by Slack's own clock.
RECENT_AGAIN_SECONDS = 6 * 3600.0
RECENT_SECONDS = 14 * DAY_SECONDS
# Of threads that began in these days, those with an answer so late are read again.
FRESH_SECONDS = 3 * DAY_SECONDS


class Walk(TypedDict):
    """A way backwards through messages between two time stamps, both exclusive.

    `held` are messages of the day at `before`, which may go on there; `day` is the one day that it is about, "" for
    several. `again` is when it was begun (Unix seconds, ours), if it reads what is known already.
    """

    floor: str
    before: str
    held: list[KeptMessage]
    day: str
    again: NotRequired[float]


class Position(TypedDict):
    """How far a channel was read.

    `walks` are worked from the last one on; `newest` is the newest message that was seen, `messages` how many were.
    `is_whole` says whether the first walk of this reading and the one for what was new since are done. `began` and
    `done` say when (Unix seconds, ours), `readers_at` when it was last asked who may read. `told` is the last notice
    that was seen to; `is_left` whether the app has been found out of the channel. `again_at` is when the last days were
    begun to be read again, `again_seconds` how long that took.
    """

    walks: list[Walk]
    newest: str
    messages: int
    is_whole: bool
    began: float
    done: float
    readers_at: float
    told: int
    is_left: bool
    again_at: NotRequired[float]
    again_seconds: NotRequired[float]


def read_position(cursor: str, now: float) -> Position:
    """Return the position of a cursor; "" is the beginning."""
    if cursor:
        found: Position = json.loads(cursor)
        return found
    walk = Walk(floor=BEGIN, before=END, held=[], day="")
    return Position(
        walks=[walk],
        newest=BEGIN,
        messages=0,
        is_whole=False,
        began=now,
        done=0.0,
        readers_at=0.0,
        told=0,
        is_left=False,
    )


def write_position(position: Position) -> str:
    """Return the cursor of a position."""
    return json.dumps(position, separators=(",", ":"))


def is_stale(position: Position, now: float) -> bool:
    """Whether all of a channel is to be read again; also where our clock was set back."""
    rest = max(AGAIN_SECONDS, AGAIN_FACTOR * (position["done"] - position["began"]))
    return position["is_whole"] and not position["walks"] and not 0 <= now - position["done"] <= rest


def walk_new(position: Position) -> None:
    """Go through what is new since the newest message, from the beginning of its day on."""
    floor = day_bounds(day_of(position["newest"]))[0] if position["newest"] != BEGIN else BEGIN
    position["walks"].append(Walk(floor=floor, before=END, held=[], day=""))


def walk_recent(position: Position, now: float) -> bool:
    """Go through the last days again if it is time, what is new among them; return whether it is.

    What takes long is done more rarely, so that new messages and other channels get their share of Slack's limits.
    """
    rest = max(RECENT_AGAIN_SECONDS, AGAIN_FACTOR * position.get("again_seconds", 0.0))
    since = now - position.get("again_at", position["done"])
    if not position["is_whole"] or position["newest"] == BEGIN or 0 <= since < rest:
        return False
    floor = day_bounds(day_of(str(max(float(position["newest"]) - RECENT_SECONDS, DAY_SECONDS))))[0]
    position["walks"].append(Walk(floor=floor, before=END, held=[], day="", again=now))
    position["again_at"] = now
    return True


def is_fresh(position: Position, latest: str) -> bool:
    """Whether a thread with its latest answer at this time is one of those whose answers are read again."""
    return float(latest or 0) >= float(position["newest"]) - FRESH_SECONDS


def walk_days(position: Position, days: Collection[str]) -> None:
    """Go through days in which something has changed, before anything else."""
    for day in sorted(days):
        floor, before = day_bounds(day)
        walk = Walk(floor=floor, before=before, held=[], day=day)
        if walk not in position["walks"]:
            position["walks"].append(walk)


def step(position: Position, messages: Iterable[KeptMessage], oldest: str) -> dict[str, list[KeptMessage]]:
    """Take a page of the last walk, and return the days that are whole by it.

    Args:
        position: is moved on; a walk that has come to its end is taken out.
        messages: those of the page that were written and are in no thread.
        oldest: the oldest message on the page, or "" if nothing is behind it.
    """
    walk = position["walks"][-1]
    days = by_day([*walk["held"], *messages])
    if oldest:
        walk["before"], walk["held"] = oldest, days.pop(day_of(oldest), [])
        return days
    position["walks"].pop()
    return {walk["day"]: [], **days} if walk["day"] else days


def progressed(position: Position, newest: str, count: int) -> None:
    """Note what a page held."""
    position["newest"] = max(position["newest"], newest, key=float)
    position["messages"] += count


def finish(position: Position, now: float) -> bool:
    """Return whether a reading of everything has just come to its end; what was new meanwhile is read first."""
    if position["walks"] or position["is_whole"]:
        return False
    if not position["done"]:
        position["done"] = now
        walk_new(position)
        return False
    position["is_whole"], position["done"] = True, now
    return True
