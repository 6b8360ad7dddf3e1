"""A worker that consumes nothing ends and comes back; one that works is left alone, and so is one without a broker."""

import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from tests.fakes.openai_replies import Answer
from tests.processes.commands import wait_until
from tests.worker import hasty
from tests.worker.conftest import Bench
from worker.watchdog import EXIT_CODE, Watchdog, signs

HASTY = hasty.__name__
WRITTEN = "We meet on Tuesday at 3 pm in room 4."
DRIP = Answer(WRITTEN, seconds_per_piece=3.0)
# Long enough for any watchdog that errs.
PATIENCE_SECONDS = 2.5 * hasty.SILENT_SECONDS


def keep_alive(seconds: float, is_alive: Callable[[], bool]) -> None:
    """Watch for that long that something stays alive."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert is_alive()
        time.sleep(0.05)


@pytest.mark.processes
def test_a_worker_that_consumes_nothing_ends_and_its_job_goes_to_the_next(bench: Bench) -> None:
    """The broker lets nobody read the queues any more: the consumer breaks off, and Celery waits for the job."""
    bench.model.respond = lambda _body: DRIP
    with bench.worker(HASTY) as worker:
        job = bench.submit()
        bench.wait_for(job, "running")
        with bench.broker.client() as client:
            client.execute_command("ACL", "SETUSER", "default", "-brpop")
            client.client_kill_filter(_type="normal", skipme=True)
            wait_until(lambda: worker.exit_code is not None, seconds=30, why=worker.log)
            client.execute_command("ACL", "SETUSER", "default", "+brpop")
        bench.model.respond = lambda _body: Answer(WRITTEN)
        # Given back its job, Celery itself may be the first to end the process.
        assert worker.wait_until_ended(1) in {1, EXIT_CODE}, worker.log
        assert bench.wait_for(job, "delivered").attempts == 1
        assert "worker consumes nothing" in worker.log


@pytest.mark.processes
def test_a_worker_whose_threads_are_all_busy_works(bench: Bench) -> None:
    bench.model.respond = lambda _body: DRIP
    with bench.worker(HASTY, worker_threads=2) as worker:
        running = [bench.submit(f"This is text number {number}.") for number in range(2)]
        for job in running:
            bench.wait_for(job, "running")
        bench.submit("This one waits.")
        keep_alive(PATIENCE_SECONDS, lambda: worker.exit_code is None)
        assert [bench.state(job) for job in running] == ["running", "running"]


@pytest.mark.processes
def test_a_worker_without_a_broker_and_one_without_work_are_left_alone(bench: Bench) -> None:
    with bench.worker(HASTY) as worker:
        keep_alive(PATIENCE_SECONDS, lambda: worker.exit_code is None)
        with bench.broker.client() as client:
            # A canary leaves nothing behind but a queue that goes away by itself.
            assert all(client.ttl(key) > 0 for key in client.scan_iter("*canary*"))
            wait_until(lambda: client.hlen("unacked") == 0)
        bench.broker.kill()
        keep_alive(PATIENCE_SECONDS, lambda: worker.exit_code is None)
        bench.broker.start()
        bench.wait_for(bench.submit(), "delivered")
        keep_alive(PATIENCE_SECONDS, lambda: worker.exit_code is None)


class Ended(Exception):
    pass


def watchdog(*, is_up: bool = True, is_full: bool = False) -> Watchdog:
    def end() -> None:
        raise Ended

    return Watchdog(lambda: is_up, lambda: is_full, end, silent_seconds=60, check_seconds=5)


def test_silence_of_a_minute_ends_it_and_nothing_less() -> None:
    dog = watchdog()
    for _ in range(12):
        dog.look(5.0)
    with pytest.raises(Ended):
        dog.look(5.0)


@pytest.mark.parametrize(
    ("is_up", "is_full", "sign", "since_seconds"),
    [
        (True, False, signs.take, 5.0),
        (True, True, signs.turn, 5.0),
        (False, False, lambda: None, 5.0),
        (True, False, lambda: None, 3600.0),
    ],
    ids=["it takes messages", "it is full and its loop turns", "the broker is down", "it was stopped meanwhile"],
)
def test_it_is_left_alone(is_up: bool, is_full: bool, sign: Callable[[], None], since_seconds: float) -> None:
    dog = watchdog(is_up=is_up, is_full=is_full)
    for _ in range(50):
        sign()
        dog.look(since_seconds)


def test_a_loop_that_turns_and_takes_nothing_is_no_sign_while_threads_are_free() -> None:
    dog = watchdog()
    for _ in range(12):
        signs.turn()
        dog.look(5.0)
    signs.turn()
    with pytest.raises(Ended):
        dog.look(5.0)


STUCK = """
import threading
from types import SimpleNamespace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from core.observability.tracing import start_tracing
from worker.watchdog import drain_and_exit, stopping

class Exporter(InMemorySpanExporter):
    def shutdown(self):
        print("spans were sent", flush=True)

start_tracing("", "worker", exporter=Exporter())
threading.Thread(target=threading.Event().wait).start()  # not a daemon: the interpreter would wait for it for ever
drain_and_exit(SimpleNamespace(id="a"))
drain_and_exit(SimpleNamespace(id="b"))
threading.Event().wait()
"""


def test_a_process_with_stuck_threads_ends() -> None:
    done = subprocess.run([sys.executable, "-c", STUCK], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == EXIT_CODE, done.stderr
    assert "spans were sent" in done.stdout
