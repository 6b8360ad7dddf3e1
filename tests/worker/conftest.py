"""A store and a queue beside a real worker process, with short leases and a fake model."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from core.job import Job, JobRequest
from core.settings import Settings
from core.store import Store, open_store
from core.submit import load_intake, submit
from tests.fakes.openai_server import OpenAIServer
from tests.processes.commands import wait_until
from tests.servers.valkey import ValkeyProcess
from tests.servers.worker import WorkerProcess
from worker.enqueue import CeleryQueue

TEXT = "The meeting is on Tuesday at 3 pm in room 4."


@dataclass
class Bench:
    """What a test of the worker acts on."""

    settings: Settings
    store: Store
    queue: CeleryQueue
    broker: ValkeyProcess
    model: OpenAIServer

    def worker(self, module: str = "integrations.cli.processes.run", **changes: object) -> WorkerProcess:
        """Return a worker that is not started yet, with these settings changed."""
        return WorkerProcess(self.settings.model_copy(update=changes), module)

    def submit(self, text: str = TEXT) -> Job:
        """Submit a job that calls the model once."""
        return submit(
            load_intake(self.settings, self.store), self.queue, JobRequest("rewrite", {"text": text}, "api", "ann")
        )[0]

    def state(self, job: Job) -> str:
        """Return the state of the job now."""
        return self.store.jobs.get(job.id).state

    def wait_for(self, job: Job, state: str, *, seconds: float = 40.0) -> Job:
        """Wait until the job has this state."""
        wait_until(lambda: self.state(job) == state, seconds=seconds, why=f"{job.id} did not become {state}")
        return self.store.jobs.get(job.id)


@contextmanager
def opened_bench(settings: Settings, broker: ValkeyProcess, model: OpenAIServer, **changes: object) -> Iterator[Bench]:
    """Make everything that a worker needs but the worker; `changes` are other settings."""
    usual = {
        "broker_url": broker.url,
        "model_url": model.url,
        "lease_seconds": 1.5,
        "sweep_seconds": 0.5,
        "resend_seconds": 1.0,
        "cache_seconds": 0.0,  # every job is to reach the model
    }
    chosen = settings.model_copy(update=usual | changes)
    store = open_store(chosen)
    try:
        yield Bench(chosen, store, CeleryQueue(chosen.broker_url), broker, model)
    finally:
        store.close()


@pytest.fixture
def bench(settings: Settings, valkey_own: ValkeyProcess, openai_server: OpenAIServer) -> Iterator[Bench]:
    """Make one."""
    with opened_bench(settings, valkey_own, openai_server) as made:
        yield made
