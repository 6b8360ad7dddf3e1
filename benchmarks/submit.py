"""How long a surface waits until a job is safe: 50 a second on SQLite, with a real Valkey.

Three ways take turns: one bare INSERT with its commit (what the disk allows), `core.submit.submit` (store, wake a
worker, note it) and `POST /api/v1/jobs` of a web process. Each call has its moment, and its time counts from there,
so that a slow call also counts for those that had to wait. Bar: p99 of `core.submit.submit` at most 20 ms.

`.venv/bin/python -m benchmarks.submit [--seconds 20] [--json]`; exit code 1 when the bar is not met.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from core.job import JobRequest
from core.settings import Settings, settings_environment
from core.store import open_store
from core.submit import load_intake, submit
from core.system.subprocesses import module_command
from tests.servers.valkey import ValkeyProcess, free_port
from worker.enqueue import CeleryQueue

RATE_PER_SECOND = 50
ROUNDS = 4
BAR_MS = 20.0
INPUTS = {"message": "Could you send the figures for March by Friday? The board meets on Monday.\n" * 25}

Call = Callable[[], object]


def bare_insert(folder: Path) -> Call:
    """Return a call that stores a sealed request of the same size, with the durability that the store uses."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE job (id INTEGER PRIMARY KEY, request BLOB NOT NULL)")
    size_bytes = len(json.dumps(INPUTS)) * 4 // 3
    return lambda: connection.execute("INSERT INTO job (request) VALUES (?)", (os.urandom(size_bytes),))


def core_submit(settings: Settings) -> Call:
    """Return a call of `core.submit.submit`."""
    intake, queue = load_intake(settings, open_store(settings)), CeleryQueue(settings.broker_url)
    return lambda: submit(intake, queue, JobRequest("reply", INPUTS, surface="api", person="bench"))


def http_submit(stack: ExitStack, settings: Settings) -> Call:
    """Start a web process and return a call of its API."""
    url = stack.enter_context(web_process(settings))
    client = stack.enter_context(httpx.Client(base_url=url, headers={"Authorization": "Bearer bench"}, trust_env=False))
    body = {"recipe": "reply", "inputs": INPUTS}

    def post() -> None:
        client.post("/api/v1/jobs", json=body).raise_for_status()

    return post


@contextmanager
def web_process(settings: Settings) -> Iterator[str]:
    """Run `inlaid web` for as long as the block lasts and yield its address."""
    port = free_port()
    # One person stands for all.
    unlimited = dict.fromkeys(("requests_per_minute", "submits_per_minute", "address_requests_per_minute"), "0")
    environment = settings_environment(settings, api_tokens="bench", port=str(port), **unlimited)
    command = module_command("integrations.cli.processes.run", "web")
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_alive(url, process)
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait_until_alive(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            httpx.get(f"{url}/healthz", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    sys.exit("The web process did not start.")


def paced_ms(call: Call, count: int) -> list[float]:
    """Make the calls at the rate, and return for each how many ms after its moment it was done."""
    begin = time.perf_counter()
    times = []
    for number in range(count):
        moment = begin + number / RATE_PER_SECOND
        time.sleep(max(0.0, moment - time.perf_counter()))
        call()
        times.append((time.perf_counter() - moment) * 1000)
    return times


def summary(times: list[float]) -> dict[str, float]:
    """Return median and p99 in ms."""
    ordered = sorted(times)
    return {
        "p50_ms": round(ordered[len(ordered) // 2], 2),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)], 2),
        "calls": len(ordered),
    }


def measure(seconds: float) -> dict[str, Any]:
    """Let the three ways take turns, each for so many seconds in all."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        valkey = stack.enter_context(ValkeyProcess(folder / "valkey"))
        settings = Settings(home=folder / "home", broker_url=valkey.url)
        ways = {
            "bare_insert": bare_insert(folder),
            "submit": core_submit(settings),
            "http": http_submit(stack, settings),
        }
        times: dict[str, list[float]] = {way: [] for way in ways}
        for call in ways.values():
            paced_ms(call, RATE_PER_SECOND // 2)
        for _ in range(ROUNDS):
            for way, call in ways.items():
                times[way] += paced_ms(call, int(seconds * RATE_PER_SECOND / ROUNDS))
    found: dict[str, Any] = {way: summary(taken) for way, taken in times.items()}
    bare_ms = found["bare_insert"]["p50_ms"]
    for way in ("submit", "http"):
        found[way]["times_bare_insert"] = round(found[way]["p50_ms"] / bare_ms, 2)
    return {"rate_per_second": RATE_PER_SECOND, **found, "bar_ms": BAR_MS, "ok": found["submit"]["p99_ms"] <= BAR_MS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0, help="seconds for each way")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.seconds)
    if options.json:
        print(json.dumps(found))
    else:
        for way in ("bare_insert", "submit", "http"):
            ratio = found[way].get("times_bare_insert", 1.0)
            print(f"{way:12} p50 {found[way]['p50_ms']:7.2f} ms   p99 {found[way]['p99_ms']:7.2f} ms   x {ratio:.2f}")
        print(f"bar: p99 of submit <= {BAR_MS:.0f} ms: {'met' if found['ok'] else 'NOT met'}")
    sys.exit(0 if found["ok"] else 1)


if __name__ == "__main__":
    main()
