"""A real process tree without web process and local model: Valkey, worker, beat, and the fake model server."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from celery import Celery

from core.job import Job, JobRequest, QueueName
from core.settings import Settings
from core.store import Store, open_store
from core.submit import load_intake, submit
from integrations.cli.processes.process_tree import RunningTree
from tests.fakes.openai_server import OpenAIServer
from tests.processes.commands import kill_part
from tests.processes.tended import tended_tree
from worker.enqueue import CeleryQueue

MAX_SECONDS = 40.0
POLL_SECONDS = 0.05


@dataclass
class House:
    """What a scenario acts on."""

    tree: RunningTree
    store: Store
    queue: CeleryQueue
    model: OpenAIServer

    def submit(self, text: str, *, key: str = "", recipe: str = "rewrite") -> Job:
        request = JobRequest(recipe, {"text": text}, "api", "ann", dedupe_key=key)
        return submit(load_intake(self.tree.settings, self.store), self.queue, request)[0]

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for the condition; fails with the words of `what` when it does not come."""
        for _ in range(int(MAX_SECONDS / POLL_SECONDS)):
            if condition():
                return
            time.sleep(POLL_SECONDS)
        pytest.fail(f"did not happen within {MAX_SECONDS} s: {what}")

    def ended(self, job: Job) -> Job:
        """Wait for the job's end and return it."""
        self.until(lambda: self.store.jobs.get(job.id).has_ended, f"the end of job {job.id}")
        return self.store.jobs.get(job.id)

    def begin(self, task: str, queue: QueueName, *, times: int = 1) -> None:
        """Send what the scheduler sends when its time comes."""
        with Celery("test", broker=self.tree.broker_url, set_as_current=False) as sender:
            for _ in range(times):
                sender.send_task(task, queue=queue, ignore_result=True)

    def kill(self, name: str) -> None:
        """Kill -9 one part of this tree."""
        kill_part(self.tree.settings.home, name)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Start the tree with short leases; what a test kills is started again."""
    home: Path = tmp_path_factory.mktemp("tree")
    with OpenAIServer() as model, pytest.MonkeyPatch.context() as patch:
        patch.setenv("INLAID_HOME", str(home))
        settings = Settings(
            home=home,
            model_url=model.url,
            lease_seconds=1.5,
            sweep_seconds=0.5,
            resend_seconds=1.0,
            cache_seconds=0,  # every job is to reach the model
            _env_file=None,
        )
        with tended_tree(settings, web=False) as tree:
            store = open_store(tree.settings)
            yield House(tree, store, CeleryQueue(tree.broker_url), model)
            store.close()
