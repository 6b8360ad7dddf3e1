"""The lease protocol as a state machine: workers, deaths, messages that are lost or doubled, clocks that are set anew.

All in any order, on both databases.

A model beside the store says who owns a job. After each step: who owns it may write and nobody else, its fence grew
with each owner, and what has ended is not begun again. At the end whatever was left comes to one end.
"""

from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from core.drafts import Draft
from core.errors import ConflictError, InputError, JobCancelled, LeaseLost
from core.job import ENDED, Job, JobRequest
from core.store import Store
from core.store.tables import jobs
from core.store.turns import Turns
from tests.both_databases import store
from tests.core.store.test_jobs import LONG_SECONDS
from tests.faults import EXAMPLES, IS_REPEATED

__all__ = ["store"]

PEOPLE = ("ann", "ben", "cas")
MAX_ATTEMPTS = 4
STEPS = 40
HOUR_SECONDS = 3600.0
# Times by which anybody decides.
TIMES = ("created_at", "not_before", "sent_at", "lease_until")
# What a worker does with a job that it works on, and with one whose result it delivers.
WORK = ("renew", "finish", "finish and deliver", "fail", "postpone", "release", "stop")
DELIVERY = ("renew", "deliver", "postpone", "release")


@dataclass
class Holder:
    """A worker that has claimed a job; `state` is how far it believes the job to be."""

    job: Job
    state: str


@dataclass
class Known:
    """What is true of a job: its state and newest fence, whether a lease of somebody runs, and if it is to stop."""

    state: str = "queued"
    fence: int = 0
    is_held: bool = False
    is_told: bool = False
    is_to_stop: bool = False

    @property
    def is_free(self) -> bool:
        """Whether a worker can have it."""
        if self.state == "queued":
            return True
        return not self.is_held and not self.is_told and self.state in {"running", "ready", "failed"}


@dataclass
class Model:
    """All jobs, and all workers that believe to have one."""

    jobs: dict[str, Known] = field(default_factory=dict)
    holders: list[Holder] = field(default_factory=list)
    turns: tuple[Turns, Turns] = field(default_factory=lambda: (Turns(), Turns()))


