"""A chat completions server on loopback that speaks OpenAI's protocol, answers from a script and keeps a ledger."""

import json
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import pytest

from tests.fakes.openai_replies import Answer, Json, Raw, Refuse, Reply, error_body, send_json
from tests.fakes.openai_requests import refusal

MODEL = "fake-model"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Asked:
    """A request that arrived, whether or not it was in order."""

    path: str
    body: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def prompt(self) -> str:
        """All message texts, one after the other."""
        return "\n".join(str(message["content"]) for message in self.body.get("messages", []))


class OpenAIServer:
    """Answers with the scripted replies in order, then with what `respond` makes of each request.

    Args:
        key: what a request must bear; empty accepts any.
        key_header: the header that bears it, alone; by default it is a bearer token.
        base: the path before `/chat/completions`; a query after it must come with each request.
        respond: called with the request body when the script is empty.
    """

    def __init__(
        self,
        key: str = "",
        respond: Callable[[Json], Reply] = lambda _body: Answer(),
        *,
        key_header: str = "",
        base: str = "/v1",
    ) -> None:
        self.key = key
        self.key_header = key_header
        self.base, _, self.query = base.partition("?")
        self.model_details: Json = {}
        self.respond = respond
        self.models = [MODEL]
        self.list_head: dict[str, str] = {"object": "list"}
        self.asked: list[Asked] = []
        self.connections = 0
        self.stopping = threading.Event()
        self._script: deque[Reply] = deque()
        self._lock = threading.Lock()
        self._http: _Listener | None = None
        self._port = 0

    def __enter__(self) -> Self:
        self.listen()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.refuse_connections()

    @property
    def url(self) -> str:
        """Base URL with its /v1, the same before and after an outage."""
        return f"http://127.0.0.1:{self._port}{self.base}" + (f"?{self.query}" if self.query else "")

    @property
    def chats(self) -> list[Asked]:
        """The chat completion requests that arrived, oldest first."""
        return [asked for asked in self.asked if asked.path == f"{self.base}/chat/completions"]

    def script(self, *replies: Reply | str) -> None:
        """Append replies to the script; a string is a good answer."""
        with self._lock:
            self._script.extend(Answer(reply) if isinstance(reply, str) else reply for reply in replies)

    def listen(self) -> None:
        """Accept connections, on the same port as before."""
        self.stopping.clear()
        self._http = _Listener(("127.0.0.1", self._port), self)
        self._port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def refuse_connections(self) -> None:
        """Close every connection and the listening socket: from now on, connection refused."""
        self.stopping.set()
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()
            self._http.close_connections()
            self._http = None

    def embed(self, body: Json) -> Reply:
        """Take the scripted reply to a request for embeddings, else vectors of letter counts, in reverse order."""
        with self._lock:
            if self._script:
                return self._script.popleft()
        vectors = [[1.0 + text.lower().count(letter) for letter in LETTERS] for text in body["input"]]
        data = [{"object": "embedding", "index": at, "embedding": vector} for at, vector in enumerate(vectors)]
        return Raw(json.dumps({"object": "list", "model": body["model"], "data": data[::-1]}).encode())

    def next_reply(self, body: Json) -> Reply:
        """Take the reply to one request."""
        with self._lock:
            if self._script:
                return self._script.popleft()
        return self.respond(body)  # not under the lock: one that waits is not to hold up the other calls


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    fake: OpenAIServer

    def __init__(self, address: tuple[str, int], fake: OpenAIServer) -> None:
        self.fake = fake
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        self.fake.connections += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that goes away is what several tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    protocol_version = "HTTP/1.1"
    # Headers and body are small separate writes: without this each waits for the other side's delayed ACK.
    disable_nagle_algorithm = True
    body: Json

    def do_GET(self) -> None:
        self.body = {}
        self._remember()
        if self.path == "/health":
            send_json(self, 200, {"status": "ok"})
        elif not self._has_key():
            Refuse(401, "Incorrect API key provided.").serve(self)
        elif self._is("/models"):
            details = {"object": "model", "created": 1, "owned_by": "us", **self.server.fake.model_details}
            models = [{"id": name, **details} for name in self.server.fake.models]
            send_json(self, 200, {**self.server.fake.list_head, "data": models})
        else:
            Refuse(404, f"no such path: {self.path}").serve(self)

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        try:
            parsed = json.loads(raw)
        except ValueError:
            parsed = None
        self.body = parsed if isinstance(parsed, dict) else {}
        self._remember()
        if self._is("/embeddings") and self._has_key():
            self.server.fake.embed(self.body).serve(self)
        elif not self._is("/chat/completions"):
            Refuse(404, f"no such path: {self.path}").serve(self)
        elif not self._has_key():
            Refuse(401, "Incorrect API key provided.").serve(self)
        elif why := refusal(parsed):
            send_json(self, 400, error_body(why, 400))
        else:
            self.server.fake.next_reply(self.body).serve(self)

    def start(self, status: int, content_type: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Transfer-Encoding": "chunked", **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def write(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def finish_body(self) -> None:
        self.wfile.write(b"0\r\n\r\n")

    def drop(self) -> None:
        self.close_connection = True

    def wait(self, seconds: float) -> None:
        self.server.fake.stopping.wait(seconds)

    def log_message(self, *_: Any) -> None:
        """Say nothing: the ledger holds what happened."""

    def _remember(self) -> None:
        path = self.path.partition("?")[0]
        self.server.fake.asked.append(Asked(path, self.body, {k.lower(): v for k, v in self.headers.items()}))

    def _is(self, path: str) -> bool:
        asked, _, query = self.path.partition("?")
        return asked == f"{self.server.fake.base}{path}" and query == self.server.fake.query

    def _has_key(self) -> bool:
        fake = self.server.fake
        if fake.key_header:
            return bool(self.headers.get(fake.key_header) == fake.key and not self.headers.get("Authorization"))
        return not fake.key or self.headers.get("Authorization") == f"Bearer {fake.key}"


@pytest.fixture
def openai_server() -> Iterator[OpenAIServer]:
    """Run a fake model server for one test; point INLAID_MODEL_URL at its `url`."""
    with OpenAIServer() as server:
        yield server
