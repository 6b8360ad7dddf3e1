"""A place to try a fault in: a store, a broker and an instant model, and what the proofs wait for."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from benchmarks.instant_model import ModelProcess
from benchmarks.spine import RECIPE, TEXT
from core.job import Job, JobRequest
from core.settings import Settings
from core.store import Store, open_store
from core.submit import load_intake, submit
from tests.servers.valkey import ValkeyProcess
from tests.servers.worker import WorkerProcess
from worker.enqueue import CeleryQueue

WAIT_SECONDS = 90.0
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Site:
    """What a proof runs on. Its settings are the shipped ones, but for the addresses and what `changed` changes."""

    folder: Path
    settings: Settings
    valkey: ValkeyProcess
    store: Store
    queue: CeleryQueue
    stack: ExitStack

    def changed(self, **changes: Any) -> Settings:
        """Return the settings with others."""
        return self.settings.model_copy(update=changes)

    def worker(self, settings: Settings | None = None) -> WorkerProcess:
        """Start a worker that ends with the proof."""
        return self.stack.enter_context(WorkerProcess(settings or self.settings))

    def submit(self, recipe: str = "light", **request: Any) -> Job:
        """Submit a job, by default a short one that asks the model once."""
        inputs = request.pop("inputs", {"text": TEXT})
        asked = JobRequest(recipe, inputs, surface="api", person=request.pop("person", "ann"), **request)
        return submit(load_intake(self.settings, self.store), self.queue, asked)[0]

    def ended(self, *jobs: Job, within_seconds: float = WAIT_SECONDS) -> list[Job]:
        """Wait until the jobs have ended, and return them; those that have not by then, too."""
        found: list[Job] = []

        def have_ended() -> bool:
            found[:] = [self.store.jobs.get(job.id) for job in jobs]
            return all(job.has_ended for job in found)

        wait_for(have_ended, within_seconds)
        return found


def wait_for(condition: Callable[[], bool], seconds: float = WAIT_SECONDS) -> float | None:
    """Wait for what the outside world makes true, and return how long it took; None when it did not come."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() > started + seconds:
            return None
        time.sleep(POLL_SECONDS)
    return time.monotonic() - started


@contextmanager
def open_site(folder: Path) -> Iterator[Site]:
    """Run the servers for as long as the block lasts."""
    with ExitStack() as stack:
        valkey = stack.enter_context(ValkeyProcess(folder / "valkey"))
        model = stack.enter_context(ModelProcess())
        recipes = folder / "recipes"
        recipes.mkdir()
        (recipes / "light.toml").write_text(RECIPE)
        settings = Settings(
            home=folder / "home",
            broker_url=valkey.url,
            model_url=model.url,
            model_name="instant-70b",
            recipes_dir=recipes,
            secret_keys=Fernet.generate_key().decode(),
            api_tokens="bench",
            log_level="WARNING",
        )
        store = open_store(settings)
        stack.callback(store.close)
        yield Site(folder, settings, valkey, store, CeleryQueue(valkey.url), stack)
