"""The broker's primary dies under jobs: the next is found, nothing is lost or doubled. Real Sentinels and worker."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.events.streams import StreamEvents, StreamTail
from core.llm.models_file import EndpointEntry
from core.llm.shared_pace import SharedPace, open_pace
from core.observability.readiness import broker_probe
from core.privacy import Cipher
from core.settings import Settings
from tests.apart import apart
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.faults.test_history import finished
from tests.processes.commands import wait_until
from tests.servers.sentinel import WatchedValkey
from tests.worker.conftest import TEXT, Bench, opened_bench

pytestmark = pytest.mark.processes

LEASE_SECONDS = 3.0
JOBS = 8
ANSWER = Answer("We meet on Tuesday at 3 pm in room 4.", seconds_per_piece=0.02)
PROCESSES = "inlaid:pace:{big}:processes"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[WatchedValkey]:
    with WatchedValkey(tmp_path / "watched") as servers:
        yield servers


@pytest.fixture
def bench(settings: Settings, watched: WatchedValkey, openai_server: OpenAIServer) -> Iterator[Bench]:
    openai_server.respond = lambda _body: ANSWER
    with opened_bench(
        settings, watched.servers[0], openai_server, broker_url=watched.url, lease_seconds=LEASE_SECONDS
    ) as made:
        yield made


def is_shared(pace: SharedPace, watched: WatchedValkey) -> bool:
    """Take a turn, and say whether the next primary heard of it."""
    with watched.servers[1].client() as server:
        server.delete(PROCESSES)
        with pace.turn(1, listen=lambda: None):
            return bool(server.exists(PROCESSES))


async def tail_of(url: str, cipher: Cipher) -> list[str]:
    """Return the kinds of events that the web process's reader finds."""
    tail = StreamTail(url, cipher)
    found = [event.kind for event in await tail.read("job")]
    await tail.close()
    return found


def test_a_primary_that_is_killed_under_jobs_costs_seconds_and_no_job(bench: Bench, watched: WatchedValkey) -> None:
    streams = StreamEvents(watched.url, bench.store.jobs.cipher, pause_seconds=0.2)
    pace = open_pace(EndpointEntry(name="big", url="https://models.test/v1", concurrency=1), watched.url)
    assert isinstance(pace, SharedPace)
    with bench.worker() as worker:
        before = [bench.submit(f"{number}. {TEXT}") for number in range(JOBS)]
        bench.wait_for(before[0], "delivered")
        killed_at = watched.kill_primary()
        after = [bench.submit(f"{JOBS + number}. {TEXT}") for number in range(JOBS)]
        for job in (*before, *after):
            bench.wait_for(job, "delivered")
        recovered_seconds = time.monotonic() - killed_at
        assert worker.exit_code is None
    assert finished(bench.store) == Counter(job.id for job in (*before, *after))
    assert recovered_seconds <= LEASE_SECONDS + 5, f"{recovered_seconds:.1f} s"

    broker_probe(watched.url)()
    streams.publish("job", "state", {"state": "ready"})
    assert [event.kind for event in streams.read("job", wait_seconds=5)] == ["state"]
    streams.close()
    assert apart(lambda: asyncio.run(tail_of(watched.url, bench.store.jobs.cipher))) == ["state"]
    wait_until(lambda: is_shared(pace, watched), why="the limits are not those of the next primary")
