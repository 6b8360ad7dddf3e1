"""A line between an IMAP client and its server that a test can cut at a command: before or after the server did it."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self


class CutLine:
    """Passes bytes on in both directions and watches for the server's answer to APPEND.

    Args:
        port: the server's.
        on_append: called when the server has stored a draft and before the client hears of it; the line is cut then.
            It returns False to let the answer through.
        hides: what the server says and the client does not hear, such as that it has an extension.

    Attributes:
        accepted: how many connections were let through.
        refuses: whether new connections are closed at once, as by a server that is down.
        answered_bytes: how much the server has said on all lines.
    """

    def __init__(self, port: int, on_append: Callable[[], bool], *, hides: bytes = b"") -> None:
        self._server_port = port
        self._hides = hides
        self.accepted = 0
        self._on_append = on_append
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.refuses = False
        self.answered_bytes = 0
        self._open: list[socket.socket] = [self._listener]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for one in self._open:
            _end(one)

    @property
    def open_lines(self) -> int:
        """How many connections of clients are open."""
        return sum(one.fileno() >= 0 for one in self._open[1::2])

    def cut(self) -> None:
        """Cut all lines that are open."""
        for one in self._open[1:]:
            _end(one)
        del self._open[1:]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client = self._listener.accept()[0]
                if self.refuses:
                    _end(client)
                    continue
                self.accepted += 1
                server = socket.create_connection(("127.0.0.1", self._server_port))
                self._open += [client, server]
                threading.Thread(target=self._pass_on, args=(client, server, False), daemon=True).start()
                threading.Thread(target=self._pass_on, args=(server, client, True), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self.answered_bytes += len(data) * is_answer
                if is_answer and b"APPENDUID" in data and self._on_append():
                    break
                target.sendall(data.replace(self._hides, b"") if self._hides and is_answer else data)
        _end(source)
        _end(target)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
