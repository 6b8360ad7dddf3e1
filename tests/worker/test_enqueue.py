"""The queue port over a real broker."""

import pytest

from core.errors import BrokerOutage
from tests.servers.valkey import ValkeyProcess, free_port
from worker.enqueue import CeleryQueue


def test_what_waits_in_a_queue_is_counted(valkey: ValkeyProcess) -> None:
    queue = CeleryQueue(valkey.url)
    assert queue.waiting("interactive") == 0
    for number in range(3):
        queue.enqueue(f"job-{number}", "interactive")
    assert (queue.waiting("interactive"), queue.waiting("bulk")) == (3, 0)


def test_without_a_broker_counting_says_so() -> None:
    with pytest.raises(BrokerOutage):
        CeleryQueue(f"redis://127.0.0.1:{free_port()}/0").waiting("interactive")
