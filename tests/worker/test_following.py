"""What a thread takes from the broker by itself: messages for interactive jobs of this version, and nothing else."""

import json
import uuid

import pytest
import redis

from tests.servers.valkey import ValkeyProcess, free_port
from tests.worker.conftest import Bench
from worker.enqueue import MESSAGE_VERSION, RUN_TASK, VERSION_HEADER, CeleryQueue
from worker.following import Following


def new_id() -> str:
    return str(uuid.uuid4())


def test_messages_are_taken_in_their_order_and_only_the_interactive_ones(valkey: ValkeyProcess) -> None:
    queue, following, sent = CeleryQueue(valkey.url), Following(valkey.url), [new_id() for _ in range(3)]
    queue.enqueue(new_id(), "bulk")
    for job_id in sent:
        queue.enqueue(job_id, "interactive")
    queue.enqueue(new_id(), "background")
    assert [following.take() for _ in range(4)] == [*sent, ""]
    assert (queue.waiting("bulk"), queue.waiting("background")) == (1, 1)


def messages_of_others(client: redis.Redis, url: str) -> list[bytes]:
    """Return what no thread may take by itself, made from a message of ours."""
    CeleryQueue(url).enqueue(new_id(), "interactive")
    ours = json.loads(client.rpop("interactive"))  # type: ignore[arg-type] # the stubs know of an asynchronous answer

    def changed(**headers: object) -> bytes:
        return json.dumps({**ours, "headers": {**ours["headers"], **headers}}).encode()

    assert ours["headers"]["task"] == RUN_TASK
    return [
        changed(**{VERSION_HEADER: MESSAGE_VERSION + 1}),
        changed(task="inlaid.count_changes"),
        changed(task="os.system"),
        changed(eta="2027-01-01T00:00:00"),
        json.dumps({**ours, "content-type": "application/x-python-serialize"}).encode(),
        json.dumps({**ours, "body": "W10="}).encode(),
        json.dumps({**ours, "properties": {}}).encode(),
        json.dumps({**ours, "properties": {**ours["properties"], "body_encoding": "utf-8"}}).encode(),
        json.dumps([]).encode(),
        b"[" * 100_000,
        b"\xff",
        b"",
    ]


def test_what_is_no_message_for_a_job_of_this_version_stays_where_it_was(valkey: ValkeyProcess) -> None:
    following = Following(valkey.url)
    with valkey.client() as client:
        for message in messages_of_others(client, valkey.url):
            CeleryQueue(valkey.url).enqueue(new_id(), "interactive")
            client.rpush("interactive", message)
            before = client.lrange("interactive", 0, -1)
            assert following.take() == "", message[:300]
            assert client.lrange("interactive", 0, -1) == before
            client.delete("interactive")


@pytest.mark.parametrize("is_there", [True, False])
def test_without_a_broker_or_a_message_there_is_nothing_to_do(valkey: ValkeyProcess, is_there: bool) -> None:
    assert Following(valkey.url if is_there else f"redis://127.0.0.1:{free_port()}/0").take() == ""


def test_a_pile_of_jobs_is_done_by_threads_that_go_on(bench: Bench) -> None:
    jobs = [bench.submit(f"{number}. The meeting is on Tuesday.") for number in range(12)]
    with bench.worker(worker_threads=1):
        for job in jobs:
            bench.wait_for(job, "delivered")
    with bench.broker.client() as client:
        commands = client.info("commandstats")
    assert commands["cmdstat_rpop"]["calls"] >= len(jobs)
    assert commands["cmdstat_brpop"]["calls"] < len(jobs)
