"""Whose job is next in a class: a round over the workspaces, in each a round over its people, of each the oldest job.

Somebody with one job waits for one round at most, whatever others have waiting. A round needs no column and no row
that everybody writes: each worker process remembers whom it served last, and one look at an index finds who follows.
"""

import threading
from collections import OrderedDict

import sqlalchemy as sa

from core.job import QueueName
from core.store.rows import is_due, is_undelivered, is_workable, written_out
from core.store.tables import jobs, waits_for_turn

# Beyond so many, the round over the people of a workspace begins again from its first.
MAX_KEPT = 10_000


class Turns:
    """Whom one process served last, by class. Safe for several threads."""

    def __init__(self) -> None:
        self._workspaces: dict[str, str] = {}
        self._people: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._lock = threading.Lock()

    def workspace(self, queue: QueueName) -> str:
        """Return the workspace that was served last in a class, "" for none."""
        with self._lock:
            return self._workspaces.get(queue, "")

    def person(self, queue: QueueName, workspace: str) -> str:
        """Return who was served last there, "" for nobody."""
        with self._lock:
            return self._people.get((queue, workspace), "")

    def served(self, queue: QueueName, workspace: str, person: str) -> None:
        """Note whose job was taken."""
        with self._lock:
            self._workspaces[queue] = workspace
            self._people[queue, workspace] = person
            self._people.move_to_end((queue, workspace))
            while len(self._people) > MAX_KEPT:
                self._people.popitem(last=False)


# Not the names of columns: those stand for new values in an UPDATE.
_queue, _workspace, _person, _job = (
    sa.bindparam(name, type_=sa.Text()) for name in ("in_queue", "in_workspace", "after_person", "job")
)


_last_workspace = sa.bindparam("after_workspace", type_=sa.Text())


def _first_workspace(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[str]:
    waiting = sa.select(jobs.c.workspace).where(waits_for_turn, jobs.c.queue == _queue, *conditions)
    return waiting.order_by(jobs.c.workspace).limit(1).scalar_subquery()


# After the last one in the order of their names; then the round begins again.
NEXT_WORKSPACE = written_out(
    sa.select(sa.func.coalesce(_first_workspace(jobs.c.workspace > _last_workspace), _first_workspace()))
)


def _first_job(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[str]:
    """Return the first job in the order of a round that no other worker is taking at this moment."""
    mine = sa.and_(waits_for_turn, jobs.c.queue == _queue, *conditions)
    waiting = sa.select(jobs.c.id).where(mine, is_due(), jobs.c.attempts < sa.bindparam("most"))
    first = waiting.order_by(jobs.c.workspace, jobs.c.person, jobs.c.id).limit(1)
    return first.with_for_update(skip_locked=True).scalar_subquery()


def next_job() -> sa.ColumnElement[str]:
    """Return which job a message is for, as an expression for a statement that claims it.

    It is the job that the message names where its worker died or its result waits for delivery: nobody else comes for
    that. Else it is the job whose turn it is. Where other workers have just taken all of that workspace it is one of
    any: each message brings a job, or one would be left without. Without any it is the named one.
    """
    named = sa.select(jobs.c.id).where(
        jobs.c.id == _job, jobs.c.state != "queued", sa.or_(is_workable(), is_undelivered())
    )
    here = jobs.c.workspace == _workspace
    whose_turn = (_first_job(here, jobs.c.person > _person), _first_job(here), _first_job())
    return sa.func.coalesce(named.scalar_subquery(), *whose_turn, _job)
