"""The dashboard and the alert rules ask for figures, labels and values that the web process really has."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from core.drafts import Finding
from core.insight.report.counting_rules import CountingRules
from core.insight.report.prometheus import ModelCallCollector, OutcomeCollector
from core.insight.report.rollup import roll_up_all
from core.observability.metrics import Metrics
from core.observability.slo import OBJECTIVES
from core.settings import Settings
from core.store import Store, open_store
from core.store.usage import ModelCall
from integrations.mail.accounts.metrics import MailboxCollector
from tests.core.insight.making import finished_job

ROOT = Path(__file__).parent.parent
DASHBOARD = ROOT / "deploy/grafana/inlaid.json"
ALERTS = ROOT / "deploy/prometheus/alerts.yaml"
NAME = re.compile(r"inlaid_[a-z_]+")
RECORDED = re.compile(r"inlaid:[a-z0-9_:]+")
SELECTOR = re.compile(r"(inlaid_[a-z_]+)\{([^}]*)\}")
GROWTH = re.compile(r"\b(?:rate|increase)\((inlaid_[a-z_]+)")
GROUPING = re.compile(r"\bby \(([^)]*)\)")
# Prometheus adds these itself.
ADDED_LABELS = {"instance", "job"}
RULES = CountingRules(lambda _workspace, _person: "", {}, lambda _draft: 0.01, lambda _model: True)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """Return a store with a used draft and a call of a model."""
    opened = open_store(settings)
    found = Finding(check="facts", severity="warn", sentence="A number is not in the source.")
    job = finished_job(opened, findings=(found,), surface="slack")
    opened.outcomes.add(job, "edited", person="ann", distance=0.2, detail={})
    roll_up_all(opened, RULES)
    yield opened
    opened.close()


@pytest.fixture
def families(store: Store) -> dict[str, Metric]:
    """Return what a web process shows, as Prometheus's own client reads it."""
    metrics = Metrics(store.jobs, lambda: {"database": True}, lambda: {"database": False})
    calls = ModelCallCollector(store)
    for collector in (MailboxCollector(store.records), OutcomeCollector(store), calls):
        metrics.registry.register(collector)
    store.usage.add(
        [ModelCall(store.jobs.list()[0].id, "local", "ann", "reply", "near", "mini", True, 90, 20, 0.01, 1.5, "ok")]
    )
    metrics.count_request("GET", "/report", 200, 0.1)
    metrics.time_submit(0.01)
    text = metrics.render().decode()
    return {family.name: family for family in text_string_to_metric_families(text)}


def value(families: dict[str, Metric], name: str, **labels: str) -> float:
    """Return one sample."""
    samples = [sample for family in families.values() for sample in family.samples if sample.name == name]
    return next(float(sample.value) for sample in samples if labels.items() <= sample.labels.items())


