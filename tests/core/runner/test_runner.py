"""Runs jobs in this process: every way that work and delivery can end, and what the person then sees."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from core import errors
from core.drafts import Draft
from core.errors import CredentialError, InputError, LeaseLost, ModelOutage, OutageError, SourceChanged
from core.job import Job, JobRequest
from core.ports import Progress, SurfaceContext
from core.runner.retries import RetryBudget
from core.runner.runner import Runner
from core.settings import load_settings
from core.store import Store
from core.text.catalogues import current_locale, speaking
from tests.in_memory import MemorySurface
from tests.memory_events import MemoryEvents

LONG_SECONDS = 60.0
Generate = Callable[[Job, dict[str, Any], Progress], Draft]


def write(text: str = "Done") -> Generate:
    def generate(job: Job, further: dict[str, Any], progress: Progress) -> Draft:
        progress.say("Writing")
        return Draft(recipe=job.recipe, text=text + "".join(further))

    return generate


def fail(error: Exception) -> Generate:
    def generate(job: Job, further: dict[str, Any], progress: Progress) -> Draft:
        raise error

    return generate


@dataclass
class House:
    """A runner with everything around it."""

    store: Store
    box: MemorySurface = field(default_factory=MemorySurface)
    events: MemoryEvents = field(default_factory=MemoryEvents)
    stopping: threading.Event = field(default_factory=threading.Event)

    def submit(self) -> Job:
        return self.store.jobs.add(JobRequest("reply", {"message": "Hi"}, "box", "ann"))[0]

    def run(self, job: Job, generate: Generate, *, lease_seconds: float = LONG_SECONDS) -> Job:
        runner = Runner(
            store=self.store,
            settings=load_settings(),
            events=self.events,
            generate=generate,
            surface=lambda _job: self.box,
            lease_seconds=lease_seconds,
            budget=RetryBudget(3),
            stopping=self.stopping,
        )
        runner.run(job.id)
        return self.store.jobs.get(job.id)

    def make_due(self, job: Job) -> None:
        with self.store.database.write() as connection:
            connection.exec_driver_sql("UPDATE job SET not_before = 0, lease_until = NULL WHERE id = ?", (job.id,))


@pytest.fixture
def house(sqlite_store: Store) -> House:
    return House(sqlite_store)


def test_a_job_is_written_stored_and_delivered_once(house: House) -> None:
    job = house.submit()
    assert house.run(job, write()).state == "delivered"
    assert house.run(job, write("Twice")).draft == Draft(recipe="reply", text="Done")
    assert house.box.delivered == [("ready", "Done")]


def test_what_the_surface_read_reaches_the_pipeline(house: House) -> None:
    house.box.further = {"thread": 1}
    assert house.run(house.submit(), write()).draft == Draft(recipe="reply", text="Donethread")


class ComposingBox(MemorySurface):
    """A surface that makes its drafts itself."""

    def compose(self, job: Job, context: SurfaceContext) -> Draft:
        del context
        return Draft(recipe=job.recipe, text="Composed")


class DeafBox(MemorySurface):
    """A surface that fails when it should hear of its job, as one does that cannot be imported."""

    def listen(self, job: Job, context: SurfaceContext) -> Callable[[str, dict[str, Any]], None]:
        raise ImportError("canary")


def test_a_surface_that_cannot_listen_gets_its_result_all_the_same(house: House) -> None:
    house.box = DeafBox()
    assert house.run(house.submit(), write()).state == "delivered"
    assert house.box.delivered == [("ready", "Done")]


def test_a_surface_that_composes_needs_no_recipe_run(house: House) -> None:
    house.box = ComposingBox()
    done = house.run(house.submit(), fail(AssertionError("nothing is written")))
    assert (done.state, done.draft and done.draft.text) == ("delivered", "Composed")


def test_events_tell_the_states_and_the_steps(house: House) -> None:
    job = house.submit()
    house.run(job, write())
    told = [(event.kind, event.data.get("state", event.data.get("text"))) for event in house.events.read(job.id)]
    assert told == [("state", "running"), ("progress", "Writing"), ("state", "delivered")]


def test_an_error_is_told_to_the_person_once(house: House) -> None:
    job = house.submit()
    after = house.run(job, fail(InputError("Too long.", fix="Shorten it.")))
    assert (after.state, after.error) == ("failed", {"code": "input", "message": "Too long.", "fix": "Shorten it."})
    house.run(job, write())
    assert house.box.delivered == [("failed", "Too long.")]


def test_an_unreadable_source_fails_the_job_with_its_reason(house: House) -> None:
    house.box.unreadable = InputError("It is encrypted.")
    assert house.run(house.submit(), write()).state == "failed"
    assert house.box.delivered == [("failed", "It is encrypted.")]


def test_an_outage_is_tried_again_later_and_fails_after_the_last_try(house: House) -> None:
    job = house.submit()
    states = []
    for _ in range(3):
        states.append(house.run(job, fail(ModelOutage("The model is down."))).state)
        house.make_due(job)
    assert states == ["queued", "queued", "failed"]
    assert house.box.delivered == [("failed", "The model is down.")]


def test_a_full_database_uses_up_no_tries(house: House) -> None:
    job = house.submit()
    for _ in range(5):
        assert house.run(job, fail(errors.StoreFull("The database has no space left."))).state == "queued"
        house.make_due(job)
    assert house.run(job, write()).state == "delivered"


def test_an_outage_that_ends_costs_nothing(house: House) -> None:
    job = house.submit()
    house.run(job, fail(ModelOutage("The model is down.")))
    house.make_due(job)
    assert house.run(job, write()).state == "delivered"
    assert house.box.delivered == [("ready", "Done")]


def test_a_wrong_key_is_not_tried_again(house: House) -> None:
    assert house.run(house.submit(), fail(CredentialError("The key was refused."))).attempts == 1
    assert house.box.delivered == [("failed", "The key was refused.")]


def test_a_fault_of_ours_ends_the_job_without_showing_its_text(house: House) -> None:
    after = house.run(house.submit(), fail(ZeroDivisionError("canary")))
    assert after.state == "failed"
    assert "canary" not in str(after.error)


def test_a_job_that_kills_its_worker_ends_after_the_last_try(house: House) -> None:
    job = house.submit()
    for _ in range(3):
        assert house.store.leases.claim(job.id, lease_seconds=-1.0)
    after = house.run(job, write())
    assert (after.state, after.error["code"] if after.error else "") == ("failed", "abandoned")
    assert after.error
    assert "its worker ended" in after.error["message"]
    assert len(house.box.delivered) == 1


def test_a_delivery_that_fails_is_repeated_without_writing_again(house: House) -> None:
    job = house.submit()
    house.box.failures = [OutageError("Slack is down.")]
    assert house.run(job, write()).state == "ready"
    house.make_due(job)
    assert house.run(job, fail(AssertionError())).state == "delivered"
    assert house.box.delivered == [("ready", "Done")]


def test_a_delivery_that_cannot_succeed_is_told_as_an_error(house: House) -> None:
    job = house.submit()
    house.box.failures = [InputError("The channel is archived.")]
    after = house.run(job, write())
    assert after.state == "failed"
    assert house.box.delivered == [("failed", "The channel is archived.")]
    assert after.draft, "what was written is kept"


def test_a_delivery_whose_code_cannot_be_imported_once_is_repeated_without_writing_again(house: House) -> None:
    job = house.submit()
    house.box.failures = [ImportError("canary")]
    assert house.run(job, write()).state == "ready"
    house.make_due(job)
    assert house.run(job, fail(AssertionError())).state == "delivered"
    assert house.box.delivered == [("ready", "Done")]


def test_a_delivery_whose_code_can_never_be_imported_is_told_as_an_error_after_the_last_try(house: House) -> None:
    job = house.submit()
    house.box.failures = [ImportError("canary")] * RetryBudget(3).tries
    after = house.run(job, write())
    while after.state == "ready":
        house.make_due(job)
        after = house.run(job, fail(AssertionError()))
    assert (after.state, after.tries, after.delivered_at is not None) == ("failed", RetryBudget(3).tries, True)
    assert house.box.delivered == [("failed", "Something went wrong on our side.")]
    assert "canary" not in str(after.error)


def test_a_surface_that_cannot_be_imported_at_all_ends_its_job(house: House) -> None:
    job = house.submit()
    house.box.failures = [ImportError("canary")] * 100
    after = house.run(job, write())
    for _ in range(100):
        if after.delivered_at is not None:
            break
        house.make_due(job)
        after = house.run(job, fail(AssertionError()))
    assert (after.state, after.delivered_at is not None) == ("failed", True)
    assert house.box.delivered == []


def test_work_on_what_has_changed_meanwhile_is_done_again(house: House) -> None:
    house.box.failures = [SourceChanged("It is a new version.")]
    job = house.submit()

    assert house.run(job, write("Old")).state == "queued"
    after = house.run(job, write("New"))

    assert (after.state, after.attempts) == ("delivered", 2)
    assert house.box.delivered == [("ready", "New")]


def test_what_changes_all_the_time_is_told_in_the_end(house: House) -> None:
    house.box.failures = [SourceChanged("It is a new version.") for _ in range(3)]
    job = house.submit()

    states = [house.run(job, write()).state for _ in range(3)]

    assert states == ["queued", "queued", "failed"]
    assert house.box.delivered == [("failed", "It is a new version.")]


def test_a_person_who_cannot_be_told_is_not_asked_for_ever(house: House) -> None:
    job = house.submit()
    house.box.failures = [InputError("Gone.")] * 12
    after = house.run(job, write())
    assert (after.state, after.delivered_at is not None) == ("failed", True)


def test_a_cancelled_job_stops_at_its_next_step(house: House) -> None:
    job = house.submit()
    begun = threading.Event()

    def slow(running: Job, further: dict[str, Any], progress: Progress) -> Draft:
        begun.set()
        while True:
            progress.token("x")
            threading.Event().wait(0.01)

    threading.Thread(target=lambda: begun.wait() and house.store.jobs.request_cancel(job.id), daemon=True).start()
    after = house.run(job, slow, lease_seconds=0.3)
    assert after.state == "cancelled"
    assert house.box.delivered == []


@pytest.mark.parametrize("error", [InputError("It is empty."), ModelOutage("The model is away."), ValueError("canary")])
def test_a_job_that_its_person_stopped_ends_so_whatever_fails_then(house: House, error: Exception) -> None:
    job = house.submit()

    def failing(running: Job, further: dict[str, Any], progress: Progress) -> Draft:
        house.store.jobs.request_cancel(job.id)
        raise error

    after = house.run(job, failing)
    assert (after.state, house.box.delivered) == ("cancelled", [])


def test_a_worker_that_stops_gives_its_job_back(house: House) -> None:
    job = house.submit()

    def interrupted(running: Job, further: dict[str, Any], progress: Progress) -> Draft:
        house.stopping.set()
        progress.say("Next")
        raise AssertionError

    after = house.run(job, interrupted)
    assert (after.state, after.attempts) == ("queued", 0)
    house.stopping.clear()
    assert house.run(job, write()).state == "delivered"


def test_a_worker_that_slept_too_long_does_not_overwrite_its_successor(house: House) -> None:
    job = house.submit()

    def slept(running: Job, further: dict[str, Any], progress: Progress) -> Draft:
        with house.store.database.write() as connection:
            connection.exec_driver_sql("UPDATE job SET lease_until = 0 WHERE id = ?", (job.id,))
        assert house.run(job, write("By the successor")).state == "delivered"
        return Draft(recipe="reply", text="Too late")

    after = house.run(job, slept)
    assert after.draft == Draft(recipe="reply", text="By the successor")
    assert house.box.delivered == [("ready", "By the successor")]


def test_a_lost_lease_is_heard_at_the_next_step(house: House) -> None:
    job = house.submit()
    heard: list[type[BaseException]] = []

    def work(running: Job, further: dict[str, Any], progress: Progress) -> Draft:
        with house.store.database.write() as connection:
            connection.exec_driver_sql("UPDATE job SET fence = fence + 1 WHERE id = ?", (job.id,))
        while True:
            try:
                progress.say("Next")
            except LeaseLost as error:
                heard.append(type(error))
                raise
            threading.Event().wait(0.01)

    house.run(job, work, lease_seconds=0.3)
    assert heard == [LeaseLost]


def test_a_server_that_says_how_long_to_wait_is_left_alone_that_long(house: House) -> None:
    runner = Runner(
        store=house.store, settings=load_settings(), events=house.events,
        generate=fail(ModelOutage("busy", retry_after_seconds=90.0)),
        surface=lambda _job: None, lease_seconds=LONG_SECONDS, budget=RetryBudget(3),
    )  # fmt: skip
    job = house.submit()
    runner.run(job.id)
    with house.store.database.read() as connection:
        row = connection.exec_driver_sql("SELECT state, not_before - created_at AS wait FROM job").one()
    assert row.state == "queued"
    assert 89.0 < row.wait < 120.0


def test_it_is_written_in_the_language_in_which_its_person_asked_for_it(house: House) -> None:
    heard = list[str]()

    def generate(job: Job, further: dict[str, Any], progress: Progress) -> Draft:
        heard.append(current_locale())
        return Draft(recipe=job.recipe, text="Fertig")

    with speaking("de"):
        job = house.submit()
    house.run(job, generate)
    house.run(house.submit(), generate)
    assert heard == ["de", "en"]
