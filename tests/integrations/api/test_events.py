"""The event stream of a job: quick with a broker, sure without one, and at its end always the final state."""

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from core.drafts import Draft
from core.errors import ModelOutage
from core.settings import Settings
from tests.integrations.api.running import RunningWeb, Sent, running_web, sent_events
from tests.servers.valkey import ValkeyProcess
from tests.waiting import until

DRAFT = Draft(recipe="summarize", text="Short \u2013 and ready.")


def made(client: httpx.Client) -> str:
    response = client.post("/api/v1/jobs", json={"recipe": "summarize", "inputs": {"text": "A long text."}})
    job_id: str = response.json()["id"]
    return job_id


def followed(client: httpx.Client, job_id: str, last_id: str = "") -> list[Sent]:
    """Return all events until the server ends the stream."""
    headers = {"Last-Event-ID": last_id} if last_id else {}
    with client.stream("GET", f"/api/v1/jobs/{job_id}/events", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        return list(sent_events(response))


def states(events: list[Sent]) -> list[str]:
    return [json.loads(event.data)["state"] for event in events if event.kind == "state"]


def final(events: list[Sent]) -> dict[str, Any]:
    job: dict[str, Any] = json.loads(events[-1].data)
    return job


@pytest.fixture
def fragile(tmp_path: Path, valkey_own: ValkeyProcess) -> Iterator[RunningWeb]:
    """Run an app whose broker the test may stop or empty."""
    settings = Settings(home=tmp_path / "web", broker_url=valkey_own.url, api_tokens=(SecretStr("t"),))
    with running_web(settings) as running:
        yield running


def test_everything_that_happens_is_streamed_and_the_last_event_is_the_job(
    web: RunningWeb, client: httpx.Client
) -> None:
    job_id = made(client)
    with client.stream("GET", f"/api/v1/jobs/{job_id}/events") as response:
        events = sent_events(response)
        seen = [next(events)]
        job = web.claim(job_id)
        web.events.publish(job_id, "progress", {"text": "Writing", "done": 1, "total": 2})
        web.events.publish(job_id, "token", {"text": "Short\n\u2013 and"})
        while seen[-1].kind != "token":
            seen.append(next(events))
        web.finish(job, DRAFT)
        seen.extend(events)
    assert [one.kind for one in seen] == ["state", "state", "progress", "token", "state", "state", "state"]
    assert states(seen) == ["queued", "running", "ready", "delivered", "delivered"]
    assert json.loads(seen[3].data) == {"text": "Short\n\u2013 and"}
    told = client.get(f"/api/v1/jobs/{job_id}").json()
    assert told.pop("retries")["tries"] == 1  # of what has ended nothing is tried any more
    assert final(seen) == told
    assert final(seen)["draft"]["text"] == DRAFT.text


def test_a_token_reaches_the_reader_at_once(web: RunningWeb, client: httpx.Client) -> None:
    job_id = made(client)
    with client.stream("GET", f"/api/v1/jobs/{job_id}/events") as response:
        events = sent_events(response)
        next(events)
        waits = []
        for _ in range(5):
            started = time.monotonic()
            web.events.publish(job_id, "token", {"text": "x"})
            next(events)
            waits.append(time.monotonic() - started)
    assert sorted(waits)[2] < 0.1


def test_a_reader_who_comes_back_goes_on_after_the_last_event_it_saw(web: RunningWeb, client: httpx.Client) -> None:
    job_id = made(client)
    job = web.claim(job_id)
    for number in range(3):
        web.events.publish(job_id, "token", {"text": str(number)})
    web.finish(job, DRAFT)
    everything = followed(client, job_id)
    tokens = [one for one in everything if one.kind == "token"]
    rest = followed(client, job_id, last_id=tokens[1].id)
    assert [one.data for one in rest if one.kind == "token"] == ['{"text": "2"}']
    assert final(rest)["state"] == "delivered"
    assert followed(client, job_id, last_id="nonsense") == everything


def test_a_reader_who_has_the_final_state_is_told_to_stop_coming_back(web: RunningWeb, client: httpx.Client) -> None:
    job_id = made(client)
    web.finish(web.claim(job_id), DRAFT)
    last = followed(client, job_id)[-1].id
    again = client.get(f"/api/v1/jobs/{job_id}/events", headers={"Last-Event-ID": last})
    assert (again.status_code, again.content) == (204, b"")


def test_a_failed_job_ends_its_stream_with_the_error(web: RunningWeb, client: httpx.Client) -> None:
    job_id = made(client)
    web.fail(web.claim(job_id), ModelOutage("The model is down.", fix="Start it."))
    assert final(followed(client, job_id))["error"]["fix"] == "Start it."


def test_a_cancelled_job_ends_the_stream_of_its_reader(client: httpx.Client) -> None:
    job_id = made(client)
    timer = threading.Timer(0.2, client.post, (f"/api/v1/jobs/{job_id}/cancel",))
    timer.start()
    events = followed(client, job_id)
    timer.join()
    assert final(events)["state"] == "cancelled"


def test_after_a_second_try_the_first_end_does_not_end_the_stream(web: RunningWeb, client: httpx.Client) -> None:
    job_id = made(client)
    web.fail(web.claim(job_id), ModelOutage("Down."))
    last = followed(client, job_id)[-1].id
    client.post(f"/api/v1/jobs/{job_id}/retry")
    timer = threading.Timer(0.3, lambda: web.finish(web.claim(job_id), DRAFT))
    timer.start()
    rest = followed(client, job_id, last_id=last)
    timer.join()
    # The first "queued" is told by another thread of the web process, which may come to it late.
    assert set(states(rest)[:-4]) == {"queued"}
    assert states(rest)[-4:] == ["running", "ready", "delivered", "delivered"]


def test_an_emptied_broker_loses_no_final_state(fragile: RunningWeb, valkey_own: ValkeyProcess) -> None:
    with fragile.client("t") as client:
        job_id = made(client)
        job = fragile.claim(job_id)
        store = fragile.services.store
        ready = store.leases.finish(job, DRAFT)
        store.leases.delivered(ready)
        valkey_own.flush()
        assert final(followed(client, job_id))["draft"]["text"] == DRAFT.text


@pytest.mark.parametrize("way", ["killed", "hanging"])
def test_without_a_broker_the_states_come_from_the_store(
    fragile: RunningWeb, valkey_own: ValkeyProcess, way: str
) -> None:
    with fragile.client("t") as client:
        job_id = made(client)
        with valkey_own.client() as broker:
            pid = int(broker.info("server")["process_id"])
        stop = signal.SIGKILL if way == "killed" else signal.SIGSTOP
        with client.stream("GET", f"/api/v1/jobs/{job_id}/events") as response:
            events = sent_events(response)
            assert states([next(events)]) == ["queued"]
            os.kill(pid, stop)
            stopped_at = time.monotonic()
            job = fragile.services.store.leases.claim(job_id, lease_seconds=60)
            assert job
            seen = [next(events)]
            assert time.monotonic() - stopped_at < 4
            ready = fragile.services.store.leases.finish(job, DRAFT)
            fragile.services.store.leases.delivered(ready)
            seen.extend(events)
    assert states(seen) == ["running", "delivered"]


def test_many_idle_readers_cost_no_threads_and_leave_when_they_hang_up(web: RunningWeb, client: httpx.Client) -> None:
    job_id = made(client)
    url = httpx.URL(web.url)
    threads_before = threading.active_count()
    request = (
        f"GET /api/v1/jobs/{job_id}/events HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: {client.headers['Authorization']}\r\n\r\n"
    ).encode()
    readers = [socket.create_connection((url.host, url.port or 80), timeout=10) for _ in range(60)]
    for reader in readers:
        reader.sendall(request)
    assert all(b"200 OK" in reader.recv(4096) for reader in readers)
    until(lambda: len(web.server.server_state.tasks) >= 60)
    # The pool of handler threads has 40; idle readers must not hold one each.
    assert threading.active_count() - threads_before <= 42
    assert client.get("/api/v1/jobs").status_code == 200
    for reader in readers:
        reader.close()
    until(lambda: len(web.server.server_state.tasks) < 5)


def test_a_quiet_stream_sends_a_sign_of_life(tmp_path: Path, valkey_shared: ValkeyProcess) -> None:
    settings = Settings(home=tmp_path / "web", broker_url=valkey_shared.url, api_tokens=(SecretStr("t"),))
    with running_web(settings) as running, running.client("t") as client:
        api = running.services.api
        running.app.state.api = replace(api, feed=replace(api.feed, heartbeat_seconds=0.2))
        job_id = made(client)
        with client.stream("GET", f"/api/v1/jobs/{job_id}/events") as response:
            assert ": still here" in response.iter_lines()


def test_a_server_that_stops_ends_its_streams_quickly(tmp_path: Path, valkey_shared: ValkeyProcess) -> None:
    settings = Settings(home=tmp_path / "web", broker_url=valkey_shared.url, api_tokens=(SecretStr("t"),))
    with running_web(settings) as running, running.client("t") as client:
        job_id = made(client)
        with client.stream("GET", f"/api/v1/jobs/{job_id}/events") as response:
            events = sent_events(response)
            next(events)
            started = time.monotonic()
            running.server.should_exit = True
            assert not list(events)
            until(lambda: not running.server.started or not running.server.server_state.tasks)
    assert time.monotonic() - started < 3
