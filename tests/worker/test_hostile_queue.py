"""What others put into the queues ends no worker and hurts no job. Real Valkey, real worker."""

import base64
import json
from typing import Any

import pytest

from core.job import QUEUES
from tests.fakes.openai_replies import Answer
from tests.processes.commands import wait_until
from tests.worker.conftest import Bench
from worker.enqueue import CeleryQueue

pytestmark = pytest.mark.processes

WRITTEN = "We meet on Tuesday at 3 pm in room 4."
SECRET = "zanzibar"
PIDBOX = "/0.celery.pidbox"


def good_message(bench: Bench) -> dict[str, Any]:
    """Return a message of ours as it lies in the broker; its job does not exist."""
    CeleryQueue(bench.broker.url).enqueue("01a213ce-e8ae-79a5-85ea-a510b80fd97a", "bulk")
    with bench.broker.client() as client:
        taken = client.rpop("bulk")
    assert isinstance(taken, bytes)
    message: dict[str, Any] = json.loads(taken)
    return message


def hostile_items(message: dict[str, Any]) -> list[bytes]:
    """Return items that are no messages of ours."""
    properties = message["properties"]

    def with_body(content: object, **further: object) -> dict[str, Any]:
        return message | {"body": base64.b64encode(json.dumps(content).encode()).decode(), **further}

    def with_headers(**further: object) -> dict[str, Any]:
        return message | {"headers": message["headers"] | further}

    broken: list[object] = [
        None, [], SECRET, 7, {}, {SECRET: 1}, {"__type__": "datetime", "__value__": SECRET},
        {name: part for name, part in message.items() if name != "properties"},
        message | {"headers": None}, message | {"headers": [SECRET]}, message | {"body": 7},
        message | {"body": SECRET}, message | {"properties": {"delivery_tag": SECRET}},
        message | {"properties": properties | {"delivery_tag": {SECRET: 1}}},
        message | {"properties": properties | {"delivery_info": {}}},
        message | {"content-type": "application/x-python-serialize"},
        with_headers(task=SECRET), with_headers(task=[SECRET]), with_headers(compression="gzip"),
        with_headers(eta="2999-01-01T00:00:00"), with_headers(id=None),
        with_body([[7], {}, {}]), with_body([[SECRET, SECRET], {}, {}]), with_body([[SECRET * 1_300_000], {}, {}]),
        with_body({"task": SECRET, "id": SECRET, "args": [SECRET]}, headers={}),
    ]  # fmt: skip
    return [SECRET.encode(), b"\xff\xfe", b"", b"[" * 50_000, *(json.dumps(one).encode() for one in broken)]


@pytest.fixture
def items(bench: Bench) -> list[bytes]:
    return hostile_items(good_message(bench))


def push(bench: Bench, items: list[bytes]) -> None:
    """Put the items into each queue, and wait until all are taken."""
    with bench.broker.client() as client:
        for queue in QUEUES:
            client.lpush(queue, *items)
        client.publish(PIDBOX, SECRET)
        client.publish(PIDBOX, json.dumps({SECRET: 1}))
        wait_until(lambda: not any(client.llen(queue) for queue in QUEUES))


def test_hostile_items_hurt_neither_a_running_job_nor_an_idle_worker(bench: Bench, items: list[bytes]) -> None:
    with bench.worker() as worker:
        push(bench, items)
        bench.model.respond = lambda _body: Answer(WRITTEN, seconds_per_piece=0.3)
        running = bench.submit()
        bench.wait_for(running, "running")
        push(bench, items)
        assert bench.wait_for(running, "delivered").attempts == 1
        bench.wait_for(bench.submit(), "delivered")
        assert worker.exit_code is None
        with bench.broker.client() as client:
            wait_until(lambda: client.hlen("unacked") == 0)
        dropped = [line for line in worker.log.splitlines() if "message dropped" in line]
        assert len(dropped) >= 2 * len(QUEUES) * len(items)
        assert SECRET not in worker.log
        assert "Traceback" not in worker.log
