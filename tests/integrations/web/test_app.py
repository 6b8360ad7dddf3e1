"""The web process as a whole: its own pages, what surrounds every answer, outages, and how it stops."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from core.errors import SettingsError
from core.settings import Settings
from integrations.web.app import create_app
from integrations.web.serving import listen
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.api.running import RunningWeb, running_web, sent_events
from tests.servers.postgres import PostgresServer, with_server
from tests.servers.valkey import ValkeyProcess, free_port
from tests.waiting import until

JOB = {"recipe": "summarize", "inputs": {"text": "A long text."}}


@pytest.fixture(scope="module")
def model() -> Iterator[OpenAIServer]:
    with OpenAIServer(key="model-key") as server:
        yield server


def settings_for(home: Path, broker: ValkeyProcess, model: OpenAIServer) -> Settings:
    return Settings(
        home=home,
        broker_url=broker.url,
        model_url=model.url,
        model_key=SecretStr("model-key"),
        api_tokens=(SecretStr("t=ann@example.com"),),
    )


@pytest.fixture(scope="module")
def web(
    tmp_path_factory: pytest.TempPathFactory, valkey_shared: ValkeyProcess, model: OpenAIServer
) -> Iterator[RunningWeb]:
    with running_web(settings_for(tmp_path_factory.mktemp("web"), valkey_shared, model)) as running:
        yield running


@pytest.fixture
def client(web: RunningWeb) -> Iterator[httpx.Client]:
    with web.client("t") as opened:
        yield opened


def test_a_process_that_lives_says_so(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"ok": True}


def test_an_answer_is_not_held_back_to_be_sent_with_a_later_one(client: httpx.Client) -> None:
    """Nagle's algorithm together with delayed acknowledgements would make each answer wait 40 ms."""
    taken_seconds = sorted(client.get("/healthz").elapsed.total_seconds() for _ in range(21))
    assert taken_seconds[10] < 0.03


def test_it_is_ready_when_all_parts_answer(client: httpx.Client) -> None:
    response = client.get("/readyz")
    parts = {"database": {"ok": True}, "broker": {"ok": True}, "model": {"ok": True}}
    assert (response.status_code, response.json()) == (200, {"ready": True, "degraded": [], "parts": parts})


@pytest.mark.parametrize(
    ("changes", "part", "setting"),
    [
        ({"broker_url": f"redis://127.0.0.1:{free_port()}/0"}, "broker", "INLAID_BROKER_URL"),
        ({"model_url": f"http://127.0.0.1:{free_port()}/v1"}, "model", "INLAID_MODEL_URL"),
        ({"model_url": ""}, "model", "INLAID_MODEL_URL"),
        ({"model_key": SecretStr("wrong-canary")}, "model", "INLAID_MODEL_KEY"),
    ],
)
def test_a_part_that_does_not_answer_is_named_with_its_setting(
    tmp_path: Path,
    valkey_shared: ValkeyProcess,
    model: OpenAIServer,
    changes: dict[str, object],
    part: str,
    setting: str,
) -> None:
    settings = settings_for(tmp_path, valkey_shared, model).model_copy(update=changes)
    with running_web(settings) as running, running.client("t") as client:
        response = client.get("/readyz")
        assert client.get("/healthz").status_code == 200
        assert f'inlaid_up{{part="{part}"}} 0.0' in client.get("/metrics").text
    # A request is stored all the same.
    assert (response.status_code, response.json()["ready"], response.json()["degraded"]) == (200, True, [part])
    parts = response.json()["parts"]
    assert [name for name in parts if not parts[name]["ok"]] == [part]
    assert setting in parts[part]["fix"]
    assert "canary" not in response.text


def test_policies_that_cannot_be_used_are_named_without_what_they_say(
    tmp_path: Path, valkey_shared: ValkeyProcess, model: OpenAIServer
) -> None:
    file = tmp_path / "policies.toml"
    file.write_text('[group.canary]\nmember = ["ann@example.com"]\n')
    settings = settings_for(tmp_path, valkey_shared, model).model_copy(update={"policies_file": file})
    with running_web(settings) as running, running.client("t") as client:
        response = client.get("/readyz")
    assert (response.status_code, response.json()["degraded"]) == (200, ["policies"])
    assert "nothing is allowed" in response.json()["parts"]["policies"]["message"]
    assert "canary" not in response.text


