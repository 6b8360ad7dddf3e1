"""Figures for Prometheus that are the same for the whole installation, whichever web process is asked.

Outcomes come from the sums of the report, so that they only grow as jobs are counted; calls of models are counted from
the start of the process on, by what workers wrote down.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

import sqlalchemy as sa
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from core.errors import StoreOutage
from core.insight.report.cube import SURFACE, Cell
from core.insight.report.figures import DISTANCE_ENDS, OUTCOMES, SECONDS_ENDS, histogram
from core.insight.report.rollup_store import RollupStore
from core.store import Store
from core.store.rows import first_id
from core.store.tables import model_calls

# How far the clocks of workers may lie apart.
OVERLAP_SECONDS = 600.0


class OutcomeCollector(Collector):
    """What became of drafts, by surface. Without a database there are no figures.

    Args:
        store: where the sums are.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> list[Metric]:
        """Return the families without samples, so that registering reads nothing."""
        return [*self._families().values()]

    def collect(self) -> Iterator[Metric]:
        """Return the figures as they are now."""
        families = self._families()
        try:
            cells = RollupStore(self._store.database).totals(SURFACE)
            waiting = RollupStore(self._store.database).count_marked()
        except StoreOutage:
            return
        for surface, cell in cells.items():
            self._fill(families, surface, cell)
        families["waiting"].add_metric([], waiting)  # type: ignore[attr-defined] # a gauge
        yield from families.values()

    def _families(self) -> dict[str, Metric]:
        return {
            "outcomes": GaugeMetricFamily(
                "inlaid_outcomes", "Drafts by what their person did with them.", labels=["surface", "outcome"]
            ),
            "drafts": GaugeMetricFamily(
                "inlaid_drafts", "Drafts: all, of the small model, escalated, skeletons.", labels=["surface", "kind"]
            ),
            "checks": GaugeMetricFamily(
                "inlaid_checks_fired", "Drafts in which a check found something.", labels=["surface", "check"]
            ),
            "usd": GaugeMetricFamily("inlaid_cost_usd", "What model calls of jobs cost.", labels=["surface"]),
            "saved": GaugeMetricFamily(
                "inlaid_saved_usd", "What the small model saved, by the price of the next.", labels=["surface"]
            ),
            "distance": HistogramMetricFamily(
                "inlaid_edit_distance_ratio", "Share of a used draft that was changed.", labels=["surface"]
            ),
            "seconds": HistogramMetricFamily(
                "inlaid_result_duration_seconds", "Seconds from asking to the result.", labels=["surface"]
            ),
            "waiting": GaugeMetricFamily("inlaid_jobs_uncounted", "Jobs that the report has not counted yet."),
        }

    def _fill(self, families: dict[str, Metric], surface: str, cell: Cell) -> None:
        counts = cell.counts
        for outcome in OUTCOMES:
            families["outcomes"].add_sample("inlaid_outcomes", _at(surface, outcome=outcome), counts.get(outcome, 0.0))
        for kind in ("drafts", "small", "escalated", "skeleton"):
            labels = _at(surface, kind="all" if kind == "drafts" else kind)
            families["drafts"].add_sample("inlaid_drafts", labels, counts.get(kind, 0.0))
        for name, count in counts.items():
            if name.startswith("check:"):
                labels = _at(surface, check=name.removeprefix("check:"))
                families["checks"].add_sample("inlaid_checks_fired", labels, count)
        families["usd"].add_sample("inlaid_cost_usd", _at(surface), counts.get("usd", 0.0))
        families["saved"].add_sample("inlaid_saved_usd", _at(surface), counts.get("saved_usd", 0.0))
        _add_histogram(families["distance"], surface, cell, "d", DISTANCE_ENDS)
        _add_histogram(families["seconds"], surface, cell, "t", SECONDS_ENDS)


def _at(surface: str, **labels: str) -> dict[str, str]:
    return {"surface": surface, **labels}


def _add_histogram(family: Metric, surface: str, cell: Cell, prefix: str, ends: tuple[float, ...]) -> None:
    below = list(accumulate(histogram(cell.counts, prefix, ends)))
    for end, count in zip((*ends, float("inf")), (*below, below[-1]), strict=True):
        name = "+Inf" if end == float("inf") else str(float(end))
        family.add_sample(f"{family.name}_bucket", _at(surface, le=name), float(count))
    family.add_sample(f"{family.name}_count", _at(surface), float(below[-1]))


class ModelCallCollector(Collector):
    """Calls of models since this process started, read from what workers wrote down.

    Args:
        store: where the calls are.
        now_seconds: Unix seconds.
    """

    def __init__(self, store: Store, *, now_seconds: float | None = None) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._from = self._read_at = time.time() if now_seconds is None else now_seconds
        self._seen: set[str] = set()
        self._totals: Counter[tuple[str, str, str, str]] = Counter()

    def describe(self) -> list[Metric]:
        """Return the families without samples."""
        return list(_call_families().values())

    def collect(self) -> Iterator[Metric]:
        """Return the figures as they are now."""
        families = _call_families()
        with self._lock:
            try:
                self._read()
            except StoreOutage:
                return
            for (what, *labels), value in self._totals.items():
                names = ["endpoint", "model", *(["result"] if what == "calls" else [])]
                given = dict(zip(names, labels, strict=False))
                families[what].add_sample(f"{families[what].name}_total", given, float(value))
        yield from families.values()

    def _read(self) -> None:
        """Add up the calls that were written down since the last time. Ids are in the order of time (UUID 7)."""
        columns = model_calls.c
        floor = first_id(max(self._from, self._read_at - OVERLAP_SECONDS))
        self._read_at = time.time()
        with self._store.database.read() as connection:
            rows = connection.execute(sa.select(model_calls).where(columns.id >= floor)).all()
        recent = set()
        for row in rows:
            recent.add(row.id)
            if row.id not in self._seen:
                self._add(row)
        self._seen = recent

    def _add(self, row: sa.Row[tuple[object, ...]]) -> None:
        at = (row.endpoint, row.model)
        self._totals[("calls", *at, row.result)] += 1
        for what, value in (
            ("input", row.input_tokens),
            ("output", row.output_tokens),
            ("usd", row.usd),
            ("seconds", row.seconds),
        ):
            self._totals[(what, *at, "")] += value


def _call_families() -> dict[str, Metric]:
    labels = ["endpoint", "model"]
    return {
        "calls": CounterMetricFamily("inlaid_model_calls", "Calls of models.", labels=[*labels, "result"]),
        "input": CounterMetricFamily("inlaid_model_input_tokens", "Tokens that models read.", labels=labels),
        "output": CounterMetricFamily("inlaid_model_output_tokens", "Tokens that models wrote.", labels=labels),
        "usd": CounterMetricFamily("inlaid_model_cost_usd", "What calls of models cost.", labels=labels),
        "seconds": CounterMetricFamily("inlaid_model_call_seconds", "Seconds that models took.", labels=labels),
    }
