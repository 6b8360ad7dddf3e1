"""The HTTP side: the Web API, response URLs, uploads and Socket Mode on one loopback port."""

import json
import socket
import struct
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fakes.slack.dispatch import Answered, call_method, read_args, token_of
from tests.fakes.slack.faults import AnswerLost, Error, Fault, Reset, Slow, Status
from tests.fakes.slack.files import bytes_of
from tests.fakes.slack.ledger import Recorded
from tests.fakes.slack.refusal import Refused
from tests.fakes.slack.response_urls import NotTaken

if TYPE_CHECKING:
    from tests.fakes.slack.service import FakeSlack


class Listener(ThreadingHTTPServer):
    """Accepts connections until it is closed, then ends those that are open."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, port: int, slack: "FakeSlack") -> None:
        self.slack = slack
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Connection)

    def start(self) -> None:
        """Serve in the background."""
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Close the port and every connection."""
        self.stopping.set()
        self.socket.shutdown(socket.SHUT_RDWR)  # wakes up the thread that accepts
        self.server_close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        """Take connections as they come: serve_forever would make each stop wait for its poll interval."""
        while not self.stopping.is_set():
            with suppress(OSError):
                self.process_request(*self.get_request())

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        if self.stopping.is_set():  # it came in while the port was being closed
            self.shutdown_request(request)
        else:
            super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that goes away is what several tests are about."""


class Connection(BaseHTTPRequestHandler):
    """One connection."""

    server: Listener
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self.close_connection = True
            self.server.slack.socket_mode.serve(self.path, self.headers.get("Sec-WebSocket-Key", ""), self.connection)
        else:
            self.do_POST()

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = urlsplit(self.path)
        if self.command == "GET":
            raw = parts.query.encode()
        method, answer = self._route(parts.path)
        fault = self.server.slack.faults.next(method)
        if fault is not None and not isinstance(fault, AnswerLost | Slow):
            self._fail(method, raw, fault)
            return
        answered = answer(parts.path, raw)
        if isinstance(fault, Slow):
            self.server.stopping.wait(fault.seconds)
        if isinstance(fault, AnswerLost):
            self._reset()
        else:
            self._send(answered)

    def log_message(self, *_: Any) -> None:
        """Say nothing: the ledger holds what happened."""

    def _route(self, path: str) -> tuple[str, Any]:
        if path.startswith("/api/"):
            return path.removeprefix("/api/"), self._call_method
        if path.startswith("/actions/"):
            return "response_url", self._take_response
        if path.startswith("/upload/"):
            return "upload", self._take_upload
        if path.startswith("/files-pri/"):
            return "download", self._give_file
        return "", lambda _path, _raw: Answered({"ok": False, "error": "not_found"}, 404)

    def _headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    def _call_method(self, path: str, raw: bytes) -> Answered:
        return call_method(self.server.slack, path.removeprefix("/api/"), raw, self._headers())

    def _take_response(self, path: str, raw: bytes) -> Answered:
        slack = self.server.slack
        word, status = "ok", 200
        with slack.world.lock:
            try:
                slack.response_urls.post(path, raw)
            except NotTaken as reason:
                word, status = reason.word, reason.status
        return self._recorded("response_url", raw, word, status)

    def _take_upload(self, path: str, raw: bytes) -> Answered:
        status = self.server.slack.uploads.receive(path, raw)
        return self._recorded("upload", b"", f"OK - {len(raw)}" if status == 200 else "failed", status)

    def _give_file(self, path: str, _raw: bytes) -> Answered:
        """Give a file to a token that may read files; everybody else gets a page, as from Slack's sign-in."""
        slack = self.server.slack
        try:
            grant = slack.tokens.check(token_of({}, self._headers()), slack.clock.now())
        except Refused:
            return Answered("Sign in to Slack.", 302, {"Location": slack.address})
        data = bytes_of(slack.uploads, path, grant.scopes)
        return Answered("not found", 404) if data is None else Answered(data)

    def _recorded(self, method: str, raw: bytes, word: str, status: int) -> Answered:
        try:
            args = json.loads(raw or b"{}")
        except ValueError:
            args = {"raw": raw.decode(errors="replace")}
        body = {"ok": True} if status == 200 else {"ok": False, "error": word}
        self.server.slack.ledger.record(Recorded(method, "", args, self._headers(), body, status))
        return Answered(word, status)

    def _fail(self, method: str, raw: bytes, fault: Fault) -> None:
        headers = self._headers()
        args = read_args(raw, headers.get("content-type", ""))
        status = fault.code if isinstance(fault, Status) else 200
        word = fault.error if isinstance(fault, Error) else type(fault).__name__.lower()
        body = {"ok": False, "error": word}
        self.server.slack.ledger.record(Recorded(method, token_of(args, headers), args, headers, body, status))
        if isinstance(fault, Reset):
            self._reset()
        elif isinstance(fault, Status):
            extra = {} if fault.retry_after_seconds is None else {"Retry-After": str(fault.retry_after_seconds)}
            self._send(Answered(fault.body, fault.code, extra))
        else:
            self._send(Answered(body))

    def _send(self, answered: Answered) -> None:
        self.send_response(answered.status)
        self.send_header("Content-Type", answered.content_type)
        self.send_header("Content-Length", str(len(answered.data)))
        for name, value in answered.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answered.data)

    def _reset(self) -> None:
        """End the connection the hard way: the client reads "connection reset by peer"."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
