"""What comes in when on a working day of many people: kinds of work by surface, each with its hours."""

import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from core.job import QueueName

HOUR_SECONDS = 3600
DAY_SECONDS = 24 * HOUR_SECONDS
OFFICE = (0, 0, 0, 0, 0, 0, 1, 3, 9, 12, 10, 7, 4, 6, 9, 9, 7, 5, 3, 1, 0, 0, 0, 0)
INBOX = (1, 1, 1, 1, 1, 2, 4, 8, 12, 11, 9, 7, 5, 6, 8, 8, 7, 5, 3, 2, 1, 1, 1, 1)
NIGHT = (10, 12, 12, 10, 6, 2, 1, 1, 2, 3, 3, 3, 2, 3, 3, 3, 3, 2, 1, 1, 2, 4, 6, 8)


@dataclass(frozen=True)
class Kind:
    """Work of one surface.

    Attributes:
        name: the surface.
        queue: the class of its jobs.
        per_person: jobs of a person on a working day.
        chars: characters of what is read.
        hours: how the day's jobs fall into its hours, by weight.
    """

    name: str
    queue: QueueName
    per_person: float
    chars: int
    hours: Sequence[int]


# As in deploy/helm/inlaid/sizes: five jobs and ten mails a person, of which three want a draft.
KINDS = (
    Kind("slack", "interactive", 2.5, 1000, OFFICE),
    Kind("word", "interactive", 1.0, 4000, OFFICE),
    Kind("api", "interactive", 0.5, 2000, OFFICE),
    Kind("mail", "background", 3.0, 3000, INBOX),
    Kind("scan", "bulk", 1.0, 6000, NIGHT),
)
MAILS_PER_PERSON = 10.0
JOBS_PER_PERSON = sum(kind.per_person for kind in KINDS)


@dataclass(frozen=True, order=True)
class Arrival:
    """A job that comes in at a second of the day."""

    second: float
    kind: str
    person: int


def busiest_share(kinds: Sequence[Kind] = KINDS) -> float:
    """Return which share of the day's jobs comes in its busiest hour."""
    hours = [sum(kind.per_person * kind.hours[hour] / sum(kind.hours) for kind in kinds) for hour in range(24)]
    return max(hours) / sum(hours)


def arrivals(people: int, seed: int, kinds: Sequence[Kind] = KINDS) -> list[Arrival]:
    """Return the jobs of a day in their order, at moments of chance within their hours."""
    chance = random.Random(seed)
    found = []
    for kind in kinds:
        until = list(accumulate(kind.hours))
        for _ in range(round(people * kind.per_person)):
            hour = bisect_left(until, chance.uniform(0, until[-1]))
            second = (hour + chance.random()) * HOUR_SECONDS
            found.append(Arrival(second, kind.name, chance.randrange(people)))
    return sorted(found)
