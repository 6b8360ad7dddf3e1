"""Figures for Prometheus that are the same whichever web process is asked."""

import time
from collections.abc import Iterable

from prometheus_client.metrics_core import Metric

from core.drafts import Finding
from core.insight.report.counting_rules import CountingRules
from core.insight.report.prometheus import ModelCallCollector, OutcomeCollector
from core.insight.report.rollup import roll_up_all
from core.store import Store
from core.store.usage import ModelCall
from tests.core.insight.making import finished_job


def value(families: Iterable[Metric], name: str, **labels: str) -> float:
    """Return the only sample of that name with these labels."""
    samples = [sample for family in families for sample in family.samples if sample.name == name]
    (found,) = [sample for sample in samples if labels.items() <= sample.labels.items()]
    return float(found.value)


def call(store: Store, result: str = "ok") -> None:
    store.usage.add([ModelCall("job", "local", "ann", "reply", "near", "mini", True, 90, 20, 0.01, 1.5, result)])


def test_outcomes_are_counted_by_surface_with_the_checks_that_found_something(
    sqlite_store: Store, rules: CountingRules
) -> None:
    found = Finding(check="facts", severity="warn", sentence="A number is not in the source.")
    job = finished_job(sqlite_store, findings=(found,), surface="slack", model="small-1b")
    sqlite_store.outcomes.add(job, "edited", person="ann", distance=0.2, detail={})
    finished_job(sqlite_store, surface="mail")
    collector = OutcomeCollector(sqlite_store)
    assert value(collector.collect(), "inlaid_jobs_uncounted") == 2

    roll_up_all(sqlite_store, rules)
    families = list(collector.collect())
    assert value(families, "inlaid_outcomes", surface="slack", outcome="edited") == 1
    assert value(families, "inlaid_outcomes", surface="mail", outcome="edited") == 0
    assert value(families, "inlaid_checks_fired", surface="slack", check="facts") == 1
    assert value(families, "inlaid_drafts", surface="slack", kind="small") == 1
    assert value(families, "inlaid_edit_distance_ratio_bucket", surface="slack", le="0.15") == 0
    assert value(families, "inlaid_edit_distance_ratio_bucket", surface="slack", le="0.2") == 1
    assert value(families, "inlaid_jobs_uncounted") == 0


def test_calls_of_models_are_counted_once_from_the_start_of_the_process_on(sqlite_store: Store) -> None:
    call(sqlite_store)
    later = ModelCallCollector(sqlite_store, now_seconds=time.time() + 60)
    collector = ModelCallCollector(sqlite_store, now_seconds=time.time() - 60)
    call(sqlite_store, "outage")
    for _ in range(2):
        families = list(collector.collect())
        assert value(families, "inlaid_model_calls_total", endpoint="near", model="mini", result="ok") == 1
        assert value(families, "inlaid_model_calls_total", result="outage") == 1
        assert value(families, "inlaid_model_input_tokens_total", model="mini") == 180
    assert all(not family.samples for family in later.collect())


def test_registering_reads_nothing(sqlite_store: Store) -> None:
    sqlite_store.close()
    names = {family.name for collector in (OutcomeCollector(sqlite_store), ModelCallCollector(sqlite_store))
             for family in collector.describe()}  # fmt: skip
    assert {"inlaid_outcomes", "inlaid_model_calls"} <= names
