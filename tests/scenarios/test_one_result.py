"""Whatever is killed, emptied or doubled: each job ends in exactly one result. Real processes, real Valkey."""

import threading

import pytest
import redis

from core.job import Job, JobRequest
from core.submit import load_intake, submit
from tests.fakes.openai_replies import Answer
from tests.scenarios.conftest import House

pytestmark = pytest.mark.processes

TEXT = "The meeting is on Tuesday at 3 pm in room 4."
SLOW = Answer("The meeting takes place on Tuesday at 3 pm in room 4.", seconds_per_piece=0.15)


@pytest.fixture(autouse=True)
def quick_model(house: House) -> None:
    house.model.respond = lambda _body: Answer("The meeting takes place on Tuesday at 3 pm in room 4.")


def effects_of(house: House, job: Job) -> tuple[str, int, int]:
    """State, attempts and whether a draft is there, as one thing to compare."""
    done = house.store.jobs.get(job.id)
    return done.state, done.attempts, int(done.draft is not None)


def is_being_written(house: House, job: Job) -> bool:
    return house.store.jobs.get(job.id).state == "running"


def test_a_job_goes_through_the_worker(house: House) -> None:
    job = house.ended(house.submit(TEXT))
    assert effects_of(house, job) == ("delivered", 1, 1)
    assert job.draft
    assert "Tuesday" in job.draft.text


def test_a_worker_killed_in_the_middle_costs_nothing(house: House) -> None:
    house.model.respond = lambda _body: SLOW
    job = house.submit(TEXT)
    house.until(lambda: is_being_written(house, job), "the job is being written")
    house.kill("worker")
    house.model.respond = lambda _body: Answer(SLOW.text)
    assert effects_of(house, house.ended(job)) == ("delivered", 2, 1)


def test_an_emptied_broker_loses_nothing(house: House) -> None:
    house.model.respond = lambda _body: SLOW
    jobs = [house.submit(f"{TEXT} Seat {number}.") for number in range(8)]
    house.until(lambda: any(is_being_written(house, job) for job in jobs), "some job is being written")
    with redis.Redis.from_url(house.tree.broker_url) as client:
        client.flushall()
    house.model.respond = lambda _body: Answer(SLOW.text)
    assert [house.ended(job).state for job in jobs] == ["delivered"] * len(jobs)


def test_a_killed_broker_comes_back_and_nothing_is_lost(house: House) -> None:
    house.kill("valkey-server")
    job = house.submit(TEXT)
    assert house.ended(job).state == "delivered"


def test_a_doubled_submit_is_one_job_written_once(house: House) -> None:
    before = len(house.model.chats)
    request = JobRequest("rewrite", {"text": TEXT}, "api", "ann", dedupe_key="twice")
    barrier = threading.Barrier(4)
    ids: list[str] = []

    def send() -> None:
        barrier.wait()
        ids.append(submit(load_intake(house.tree.settings, house.store), house.queue, request)[0].id)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 1
    assert effects_of(house, house.ended(house.store.jobs.get(ids[0]))) == ("delivered", 1, 1)
    assert len(house.model.chats) == before + 1


def test_a_doubled_message_runs_the_job_once(house: House) -> None:
    before = len(house.model.chats)
    house.model.respond = lambda _body: SLOW
    job = house.submit(TEXT)
    for _ in range(5):
        house.queue.enqueue(job.id, "interactive")
    assert effects_of(house, house.ended(job)) == ("delivered", 1, 1)
    follower = house.ended(house.submit(TEXT, key="behind the copies"))
    assert follower.state == "delivered"
    assert len(house.model.chats) == before + 2


def test_a_cancelled_job_ends_while_it_is_written(house: House) -> None:
    house.model.respond = lambda _body: Answer("word " * 200, seconds_per_piece=0.1)
    job = house.submit(TEXT)
    house.until(lambda: is_being_written(house, job), "the job is being written")
    house.store.jobs.request_cancel(job.id)
    assert house.ended(job).state == "cancelled"


def test_a_model_that_is_down_for_a_while_only_delays(house: House) -> None:
    house.model.refuse_connections()
    job = house.submit(TEXT)
    house.until(lambda: house.store.jobs.get(job.id).attempts >= 1, "a first try")
    house.model.listen()
    assert house.ended(job).state == "delivered"
