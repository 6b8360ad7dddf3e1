"""What Prometheus reads from the web process. What workers do is read from the database, so it holds for all of them.

Each instance has a registry of its own: no global state, and two apps in one process do not mix.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from core.errors import StoreOutage
from core.job import QUEUES, STATES

if TYPE_CHECKING:
    from core.store.jobs import JobStore

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# A count that takes longer is made beside the scrape, and takes one second in so many.
SLOW_SECONDS = 0.05
SHARE = 20.0
T = TypeVar("T")
_SUBMIT_BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 3.0)


class Metrics:
    """The collectors of one web process.

    Args:
        jobs: where jobs are counted at each scrape.
        are_up: for each part (`database`, `broker`, `model`) whether it is up, asked at each scrape.
        are_full: likewise, whether it has no room left.
    """

    def __init__(
        self,
        jobs: "JobStore",
        are_up: Callable[[], Mapping[str, bool]],
        are_full: Callable[[], Mapping[str, bool]],
    ) -> None:
        self.registry = CollectorRegistry()
        self._are_up = are_up
        self._are_full = are_full
        self._requests = Counter(
            "inlaid_http_requests_total",
            "Requests by route and status.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._request_seconds = Histogram(
            "inlaid_http_request_duration_seconds",
            "Seconds until the answer was complete.",
            ["method", "route"],
            registry=self.registry,
        )
        self._submit_seconds = Histogram(
            "inlaid_job_submit_duration_seconds",
            "Seconds until a job was stored.",
            registry=self.registry,
            buckets=_SUBMIT_BUCKETS_SECONDS,
        )
        self._up = Gauge("inlaid_up", "1 when the part works.", ["part"], registry=self.registry)
        self._full = Gauge(
            "inlaid_full", "1 when the part has no disk or memory left.", ["part"], registry=self.registry
        )
        self.registry.register(_JobsCollector(jobs))

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note a request. `route` is the template, such as `/api/v1/jobs/{job_id}`, never the path."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(method, route).observe(seconds)

    def time_submit(self, seconds: float) -> None:
        """Note how long it took to store a job."""
        self._submit_seconds.observe(seconds)

    def render(self) -> bytes:
        """Return the exposition text, with the parts and the jobs as they are now."""
        for part, is_up in self._are_up().items():
            self._up.labels(part).set(float(is_up))
        for part, is_full in self._are_full().items():
            self._full.labels(part).set(float(is_full))
        return generate_latest(self.registry)


class Counted(Generic[T]):
    """A count that never takes more than a small share of the time: beyond that it is made aside, and given as it was.

    Args:
        count: makes it.
        clock: seconds that only grow.
        slow_seconds: a count that took less is made each time.
    """

    def __init__(
        self, count: Callable[[], T], clock: Callable[[], float] = time.monotonic, slow_seconds: float = SLOW_SECONDS
    ) -> None:
        self._count = count
        self._clock = clock
        self._slow_seconds = slow_seconds
        self._counting = threading.Lock()
        self._kept: tuple[float, float, T] | None = None

    def get(self) -> T:
        """Return the count; the first one is waited for, and so is each that was fast the last time.

        Raises:
            StoreOutage: there is no database, and nothing was counted before.
        """
        kept = self._kept
        if kept is None or kept[1] < self._slow_seconds:
            return self._made()
        ended, took, found = kept
        if self._clock() - ended > took * SHARE and self._counting.acquire(blocking=False):
            threading.Thread(target=self._renew, args=(kept,), name="count jobs", daemon=True).start()
        return found

    def _renew(self, old: tuple[float, float, T]) -> None:
        try:
            with suppress(StoreOutage):  # it is as it was, until the database is back
                if self._kept is old:  # else another thread has just renewed it
                    self._made()
        finally:
            self._counting.release()

    def _made(self) -> T:
        began = self._clock()
        found = self._count()
        ended = self._clock()
        self._kept = (ended, ended - began, found)
        return found


class _JobsCollector(Collector):
    """Counts the jobs of the database by queue and state, and how long they wait; without a database nothing."""

    def __init__(self, jobs: "JobStore") -> None:
        self._jobs = jobs
        self._counts = Counted(jobs.count_by_state)

    def describe(self) -> list[GaugeMetricFamily]:
        return [_job_family(), _wait_family()]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            counts, waits = self._counts.get(), self._jobs.oldest_wait_seconds()
        except StoreOutage:
            return
        family, wait_family = _job_family(), _wait_family()
        for queue in QUEUES:
            wait_family.add_metric([queue], waits[queue])
            for state in STATES:
                family.add_metric([queue, state], counts.get((queue, state), 0))
        yield from (family, wait_family)


def _job_family() -> GaugeMetricFamily:
    return GaugeMetricFamily("inlaid_jobs", "Jobs by queue and state.", labels=["queue", "state"])


def _wait_family() -> GaugeMetricFamily:
    said = "How long the oldest job of a queue has waited since it might run."
    return GaugeMetricFamily("inlaid_oldest_job_wait_seconds", said, labels=["queue"])
