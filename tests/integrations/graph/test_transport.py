"""Which certificates are trusted, and how long an answer may take."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count

import httpx
import pytest

from core.system.connections import deadline
from integrations.graph.client import Graph
from integrations.graph.errors import GraphOutage
from integrations.graph.sign_in import GraphPerson, GraphSignIn
from integrations.graph.transport import make_http
from tests.fakes.microsoft import FakeMicrosoft


def test_an_unknown_authority_of_certificates_is_not_talked_to(
    microsoft: FakeMicrosoft, sign_in: GraphSignIn, signed_in: GraphPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sign_in.of_person(signed_in.account, ("User.Read",))()
    monkeypatch.delenv("SSL_CERT_FILE")
    with make_http() as http, pytest.raises(GraphOutage):
        Graph(microsoft.graph_url, lambda renew=False: token, http=http, wait=lambda _seconds: None).get("/me")


def test_a_folder_or_file_of_authorities_is_taken_from_either_variable(
    microsoft: FakeMicrosoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", microsoft.environment()["SSL_CERT_FILE"])
    monkeypatch.delenv("SSL_CERT_FILE")
    with make_http() as http:
        assert http.get(f"{microsoft.authority}/v2.0/.well-known/openid-configuration").status_code == 200


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture(
    params=[(b"", HEAD), (HEAD, b"X-Note: a\r\n"), (HEAD + b"Content-Length: 9999\r\n\r\n", b"x")],
    ids=["status lines", "header lines", "body"],
)
def drips(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run a server whose answer never ends; return its address."""
    listening, over = socket.create_server(("127.0.0.1", 0)), threading.Event()
    begins, goes_on = request.param

    def serve() -> None:
        with suppress(OSError):
            line = listening.accept()[0]
            with line:
                line.recv(65536)
                line.sendall(begins)
                for number in count():
                    if over.wait(0.05):
                        return
                    line.sendall(goes_on[number % len(goes_on) :][:1])

    server = threading.Thread(target=serve)
    server.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    over.set()
    listening.close()
    server.join()


def test_an_answer_that_drips_is_left_at_the_deadline(drips: str) -> None:
    started = time.monotonic()
    with make_http() as http, pytest.raises(httpx.ReadTimeout), deadline(0.5):
        http.get(drips)
    assert time.monotonic() - started < 10


def test_a_request_after_the_deadline_is_not_made() -> None:
    with make_http() as http, pytest.raises(httpx.ReadTimeout, match="has passed"), deadline(0.0):
        http.get("http://127.0.0.1:1")
