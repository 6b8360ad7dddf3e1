"""What Prometheus reads from the web process. What workers do is read from the database, so it holds for all of them.

Each instance has a registry of its own: no global state, and two apps in one process do not mix.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from core.errors import StoreOutage
from core.job import QUEUES
from core.observability.slo import SloCollector
from core.store.jobs import MAX_COUNTED, JobStore

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
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
        jobs: JobStore,
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
        self._slo = SloCollector(jobs.database)
        self.registry.register(self._slo)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note a request. `route` is the template, such as `/api/v1/jobs/{job_id}`, never the path."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(method, route).observe(seconds)

    def time_submit(self, seconds: float) -> None:
        """Note how long it took to store a job; infinite where it could not be stored."""
        if seconds < math.inf:
            self._submit_seconds.observe(seconds)
        self._slo.note_acknowledged(seconds)

    def render(self) -> bytes:
        """Return the exposition text, with the parts and the jobs as they are now."""
        for part, is_up in self._are_up().items():
            self._up.labels(part).set(float(is_up))
        for part, is_full in self._are_full().items():
            self._full.labels(part).set(float(is_full))
        return generate_latest(self.registry)


class _JobsCollector(Collector):
    """Counts the jobs that have not ended, and how long they wait; without a database nothing."""

    def __init__(self, jobs: JobStore) -> None:
        self._jobs = jobs

    def describe(self) -> list[GaugeMetricFamily]:
        return [_job_family(), _wait_family()]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with suppress(StoreOutage):
            waits, wait_family = self._jobs.oldest_wait_seconds(), _wait_family()
            for queue in QUEUES:
                wait_family.add_metric([queue], waits[queue])
            yield wait_family
        with suppress(StoreOutage):
            counts, family = self._jobs.count_open(), _job_family()
            for labels, count in counts.items():
                family.add_metric(labels, count)
            yield family


def _job_family() -> GaugeMetricFamily:
    said = f"Jobs that have not ended by queue and state, {MAX_COUNTED} for that many or more."
    return GaugeMetricFamily("inlaid_jobs", said, labels=["queue", "state"])


def _wait_family() -> GaugeMetricFamily:
    said = "How long the oldest job of a queue has waited since it might run."
    return GaugeMetricFamily("inlaid_oldest_job_wait_seconds", said, labels=["queue"])
