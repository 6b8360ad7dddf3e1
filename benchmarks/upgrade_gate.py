"""The gate for any upgrade of celery or kombu: a worker must outlive its broker (DECISIONS.md 3).

A worker runs a task that it acknowledges late. In the middle of it the broker is killed, and comes back a second
later. The worker must still be alive, finish that task, and run another one. Celery 5.7.0 exits here.

`.venv/bin/python -m benchmarks.upgrade_gate [--json]`, half a minute; exit code 0 when the gate is open.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from celery import Celery
from kombu import Connection

from tests.servers.valkey import ValkeyProcess

POOLS = ("prefork", "threads")
TASK_SECONDS = 8.0
KILL_AFTER_SECONDS = 2.0
DOWN_SECONDS = 1.0
WATCH_SECONDS = 14.0
WAIT_SECONDS = 30.0
LEDGER = os.environ.get("GATE_LEDGER", os.devnull)

app = Celery("gate", broker=os.environ.get("GATE_BROKER"))
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 5},
)


@app.task(name="gate.note")
def note(word: str, seconds: float) -> None:
    """Write down that the task began, wait, and write down that it ended."""
    for mark in ("began", "ended"):
        with Path(LEDGER).open("a") as ledger:
            ledger.write(f"{word} {mark}\n")
        time.sleep(seconds if mark == "began" else 0)


def try_pool(pool: str, folder: Path) -> dict[str, object]:
    """Kill and restart the broker under one worker; return what became of the worker and of its tasks."""
    ledger = folder / "ledger"
    ledger.touch()
    with ValkeyProcess(folder / "valkey") as broker:
        environment = {**os.environ, "GATE_BROKER": broker.url, "GATE_LEDGER": str(ledger)}
        command = [sys.executable, "-m", "celery", "-A", "benchmarks.upgrade_gate", "worker", "-P", pool, "-c", "2"]
        with (folder / "worker.log").open("wb") as log:
            worker = subprocess.Popen(
                [*command, "--without-gossip", "--without-mingle"], env=environment, stdout=log, stderr=log
            )
        try:
            send(broker, "first", TASK_SECONDS)
            wait_until(lambda: "first began" in ledger.read_text())
            time.sleep(KILL_AFTER_SECONDS)
            broker.kill()
            time.sleep(DOWN_SECONDS)
            broker.start()
            time.sleep(WATCH_SECONDS)
            exit_code = worker.poll()
            send(broker, "second", 0.0)
            resumed = wait_until(lambda: "second ended" in ledger.read_text()) if exit_code is None else False
        finally:
            worker.terminate()
            worker.wait(WAIT_SECONDS)
    first_runs = ledger.read_text().count("first began")
    return {"pool": pool, "exit_code": exit_code, "resumed": resumed, "runs_of_first_task": first_runs}


def send(broker: ValkeyProcess, word: str, seconds: float) -> None:
    """Queue one task over a connection of its own."""
    with Connection(broker.url) as connection:
        app.send_task("gate.note", (word, seconds), connection=connection)


def wait_until(condition: Callable[[], bool]) -> bool:
    """Wait for a condition, at most 30 s; return whether it came true."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def main() -> int:
    """Try each pool and print the verdict."""
    with tempfile.TemporaryDirectory() as folder:
        results = []
        for pool in POOLS:
            place = Path(folder) / pool
            place.mkdir()
            results.append(try_pool(pool, place))
    is_open = all(result["resumed"] for result in results)
    versions = {name: version(name) for name in ("celery", "kombu", "redis")}
    if "--json" in sys.argv:
        print(json.dumps({"open": is_open, "versions": versions, "results": results}))
    else:
        print(*(f"{name} {number}" for name, number in versions.items()), sep=", ")
        for result in results:
            print(*(f"{name}={value}" for name, value in result.items()))
        print("open: the worker outlives its broker" if is_open else "CLOSED: do not upgrade")
    return 0 if is_open else 1


if __name__ == "__main__":
    sys.exit(main())
