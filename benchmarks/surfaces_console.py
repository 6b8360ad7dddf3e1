"""The pages of the console with a long history: seconds until each is there, as a browser waits for it.

`python -m benchmarks.surfaces_console [--jobs N] [--asks N] [--postgres] [--json]`. One person has 40 % of the jobs,
200 others the rest, over a year. Server and client share one process, and the machine with whatever else runs: so
the load is printed, and beside the clock's seconds the processor's (the client's, too). Bar: a p95 of 150 ms a page.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
import sqlalchemy as sa

from benchmarks.surfaces import Figure
from core.drafts import Draft, Gap, Usage
from core.insight.report.counting_rules import load_counting_rules
from core.insight.report.rollup import roll_up_all
from core.settings import Settings, load_settings
from core.store import Database, Store
from core.store.migrate import ensure_migrated
from core.store.tables import jobs, outcomes
from integrations.cli.processes.data_dir import api_token
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.api.running import RunningWeb, running_web
from tests.integrations.console.conftest import comes_in
from tests.integrations.console.filled import fill
from tests.servers.postgres import running_postgres, with_server
from tests.servers.valkey import ValkeyProcess

BAR_SECONDS = 0.150
JOBS = 100_000
PEOPLE = 200
YEAR_SECONDS = 365 * 86_400
OWN_SHARE = 0.4
RECIPES = ("reply", "rewrite", "summarize", "actions", "compose", "shorten")
SURFACES = ("mail", "slack", "word", "outlook", "api")
STATES = ("delivered", "failed", "cancelled")
ACTS = ("accepted", "edited", "rejected", "")
TEXT = "Hello Ann,\n\nthe pumps come on Friday; the price of 12,400 euros holds until the end of March. " * 6
_CHUNK = 2_000


def fill_history(store: Store, me: str, count: int, chance: random.Random) -> str:
    """Store a year of jobs with their outcomes, the oldest first, and return the id of one in the middle of my own."""
    now, middle = store.database.now_seconds(), ""
    cipher = store.jobs.cipher
    usage = Usage(input_tokens=800, output_tokens=140, usd=0.002, seconds=2.0, calls=1)
    gap = Gap(place="[[when?]]", question="When?")
    request = cipher.seal("local", {"inputs": {"text": TEXT, "message": TEXT}, "delivery": {}})
    drafts = [
        cipher.seal("local", Draft(recipe=recipe, text=TEXT, gaps=gaps, model="m", usage=usage).model_dump(mode="json"))
        for recipe in RECIPES
        for gaps in ((), (gap,))
    ]
    nothing = cipher.seal("local", {})
    for start in range(0, count, _CHUNK):
        rows, acts = [], []
        for number in range(start, min(start + _CHUNK, count)):
            at = now - YEAR_SECONDS * (count - number) / count
            person = me if chance.random() < OWN_SHARE else f"p{chance.randrange(PEOPLE)}@example.com"
            row = _job_row(at, person, request, drafts, chance)
            rows.append(row)
            middle = row["id"] if person == me and number < count // 2 else middle
            if row["state"] == "delivered" and (act := chance.choice(ACTS)):
                acts.append({
                    "id": str(uuid.uuid4()), "job_id": row["id"], "person": person, "outcome": act, "detail": nothing,
                    "distance": 0.1 if act == "edited" else None, "created_at": at + 60, "happened_at": at + 60,
                })  # fmt: skip
        with store.database.write() as connection:
            connection.execute(sa.insert(jobs), rows)
            connection.execute(sa.insert(outcomes), acts)
    return middle


def _job_row(at: float, person: str, request: bytes, drafts: list[bytes], chance: random.Random) -> dict[str, Any]:
    place = chance.randrange(len(RECIPES))
    state = chance.choices(STATES, (96, 3, 1))[0]
    is_done = state == "delivered"
    job_id = str(uuid.UUID(int=int(at * 1000) << 80 | 0x7 << 76 | 0x2 << 62 | chance.getrandbits(62)))
    return {
        "id": job_id, "workspace": "local", "person": person, "surface": chance.choice(SURFACES),
        "recipe": RECIPES[place], "queue": "interactive", "dedupe_key": job_id, "content_hash": "", "state": state,
        "request": request, "draft": drafts[2 * place + (chance.random() < 0.1)] if is_done else None, "attempts": 1,
        "not_before": at, "created_at": at, "started_at": at + 0.1, "finished_at": at + 2.1, "delivered_at": at + 2.2,
    }  # fmt: skip


def pages_of(addresses: dict[str, str], middle: str) -> dict[str, str]:
    """Return what is asked for, by name: each page, and the lists as people filter them."""
    lists = {
        "drafts, page in the middle": f"/console/jobs?before={middle}",
        "drafts, not used yet": "/console/jobs?stage=open",
        "drafts, discarded": "/console/jobs?stage=rejected",
        "drafts, failed, from Word": "/console/jobs?stage=failed&surface=word",
        "drafts, of one kind and place": "/console/jobs?recipe=actions&surface=outlook",
        "drafts, a word that is there": "/console/jobs?text=pumps",
        "drafts, a word that is not": "/console/jobs?text=zeppelin",
        "everybody's drafts": "/console/jobs?whose=all",
        "everybody's, failed": "/console/jobs?whose=all&stage=failed",
        "everybody's, discarded": "/console/jobs?whose=all&stage=rejected",
        "everybody's, being written": "/console/jobs?whose=all&stage=working",
        "people, by a word": "/console/people?text=p17",
        "audit, of one person": "/console/audit?who=p17@example.com",
        "report, a year": "/report?since=1y",
        "report, one recipe": "/report?since=90d&recipe=reply",
    }
    left_out = {"error", "lost", "front", "drafts-none"}
    return {name: address for name, address in addresses.items() if name not in left_out} | lists


def measure(rounds: int) -> dict[str, Figure]:
    """Return the figures of the section, of 100,000 jobs; each page is asked for eight times a round."""
    found = run(JOBS, 8 * rounds)
    over = Figure(len(found["over"]), 0)
    return {"slowest_page_p95_ms": Figure(1000 * found["worst_p95"], 1000 * BAR_SECONDS), "pages_over_the_bar": over}


def ask_for(client: httpx.Client, addresses: dict[str, str], asks: int) -> dict[str, list[tuple[float, float]]]:
    """Ask for each page in turn, `asks` times after one that does not count; return (seconds, processor's) of each."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in addresses}
    for number in range(asks + 1):
        for name, address in addresses.items():
            started, worked = time.perf_counter(), time.process_time()
            answer = client.get(address)
            taken = time.perf_counter() - started, time.process_time() - worked
            if answer.status_code != 200:
                raise SystemExit(f"{address} gives {answer.status_code}: {answer.text[:200]}")
            if number:
                seconds[name].append(taken)
    return seconds


@contextmanager
def installation(folder: Path, *, with_postgres: bool) -> Iterator[RunningWeb]:
    """Run a web process of one person over an empty database."""
    with ValkeyProcess(folder / "valkey") as valkey, OpenAIServer() as model:
        home = folder / "home"
        home.mkdir()
        changes = {"home": home, "broker_url": valkey.url, "model_url": model.url, "address_requests_per_minute": 10**6}
        settings = load_settings().model_copy(update=changes | {"requests_per_minute": 10**6})
        api_token(home)
        if not with_postgres:
            with running_web(settings) as web:
                yield web
            return
        with (
            running_postgres() as server,
            running_web(_migrated(with_server(settings, server.create_database()))) as web,
        ):
            yield web


def _migrated(settings: Settings) -> Settings:
    database = Database(settings.store_url)
    ensure_migrated(database)
    database.close()
    return settings


def run(count: int, asks: int, *, with_postgres: bool = False) -> dict[str, Any]:
    """Fill an installation, ask for its pages, and return seconds by page (p50 and p95), the worst, and the load."""
    with tempfile.TemporaryDirectory() as name, installation(Path(name), with_postgres=with_postgres) as web:
        store, me = web.services.store, web.settings.local_person
        middle = fill_history(store, me, count, random.Random(7))
        with comes_in(web) as client:
            addresses = fill(web, client, Path(name) / "files").addresses
            started = time.perf_counter()
            roll_up_all(store, load_counting_rules(web.settings, store, web.services.recipes))
            print(f"counted in {time.perf_counter() - started:.0f} s", file=sys.stderr)
            taken = ask_for(client, pages_of(addresses, middle), asks)
    pages = {page: _figures(asked) for page, asked in taken.items()}
    return {
        "jobs": count,
        "asks": asks,
        "database": "postgresql" if with_postgres else "sqlite",
        "load": os.getloadavg()[0],
        "bar_seconds": BAR_SECONDS,
        "pages": pages,
        "worst_p95": max(page["p95"] for page in pages.values()),
        "over": sorted(page for page, figures in pages.items() if figures["p95"] > BAR_SECONDS),
    }


def _figures(asked: list[tuple[float, float]]) -> dict[str, float]:
    by_clock, by_processor = (quantiles(times, n=20) for times in zip(*asked, strict=True))
    return {
        "p50": by_clock[9],
        "p95": by_clock[18],
        "processor_p50": by_processor[9],
        "processor_p95": by_processor[18],
    }


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; 1 when a page is over the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=JOBS)
    parser.add_argument("--asks", type=int, default=40)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    found = run(asked.jobs, asked.asks, with_postgres=asked.postgres)
    if asked.json:
        print(json.dumps(found))
        return bool(found["over"])
    for page, figures in sorted(found["pages"].items(), key=lambda one: -one[1]["p95"]):
        by_clock = f"p50 {1000 * figures['p50']:6.0f} ms  p95 {1000 * figures['p95']:6.0f} ms"
        print(f"{page:30} {by_clock}  processor {1000 * figures['processor_p95']:5.0f} ms")
    print(f"{found['jobs']} jobs, {found['database']}, load {found['load']:.1f}: {len(found['over'])} over 150 ms")
    return bool(found["over"])


if __name__ == "__main__":
    sys.exit(main())