def expressions() -> list[str]:
    """Return every query of the dashboard and of the alert rules."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    found = [target["expr"] for panel in panels for target in panel.get("targets", ())]
    return [*found, *(rule["expr"] for rule in rules("alert")), *(rule["expr"] for rule in rules("record"))]


def rules(kind: str) -> list[dict[str, Any]]:
    """Return the rules of all groups that are an `alert`, or that `record` a figure."""
    groups = yaml.safe_load(ALERTS.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"] if kind in rule]


def sample_names(families: dict[str, Metric]) -> dict[str, Metric]:
    """Return the names under which samples may be asked for."""
    endings = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
    return {f"{name}{end}": family for name, family in families.items() for end in endings.get(family.type, ("",))}


def test_the_figures_are_those_of_the_store(families: dict[str, Metric]) -> None:
    assert value(families, "inlaid_outcomes", surface="slack", outcome="edited") == 1.0
    assert value(families, "inlaid_checks_fired", check="facts") == 1.0
    assert value(families, "inlaid_edit_distance_ratio_bucket", le="0.2") == 1.0
    assert value(families, "inlaid_edit_distance_ratio_bucket", le="0.15") == 0.0
    assert value(families, "inlaid_edit_distance_ratio_count") == 1.0
    assert value(families, "inlaid_saved_usd") == 0.01
    assert value(families, "inlaid_model_calls_total", model="mini", result="ok") == 1.0
    assert value(families, "inlaid_model_input_tokens_total") == 90.0
    assert value(families, "inlaid_jobs_uncounted") == 0.0


def test_a_call_is_counted_once_however_often_it_is_asked_for(store: Store) -> None:
    collector = ModelCallCollector(store)
    store.usage.add([ModelCall("j", "local", "ann", "reply", "near", "mini", True, 1, 1, 0.0, 1.0, "ok")] * 2)
    for _ in range(3):
        calls = next(family for family in collector.collect() if family.name == "inlaid_model_calls")
    assert [sample.value for sample in calls.samples] == [2.0]


def test_what_was_called_before_the_process_started_is_not_its_figure(store: Store) -> None:
    store.usage.add([ModelCall("j", "local", "ann", "reply", "near", "mini", True, 1, 1, 0.0, 1.0, "ok")])
    collector = ModelCallCollector(store, now_seconds=4e9)
    assert not [sample for family in collector.collect() for sample in family.samples]


def test_every_query_asks_for_figures_that_there_are(families: dict[str, Metric]) -> None:
    known = sample_names(families)
    asked = {name for expression in expressions() for name in NAME.findall(expression)}
    assert len(asked) > 15
    assert asked - known.keys() == set()


def test_every_label_of_a_query_is_one_of_the_figure(families: dict[str, Metric]) -> None:
    known = sample_names(families)
    for expression in expressions():
        names = NAME.findall(expression)
        labels = {label for name in names for sample in known[name].samples for label in sample.labels}
        if not labels and all(not known[name].samples for name in names):
            continue  # no mailbox is connected here
        grouped = {label.strip() for group in GROUPING.findall(expression) for label in group.split(",")}
        selected = {
            part.partition("=")[0].rstrip("!")
            for _name, inner in SELECTOR.findall(expression)
            for part in inner.split(",")
        }
        assert (grouped | selected) - labels - ADDED_LABELS == set(), expression


def test_only_what_never_falls_is_asked_how_much_it_grew(families: dict[str, Metric]) -> None:
    """A figure that falls, as jobs that wait do, looks to `increase` and `rate` as if its process had started again."""
    known = sample_names(families)
    asked = {name for expression in expressions() for name in GROWTH.findall(expression)}
    assert "inlaid_jobs_finished_total" in asked
    assert {name: known[name].type for name in asked if known[name].type not in {"counter", "histogram"}} == {}


def test_what_rules_record_is_what_is_asked_for() -> None:
    recorded = {rule["record"] for rule in rules("record")}
    assert recorded == {name for expression in expressions() for name in RECORDED.findall(expression)}


def test_each_alert_of_a_budget_looks_at_a_long_and_a_short_time() -> None:
    burning = {rule["alert"]: rule["expr"] for rule in rules("alert") if "inlaid:slo" in rule["expr"]}
    windows = {name: re.findall(r"ratio_rate(\w+) > on \(slo\) ([\d.]+) \*", expr) for name, expr in burning.items()}
    assert windows == {
        "InlaidBudgetBurnsFast": [("1h", "14.4"), ("5m", "14.4")],
        "InlaidBudgetBurns": [("6h", "6"), ("30m", "6")],
    }


def test_the_runbook_tells_of_each_promise() -> None:
    told = (ROOT / "deploy/runbook.md").read_text()
    for slo, share in OBJECTIVES.items():
        assert f"| `{slo}` | {share:.1%} |" in told


def test_each_alert_says_what_to_do() -> None:
    for rule in rules("alert"):
        assert rule["for"]
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["description"]
