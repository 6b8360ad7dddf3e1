"""The report over 1,000,000 jobs, on SQLite and PostgreSQL, and learning with known truth.

Bars: the page answers within 300 ms at p95 over random questions (stretch, up to three filters); a new outcome is in
the report within 60 s; after 500 outcomes the bandit gives at least 80 % to the best of four variants, with less regret
than trying all alike; a planted bad wish is offered in none of a hundred histories, and a planted good one, which nine
of ten edits follow, in at least 95.

`.venv/bin/python -m benchmarks.insight [--jobs 1000000] [--only learning|report] [--json]`; exit code 1 below a bar.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.testclient import TestClient

from benchmarks.insight_history import MODELS, RECIPES, SURFACES, TEAMS, copy, fill
from benchmarks.insight_learning import bandit_figures, preference_figures
from core.insight.report.counting_rules import CountingRules
from core.insight.report.figures import Discretion
from core.settings import Settings
from core.store import Database, Store, open_store
from core.store.migrate import ensure_migrated
from integrations.report.routes import ReportContext, Viewer, report_router
from tests.core.insight.making import finished_job
from tests.servers.postgres import running_postgres, with_server

PAGE_BAR_SECONDS = 0.3
VISIBLE_BAR_SECONDS = 60.0
BEST_SHARE_BAR = 0.8
GOOD_OFFERED_BAR = 95
QUESTIONS = 300
COUNT_EVERY_SECONDS = 10.0
RULES = CountingRules(lambda _workspace, _person: "team 1", {}, lambda _draft: 0.0, lambda model: model == MODELS[0])


def report_figures(store: Store, count: int) -> dict[str, Any]:
    """Return how fast the page answers, and how long an outcome takes to be in it."""
    desk = ReportContext(store, RULES, Discretion(5), lambda _request: Viewer([("local", "p1@example.com")]))
    app = FastAPI()
    app.include_router(report_router(desk))
    with TestClient(app) as client:
        times = [_time(client, query) for query in _questions(random.Random(2))]
        visible = _visible_seconds(store, client)
    times.sort()
    return {
        "jobs": count,
        "p50_ms": round(statistics.median(times) * 1000, 1),
        "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 1),
        "slowest_ms": round(times[-1] * 1000, 1),
        "outcome_visible_seconds": round(visible, 3),
        "outcome_visible_by_schedule_seconds": round(visible + COUNT_EVERY_SECONDS, 3),
    }


def _questions(chance: random.Random) -> Iterator[str]:
    values = {"recipe": RECIPES, "surface": SURFACES, "model": MODELS, "team": TEAMS}
    yield urlencode({"since": "30d"})
    for _ in range(QUESTIONS):
        names = chance.sample(list(values), chance.choice((0, 0, 1, 1, 2, 3)))
        filters = {name: chance.choice(values[name]) for name in names}
        yield urlencode({"since": chance.choice(("7d", "30d", "90d", "1y")), **filters})


def _time(client: TestClient, query: str) -> float:
    started = time.perf_counter()
    answer = client.get(f"/report?{query}")
    assert answer.status_code == 200, answer.text
    return time.perf_counter() - started


def _visible_seconds(store: Store, client: TestClient) -> float:
    """Return how long after an outcome was stored the page's figures hold it."""
    job = finished_job(store, person="p1@example.com")
    before = _rejected(client)
    started = time.perf_counter()
    store.outcomes.add(job, "rejected", person="p1@example.com", distance=None, detail={})
    while _rejected(client) == before:
        pass
    return time.perf_counter() - started


def _rejected(client: TestClient) -> float:
    total = client.get("/report/data.json?since=1d").json()["total"]
    return float(total["shares"]["rejected"]["value"] * total["decided"])


def _report_on_both(sqlite: Store, postgresql: Store, count: int) -> dict[str, Any]:
    """Fill both databases with the same history, and return the figures of each."""
    fill(sqlite, count, seed=1)
    copy(sqlite, postgresql)
    figures = {"sqlite": report_figures(sqlite, count), "postgresql": report_figures(postgresql, count)}
    sqlite.close()
    postgresql.close()
    return figures


@contextmanager
def databases() -> Iterator[tuple[Settings, Settings]]:
    """Give the settings of an empty SQLite and an empty PostgreSQL, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="inlaid-insight-") as folder, running_postgres() as server:
        home = Path(folder)
        url = server.create_database()
        ensure_migrated(Database(url))
        # One key for both: the one is filled with what the other has sealed.
        on_server = with_server(Settings(home=home / "store"), url)
        yield on_server.model_copy(update={"database_url": ""}), on_server


def main() -> None:
    """Measure, print and compare with the bars."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--only", choices=["learning", "report"])
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures: dict[str, Any] = {}
    if given.only != "report":
        figures |= {"bandit": bandit_figures(), "preferences": preference_figures()}
    if given.only != "learning":
        with databases() as (sqlite, postgresql):
            figures |= _report_on_both(open_store(sqlite), open_store(postgresql), given.jobs)
    misses = list(_misses(figures))
    print(json.dumps({**figures, "misses": misses}, indent=None if given.json else 2))
    sys.exit(1 if misses else 0)


def _misses(figures: dict[str, Any]) -> Iterator[str]:
    for name in ("sqlite", "postgresql"):
        if one := figures.get(name):
            if one["p95_ms"] > PAGE_BAR_SECONDS * 1000:
                yield f"{name}: p95 {one['p95_ms']} ms is over {PAGE_BAR_SECONDS * 1000:.0f} ms"
            if one["outcome_visible_by_schedule_seconds"] > VISIBLE_BAR_SECONDS:
                yield f"{name}: an outcome takes {one['outcome_visible_by_schedule_seconds']} s"
    if bandit := figures.get("bandit"):
        if bandit["inlaid"]["best_share"] < BEST_SHARE_BAR:
            yield f"bandit: {bandit['inlaid']['best_share']} for the best variant"
        if bandit["inlaid"]["regret"] >= bandit["uniform"]["regret"]:
            yield "bandit: more regret than trying all alike"
    if (wishes := figures.get("preferences")) and (
        wishes["bad_offered"] or wishes["good_offered"] < wishes["histories"]
    ):
        yield "preferences: a bad wish was offered, or a good one was not"


if __name__ == "__main__":
    main()
