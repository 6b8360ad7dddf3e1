"""A mail server that stops answering: a line to a real one that says nothing more from a command on, or drips."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

DRIP_SECONDS = 0.2


class HangingImap:
    """Passes on what client and server say, until the client gives a certain command.

    Args:
        port: of the real server; 0 for none: every connection is taken and nothing ever said.
        at: the command at which it hangs, such as b"APPEND"; b"" from the beginning.
        drips: send a byte now and then in place of an answer, so that no wait for a byte is long.

    Attributes:
        port: where it listens.
        hung: how many connections hang or have hung.
        began: set when the first does.
        heals: set it to let new connections through.
    """

    def __init__(self, port: int = 0, at: bytes = b"", *, drips: bool = False) -> None:
        self._server_port = port
        self._at = at
        self._drips = drips
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.hung = 0
        self.began = threading.Event()
        self.heals = False
        self._over = threading.Event()
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        for one in (self._listener, *self._open):
            _end(one)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client = self._listener.accept()[0]
                self._open.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if not self._at and not self.heals:
            self._hang(client)
            return
        with suppress(OSError):
            server = socket.create_connection(("127.0.0.1", self._server_port))
            self._open.append(server)
            answers = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
            answers.start()
            while data := client.recv(65536):
                if self._at in data and not self.heals:
                    # The server never hears of it, so there is no answer to pass on.
                    self._hang(client)
                    break
                server.sendall(data)
        _end(client)
        _end(server)

    def _hang(self, client: socket.socket) -> None:
        self.hung += 1
        self.began.set()
        with suppress(OSError):
            while not self._over.wait(DRIP_SECONDS):
                if self._drips:
                    client.sendall(b"*")


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    _end(target)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
