"""The server side of a WebSocket (RFC 6455), as much of it as Socket Mode needs."""

import base64
import hashlib
import socket
import struct
import threading
from contextlib import suppress

ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA


class WebSocket:
    """One open connection. Sending is safe from several threads; one thread reads."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def accept(self, key: str) -> None:
        """Answer the handshake."""
        digest = hashlib.sha1((key + ACCEPT_SUFFIX).encode(), usedforsecurity=False).digest()
        lines = [
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}",
        ]
        self._connection.sendall("\r\n".join([*lines, "", ""]).encode())

    def refuse(self, status: str) -> None:
        """Answer the handshake with an HTTP error."""
        self._connection.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())

    def send(self, text: str) -> None:
        """Send one text frame."""
        self._send_frame(TEXT, text.encode())

    def ping(self) -> None:
        """Ask whether the other side is there."""
        self._send_frame(PING, b"there?")

    def receive(self) -> str | None:
        """Wait for a text; answers pings meanwhile. None means that the other side is gone."""
        with suppress(OSError, struct.error):
            while True:
                opcode, data = self._read_frame()
                if opcode == TEXT:
                    return data.decode()
                if opcode == PING:
                    self._send_frame(PONG, data)
                elif opcode == CLOSE:
                    self._send_frame(CLOSE, data)
                    return None
        return None

    def close(self) -> None:
        """Say goodbye and end the connection."""
        with suppress(OSError):
            self._send_frame(CLOSE, struct.pack("!H", 1000))
        self.cut()

    def cut(self) -> None:
        """End the connection without a word."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def _send_frame(self, opcode: int, data: bytes) -> None:
        if len(data) < 126:
            header = struct.pack("!BB", 0x80 | opcode, len(data))
        elif len(data) < 65_536:
            header = struct.pack("!BBH", 0x80 | opcode, 126, len(data))
        else:
            header = struct.pack("!BBQ", 0x80 | opcode, 127, len(data))
        with self._lock:
            self._connection.sendall(header + data)

    def _read_frame(self) -> tuple[int, bytes]:
        first, second = self._read(2)
        length = second & 0x7F
        if length == 126:
            length = struct.unpack("!H", self._read(2))[0]
        elif length == 127:
            length = struct.unpack("!Q", self._read(8))[0]
        mask = self._read(4) if second & 0x80 else b"\0\0\0\0"
        data = self._read(length)
        return first & 0x0F, bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))

    def _read(self, count: int) -> bytes:
        parts = b""
        while len(parts) < count:
            part = self._connection.recv(count - len(parts))
            if not part:
                raise ConnectionError("the client is gone")
            parts += part
        return parts
