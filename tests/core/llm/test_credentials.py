"""Keys from the environment, from files that rotate, and tokens from an OAuth server."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from core.errors import CredentialError, ModelOutage
from core.llm.credentials import credentials_of
from core.llm.models_file import EndpointEntry, OAuth


def entry(**changes: object) -> EndpointEntry:
    return EndpointEntry.model_validate({"name": "big", "url": "https://models.test/v1", **changes})


def test_a_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    named = entry(key_env="BIG_KEY")
    with pytest.raises(CredentialError, match="BIG_KEY is not set"):
        credentials_of(named)()
    monkeypatch.setenv("BIG_KEY", "k")
    assert credentials_of(named)() == {"Authorization": "Bearer k"}
    assert credentials_of(entry(key_env="BIG_KEY", key_header="api-key"))() == {"api-key": "k"}
    assert credentials_of(entry())() == {}


def test_a_key_in_a_file_is_read_for_each_request(tmp_path: Path) -> None:
    path = tmp_path / "key"
    headers = credentials_of(entry(key_file=path))
    with pytest.raises(CredentialError, match="cannot be read"):
        headers()
    for key in ("old", "new"):
        path.write_text(f"{key}\n")
        assert headers() == {"Authorization": f"Bearer {key}"}


class TokenServer(ThreadingHTTPServer):
    """Grants tokens as the Entra token endpoint does (https://learn.microsoft.com/entra/identity-platform)."""

    status = 200
    lasts_seconds = 3599

    def __init__(self) -> None:
        self.forms: list[dict[str, list[str]]] = []
        super().__init__(("127.0.0.1", 0), _Grant)

    def oauth(self, path: Path) -> OAuth:
        url = f"http://127.0.0.1:{self.server_address[1]}/token"
        return OAuth(token_url=url, client_id="app", client_secret_file=path, scope="it/.default")


class _Grant(BaseHTTPRequestHandler):
    server: TokenServer

    def do_POST(self) -> None:
        self.server.forms.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        granted = {"token_type": "Bearer", "expires_in": self.server.lasts_seconds, "ext_expires_in": 3599}
        body = json.dumps({**granted, "access_token": f"t{len(self.server.forms)}"}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def granting() -> Iterator[TokenServer]:
    server = TokenServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def token_server() -> Iterator[TokenServer]:
    with granting() as server:
        yield server


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("s3cret")
    return path


def test_a_token_is_fetched_once_and_again_before_it_ends(token_server: TokenServer, secret: Path) -> None:
    headers = credentials_of(entry(oauth=token_server.oauth(secret)))
    assert headers() == headers() == {"Authorization": "Bearer t1"}
    assert token_server.forms[0] == {
        "grant_type": ["client_credentials"], "client_id": ["app"], "client_secret": ["s3cret"],
        "scope": ["it/.default"],
    }  # fmt: skip
    token_server.lasts_seconds = 60
    brief = credentials_of(entry(oauth=token_server.oauth(secret)))
    assert brief() != brief()


@pytest.mark.parametrize(("status", "error"), [(401, CredentialError), (400, CredentialError), (503, ModelOutage)])
def test_a_refusal_is_not_an_outage(
    token_server: TokenServer, secret: Path, status: int, error: type[Exception]
) -> None:
    token_server.status = status
    with pytest.raises(error):
        credentials_of(entry(oauth=token_server.oauth(secret)))()
