"""A rolling upgrade under load and a step back: nobody who asks sees an error, and every job has one result.

Real processes on one PostgreSQL and one Valkey: web and worker of this release, then of the next beside them, then of
the next alone, then of this one again on the newer tables.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from core.settings import Settings
from core.store import Store
from core.store.migrate import current_schema
from core.store.tables import jobs
from tests.core.store.test_migrate import migrate_further
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.faults.next_release import FURTHER, NEXT
from tests.faults.test_history import finished, opened
from tests.processes.commands import wait_until
from tests.servers.postgres import PostgresServer, with_server
from tests.servers.valkey import ValkeyProcess, free_port
from tests.servers.worker import WebProcess, WorkerProcess

pytestmark = pytest.mark.processes

CALLERS = 3
EVERY_SECONDS = 0.25
SLOWEST_SECONDS = 20.0
# Jobs that begin and end with the same processes running.
JOBS_OF_A_PHASE = 5
TEXT = "The meeting is on Tuesday at 3 pm in room 4."
THIS, FOLLOWING = "integrations.cli.processes.run", "tests.faults.next_release"


@dataclass
class Balancer:
    """What stands before the web processes, and those who ask."""

    client: httpx.Client
    urls: list[str] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    callers: list[threading.Thread] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def ask(self, method: str, path: str, **options: object) -> httpx.Response:
        """Ask one of the web processes that are open, in turn."""
        urls = self.urls
        answer = self.client.request(method, urls[next(self._numbers) % len(urls)] + path, **options)  # type: ignore[arg-type]
        if answer.is_error:
            raise httpx.HTTPStatusError(answer.text, request=answer.request, response=answer)
        return answer

    def call(self) -> None:
        """Ask for jobs one after the other until the end, and wait for each result."""
        while not self.ended.wait(EVERY_SECONDS):
            begun = time.monotonic()
            try:
                self._bring_job(begun)
            except (httpx.HTTPError, AssertionError) as error:
                self.errors.append(f"{type(error).__name__}: {error}")

    def _bring_job(self, begun: float) -> None:
        inputs = {"text": f"{next(self._numbers)}. {TEXT}"}
        job = self.ask("POST", "/api/v1/jobs", json={"recipe": "rewrite", "inputs": inputs}).json()
        while job["state"] != "delivered":
            assert job["state"] != "failed", job.get("error")
            assert time.monotonic() < begun + SLOWEST_SECONDS, f"still {job['state']}"
            time.sleep(0.05)
            job = self.ask("GET", f"/api/v1/jobs/{job['id']}").json()
        self.delivered.append(job["id"])

    def end(self) -> None:
        """Let those who ask come to their end, while there is somebody to ask."""
        self.ended.set()
        for caller in self.callers:
            caller.join()

    def stay(self) -> None:
        """Let some jobs come and go."""
        wanted = len(self.delivered) + JOBS_OF_A_PHASE
        wait_until(lambda: len(self.delivered) >= wanted or bool(self.errors), why=f"{len(self.delivered)} of {wanted}")


@dataclass
class Release:
    """Web and worker of one release."""

    web: WebProcess
    worker: WorkerProcess
    url: str

    @classmethod
    def of(cls, settings: Settings, name: str, module: str) -> "Release":
        port = free_port()
        places = [settings.model_copy(update={"home": Path(settings.home) / f"{name}-{part}", "port": port})
                  for part in ("web", "worker")]  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        return cls(WebProcess(places[0], module), WorkerProcess(places[1], module), url)

    def start(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(WorkerProcess.start, self.processes))

    @property
    def processes(self) -> Sequence[WorkerProcess]:
        return self.web, self.worker


def stored_keys(store: Store, job_ids: Sequence[str]) -> list[set[str]]:
    """Return the further keys in what is stored of the drafts of jobs."""
    with store.database.read() as connection:
        rows = connection.execute(sa.select(jobs.c.workspace, jobs.c.draft).where(jobs.c.id.in_(job_ids))).all()
    return [set(store.jobs.cipher.open(*row)) & set(FURTHER) for row in rows]


@pytest.fixture
def chosen(settings: Settings, valkey_own: ValkeyProcess, postgres_server: PostgresServer) -> Iterator[Settings]:
    """Return the settings of an installation with a model that answers at once."""
    url = postgres_server.create_database()
    with OpenAIServer() as model:
        model.respond = lambda _body: Answer("We meet on Tuesday at 3 pm in room 4.")
        changes = {
            "broker_url": valkey_own.url,
            "model_url": model.url,
            "cache_seconds": 0.0,
            "worker_threads": 2,
            "api_tokens": (SecretStr("token-of-ann=ann@example.com"),),
            "address_requests_per_minute": 0,
            "requests_per_minute": 0,
            "submits_per_minute": 0,
        }
        yield with_server(settings, url).model_copy(update=changes)
    postgres_server.drop_database(url)


@dataclass
class Rollout:
    """Starts and stops releases as an operator does: who asks is sent elsewhere before a web process ends."""

    settings: Settings
    balancer: Balancer
    stack: ExitStack

    def start(self, name: str, module: str) -> Release:
        release = Release.of(self.settings, name, module)
        for process in release.processes:
            self.stack.callback(process.end)
        release.start()
        self.balancer.urls = [*self.balancer.urls, release.url]
        return release

    def stop(self, release: Release) -> None:
        self.balancer.urls = [url for url in self.balancer.urls if url != release.url]
        for process in release.processes:
            assert process.exit_code is None, process.log
            process.stop()

    def begin_load(self) -> None:
        self.balancer.callers = [threading.Thread(target=self.balancer.call) for _ in range(CALLERS)]
        for caller in self.balancer.callers:
            caller.start()
        self.stack.callback(self.balancer.end)


@pytest.mark.timeout(600)
def test_an_upgrade_and_a_step_back_under_load_are_seen_by_nobody(chosen: Settings) -> None:
    store = opened(chosen)
    with httpx.Client(headers={"Authorization": "Bearer token-of-ann"}, timeout=10.0) as client:
        balancer = Balancer(client)
        with ExitStack() as stack:
            rollout = Rollout(chosen, balancer, stack)
            before = rollout.start("before", THIS)
            rollout.begin_load()
            balancer.stay()
            migrate_further(store.database, oldest_code=current_schema(store.database).revision)
            balancer.stay()
            after = rollout.start("after", FOLLOWING)
            balancer.stay()
            rollout.stop(before)
            balancer.stay()
            rollout.start("back", THIS)
            rollout.stop(after)
            balancer.stay()
            balancer.end()
        assert balancer.errors == []
        assert current_schema(store.database).revision == NEXT
        assert finished(store) == Counter(balancer.delivered)
        keys = stored_keys(store, balancer.delivered)
        assert set() in keys, "the older release worked"
        assert set(FURTHER) in keys, "the newer release worked"
    store.close()
