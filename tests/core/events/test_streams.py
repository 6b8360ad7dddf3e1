"""The event streams, on a real server and in memory, hold one contract."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet

from core.errors import SettingsError
from core.events import TokenBatch
from core.events.streams import StreamEvents
from core.ports import Events
from core.privacy import Cipher
from tests.memory_events import MemoryEvents
from tests.servers.valkey import ValkeyProcess, free_port

KEY = Fernet.generate_key().decode()
CIPHER = Cipher([KEY])


@pytest.fixture(params=["memory", "valkey"])
def events(request: pytest.FixtureRequest) -> Iterator[Events]:
    if request.param == "memory":
        yield MemoryEvents()
        return
    streams = StreamEvents(request.getfixturevalue("valkey").url, CIPHER)
    yield streams
    streams.close()


@pytest.fixture
def streams(valkey: ValkeyProcess) -> Iterator[StreamEvents]:
    opened = StreamEvents(valkey.url, CIPHER)
    yield opened
    opened.close()


def test_events_come_back_in_order_with_what_they_carry(events: Events) -> None:
    events.publish("job", "state", {"state": "running"})
    events.publish("job", "token", {"text": "Grüße\x00 \U0001f600"})
    events.publish("other", "state", {"state": "failed"})
    found = events.read("job")
    assert [(one.kind, one.data) for one in found] == [
        ("state", {"state": "running"}),
        ("token", {"text": "Grüße\x00 \U0001f600"}),
    ]


def test_reading_goes_on_after_a_given_id(events: Events) -> None:
    for number in range(5):
        events.publish("job", "progress", {"done": number})
    second = events.read("job")[1]
    assert [one.data["done"] for one in events.read("job", after=second.id)] == [2, 3, 4]
    assert not events.read("job", after=events.read("job")[-1].id)


@pytest.mark.parametrize("after", ["", "nonsense", "1", "-", "1-2-3", "99999999999999999999999-0", "1-0\r\nQUIT"])
def test_an_id_that_is_none_means_the_beginning(events: Events, after: str) -> None:
    events.publish("job", "state", {"state": "ready"})
    assert len(events.read("job", after=after)) == 1


def test_reading_waits_for_the_first_event_and_no_longer(events: Events) -> None:
    timer = threading.Timer(0.1, events.publish, ("job", "state", {"state": "ready"}))
    timer.start()
    started = time.monotonic()
    assert [one.kind for one in events.read("job", wait_seconds=5)] == ["state"]
    assert time.monotonic() - started < 2
    timer.join()


def test_reading_gives_up_when_nothing_comes(events: Events) -> None:
    started = time.monotonic()
    assert not events.read("job", wait_seconds=0.1)
    assert 0.09 <= time.monotonic() - started < 1


def test_nothing_readable_lies_on_the_server(valkey: ValkeyProcess, streams: StreamEvents) -> None:
    streams.publish("job", "token", {"text": "canary"})
    streams.flush()
    with valkey.client() as client:
        (key,) = client.keys("*")
        assert b"canary" not in client.dump(key)


def test_a_stream_ends_minutes_after_its_job_and_not_while_it_runs(
    valkey: ValkeyProcess, streams: StreamEvents
) -> None:
    with valkey.client() as client:
        streams.publish("job", "state", {"state": "running"})
        streams.flush()
        assert 600 < client.ttl("inlaid:events:job") <= 3600
        client.expire("inlaid:events:job", 5)
        streams.publish("job", "token", {"text": "on"})
        streams.flush()
        assert client.ttl("inlaid:events:job") > 600
        for state in ("ready", "delivered"):
            streams.publish("job", "state", {"state": state})
        streams.flush()
        assert 0 < client.ttl("inlaid:events:job") <= 600
        streams.publish("job", "state", {"state": "queued"})  # tried again
        streams.flush()
        assert client.ttl("inlaid:events:job") > 600


def test_what_a_long_document_tells_takes_little_room(valkey: ValkeyProcess, streams: StreamEvents) -> None:
    with valkey.client() as client:
        for number in range(5000):
            streams.publish("job", "token", {"text": f"{number} some words of a model"})
        streams.flush()
        assert client.memory_usage("inlaid:events:job") < 250_000
        assert client.xlen("inlaid:events:job") < 700


def test_an_event_moved_to_another_job_does_not_open_there(valkey: ValkeyProcess, streams: StreamEvents) -> None:
    streams.publish("job", "token", {"text": "canary"})
    streams.flush()
    with valkey.client() as client:
        client.rename("inlaid:events:job", "inlaid:events:other")
    assert [(one.kind, one.data) for one in streams.read("other")] == [("unreadable", {})]


def test_a_stream_keeps_a_bounded_number_of_events(valkey: ValkeyProcess, streams: StreamEvents) -> None:
    with valkey.client() as client:
        with client.pipeline(transaction=False) as pipeline:
            for number in range(6000):
                pipeline.xadd("inlaid:events:job", {"n": number})
            pipeline.execute()
        streams.publish("job", "state", {"state": "ready"})
        streams.flush()
        assert client.xlen("inlaid:events:job") < 700


def test_what_is_published_reaches_other_processes_within_moments(streams: StreamEvents, valkey: ValkeyProcess) -> None:
    watcher = StreamEvents(valkey.url, CIPHER)
    streams.publish("job", "state", {"state": "running"})
    started = time.monotonic()
    assert watcher.read("job", wait_seconds=5)[0].data == {"state": "running"}
    assert time.monotonic() - started < 2
    watcher.close()


def test_what_is_published_last_is_sent_before_the_process_ends(valkey: ValkeyProcess) -> None:
    code = (
        "from core.events.streams import StreamEvents; from core.privacy import Cipher\n"
        f"StreamEvents({valkey.url!r}, Cipher([{KEY!r}])).publish('job', 'state', {{'state': 'ready'}})"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    streams = StreamEvents(valkey.url, CIPHER)
    assert [one.data for one in streams.read("job")] == [{"state": "ready"}]
    streams.close()


def test_what_cannot_be_written_as_json_is_dropped(events: Events) -> None:
    events.publish("job", "token", {"text": "half \ud83d"})
    events.publish("job", "state", {"state": "ready"})
    assert "ready" in str(events.read("job")[-1].data)


def test_without_a_server_publishing_is_silent_and_reading_waits_in_vain() -> None:
    streams = StreamEvents(f"redis://127.0.0.1:{free_port()}/0", CIPHER)
    streams.publish("job", "state", {"state": "ready"})
    started = time.monotonic()
    assert not streams.read("job", wait_seconds=0.2)
    assert 0.19 <= time.monotonic() - started < 1
    streams.close()


def test_a_hanging_server_costs_a_job_nothing_and_is_used_again(valkey_own: ValkeyProcess) -> None:
    streams = StreamEvents(valkey_own.url, CIPHER, pause_seconds=0.5)
    streams.publish("job", "state", {"state": "queued"})
    streams.flush()
    with valkey_own.client() as client:
        pid = int(client.info("server")["process_id"])
    os.kill(pid, signal.SIGSTOP)
    started = time.monotonic()
    for _ in range(80):
        streams.publish("job", "token", {"text": "lost"})
    assert time.monotonic() - started < 0.5
    streams.flush()
    assert time.monotonic() - started < 2.5
    os.kill(pid, signal.SIGCONT)
    assert streams.read("job", wait_seconds=10)[0].data == {"state": "queued"}
    streams.publish("job", "state", {"state": "ready"})
    assert streams.read("job")[-1].data == {"state": "ready"}
    streams.close()


@pytest.mark.parametrize("url", ["", "amqp://localhost", "localhost:6379", "redis://localhost:port/0"])
def test_a_broker_that_has_no_streams_is_a_setting_to_correct(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        StreamEvents(url, CIPHER)
    assert "INLAID_BROKER_URL" in refused.value.fix


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_tokens_travel_together_but_the_first_goes_at_once() -> None:
    events, clock = MemoryEvents(), Clock()
    batch = TokenBatch(events, "job", clock=clock)
    clock.seconds += 0.06  # until the model writes
    for number in range(80):
        batch.add(f"{number} ")
        clock.seconds += 0.0125
    batch.flush()
    sent = [one.data["text"] for one in events.read("job")]
    assert sent[0] == "0 "
    assert "".join(sent) == "".join(f"{number} " for number in range(80))
    assert 15 <= len(sent) <= 25


def test_what_is_written_in_a_moment_is_one_event() -> None:
    events = MemoryEvents()
    batch = TokenBatch(events, "job", clock=Clock())
    for word in ("A ", "quick ", "model"):
        batch.add(word)
    assert not events.read("job")
    batch.flush()
    assert [one.data["text"] for one in events.read("job")] == ["A quick model"]


def test_nothing_gathered_means_nothing_sent() -> None:
    events = MemoryEvents()
    batch = TokenBatch(events, "job")
    batch.add("")
    batch.flush()
    assert not events.read("job")
