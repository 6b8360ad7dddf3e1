"""The HTTP side: TLS with a certificate of the fake's own authority, on one loopback port."""

import socket
import ssl
import struct
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from tests.fakes.microsoft.certificates import server_context
from tests.fakes.microsoft.faults import AnswerLost, Faults, Garbled, Refused, Reset
from tests.fakes.microsoft.ledger import Ledger, Recorded
from tests.fakes.microsoft.wire import Answer, Request

_RESETS = (Reset, AnswerLost)


class Service(Protocol):
    """What answers: the fake Microsoft, or another one."""

    faults: Faults
    ledger: Ledger

    def answer(self, request: Request) -> Answer: ...


class Listener(ThreadingHTTPServer):
    """Accepts connections until it is closed, then ends those that are open."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, port: int, service: Service) -> None:
        self.service = service
        self._context = server_context()
        self._stopping = threading.Event()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Connection)

    def start(self) -> None:
        """Serve in the background."""
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Close the port and every connection."""
        self._stopping.set()
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # wakes up the thread that accepts
        self.server_close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Take a connection; its own thread shakes hands, so that a client that does not cannot hold up others."""
        connection, address = super().get_request()
        return self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def _accept(self) -> None:
        while not self._stopping.is_set():
            with suppress(OSError):
                self.process_request(*self.get_request())

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        if self._stopping.is_set():  # it came in while the port was being closed
            self.shutdown_request(request)
        else:
            super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that goes away, or refuses the certificate, is what several tests are about."""


class Connection(BaseHTTPRequestHandler):
    """One connection."""

    server: Listener
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        service = self.server.service
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body)
        fault = service.faults.next(request.method, request.path)
        if isinstance(fault, Reset):
            answer = Answer(0)
        elif isinstance(fault, Refused):
            answer = fault.refusal().answer()
        else:
            answer = service.answer(request)
        if isinstance(fault, Garbled):
            answer = Answer(200, "<html>Please sign in to the guest network</html>", content_type="text/html")
        service.ledger.record(_recorded(request, Answer(0) if isinstance(fault, AnswerLost) else answer))
        if isinstance(fault, _RESETS):
            self._reset()
        else:
            self._send(answer)

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815 # the names that the standard library looks for

    def log_message(self, *_: Any) -> None:
        """Say nothing: the ledger holds what happened."""

    def _send(self, answer: Answer) -> None:
        data = answer.data
        self.send_response(answer.status)
        if data:
            self.send_header("Content-Type", answer.content_type)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(data)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _reset(self) -> None:
        """End the connection the hard way: the client reads "connection reset by peer"."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection: socket.socket = self.connection
        if isinstance(connection, ssl.SSLSocket):
            with suppress(OSError, ValueError):
                connection = socket.socket(fileno=connection.detach())
        connection.close()


def _recorded(request: Request, answer: Answer) -> Recorded:
    body = answer.body if isinstance(answer.body, dict) else {}
    error = body.get("error", "")
    code = error.get("code", "") if isinstance(error, dict) else str(error)
    return Recorded(request.method, request.path, answer.status, dict(request.headers), request.body, code)