def test_metrics_tell_requests_jobs_and_parts(client: httpx.Client) -> None:
    job_id = client.post("/api/v1/jobs", json=JOB).json()["id"]
    client.get(f"/api/v1/jobs/{job_id}")
    client.get("/canary/path")
    text = client.get("/metrics").text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    requests = {tuple(sample.labels.values()) for sample in families["inlaid_http_requests"].samples}
    assert {("POST", "/api/v1/jobs", "202"), ("GET", "/api/v1/jobs/{job_id}", "200"), ("GET", "unknown", "404")} <= (
        requests
    )
    queued = {"queue": "interactive", "state": "queued"}
    assert next(sample.value for sample in families["inlaid_jobs"].samples if sample.labels == queued) >= 1
    assert {sample.labels["part"]: sample.value for sample in families["inlaid_up"].samples} == {
        "database": 1,
        "broker": 1,
        "model": 1,
    }
    assert "inlaid_job_submit_duration_seconds_count" in text
    assert "canary" not in text
    assert job_id not in text


def test_every_answer_bears_safe_headers_and_an_id(client: httpx.Client) -> None:
    for path in ("/", "/healthz", "/api/v1/jobs", "/api/v1/jobs/none", "/nothing"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert re.fullmatch("[0-9a-f]{32}", headers["X-Request-ID"])
        assert "server" not in headers
        assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize(("given", "is_kept"), [("order-12345", True), ("short", False), ("x" * 65, False)])
def test_a_request_id_that_looks_like_one_is_kept(client: httpx.Client, given: str, is_kept: bool) -> None:
    answered = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert (answered == given) is is_kept


def test_the_first_page_says_where_to_go_and_loads_nothing_from_elsewhere(client: httpx.Client) -> None:
    response = client.get("/")
    page = response.text
    assert response.headers["Content-Type"].startswith("text/html")
    assert '<html lang="en">' in page
    assert "<main " in page
    assert not re.search(r"https?://|<script|<img|src=|@import|url\(", page)
    for link in re.findall('href="(/[^"]+)"', page):
        # Pages of people lead to the sign-in, the report asks for one.
        assert client.get(link).status_code in {200, 303, 401, 503}, link
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert 'href="/console"' in response.text
    assert "unsafe" not in policy


def test_a_fault_in_our_code_is_answered_without_details(web: RunningWeb, client: httpx.Client) -> None:
    def fail(_request: object) -> None:
        raise RuntimeError("canary")

    api = web.app.state.api
    web.app.state.api = replace(api, submit=fail)
    response = client.post("/api/v1/jobs", json=JOB)
    web.app.state.api = api
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal"
    assert "canary" not in response.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_https_is_made_to_stick(tmp_path: Path, valkey_shared: ValkeyProcess, model: OpenAIServer) -> None:
    settings = settings_for(tmp_path, valkey_shared, model)
    settings = settings.model_copy(update={"public_url": "https://inlaid.example.com"})
    with running_web(settings) as running, running.client() as client:
        assert "max-age" in client.get("/healthz").headers["Strict-Transport-Security"]


@pytest.mark.parametrize("way", ["hanging", "killed"])
def test_a_broker_that_is_gone_delays_no_answer_and_loses_no_job(
    tmp_path: Path, valkey_own: ValkeyProcess, model: OpenAIServer, way: str
) -> None:
    with running_web(settings_for(tmp_path / "web", valkey_own, model)) as running, running.client("t") as client:
        client.post("/api/v1/jobs", json=JOB)
        with valkey_own.client() as broker:
            pid = int(broker.info("server")["process_id"])
            until(lambda: broker.llen("interactive"))
        os.kill(pid, signal.SIGSTOP if way == "hanging" else signal.SIGKILL)
        slowest_seconds = 0.0
        for _ in range(20):
            started = time.monotonic()
            response = client.post("/api/v1/jobs", json=JOB)
            slowest_seconds = max(slowest_seconds, time.monotonic() - started)
            assert response.status_code == 202
            cancelled = client.post(f"/api/v1/jobs/{client.post('/api/v1/jobs', json=JOB).json()['id']}/cancel")
            assert cancelled.json()["state"] == "cancelled"
        assert slowest_seconds < 0.5
        assert client.get("/readyz").json()["parts"]["broker"]["ok"] is False
        jobs = running.services.store.jobs
        due_after_the_wait = {job_id for job_id, _ in jobs.due(resend_seconds=-1, limit=100)}
        assert response.json()["id"] in due_after_the_wait


def test_on_postgresql_it_takes_the_same_texts_and_names_an_outage(
    tmp_path: Path,
    valkey_shared: ValkeyProcess,
    model: OpenAIServer,
    postgres_server: PostgresServer,
    postgres_url: str,
) -> None:
    settings = with_server(settings_for(tmp_path, valkey_shared, model), postgres_url)
    with running_web(settings) as running, running.client("t") as client:
        body = {"recipe": "summarize", "inputs": {"text": "NUL \u0000 here"}}
        made = client.post("/api/v1/jobs", json=body, headers={"Idempotency-Key": "k"})
        assert made.status_code == 202
        assert (
            client.post("/api/v1/jobs", json=body, headers={"Idempotency-Key": "k"}).json()["id"] == made.json()["id"]
        )
        assert client.get("/api/v1/jobs/%00").status_code == 404
        postgres_server.drop_database(postgres_url)
        response = client.get("/api/v1/jobs")
        ready = client.get("/readyz")
        metrics = client.get("/metrics")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.json()["error"]["code"] == "store_outage"
    assert (ready.status_code, ready.json()["parts"]["database"]["ok"]) == (503, False)
    assert metrics.status_code == 200
    assert "inlaid_jobs{" not in metrics.text


def test_without_a_broker_setting_it_does_not_start(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="INLAID_BROKER_URL"):
        create_app(settings)


def test_a_port_in_use_is_named() -> None:
    with listen("127.0.0.1", 0) as listener, pytest.raises(SettingsError, match="INLAID_PORT"):
        listen("127.0.0.1", listener.getsockname()[1])


@contextmanager
def web_process(settings: Settings) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run the web process as production does and yield it with its address."""
    environment = {
        **os.environ,
        "INLAID_HOME": str(settings.home),
        "INLAID_BROKER_URL": settings.broker_url,
        "INLAID_MODEL_URL": settings.model_url,
        "INLAID_API_TOKENS": "t",
        "INLAID_PORT": str(settings.port),
    }
    command = [sys.executable, "-m", "integrations.cli.processes.run", "web"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, cwd=Path(__file__).parents[3])
    try:
        url = f"http://127.0.0.1:{settings.port}"
        until(lambda: _answers(settings.port) or process.poll() is not None, seconds=30)
        yield process, url
    finally:
        process.kill()
        process.communicate()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_within_five_seconds_with_open_streams_and_no_traceback(
    tmp_path: Path, valkey_shared: ValkeyProcess, model: OpenAIServer, number: int
) -> None:
    settings = settings_for(tmp_path, valkey_shared, model).model_copy(update={"port": free_port()})
    with web_process(settings) as (process, url):
        bearer = {"Authorization": "Bearer t"}
        with httpx.Client(base_url=url, headers=bearer, timeout=20, trust_env=False) as client:
            job_id = client.post("/api/v1/jobs", json=JOB).json()["id"]
            with client.stream("GET", f"/api/v1/jobs/{job_id}/events") as response:
                events = sent_events(response)
                next(events)
                started = time.monotonic()
                process.send_signal(number)
                assert not list(events)
                written = process.communicate(timeout=10)[1].decode()
    assert time.monotonic() - started < 5
    assert "Traceback" not in written
    assert '"route": "/api/v1/jobs"' in written
    assert "A long text" not in written
