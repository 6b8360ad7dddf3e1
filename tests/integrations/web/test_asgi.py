"""A body that comes too slowly is refused; what comes in time is not."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.exceptions import HTTPException

from core.people import load_people
from core.settings import Settings
from integrations.web.asgi import BodyLimit, BodyPace
from tests.apart import apart
from tests.integrations.api.running import RunningWeb, running_web
from tests.integrations.console.conftest import browser
from tests.servers.valkey import ValkeyProcess
from tests.waiting import until

PACE = BodyPace(idle_seconds=0.2, grace_seconds=0.5, least_bytes_per_second=1000)


def run(parts: list[tuple[float, bytes]]) -> bytes:
    """Send a body part by part, each after a wait in seconds, and return what the app read."""
    read = bytearray()
    left = list(parts)

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        more = True
        while more:
            message = await receive()
            read.extend(message.get("body", b""))
            more = message.get("more_body", False)

    async def receive() -> dict[str, Any]:
        seconds, data = left.pop(0)
        await asyncio.sleep(seconds)
        return {"type": "http.request", "body": data, "more_body": bool(left)}

    async def send(_message: Any) -> None:
        return

    scope = {"type": "http", "path": "/", "headers": []}
    limited = BodyLimit(app, most_bytes=10_000, by_path={}, pace=PACE)
    apart(lambda: asyncio.run(limited(scope, receive, send)))
    return bytes(read)


def test_a_body_that_comes_in_time_is_read_whole() -> None:
    assert run([(0.01, b"x" * 100)] * 10) == b"x" * 1000


@pytest.mark.parametrize("parts", [[(5.0, b"x")], [(0.0, b"x"), (5.0, b"x")], [(0.15, b"x")] * 50])
def test_a_body_that_stops_or_drips_is_refused(parts: list[tuple[float, bytes]]) -> None:
    with pytest.raises(HTTPException) as refused:
        run(parts)
    assert refused.value.status_code == 408


JOB = {"recipe": "summarize", "inputs": {"text": "A long text."}}


@pytest.fixture
def settings(tmp_path: Path, valkey_shared: ValkeyProcess) -> Settings:
    tokens = tuple(SecretStr(one) for one in ("a=ann@example.com", "a2=ann@example.com", "b=bea@example.com"))
    return Settings(home=tmp_path / "web", broker_url=valkey_shared.url, api_tokens=tokens)


@contextmanager
def limited(settings: Settings, **limits: object) -> Iterator[RunningWeb]:
    with running_web(settings.model_copy(update=limits)) as web:
        yield web


def test_a_person_who_floods_is_refused_and_others_are_served(settings: Settings) -> None:
    with limited(settings, submits_per_minute=5) as web, web.client("a") as ann, web.client("b") as bea:
        answers = [ann.post("/api/v1/jobs", json=JOB) for _ in range(8)]
        with web.client("a2") as again:
            by_another_token = again.post("/api/v1/jobs", json=JOB).status_code
        others, read = bea.post("/api/v1/jobs", json=JOB).status_code, ann.get("/api/v1/jobs").status_code

    assert [answer.status_code for answer in answers] == [202] * 5 + [429] * 3
    assert answers[-1].json()["error"]["code"] == "rate"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 12
    assert (by_another_token, others, read) == (429, 202, 200)


def test_a_person_has_one_limit_whatever_their_doors(settings: Settings) -> None:
    """Two sign-ins that an administrator made one person are one to the limits, and to the streams of events."""
    with limited(settings, submits_per_minute=5, event_streams=2) as web, ExitStack() as stack:
        ann, bea = stack.enter_context(web.client("a")), stack.enter_context(web.client("b"))
        jobs = {client: client.post("/api/v1/jobs", json=JOB).json()["id"] for client in (ann, bea)}
        people = load_people(settings, web.services.store.records)
        for name in ("ann", "bea"):
            people.enter("local", f"{name}@example.com", "local")
        people.merge(people.find("ann@example.com"), people.find("bea@example.com"))
        codes = [client.post("/api/v1/jobs", json=JOB).status_code for client in (ann, bea, ann, bea, ann, bea, ann)]
        for client in (ann, bea):
            path = f"/api/v1/jobs/{jobs[client]}/events"
            assert stack.enter_context(client.stream("GET", path)).status_code == 200
        third = bea.get(f"/api/v1/jobs/{jobs[bea]}/events").status_code
    assert codes.count(202) <= 5
    assert codes[-2:] == [429, 429]
    assert third == 429


def test_the_shipped_limits_let_a_busy_person_work_and_stop_a_flood(settings: Settings) -> None:
    with limited(settings) as web, web.client("a") as ann:
        codes = [ann.post("/api/v1/jobs", json=JOB).status_code for _ in range(100)]
    assert codes[:60] == [202] * 60
    assert 429 in codes[60:]


def test_requests_of_any_kind_are_counted_on_the_api_and_in_the_console_together(settings: Settings) -> None:
    with limited(settings, requests_per_minute=6) as web, web.client("a") as ann, browser(web) as console:
        assert console.post("/console/sign-in", data={"token": "a"}).status_code == 303
        seen = [ann.get("/api/v1/recipes").status_code for _ in range(4)]
        pages = [console.get("/console/jobs") for _ in range(4)]

    assert seen == [200] * 4
    assert [page.status_code for page in pages] == [200] * 2 + [429] * 2
    assert int(pages[-1].headers["Retry-After"]) >= 1
    assert "too many requests" in pages[-1].text


@pytest.mark.parametrize("way", ["bearer", "basic", "form"])
def test_who_guesses_waits_while_who_was_known_before_goes_on(settings: Settings, way: str) -> None:
    def guess(web: RunningWeb, client: httpx.Client, number: int) -> httpx.Response:
        if way == "form":
            return client.post("/console/sign-in", data={"token": f"guess-{number}"})
        if way == "basic":
            return client.get("/report/data.json", auth=("", f"guess-{number}"))
        return client.get("/api/v1/recipes", headers={"Authorization": f"Bearer guess-{number}"})

    with limited(settings) as web, web.client("a") as known, browser(web) as client, browser(web) as signed_in:
        assert known.get("/api/v1/recipes").status_code == 200
        assert signed_in.post("/console/sign-in", data={"token": "a"}).status_code == 303
        answers = [guess(web, client, number) for number in range(60)]
        good = client.get("/api/v1/recipes", headers={"Authorization": "Bearer b"})
        served = [known.get("/api/v1/recipes"), signed_in.get("/console"), client.get("/healthz")]

    assert [answer.status_code for answer in answers[:10]] == [401] * 10
    assert {answer.status_code for answer in answers[10:]} <= {401, 429}
    assert sum(answer.status_code == 401 for answer in answers) <= 13
    assert int(next(answer for answer in answers if answer.status_code == 429).headers["Retry-After"]) >= 1
    # Else guessing would not be slowed: the right one would be told from the wrong ones.
    assert good.status_code == 429
    assert [one.status_code for one in served] == [200] * 3


def test_a_request_without_a_token_is_no_guess(settings: Settings) -> None:
    with limited(settings) as web, web.client() as nobody:
        assert {nobody.get("/api/v1/recipes").status_code for _ in range(40)} == {401}


def test_an_address_has_its_limit_and_a_trusted_proxy_tells_addresses_apart(settings: Settings) -> None:
    with limited(settings, address_requests_per_minute=5) as web, web.client() as client:
        far = {"X-Forwarded-For": "192.0.2.7"}
        one = [client.get("/", headers=far).status_code for _ in range(7)]
        other = client.get("/", headers={"X-Forwarded-For": "192.0.2.8"}).status_code
        probe, signed = client.get("/healthz", headers=far), client.post("/slack/events", headers=far)
    with limited(settings, address_requests_per_minute=5, trusted_proxies=()) as web, web.client() as client:
        forged = [client.get("/", headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code for number in range(7)]

    assert one == [200] * 5 + [429] * 2
    assert other == 200
    assert probe.status_code == 200
    assert signed.status_code != 429
    assert forged == [200] * 5 + [429] * 2


def test_a_person_follows_so_many_jobs_at_a_time(settings: Settings) -> None:
    with limited(settings, event_streams=3) as web, web.client("a") as ann, web.client("b") as bea:
        job, others = (client.post("/api/v1/jobs", json=JOB).json()["id"] for client in (ann, bea))
        path = f"/api/v1/jobs/{job}/events"
        with ExitStack() as streams:
            for _ in range(3):
                assert streams.enter_context(ann.stream("GET", path)).status_code == 200
            refused = ann.get(path)
            assert streams.enter_context(bea.stream("GET", f"/api/v1/jobs/{others}/events")).status_code == 200
        until(lambda: not web.services.api.feed.open_streams)
        with ann.stream("GET", path) as again:
            assert again.status_code == 200

    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "rate")
    assert int(refused.headers["Retry-After"]) >= 1
