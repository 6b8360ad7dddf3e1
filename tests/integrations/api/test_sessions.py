"""The browser of the person at this machine gets in without a token; nobody else does."""

import os
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx
import pytest
from pydantic import SecretStr

from core.errors import CredentialError, ForbiddenError
from core.settings import Settings
from core.store import Store, open_store
from core.store.sessions import SessionPerson, Sessions, session_id
from integrations.api.access import Access, load_access
from integrations.api.sessions import CODE_SECONDS, OneTimeCodes, is_loopback, is_own_user, require_own_browser
from integrations.cli.processes.data_dir import api_token
from tests.integrations.api.running import RunningWeb, running_web
from tests.servers.valkey import ValkeyProcess

FORWARDED = (
    "Forwarded", "Via", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Real-IP",
    "CF-Connecting-IP", "CF-Ray", "cdn-loop", "True-Client-IP", "X-Original-Host", "X-Client-IP", "ngrok-trace-id",
)  # fmt: skip
HERE = {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000"}


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


def test_a_code_is_good_once_within_its_hour_and_for_its_installation(store: Store) -> None:
    now = [time.time()]
    codes = OneTimeCodes("secret", clock=lambda: now[0])
    first, second, third = codes.make(), codes.make(), codes.make()
    assert len({first, second, third}) == 3
    assert OneTimeCodes("secret", clock=lambda: now[0]).use(first, store.records)
    assert not codes.use(first, store.records)
    assert not OneTimeCodes("other", clock=lambda: now[0]).use(second, store.records)
    now[0] += CODE_SECONDS
    assert not codes.use(third, store.records)


@pytest.mark.parametrize("code", ["", ".", "9999999999.00.00", "9999999999." + "0" * 32 + "." + "0" * 64])
def test_what_looks_like_a_code_is_none(store: Store, code: str) -> None:
    assert not OneTimeCodes("secret").use(code, store.records)


def test_sessions_of_one_second_differ_and_end_one_by_one(store: Store) -> None:
    sessions = Sessions(store.records)
    who = SessionPerson("local", "ann@example.com", "here", proof="00")
    secrets = [sessions.open(who, device=f"browser {number}") for number in range(20)]
    assert len(set(secrets)) == 20
    listed = sessions.of("local", "ann@example.com")
    assert {one.device for one in listed} == {f"browser {number}" for number in range(20)}
    assert not sessions.revoke("local", "bob@example.com", listed[0].id)
    assert sessions.revoke("local", "ann@example.com", session_id(secrets[3]))
    assert sessions.find(secrets[3]) is None
    assert [sessions.find(secret) for secret in secrets if secret != secrets[3]] == [who] * 19


def test_only_an_installation_of_one_person_at_this_machine_gives_sessions(settings: Settings) -> None:
    settings.home.mkdir()
    token, _ = api_token(settings.home)

    def access(**changes: object) -> Access:
        return load_access(settings.model_copy(update=changes))

    assert access().codes is not None
    assert access(api_tokens=(SecretStr(token),)).codes is not None
    owned = access(api_tokens=(SecretStr(f"{token}=ann@example.com"),), owner_address="ann@example.com")
    assert owned.here is not None
    assert owned.here.person == "ann@example.com"
    assert access(api_tokens=(SecretStr("chosen"),)).codes is None
    assert access(api_tokens=(SecretStr(token), SecretStr("another"))).codes is None
    assert access(public_url="https://inlaid.example.com").codes is None


def pair() -> tuple[socket.socket, socket.socket, socket.socket]:
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listener.getsockname())
    return listener, client, listener.accept()[0]


