"""The browser of the person at this machine gets in without a token; nobody else does."""

import os
import socket

import httpx
import pytest
from pydantic import SecretStr

from core.errors import CredentialError, ForbiddenError
from core.settings import Settings
from integrations.api.access import Access, load_access
from integrations.api.peers import is_loopback, is_own_user
from integrations.api.sessions import LIFE_SECONDS, LocalSessions, require_own_browser
from integrations.cli.home import api_token
from tests.integrations.api.running import RunningWeb, running_web
from tests.servers.valkey import ValkeyProcess

HERE = {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000"}


def test_a_session_stands_for_the_person_of_the_installation_until_it_ends() -> None:
    now = [1000.0]
    sessions = LocalSessions("secret", "ann@example.com", clock=lambda: now[0])
    token = sessions.open()
    assert sessions.person(token) == "ann@example.com"
    assert LocalSessions("secret", "ann@example.com", clock=lambda: now[0]).person(token) == "ann@example.com"
    assert LocalSessions("other", "ann@example.com", clock=lambda: now[0]).person(token) is None
    now[0] += LIFE_SECONDS
    assert sessions.person(token) is None


@pytest.mark.parametrize("token", ["", "local.", "local.9999999999.00", "local.9999999999." + "0" * 64])
def test_what_looks_like_a_session_is_none(token: str) -> None:
    assert LocalSessions("secret", "ann").person(token) is None


def test_only_an_installation_of_one_person_at_this_machine_gives_sessions(settings: Settings) -> None:
    settings.home.mkdir()
    token, _ = api_token(settings.home)

    def access(**changes: object) -> Access:
        return load_access(settings.model_copy(update=changes))

    assert access().sessions is not None
    assert access(api_tokens=(SecretStr(token),)).sessions is not None
    owned = access(api_tokens=(SecretStr(f"{token}=ann@example.com"),), owner_address="ann@example.com")
    assert owned.sessions is not None
    assert owned.identify(f"Bearer {owned.sessions.open()}").person == "ann@example.com"
    assert access(api_tokens=(SecretStr("chosen"),)).sessions is None
    assert access(api_tokens=(SecretStr(token), SecretStr("another"))).sessions is None
    assert access(public_url="https://inlaid.example.com").sessions is None


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
        {**HERE, "forwarded": "for=192.0.2.1"},
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
        web.services.api.access.identify(f"Bearer {LocalSessions('', 'x').open()}")


def test_the_page_of_this_server_gets_a_session_that_opens_the_api(settings: Settings, valkey: ValkeyProcess) -> None:
    settings.home.mkdir()
    api_token(settings.home)
    with running_web(settings.model_copy(update={"broker_url": valkey.url})) as web:
        answer = httpx.post(f"{web.url}/api/v1/session", headers={"Origin": web.url}, trust_env=False)
        assert answer.status_code == 201
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        with web.client(answer.json()["token"]) as client:
            assert client.get("/api/v1/recipes").status_code == 200
