"""Whose job is next in a class: a round over the workspaces, in each a round over its people, of each the oldest job.

Somebody with one job waits for one round at most, whatever others have waiting. A round needs no column and no row
that everybody writes: each worker process remembers whom it served last, and one look at an index finds who follows.
"""

import threading
from collections import OrderedDict
from typing import Any

import sqlalchemy as sa

from core.job import QueueName
from core.store.rows import is_abandoned, is_due, is_undelivered, written_out
from core.store.tables import jobs, waits_for_turn

# Beyond so many, the round over the people of a workspace begins again from its first.
MAX_KEPT = 10_000


class Turns:
    """Whom one process served last, by class. Safe for several threads."""

    def __init__(self) -> None:
        self._workspaces: dict[str, str] = {}
        self._people: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._followed: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def forecast(self, queue: QueueName) -> tuple[str, str]:
        """Return the workspace that was served last in a class, and which one followed when it was served before.

        Both are "" for none.
        """
        with self._lock:
            last = self._workspaces.get(queue, "")
            return last, self._followed.get((queue, last), "")

    def person(self, queue: QueueName, workspace: str) -> str:
        """Return who was served last there, "" for nobody."""
        with self._lock:
            return self._people.get((queue, workspace), "")

    def served(self, queue: QueueName, last: str, workspace: str, person: str) -> None:
        """Note whose job was taken by a claim that asked who follows on the last one then."""
        with self._lock:
            if len(self._followed) >= MAX_KEPT:
                self._followed.clear()
            self._followed[queue, last] = workspace
            self._workspaces[queue] = workspace
            self._people[queue, workspace] = person
            self._people.move_to_end((queue, workspace))
            while len(self._people) > MAX_KEPT:
                self._people.popitem(last=False)


# Not the names of columns: those stand for new values in an UPDATE. Short ones, since psycopg reads a long text anew at
# each run (`written_out`).
_queue, _workspace, _person, _job = (sa.bindparam(name, type_=sa.Text()) for name in ("of", "at", "who", "job"))


_last_workspace = sa.bindparam("on", type_=sa.Text())
_of_queue, _place = sa.tuple_(jobs.c.queue, jobs.c.workspace), (jobs.c.queue, jobs.c.workspace, jobs.c.person)


def in_turn(
    column: sa.ColumnElement[Any], *, after: sa.ColumnElement[bool], until: sa.ColumnElement[bool] | None = None
) -> sa.Select[Any]:
    """Return a query for a column of jobs that wait, in the order of a round, of which only the first are wanted.

    Its ends are given by what the index of turns begins with, and the order has all of it. With `queue = ...`
    PostgreSQL would count on any index in the order of the rest, and where most that wait are of another class it reads
    past all of those to find none.

    Args:
        column: what is asked of them.
        after: where to begin, as a comparison of the first columns of that index.
        until: where to end, likewise. With one column alone SQLite begins where the queue does.
    """
    ends = (after,) if until is None else (after, until)
    return sa.select(column).where(waits_for_turn, *ends).order_by(*_place, jobs.c.id)


def _first_workspace(after: sa.ColumnElement[bool]) -> sa.ScalarSelect[str]:
    found = in_turn(sa.case((jobs.c.queue == _queue, jobs.c.workspace)), after=after)
    return found.limit(1).scalar_subquery()


# After the last one in the order of their names; then the round begins again.
_next_workspace = sa.func.coalesce(
    _first_workspace(_of_queue > sa.tuple_(_queue, _last_workspace)), _first_workspace(jobs.c.queue >= _queue)
)
NEXT_WORKSPACE = written_out(sa.select(_next_workspace))


def _first_job(after: sa.ColumnElement[bool], until: sa.ColumnElement[bool]) -> sa.ScalarSelect[str]:
    """Return the first job in the order of a round that no other worker is taking at this moment."""
    can_run = sa.and_(is_due(), jobs.c.attempts < sa.bindparam("max"))
    found = in_turn(jobs.c.id, after=after, until=until).where(can_run).limit(1)
    return found.with_for_update(skip_locked=True).scalar_subquery()


_here = sa.tuple_(_queue, _workspace)
_whose_turn = (
    _first_job(sa.tuple_(*_place) > sa.tuple_(_queue, _workspace, _person), _of_queue <= _here),
    _first_job(_of_queue >= _here, _of_queue <= _here),
)
_anybodys = _first_job(jobs.c.queue >= _queue, jobs.c.queue <= _queue)


def _named_job() -> sa.ScalarSelect[str]:
    """Return the job of the message where its worker died or its result waits for delivery."""
    is_left = sa.or_(is_abandoned(), is_undelivered())
    return sa.select(jobs.c.id).where(jobs.c.id == _job, is_left).scalar_subquery()


def next_job() -> sa.ColumnElement[str]:
    """Return which job a message is for, as an expression for a statement that claims it.

    It is the job that the message names where its worker died or its result waits for delivery: nobody else comes for
    that. Else it is the job whose turn it is. Where other workers have just taken all of that workspace it is one of
    any: each message brings a job, or one would be left without. Without any it is the named one.
    """
    return sa.func.coalesce(_named_job(), *_whose_turn, _anybodys, _job)


def likely_job() -> sa.ColumnElement[str]:
    """Return the same in one question, without asking before whose turn it is, where it is the workspace that is given.

    Where it is another's turn, it is no job.
    """
    return sa.func.coalesce(_named_job(), sa.case((_next_workspace == _workspace, sa.func.coalesce(*_whose_turn))))
