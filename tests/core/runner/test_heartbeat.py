"""Every job has an end, whatever its work does: at its deadline, and within two seconds of its cancellation."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from core.drafts import Draft, Edit
from core.errors import LeaseLost, OutageError
from core.job import Job, JobRequest
from core.ports import KeepingProgress, Progress, Surface
from core.runner.heartbeat import Heartbeat, LateStarts, Terms
from core.runner.retries import RetryBudget
from core.runner.runner import Runner
from core.settings import load_settings
from core.store import Store
from tests.in_memory import MemorySurface
from tests.memory_events import MemoryEvents
from tests.processes.commands import wait_until

LONG_SECONDS = 60.0
CANCEL_SECONDS = 2.0


@dataclass
class Desk:
    """Runs jobs in threads whose work may never look up."""

    store: Store
    box: MemorySurface = field(default_factory=MemorySurface)
    events: MemoryEvents = field(default_factory=MemoryEvents)
    free: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def submit(self, **inputs: Any) -> Job:
        return self.store.jobs.add(JobRequest("reply", {"message": "Hi", **inputs}, "box", "ann"))[0]

    def runner(self, deadline_seconds: float) -> Runner:
        deadlines = {"interactive": deadline_seconds, "bulk": LONG_SECONDS}
        surface: Surface = self.box
        return Runner(
            self.store,
            load_settings(),
            self.events,
            self.work,
            lambda _job: surface,
            LONG_SECONDS,
            RetryBudget(3),
            stopping=self.stopping,
            deadlines=deadlines,
        )

    def work(self, job: Job, further: dict[str, Any], progress: Progress) -> Draft:
        assert isinstance(progress, KeepingProgress)
        progress.completes(lambda draft: draft.model_copy(update={"recipe_version": 7}))
        for number in range(int(job.inputs.get("finds", 0))):
            progress.say("Working", done=number + 1, total=9)
            progress.found(Edit(id=f"p{number}", hash="h", before="Teh", text="The"))
        if "drip" in job.inputs:
            while not self.free.wait(0.02):
                progress.token("word ")
        if "stuck" in job.inputs:
            self.free.wait(LONG_SECONDS)
        return Draft(recipe="reply", text="Late")

    def start(self, job: Job, *, deadline_seconds: float) -> None:
        runner = self.runner(deadline_seconds)
        self.threads.append(threading.Thread(target=runner.run, args=(job.id,), daemon=True))
        self.threads[-1].start()
        wait_until(lambda: self.store.jobs.get(job.id).state != "queued")

    def end(self, job: Job) -> Job:
        """Let the stuck work go on, wait until its thread has ended, and return the job."""
        self.free.set()
        for thread in self.threads:
            thread.join(LONG_SECONDS)
        return self.store.jobs.get(job.id)


@pytest.fixture
def desk(sqlite_store: Store) -> Iterator[Desk]:
    desk = Desk(sqlite_store)
    yield desk
    desk.free.set()
    for thread in desk.threads:
        thread.join(LONG_SECONDS)


def code(job: Job) -> str:
    return (job.error or {"code": ""})["code"]


def test_work_that_looks_up_ends_at_its_deadline_and_the_person_is_told(desk: Desk) -> None:
    job = desk.submit(drip="yes")
    desk.runner(0.5).run(job.id)
    failed = desk.store.jobs.get(job.id)
    assert (failed.state, code(failed), failed.attempts) == ("failed", "deadline", 1)
    assert [state for state, _ in desk.box.delivered] == ["failed"]


def test_work_that_never_looks_up_is_failed_over_its_head_and_its_late_result_refused(desk: Desk) -> None:
    job = desk.submit(stuck="yes")
    desk.start(job, deadline_seconds=0.3)
    wait_until(lambda: desk.store.jobs.get(job.id).state == "failed", seconds=8)
    assert desk.store.jobs.due(resend_seconds=LONG_SECONDS, limit=9) == [(job.id, "interactive")]
    desk.runner(LONG_SECONDS).run(job.id)  # as another worker, or another thread of this one
    assert [state for state, _ in desk.box.delivered] == ["failed"]
    after = desk.end(job)
    assert (after.state, code(after), after.draft) == ("failed", "deadline", None)
    assert [state for state, _ in desk.box.delivered] == ["failed"]


def test_a_document_has_the_time_of_a_bulk_job(desk: Desk) -> None:
    job = desk.submit(stuck="yes", paragraphs=[])
    desk.start(job, deadline_seconds=0.1)
    threading.Timer(1.0, desk.free.set).start()
    assert desk.end(job).state == "delivered"


def test_a_delivery_that_hangs_is_left_to_the_next_one(desk: Desk) -> None:
    job, hanging = desk.submit(), threading.Event()
    desk.box.blocked = hanging
    desk.start(job, deadline_seconds=0.3)
    wait_until(lambda: desk.store.jobs.get(job.id).state == "ready")
    wait_until(lambda: bool(desk.store.jobs.due(resend_seconds=LONG_SECONDS, limit=9)), seconds=12)
    desk.box.blocked = None
    desk.runner(LONG_SECONDS).run(job.id)
    assert desk.box.delivered == [("ready", "Late")]
    hanging.set()
    assert desk.end(job).delivery_attempts == 1


def test_work_that_never_looks_up_is_cancelled_within_two_seconds(desk: Desk) -> None:
    job = desk.submit(stuck="yes")
    desk.start(job, deadline_seconds=LONG_SECONDS)
    began = time.monotonic()
    desk.store.jobs.request_cancel(job.id)
    wait_until(lambda: desk.store.jobs.get(job.id).state == "cancelled")
    assert time.monotonic() - began < CANCEL_SECONDS
    assert desk.end(job).draft is None
    states = [event.data["state"] for event in desk.events.read(job.id) if event.kind == "state"]
    assert states == ["running", "cancelled"]


def test_work_that_never_looks_up_is_given_back_by_a_worker_that_stops_and_costs_no_try(desk: Desk) -> None:
    job = desk.submit(stuck="yes")
    desk.start(job, deadline_seconds=LONG_SECONDS)
    desk.stopping.set()
    wait_until(lambda: desk.store.jobs.get(job.id).state == "queued")
    back = desk.store.jobs.get(job.id)
    assert (back.attempts, back.tries) == (0, 0)
    assert desk.store.jobs.due(resend_seconds=LONG_SECONDS, limit=9) == [(job.id, "interactive")]
    taken = desk.store.leases.claim(job.id, lease_seconds=LONG_SECONDS)
    assert taken
    assert desk.end(job).state == "running"
    assert desk.box.delivered == []
    assert desk.store.leases.finish(taken, Draft(recipe="reply", text="Next")).state == "ready"


def test_a_delivery_that_hangs_while_its_worker_stops_is_not_offered_to_another_one(desk: Desk) -> None:
    job, hanging = desk.submit(), threading.Event()
    desk.box.blocked = hanging
    desk.start(job, deadline_seconds=LONG_SECONDS)
    wait_until(lambda: desk.store.jobs.get(job.id).state == "ready")
    assert desk.store.leases.release_over_worker(desk.store.jobs.get(job.id)) is None
    hanging.set()
    assert desk.end(job).state == "delivered"


def test_a_lease_whose_thread_cannot_be_made_is_renewed_a_moment_later_and_those_of_others_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, refused = threading.Thread.start, list[str]()

    def refuse(thread: threading.Thread) -> None:
        if thread.name.startswith("lease-") and len(refused) < 2:
            refused.append(thread.name)
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    jobs = [desk.submit(stuck="yes") for _ in range(2)]
    for job in jobs:
        desk.start(job, deadline_seconds=LONG_SECONDS)
        desk.store.jobs.request_cancel(job.id)
    wait_until(lambda: all(desk.store.jobs.get(job.id).state == "cancelled" for job in jobs), seconds=12)
    assert len(refused) == 2


def test_a_job_is_kept_while_the_code_of_its_surface_is_loaded(desk: Desk) -> None:
    job, others = desk.submit(), list[Job | None]()

    def load(_job: Job) -> Surface:
        if not others:
            first_until = desk.store.database.now_seconds() + 1.0
            wait_until(lambda: desk.store.database.now_seconds() > first_until)
            others.append(desk.store.leases.claim(job.id, lease_seconds=LONG_SECONDS))
        return desk.box

    replace(desk.runner(LONG_SECONDS), lease_seconds=1.0, surface=load).run(job.id)
    assert others == [None]
    assert desk.store.jobs.get(job.id).state == "delivered"


def test_of_jobs_that_end_at_once_nothing_is_started() -> None:
    starts, begun, others = LateStarts(), threading.Event(), list[str]()

    def over() -> None:
        others.append("started")

    starts.add(over)
    starts.add(begun.set)
    starts.drop(over)
    starts.drop(over)
    assert begun.wait(10)
    assert others == []


def test_work_that_looks_up_is_cancelled_within_two_seconds(desk: Desk) -> None:
    job = desk.submit(drip="yes")
    desk.start(job, deadline_seconds=LONG_SECONDS)
    began = time.monotonic()
    desk.store.jobs.request_cancel(job.id)
    wait_until(lambda: desk.store.jobs.get(job.id).state == "cancelled")
    assert time.monotonic() - began < CANCEL_SECONDS


def test_a_result_that_waits_for_its_next_delivery_is_cancelled_at_once(desk: Desk) -> None:
    job = desk.submit()
    desk.box.failures = [OutageError("Slack is down.")]
    desk.runner(LONG_SECONDS).run(job.id)
    assert desk.store.jobs.get(job.id).state == "ready"
    assert desk.store.jobs.request_cancel(job.id).state == "cancelled"
    assert desk.store.leases.claim(job.id, lease_seconds=LONG_SECONDS) is None
    assert desk.store.jobs.due(resend_seconds=-LONG_SECONDS, limit=9) == []


def test_a_thread_that_goes_on_with_a_job_that_was_taken_from_it_is_reported(desk: Desk) -> None:
    job = desk.store.leases.claim(desk.submit().id, lease_seconds=LONG_SECONDS)
    assert job
    reported = threading.Event()
    terms = Terms(LONG_SECONDS, 0.0, on_stuck=lambda _job: reported.set(), stuck_seconds=0.1)
    with Heartbeat(desk.store.leases, job, events=desk.events, terms=terms) as beat:
        assert reported.wait(10)
        with pytest.raises(LeaseLost):
            beat.check()


def test_a_thread_that_ends_in_time_is_not_reported(desk: Desk) -> None:
    job = desk.store.leases.claim(desk.submit().id, lease_seconds=LONG_SECONDS)
    assert job
    reported = threading.Event()
    terms = Terms(LONG_SECONDS, LONG_SECONDS, on_stuck=lambda _job: reported.set(), stuck_seconds=0.05)
    with Heartbeat(desk.store.leases, job, events=desk.events, terms=terms):
        assert not reported.wait(1.0)
    assert not reported.is_set()


@pytest.mark.parametrize("stops", ["drip", "stuck"])
def test_what_was_found_before_a_job_is_cancelled_is_kept(desk: Desk, stops: str) -> None:
    job = desk.submit(finds=2, **{stops: "yes"})
    desk.start(job, deadline_seconds=LONG_SECONDS)
    wait_until(lambda: any(one.kind == "edit" for one in desk.events.read(job.id)))
    desk.store.jobs.request_cancel(job.id)
    wait_until(lambda: desk.store.jobs.get(job.id).state == "cancelled")
    after = desk.end(job)
    assert after.draft
    assert [edit.id for edit in after.draft.edits or ()] == ["p0", "p1"]
    assert after.draft.recipe_version == 7
    assert after.draft.notices == ("Cancelled after 2 of 9 paragraphs. What was found until then is here.",)
    assert desk.box.delivered == []
    again = desk.store.jobs.request_retry(job.id)
    assert (again.state, again.draft) == ("queued", None)


def test_a_job_that_is_over_at_once_needs_no_thread_and_one_that_takes_longer_has_one(sqlite_store: Store) -> None:
    def beats() -> list[str]:
        return [thread.name for thread in threading.enumerate() if thread.name.startswith("lease-")]

    desk = Desk(sqlite_store)
    threadless = 0
    for is_long in (False, False, True, False):
        job = sqlite_store.leases.claim(desk.submit().id, lease_seconds=LONG_SECONDS)
        assert job
        with Heartbeat(sqlite_store.leases, job, events=desk.events, terms=Terms(LONG_SECONDS)):
            threadless += not beats()
            if is_long:
                wait_until(lambda name=f"lease-{job.id}": beats() == [name])  # type: ignore[misc] # bound now
        assert not beats()
    assert threadless > 0
