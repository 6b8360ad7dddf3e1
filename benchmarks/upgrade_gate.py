"""The gate for any upgrade of celery or kombu: a worker must outlive its broker (DECISIONS.md 3).

The worker is the product's own process, with the configuration that is shipped. In the middle of a job the broker is
killed, and comes back a second later. The worker must still be alive, finish that job in its first attempt, and run
another one. Celery 5.7.0 exits here, and so does 5.6.3 when it is told to stop running tasks with the connection.

`.venv/bin/python -m benchmarks.upgrade_gate [--json]`, half a minute; exit code 0 when the gate is open.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from core.job import Job, JobRequest
from core.settings import Settings
from core.store import open_store
from core.submit import load_intake, submit
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.servers.valkey import ValkeyProcess
from tests.servers.worker import WorkerProcess
from worker.enqueue import CeleryQueue

# Ten words: the job lasts eight seconds.
ANSWER = Answer("We meet on Tuesday at 3 pm in room 4.", seconds_per_piece=0.8)
KILL_AFTER_SECONDS = 2.0
DOWN_SECONDS = 1.0
WATCH_SECONDS = 14.0
WAIT_SECONDS = 30.0


def try_worker(folder: Path) -> dict[str, object]:
    """Kill and restart the broker under one worker; return what became of the worker and of its jobs."""
    with ValkeyProcess(folder / "valkey") as broker, OpenAIServer(respond=lambda _body: ANSWER) as model:
        settings = Settings(
            home=folder / "home", broker_url=broker.url, model_url=model.url, cache_seconds=0, _env_file=None
        )
        store, queue = open_store(settings), CeleryQueue(broker.url)

        def send() -> Job:
            request = JobRequest("rewrite", {"text": "The meeting is on Tuesday at 3 pm in room 4."}, "api", "ann")
            return submit(load_intake(settings, store), queue, request)[0]

        worker = WorkerProcess(settings)
        worker.start()
        try:
            first = send()
            wait_until(lambda: store.jobs.get(first.id).state == "running")
            time.sleep(KILL_AFTER_SECONDS)
            broker.kill()
            time.sleep(DOWN_SECONDS)
            broker.start()
            time.sleep(WATCH_SECONDS)
            exit_code = worker.exit_code
            second = send()
            resumed = exit_code is None and wait_until(lambda: store.jobs.get(second.id).state == "delivered")
        finally:
            worker.stop()
        done = store.jobs.get(first.id)
        store.close()
    return {
        "exit_code": exit_code,
        "resumed": resumed,
        "first_job": done.state,
        "attempts_of_first_job": done.attempts,
        "is_open": resumed and (done.state, done.attempts) == ("delivered", 1),
    }


def wait_until(condition: Callable[[], bool]) -> bool:
    """Wait for a condition, at most 30 s; return whether it came true."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def main() -> int:
    """Try the worker and print the verdict."""
    with tempfile.TemporaryDirectory() as folder:
        result = try_worker(Path(folder))
    versions = {name: version(name) for name in ("celery", "kombu", "redis")}
    if "--json" in sys.argv:
        print(json.dumps({"versions": versions, **result}))
    else:
        print(*(f"{name} {number}" for name, number in versions.items()), sep=", ")
        print(*(f"{name}={value}" for name, value in result.items()))
        print("open: the worker outlives its broker" if result["is_open"] else "CLOSED: do not upgrade")
    return 0 if result["is_open"] else 1


if __name__ == "__main__":
    sys.exit(main())
