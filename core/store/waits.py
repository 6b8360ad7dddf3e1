"""How long a job that waits will wait, said only where it can be known: how much is before it, and how fast that goes.

What is before a job follows from the round by which jobs are taken (`core.store.turns`): each job of its person waits
for one of each workspace, of which each waits for its people. How fast it goes is what the last jobs took, at as many
at a time as are worked on.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cachetools import TTLCache

from core.job import Job, QueueName
from core.store.engine import Database
from core.store.rows import now, now_once, written_out
from core.store.tables import jobs, waits_for_turn
from core.store.turns import in_turn

# Other processes add and take jobs; what is counted may be so old.
KEEP_SECONDS = 3.0
MAX_KEPT = 1_000
# The jobs whose times are looked at, if they ended within so many seconds.
LAST = 50
RECENT_SECONDS = 900.0
# With jobs that wait, nothing worked on and nothing done for so long, there is no worker.
STALLED_SECONDS = 30.0
# What SQLite's clock tells apart.
CLOCK_SECONDS = 0.001
# More are not counted: the forecast is then the least that it will be.
MAX_COUNTED = 20_000
MAX_STEPS = 200


@dataclass(frozen=True)
class QueueState:
    """How a class stands for a workspace.

    Args:
        waiting: jobs that wait, of all workspaces.
        workspaces: that have some of them.
        people: of this workspace, who have some of them.
        jobs_per_second: how fast jobs are done, 0 where nothing tells.
    """

    waiting: int
    workspaces: int
    people: int
    jobs_per_second: float


class Waits:
    """Forecasts of one process. Safe for several threads.

    Args:
        database: where jobs are.
        clock: seconds that only grow.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._kept: TTLCache[tuple[str, str], QueueState] = TTLCache(MAX_KEPT, KEEP_SECONDS, timer=clock)

    def expected_seconds(self, job: Job) -> float | None:
        """Return how long a job that is queued will wait until it is begun.

        None where nobody can know: no job of its class is worked on, and none was lately.

        Raises:
            StoreOutage: the database cannot be read.
        """
        state = self.state(job.queue, job.workspace)
        if not state.jobs_per_second:
            return None
        with self._database.read() as connection:
            place = {"in_queue": job.queue, "of": job.workspace, "who": job.person}
            own = max(1, int(connection.execute(_OWN, place).scalar_one()))
        turns = own * max(1, state.people) * max(1, state.workspaces)
        before = min(turns, max(state.waiting, own)) - 1
        return before / state.jobs_per_second

    def state(self, queue: QueueName, workspace: str) -> QueueState:
        """Return how a class stands, as it was seconds ago at most. Raises as `expected_seconds`."""
        with self._lock:
            kept = self._kept.get((queue, workspace))
        if kept is None:
            kept = self._read({"in_queue": queue, "of": workspace})
            with self._lock:
                self._kept[queue, workspace] = kept
        return kept

    def _read(self, place: dict[str, str]) -> QueueState:
        with self._database.read() as connection:
            waiting = connection.execute(_WAITING, place).scalar_one()
            workspaces, people = connection.execute(_STEPS, place).one() if waiting else (0, 0)
            running = connection.execute(_RUNNING, place).scalar_one()
            last = connection.execute(_LAST, place).one()
        return QueueState(waiting, workspaces, people, _rate(last, running, waiting))


def _rate(last: Any, running: int, waiting: int) -> float:
    """Return the jobs of a second by the last ones that ended, 0 where they tell nothing."""
    is_stalled = waiting and not running and last.ago > STALLED_SECONDS
    if not last.jobs or is_stalled:
        return 0.0
    seconds = max(last.seconds, last.jobs * CLOCK_SECONDS)
    # Short jobs are between two at the moment of a look; so many were worked on at a time lately.
    at_a_time = max(running, seconds / max(last.span, CLOCK_SECONDS))
    return float(at_a_time * last.jobs / seconds)


_queue = sa.bindparam("in_queue", type_=sa.Text())
_of = sa.bindparam("of", type_=sa.Text())
_who = sa.bindparam("who", type_=sa.Text())
# What the index of turns begins with (`core.store.turns.in_turn`).
_PLACE = (jobs.c.queue, jobs.c.workspace, jobs.c.person)


def _counted(found: sa.Select[Any]) -> sa.Select[Any]:
    return written_out(sa.select(sa.func.count()).select_from(found.limit(MAX_COUNTED).subquery()))


def _steps(*place: sa.BindParameter[str], name: str) -> sa.ScalarSelect[int]:
    """Return how many workspaces wait in a queue, or people of a workspace.

    It takes a step in the index for each, however many jobs each has.
    """
    at, here, column = sa.tuple_(*_PLACE[: len(place)]), sa.tuple_(*place), _PLACE[len(place)]

    def first(after: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
        return in_turn(sa.case((at == here, column)), after=after).limit(1).scalar_subquery()

    begin = sa.select(first(at >= here).label("value"), sa.literal(1).label("step"))
    walk = begin.cte(name, recursive=True)
    after = sa.tuple_(*_PLACE[: len(place) + 1]) > sa.tuple_(*place, walk.c.value)
    walk = walk.union_all(
        sa.select(first(after), walk.c.step + 1).where(walk.c.value.is_not(None), walk.c.step < MAX_STEPS)
    )
    return sa.select(sa.func.count(walk.c.value)).scalar_subquery()


_WAITING = _counted(in_turn(sa.literal(1), after=jobs.c.queue >= _queue, until=jobs.c.queue <= _queue))
_own = sa.and_(waits_for_turn, sa.tuple_(*_PLACE) == sa.tuple_(_queue, _of, _who))
_OWN = _counted(sa.select(sa.literal(1)).select_from(jobs).where(_own))
_STEPS = written_out(sa.select(_steps(_queue, name="workspaces"), _steps(_queue, _of, name="people")))
_is_running = sa.and_(jobs.c.delivered_at.is_(None), jobs.c.queue == _queue, jobs.c.state == "running")
_RUNNING = written_out(sa.select(sa.func.count()).select_from(jobs).where(_is_running))
_last = (
    sa.select(jobs.c.started_at, jobs.c.finished_at)
    .where(jobs.c.queue == _queue, jobs.c.finished_at > now_once - RECENT_SECONDS, jobs.c.started_at.is_not(None))
    .order_by(jobs.c.finished_at.desc())
    .limit(LAST)
    .subquery()
)
_LAST = written_out(
    sa.select(
        sa.func.count().label("jobs"),
        sa.func.coalesce(sa.func.sum(_last.c.finished_at - _last.c.started_at), 0.0).label("seconds"),
        sa.func.coalesce(sa.func.max(_last.c.finished_at) - sa.func.min(_last.c.started_at), 0.0).label("span"),
        sa.func.coalesce(now - sa.func.max(_last.c.finished_at), RECENT_SECONDS).label("ago"),
    )
)
