"""A blink of the broker ends no worker and costs no job. Real Valkey, real worker."""

import pytest

from tests.fakes.openai_replies import Answer
from tests.worker.conftest import Bench

pytestmark = pytest.mark.processes

WRITTEN = "We meet on Tuesday at 3 pm in room 4."
SLOW = Answer(WRITTEN, seconds_per_piece=0.4)


def test_a_broker_killed_under_a_running_job_ends_neither_the_job_nor_its_worker(bench: Bench) -> None:
    bench.model.respond = lambda _body: SLOW
    with bench.worker() as worker:
        for _ in range(2):
            running = bench.submit()
            bench.wait_for(running, "running")
            bench.broker.restart()
            done = bench.wait_for(running, "delivered")
            assert done.attempts == 1
            assert worker.exit_code is None
        bench.wait_for(bench.submit(), "delivered")
