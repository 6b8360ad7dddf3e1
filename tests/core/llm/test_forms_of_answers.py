"""Requests to model servers: what comes is what the server sent, in whatever form and by whatever way it sends it."""

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest

from core.llm.connections import Connections
from tests.fakes.microsoft.certificates import authority_file, server_context

TEXT = "Guten Tag, Ann. " * 5000


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    connections = 0
    asked: list[str]

    def setup(self) -> None:
        super().setup()
        type(self).connections += 1

    def do_GET(self) -> None:
        """Answer in the form that the path names."""
        self.asked.append(self.path)
        form = self.path.rpartition("/")[2]
        body = gzip.compress(TEXT.encode()) if form == "gzip" else TEXT.encode()
        if form == "moved":
            self.send_response(307)
            self.send_header("Location", "/plain")
            body = b""
        else:
            self.send_response(200)
        if form == "gzip":
            self.send_header("Content-Encoding", "gzip")
        if "chunks" in form:
            self.send_header("Transfer-Encoding", "chunked")
        elif form != "until_closed":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if "chunks" in form:
            for at in range(0, len(body), 7000):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(body[at : at + 7000]), body[at : at + 7000]))
        else:
            self.wfile.write(body[: len(body) // 2] if form == "cut" else body)
        if form == "chunks":
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = form in {"until_closed", "cut", "cut_chunks"}

    def do_POST(self) -> None:
        """Refuse at once, without a look at what is sent."""
        self.send_response(413)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Listener(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that go away."""


class _Listener6(_Listener):
    address_family = socket.AF_INET6


@contextmanager
def _server(trust: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[tuple[str, type[_Handler]]]:
    kind = type("Handler", (_Handler,), {"asked": []})
    with (_Listener6 if ":" in host else _Listener)((host, 0), kind) as server:
        if trust:
            server.socket = trust.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http{'s' if trust else ''}://{f'[{host}]' if ':' in host else host}:{server.server_address[1]}", kind
        server.shutdown()


def _read(server: Connections, path: str) -> str:
    with server.get(path, {}) as response:
        return server.whole(response).decode()


def test_all_forms_of_a_body_are_read_over_one_connection() -> None:
    with _server() as (url, handler):
        server = Connections(url, timeout_seconds=10)
        assert [_read(server, form) for form in ("plain", "chunks", "gzip", "moved", "chunks", "plain")] == [TEXT] * 6
        assert handler.connections == 1
        assert [_read(server, form) for form in ("until_closed", "plain")] == [TEXT] * 2
        assert handler.connections == 2


@pytest.mark.parametrize("form", ["cut", "cut_chunks"])
def test_a_body_that_is_cut_is_no_whole_one(form: str) -> None:
    with _server() as (url, _), pytest.raises(httpx2.RemoteProtocolError):
        _read(Connections(url, timeout_seconds=10), form)


def test_a_refusal_that_comes_before_all_is_sent_is_heard() -> None:
    with _server() as (url, _), Connections(url, timeout_seconds=10).post("much", b"x" * 20_000_000, {}) as response:
        assert response.status_code == 413


def test_a_certificate_counts_where_the_system_trusts_it_and_it_has_the_servers_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with _server(server_context()) as (url, handler), _server(server_context(), "::1") as (other_url, other):
        with pytest.raises(httpx2.ConnectError, match="certificate"):
            _read(Connections(url, timeout_seconds=10), "plain")
        monkeypatch.setenv("SSL_CERT_FILE", str(authority_file()))
        assert _read(Connections(url, timeout_seconds=10), "until_closed") == TEXT  # so that nothing is kept
        assert handler.asked == ["/until_closed"]
        with pytest.raises(httpx2.ConnectError, match="certificate"):
            _read(Connections(other_url, timeout_seconds=10), "plain")
        assert other.asked == []


@pytest.mark.parametrize("variable", ["http_proxy", "all_proxy"])
def test_a_proxy_of_the_environment_is_asked_but_for_what_is_excepted(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _server() as (proxy, asked_of), _server() as (near, asked_near):
        monkeypatch.setenv(variable, proxy)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert _read(Connections("http://models.example/v1", timeout_seconds=10), "plain") == TEXT
        assert _read(Connections(near, timeout_seconds=10), "plain") == TEXT
    assert asked_of.asked == ["http://models.example/v1/plain"]
    assert asked_near.asked == ["/plain"]
