"""One budget for all that is tried again of a job: how it is spent, and what a person reads when it is."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from core.drafts import Draft
from core.errors import (
    InlaidError,
    InputError,
    ModelOutage,
    ModelUnreachable,
    OutageError,
    SourceChanged,
    StoreFull,
    SurfaceOutage,
)
from core.job import Job, JobRequest, QueueName
from core.ports import Progress
from core.runner.retries import DELIVERIES, RetryBudget
from core.runner.runner import Runner
from core.settings import load_settings
from core.store import Store
from core.store.lease_statements import MAX_DELIVERY_ATTEMPTS
from core.store.tables import jobs
from core.text.catalogues import speaking, told
from tests.in_memory import MemorySurface
from tests.memory_events import MemoryEvents

LONG_SECONDS = 60.0
HOUR = 3600.0
MOST = 200  # far more than any budget


def write(job: Job, further: dict[str, Any], progress: Progress) -> Draft:
    del further, progress
    return Draft(recipe=job.recipe, text="Done")


def fail(error: Callable[[], InlaidError]) -> Callable[..., Draft]:
    def generate(*_rest: object) -> Draft:
        raise error()

    return generate


def busy() -> InlaidError:
    return ModelOutage("The model server is busy.", fix="Wait.", retry_after_seconds=1.0)


@dataclass
class House:
    """A runner whose clock is set by hand, and a job of it."""

    store: Store
    seconds: float = HOUR
    ahead_seconds: float = 0.0
    at_once: tuple[type[InlaidError], ...] = ()
    box: MemorySurface = field(default_factory=MemorySurface)

    def __post_init__(self) -> None:
        self.ask()

    def ask(self, queue: QueueName = "interactive") -> None:
        """Have a job of this class from now on."""
        self.job, _ = self.store.jobs.add(JobRequest("reply", {"message": "Hi"}, "box", "ann", queue=queue))

    @property
    def budget(self) -> RetryBudget:
        return RetryBudget(3, self.seconds, clock=lambda: time.time() + self.ahead_seconds, at_once=self.at_once)

    def run(self, generate: Callable[..., Draft] = write, *, later_seconds: float = 0.0) -> Job:
        """Run the job once it is due, after some time has passed."""
        self.ahead_seconds += later_seconds
        with self.store.database.write() as connection:
            connection.execute(sa.update(jobs).values(not_before=0, lease_until=0))
        Runner(
            self.store, load_settings(), MemoryEvents(), generate, lambda _job: self.box, LONG_SECONDS, self.budget
        ).run(self.job.id)
        return self.store.jobs.get(self.job.id)

    def run_to_its_end(self, generate: Callable[..., Draft] = write, *, later_seconds: float = 0.0) -> Job:
        for _ in range(MOST):
            job = self.run(generate, later_seconds=later_seconds)
            if job.delivered_at is not None:
                return job
        raise AssertionError(f"it is {job.state} after {job.tries} tries")


@pytest.fixture
def house(sqlite_store: Store) -> House:
    return House(sqlite_store)


def test_a_model_that_stays_busy_is_asked_as_often_as_the_budget_says_and_the_error_tells_how_often(
    house: House,
) -> None:
    job = house.run_to_its_end(fail(busy), later_seconds=240.0)
    assert (job.state, job.attempts) == ("failed", 3)
    assert job.error == {
        "code": "model_outage",
        "message": "The model server is busy.",
        "fix": "It was tried 3 times within 12 min. Wait.",
    }
    with speaking("de"):
        assert told(job.error["fix"]).startswith("Es wurde 3 Mal innerhalb von 12 Min. versucht.")


def test_deliveries_have_what_the_work_has_left_of_the_same_budget(house: House) -> None:
    house.run(fail(busy))
    house.run(fail(busy))
    house.box.failures = [OutageError("Slack is down.", fix="Wait.") for _ in range(DELIVERIES + 1)]
    job = house.run_to_its_end()
    assert (job.state, job.attempts) == ("failed", 3)
    assert (job.error or {})["fix"].startswith(f"It was tried {3 + DELIVERIES} times")
    assert job.draft, "what was written is kept"
    assert house.box.delivered == [("failed", "Slack is down.")]


def test_work_that_is_done_again_for_its_delivery_gets_no_new_budget(house: House) -> None:
    house.box.failures = [OutageError("Word is down."), OutageError("Word is down."), SourceChanged("It changed.")]
    for _ in range(3):
        job = house.run()
    assert (job.state, job.attempts, job.delivery_attempts) == ("queued", 1, 2)
    assert (house.run().state, house.budget.shown(house.store.jobs.get(job.id))["tries"]) == ("delivered", 4)


def test_what_is_to_be_told_at_once_is_not_tried_again(house: House) -> None:
    house.at_once = (ModelUnreachable,)
    job = house.run(fail(lambda: ModelUnreachable("It cannot be reached.", fix="Start it.")))
    assert (job.state, job.attempts, (job.error or {})["fix"]) == ("failed", 1, "Start it.")
    house.ask()
    assert house.run(fail(busy)).state == "queued"


@pytest.mark.parametrize("error", [StoreFull("No space."), SurfaceOutage("Slack is down.")])
def test_waiting_for_what_is_down_costs_no_tries_but_ends_with_the_time(house: House, error: InlaidError) -> None:
    for _ in range(10):
        job = house.run(fail(lambda: error), later_seconds=300.0)
        assert (job.state, job.attempts) == ("queued", 0)
    job = house.run(fail(lambda: error), later_seconds=500.0)
    assert (job.state, (job.error or {})["message"]) == ("failed", error.message)


@pytest.mark.parametrize("queue", ["background", "bulk"])
def test_a_job_that_nobody_waits_for_outlasts_a_model_that_is_away_and_fails_with_the_time(
    house: House, queue: QueueName
) -> None:
    house.ask(queue)
    for _ in range(10):
        job = house.run(fail(busy), later_seconds=300.0)
        assert (job.state, job.attempts) == ("queued", 0)
    assert house.run().state == "delivered"

    house.ask(queue)
    job = house.run_to_its_end(fail(busy), later_seconds=600.0)
    assert (job.state, (job.error or {})["code"]) == ("failed", "model_outage")


def test_a_result_is_not_brought_for_longer_than_the_budget_lasts(house: House) -> None:
    house.box.failures = [OutageError("Slack is down.") for _ in range(3)]
    assert house.run().state == "ready"
    assert house.run(later_seconds=HOUR - 100.0).state == "ready"
    job = house.run(later_seconds=100.0)
    assert job.state == "failed"
    assert (job.error or {})["fix"] == "It was tried 3 times within 60 min."


def test_who_cannot_be_told_of_a_failure_is_told_later_and_not_for_ever(house: House) -> None:
    house.box.failures = [SurfaceOutage("Slack is down.") for _ in range(12)]
    job = house.run_to_its_end(fail(lambda: InputError("Too long.")))
    assert (job.error or {})["message"] == "Too long."
    assert house.box.delivered == [("failed", "Too long.")]


def test_a_failure_that_cannot_be_told_stays_what_it_was(house: House) -> None:
    house.box.failures = [SurfaceOutage("Slack is down.") for _ in range(MOST)]
    job = house.run_to_its_end(fail(lambda: InputError("Too long.")))
    assert (job.state, (job.error or {})["message"]) == ("failed", "Too long.")
    assert job.delivery_attempts < MAX_DELIVERY_ATTEMPTS


def test_a_lost_worker_counts_as_a_try(house: House) -> None:
    for _ in range(2):
        assert house.store.leases.claim(house.job.id, lease_seconds=-1.0)
    job = house.run(fail(busy))
    assert (job.state, job.tries) == ("failed", 3)


def test_what_is_shown_says_how_much_is_left(house: House) -> None:
    job = house.run(fail(busy))
    assert house.budget.shown(job) == {
        "tries": 1, "of": 12, "work": 1, "of_work": 3, "until": (job.started_at or 0) + HOUR,
    }  # fmt: skip
    assert job.to_json()["tries"] == 1
