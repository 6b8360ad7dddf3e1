"""How a job enters the system: allowed by the policies, stored, then a worker is woken.

`Intake.add` is the one way in for every surface, command, mailbox and API token.
"""

import time
from contextlib import suppress
from dataclasses import dataclass

from core.errors import BrokerOutage, StoreOutage
from core.job import Job, JobRequest
from core.llm.models_file import ModelsFile, load_models_file
from core.observability.tracing import note_acknowledged
from core.policies.enforcement import Policies, load_policies
from core.ports import Queue
from core.settings import Settings
from core.store import Store
from core.store.jobs import JobStore


@dataclass(frozen=True)
class Intake:
    """Where jobs enter.

    Args:
        jobs: where they are stored.
        policies: what people may ask for.
        models: the endpoints and routes.
    """

    jobs: JobStore
    policies: Policies
    models: ModelsFile

    def add(self, request: JobRequest) -> tuple[Job, bool]:
        """Store a job that its person may ask for.

        Returns:
            The job, and whether it is new (False: the same key was submitted before).

        Raises:
            PolicyRefused: the person may not ask for it; it names the rule, its group, and whom to ask.
            SettingsError: the policies cannot be used.
            ConflictError: the same key came before with other content.
            StoreOutage: nothing was stored.
        """
        self.policies.require(request, self.models.asked(request.recipe, request.model))
        return self.jobs.add(request)


def load_intake(settings: Settings, store: Store, policies: Policies | None = None) -> Intake:
    """Return where jobs of an installation enter.

    Raises:
        SettingsError: the models file cannot be used.
    """
    return Intake(store.jobs, policies or load_policies(settings, store.records), load_models_file(settings))


def submit(intake: Intake, queue: Queue, request: JobRequest) -> tuple[Job, bool]:
    """Store the job, then wake a worker. When this returns the job survives any crash.

    A broker that is down does not matter: the sweeper sends the job later. Returns and raises as `Intake.add`.
    """
    started = time.perf_counter()
    job, created = intake.add(request)
    if created:
        note_acknowledged(job, seconds=time.perf_counter() - started)
        send(intake.jobs, queue, job)
    return job, created


def send(store: JobStore, queue: Queue, job: Job) -> None:
    """Wake a worker for the job; without a broker the sweeper does it, as soon as there is one."""
    try:
        queue.enqueue(job.id, job.queue)
    except BrokerOutage:
        # When even this cannot be written, the sweeper takes the job after the usual wait.
        with suppress(StoreOutage):
            store.mark_unsent(job.id)