class LeaseMachine(RuleBasedStateMachine):
    """Steps of workers, people and the sweeper over one store."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        with self.store.database.write() as connection:
            connection.execute(sa.delete(jobs))

    @rule(person=st.sampled_from(PEOPLE), times=st.integers(1, 3))
    def submit(self, person: str, times: int) -> None:
        """Submit a job, perhaps several times."""
        asked = JobRequest("reply", {"message": "Hi"}, "api", person, dedupe_key=f"key-{len(self.model.jobs)}")
        made = {self.store.jobs.add(asked)[0].id for _ in range(times)}
        assert len(made) == 1
        self.model.jobs[made.pop()] = Known()

    @precondition(lambda self: self.model.jobs)
    @rule(data=st.data(), worker=st.integers(0, 1), is_named=st.booleans())
    def take(self, data: st.DataObject, worker: int, *, is_named: bool) -> None:
        """Bring a message for any job to a worker: the first, a late or a doubled one."""
        job_id = data.draw(st.sampled_from([*self.model.jobs]))
        leases = self.store.leases
        if is_named:
            job = leases.claim(job_id, lease_seconds=LONG_SECONDS, max_attempts=MAX_ATTEMPTS)
        else:
            turns = self.model.turns[worker]
            job = leases.claim_next("interactive", job_id, turns, lease_seconds=LONG_SECONDS, max_attempts=MAX_ATTEMPTS)
        if job is None:
            assert not self.model.jobs[job_id].is_free, "a job that nobody has was not given"
        else:
            self._taken(job)

    def _taken(self, job: Job) -> None:
        known = self.model.jobs[job.id]
        assert known.is_free, "a job was given that somebody has, or that has ended"
        assert job.fence > known.fence
        if job.state == "failed" and known.state in {"queued", "running"}:
            assert job.attempts >= MAX_ATTEMPTS, "a job was given up too early"
        else:
            assert job.state == ("running" if known.state in {"queued", "running"} else known.state)
        known.state, known.fence, known.is_held = job.state, job.fence, True
        self.model.holders.append(Holder(job, job.state))

    @precondition(lambda self: self.model.holders)
    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        """Let any worker go on, also one that was dead to everybody else."""
        holder = data.draw(st.sampled_from(self.model.holders))
        action = data.draw(st.sampled_from(WORK if holder.state == "running" else DELIVERY))
        known = self.model.jobs[holder.job.id]
        if holder.job.fence != known.fence:
            with pytest.raises(LeaseLost):
                self._do(holder, action)
            self.model.holders.remove(holder)
            return
        if known.is_to_stop and action in {"finish", "finish and deliver"}:
            with pytest.raises(JobCancelled):
                self._do(holder, action)
            action = "stop"
        self._do(holder, action)
        known.state = holder.state
        known.is_held = holder in self.model.holders and (known.is_held or action == "renew")
        known.is_told = action in {"deliver", "finish and deliver"}
        assert self.store.jobs.peek(holder.job.id).state == known.state

    def _do(self, holder: Holder, action: str) -> None:
        """Do one thing as a worker does it; what gives the job out of hand ends the holder."""
        leases, job = self.store.leases, holder.job
        draft = Draft(recipe="reply", text="Hello", model="m")
        is_work = holder.state == "running"
        match action:
            case "renew":
                leases.renew(job, lease_seconds=LONG_SECONDS)
            case "finish":
                leases.finish(job, draft)
                holder.state = "ready"
            case "finish and deliver":
                leases.finish(job, draft, is_delivered=True)
                self._done(holder, "delivered")
            case "fail":
                leases.fail(job, InputError("no"))
                holder.state = "failed"
            case "postpone":
                leases.postpone(job, wait_seconds=0.0)
                self._done(holder, "queued" if is_work else holder.state)
            case "release":
                leases.release(job)
                self._done(holder, "queued" if is_work else holder.state)
            case "stop":
                leases.cancelled(job)
                self._done(holder, "cancelled")
            case "deliver":
                leases.delivered(job)
                self._done(holder, "delivered" if holder.state == "ready" else holder.state)

    def _done(self, holder: Holder, state: str) -> None:
        holder.state = state
        self.model.holders.remove(holder)

    @precondition(lambda self: self.model.holders)
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        """Let the lease of a worker end: it was killed, stopped or cut off, and may come back."""
        holder = data.draw(st.sampled_from(self.model.holders))
        past = sa.update(jobs).where(jobs.c.id == holder.job.id, jobs.c.fence == holder.job.fence)
        with self.store.database.write() as connection:
            ended = connection.execute(past.where(jobs.c.lease_until.is_not(None)).values(lease_until=1.0)).rowcount
        if ended:
            self.model.jobs[holder.job.id].is_held = False

    @rule(seconds=st.sampled_from((-HOUR_SECONDS, 24 * HOUR_SECONDS)))
    def step(self, seconds: float) -> None:
        """Set the clock back or ahead: what is stored then lies as much further ahead of it or behind it."""
        with self.store.database.write() as connection:
            connection.execute(sa.update(jobs).values({name: jobs.c[name] - seconds for name in TIMES}))
        for known in self.model.jobs.values():  # ahead, each lease is over; back, none can reach so far
            known.is_held = False

    @precondition(lambda self: self.model.jobs)
    @rule(data=st.data(), wish=st.sampled_from(("cancel", "retry")))
    def wish(self, data: st.DataObject, wish: str) -> None:
        """Cancel a job or try it again, as a person does at any moment."""
        job_id = data.draw(st.sampled_from([*self.model.jobs]))
        known = self.model.jobs[job_id]
        ask = self.store.jobs.request_cancel if wish == "cancel" else self.store.jobs.request_retry
        try:
            job = ask(job_id)
        except ConflictError:
            return
        assert not known.is_told or known.state == "failed", "what has been delivered was changed"
        known.state, known.fence, known.is_to_stop = job.state, job.fence, wish == "cancel"
        if wish == "retry":
            known.is_held = known.is_told = False

    @rule()
    def sweep(self) -> None:
        """Find everything that waits for a worker, and nothing else."""
        found = {job_id for job_id, _ in self.store.jobs.take_due(resend_seconds=-LONG_SECONDS, limit=1_000)}
        assert found == {job_id for job_id, known in self.model.jobs.items() if known.is_free}

    def teardown(self) -> None:
        """Let a last worker bring all to its end: none is lost, none is stuck."""
        for known in self.model.jobs.values():
            known.is_held = False
        with self.store.database.write() as connection:
            connection.execute(sa.update(jobs).where(jobs.c.lease_until.is_not(None)).values(lease_until=1.0))
        for _ in range(2 * len(self.model.jobs)):
            for job_id, _ in self.store.jobs.take_due(resend_seconds=-LONG_SECONDS, limit=1_000):
                job = self.store.leases.claim(job_id, lease_seconds=LONG_SECONDS, max_attempts=MAX_ATTEMPTS)
                if job and job.state == "running":
                    leases, draft = self.store.leases, Draft(recipe="reply", text="Hello", model="m")
                    job = leases.cancelled(job) if job.cancel_requested else leases.finish(job, draft)
                if job:
                    self.store.leases.delivered(job)
        for job_id in self.model.jobs:
            job = self.store.jobs.get(job_id)
            assert job.state in ENDED, f"stuck as {job.state}"
            assert job.state == "cancelled" or job.delivered_at, "nobody was told"


def test_whatever_happens_a_job_has_one_owner_and_comes_to_one_end(store: Store) -> None:
    machine = type("Machine", (LeaseMachine,), {"store": store})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
            deadline=None,
            derandomize=IS_REPEATED,
            database=None,
        ),
    )