def test_the_other_end_of_a_connection_is_known_by_its_user() -> None:
    listener, client, server = pair()
    with listener, client, server:
        ends = client.getsockname(), server.getsockname()
        require_own_browser(HERE, *ends)
        assert is_own_user(*ends)
        strange = ("127.0.0.1", 1)
        assert not is_own_user(strange, ends[1])
        if os.getuid() == 0:
            os.seteuid(65534)
            try:
                other = socket.create_connection(listener.getsockname())
            finally:
                os.seteuid(0)
            with other:
                assert not is_own_user(other.getsockname(), ends[1])


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example.com:8000", "origin": "http://evil.example.com:8000"},  # DNS rebinding
        {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:3000"},  # another server on this machine
        {"host": "127.0.0.1:8000", "origin": "http://evil.example.com"},
        {"host": "127.0.0.1:8000", "origin": "null"},
        {"host": "127.0.0.1:8000"},
        {"host": "localhost.evil.example.com", "origin": "http://localhost.evil.example.com"},
        {"host": "", "origin": "http://"},
        {**HERE, "x-forwarded-for": "192.0.2.1"},
        *({**HERE, name: "x"} for name in FORWARDED),
    ],
)
def test_a_page_from_elsewhere_gets_no_session(headers: dict[str, str]) -> None:
    listener, client, server = pair()
    with listener, client, server, pytest.raises(ForbiddenError):
        require_own_browser(headers, client.getsockname(), server.getsockname())


def test_a_connection_from_another_machine_gets_no_session() -> None:
    with pytest.raises(ForbiddenError):
        require_own_browser(HERE, ("192.0.2.1", 40000), ("192.0.2.2", 8000))
    with pytest.raises(ForbiddenError):
        require_own_browser(HERE, None, None)


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.0.2.1", False),
        ("x", False),
    ],
)
def test_loopback_is_known_in_each_form(address: str, is_own: bool) -> None:
    assert is_loopback(address) is is_own


def test_a_server_with_tokens_of_its_own_gives_no_session(web: RunningWeb) -> None:
    response = httpx.post(f"{web.url}/api/v1/session", headers={"Origin": web.url}, trust_env=False)
    assert (response.status_code, response.json()["error"]["code"]) == (403, "forbidden")
    with pytest.raises(CredentialError):
        web.services.api.access.identify("Bearer local.x", "jobs")


@pytest.fixture
def alone(settings: Settings, valkey: ValkeyProcess) -> Iterator[RunningWeb]:
    settings.home.mkdir()
    api_token(settings.home)
    with running_web(settings.model_copy(update={"broker_url": valkey.url})) as web:
        yield web


def sign_in(web: RunningWeb, client: httpx.Client) -> httpx.Response:
    codes = web.services.api.access.codes
    assert codes is not None
    return client.post("/console/sign-in/here", data={"code": codes.make()})


def test_the_browser_that_is_signed_in_here_gets_a_session_that_opens_the_api(alone: RunningWeb) -> None:
    with alone.client(Origin=alone.url) as browser:
        assert browser.post("/api/v1/session").status_code == 403
        assert sign_in(alone, browser).status_code == 303
        answer = browser.post("/api/v1/session")
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    with alone.client(answer.json()["token"]) as client:
        assert client.get("/api/v1/recipes").status_code == 200
    with alone.client(answer.json()["token"].removeprefix("local.")) as client:
        assert client.get("/api/v1/recipes").status_code == 401


def test_a_forwarder_of_the_same_user_brings_nobody_in(alone: RunningWeb) -> None:
    """Such as `ssh -R`, socat or a tunnel: what comes through it has the right user, and forged names."""
    with forwarder(int(alone.url.rpartition(":")[2])) as port:
        names = {"Host": alone.url.partition("://")[2], "Origin": alone.url, "Sec-Fetch-Site": "same-origin"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=names, trust_env=False) as stranger:
            assert stranger.get("/healthz").status_code == 200
            refused = [
                stranger.post("/console/sign-in/here"),
                stranger.post("/console/sign-in/here", data={"code": OneTimeCodes("guessed").make()}),
                stranger.post("/api/v1/session"),
                stranger.get("/api/v1/jobs"),
            ]
    assert [one.status_code for one in refused] == [403, 403, 403, 401]


@contextmanager
def forwarder(port: int) -> Iterator[int]:
    """Pass every connection on to a port of loopback, byte by byte."""

    class Pass(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", port)) as onward:
                back = threading.Thread(target=pump, args=(onward, self.request), daemon=True)
                back.start()
                pump(self.request, onward)
                back.join(5)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Pass) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()


def pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
