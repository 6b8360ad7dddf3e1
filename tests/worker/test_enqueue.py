"""The queue port over a real broker."""

import json

import pytest

from core.errors import BrokerOutage
from tests.servers.valkey import ValkeyProcess, free_port
from worker.enqueue import MESSAGE_VERSION, VERSION_HEADER, CeleryQueue


def test_what_waits_in_a_queue_is_counted(valkey: ValkeyProcess) -> None:
    queue = CeleryQueue(valkey.url)
    assert queue.waiting("interactive") == 0
    for number in range(3):
        queue.enqueue(f"job-{number}", "interactive")
    assert (queue.waiting("interactive"), queue.waiting("bulk")) == (3, 0)


def test_counting_goes_on_over_the_same_connection_also_where_nothing_waits(valkey: ValkeyProcess) -> None:
    queue = CeleryQueue(valkey.url)
    queue.waiting("bulk")
    with valkey.client() as client:

        def made() -> int:
            return int(client.info("stats")["total_connections_received"])

        before = made()
        for _ in range(5):
            queue.waiting("bulk")
        assert made() == before


def test_a_message_says_its_version(valkey: ValkeyProcess) -> None:
    CeleryQueue(valkey.url).enqueue("job-1", "interactive")
    with valkey.client() as client:
        taken = client.rpop("interactive")
    assert isinstance(taken, bytes)
    assert json.loads(taken)["headers"][VERSION_HEADER] == MESSAGE_VERSION


def test_without_a_broker_counting_says_so() -> None:
    with pytest.raises(BrokerOutage):
        CeleryQueue(f"redis://127.0.0.1:{free_port()}/0").waiting("interactive")


def test_a_broker_that_goes_while_it_is_counted_is_an_outage_until_it_is_back(valkey_own: ValkeyProcess) -> None:
    queue = CeleryQueue(valkey_own.url)
    queue.waiting("interactive")
    valkey_own.kill()
    with pytest.raises(BrokerOutage):
        queue.waiting("interactive")
    valkey_own.start()
    assert queue.waiting("interactive") == 0
