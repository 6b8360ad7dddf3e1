"""What an installation promises those who use it, and how often it kept that: service level objectives (SLO).

Each promise counts events, kept or not, for alerts on how fast its budget of misses is used up
(deploy/prometheus/alerts.yaml); jobs are counted by what they came to, too. That is read from the database a minute
after they end, when it is known whether they were delivered in time, so every web process counts all jobs once, whoever
ran them.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.errors import StoreOutage
from core.job import QUEUES
from core.store.rows import now
from core.store.tables import jobs

if TYPE_CHECKING:
    from core.store.engine import Database

ACKNOWLEDGE_SECONDS = 1.0
BEGIN_SECONDS = 5.0
DELIVER_SECONDS = 60.0
ACKNOWLEDGE, BEGIN, END, DELIVER = "acknowledge", "begin", "end", "deliver"
# The share of events in which a promise is to be kept.
DONE, FAILED, CANCELLED = RESULTS = ("done", "failed", "cancelled")
OBJECTIVES: Final = {ACKNOWLEDGE: 0.999, BEGIN: 0.99, END: 0.99, DELIVER: 0.99}


class SloCollector(Collector):
    """Counts promises kept and missed since this process started.

    Args:
        database: where jobs are.
        since: when the jobs ended that are counted, in Unix seconds; None for a minute before the first look.
    """

    def __init__(self, database: "Database", *, since: float | None = None) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._counted_to = since
        self._finished = Counter[tuple[str, str]]({(queue, result): 0 for queue in QUEUES for result in RESULTS})
        self._events = Counter[tuple[str, bool]]({(slo, kept): 0 for slo in OBJECTIVES for kept in (True, False)})

    def note_acknowledged(self, seconds: float) -> None:
        """Count a job that was stored after so many seconds, infinite for one that could not be."""
        with self._lock:
            self._events[(ACKNOWLEDGE, seconds <= ACKNOWLEDGE_SECONDS)] += 1

    def read(self) -> None:
        """Count the jobs that ended since the last time, up to a minute ago; without a database the next time."""
        with self._lock, suppress(StoreOutage), self._database.read() as connection:
            to = connection.execute(sa.select(now)).scalar_one() - DELIVER_SECONDS
            if self._counted_to is None:
                self._counted_to = to
            if to <= self._counted_to:  # twice in a moment, or the clock was set back
                return
            rows = connection.execute(_ENDED, {"since": self._counted_to, "to": to}).mappings().all()
            self._counted_to = to
            for row in rows:
                for slo in (BEGIN, END, DELIVER):
                    self._events[(slo, True)] += row[slo]
                    self._events[(slo, False)] += row[f"{slo}_all"] - row[slo]
                for result in RESULTS:
                    self._finished[(row["queue"], result)] += row[result]

    def describe(self) -> list[Metric]:
        """Return the families without samples, so that registering reads nothing."""
        return [_event_family(), _finished_family(), _objective_family()]

    def collect(self) -> Iterator[Metric]:
        """Return the figures as they are now."""
        self.read()
        family, finished, objectives = _event_family(), _finished_family(), _objective_family()
        with self._lock:
            for (slo, kept), count in self._events.items():
                family.add_metric([slo, "yes" if kept else "no"], count)
            for labels, count in self._finished.items():
                finished.add_metric(labels, count)
        for slo, share in OBJECTIVES.items():
            objectives.add_metric([slo], share)
        yield family
        yield finished
        yield objectives


def _event_family() -> CounterMetricFamily:
    return CounterMetricFamily("inlaid_slo_events", "Promises by whether they were kept.", labels=["slo", "kept"])


def _finished_family() -> CounterMetricFamily:
    return CounterMetricFamily("inlaid_jobs_finished", "Jobs by what they came to.", labels=["queue", "result"])


def _objective_family() -> GaugeMetricFamily:
    return GaugeMetricFamily("inlaid_slo_objective_ratio", "The share of promises to be kept.", labels=["slo"])


def _ended() -> sa.Select[Any]:
    """Return the statement that counts by class the jobs that ended in a span of time, and their promises."""
    columns = jobs.c
    is_cancelled = columns.state == "cancelled"  # which is no promise
    is_interactive = sa.and_(columns.queue == "interactive", ~is_cancelled)
    # A try that was put off moved the time from which a job may run, and so did a person who has it tried again.
    may_run_at = sa.case((columns.not_before <= columns.started_at, columns.not_before), else_=columns.created_at)
    counted = {
        BEGIN: sa.and_(is_interactive, columns.started_at - may_run_at <= BEGIN_SECONDS),
        f"{BEGIN}_all": is_interactive,
        END: columns.state.in_(("ready", "delivered")),
        f"{END}_all": ~is_cancelled,
        DELIVER: sa.and_(columns.delivered_at - columns.finished_at <= DELIVER_SECONDS, ~is_cancelled),
        f"{DELIVER}_all": ~is_cancelled,
        DONE: columns.state.in_(("ready", "delivered")),
        FAILED: columns.state == "failed",
        CANCELLED: is_cancelled,
    }
    sums = (sa.func.sum(sa.case((is_it, 1), else_=0)).label(name) for name, is_it in counted.items())
    ended = sa.select(columns.queue, *sums).where(
        columns.queue.in_(QUEUES),  # so that the index by class and end is gone along
        columns.finished_at > sa.bindparam("since"),
        columns.finished_at <= sa.bindparam("to"),
        columns.state.in_(("ready", "delivered", "failed", "cancelled")),
    )
    return ended.group_by(columns.queue)


_ENDED = _ended()
