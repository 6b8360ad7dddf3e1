"""What passes between a caller, the fork server and the child that does the work."""

import pickle
import socket
import struct
from dataclasses import dataclass, is_dataclass
from enum import Enum
from io import BytesIO
from typing import Any, NamedTuple

from core.errors import InlaidError

# To the server, together with the two ends that child and server answer on.
TASK_HEAD = struct.Struct("!HdQ")
# From the server, when the child has ended: its return code, and whether its time was up.
END = struct.Struct("!i?")
_FRAME = struct.Struct("!cQ")
RESULT, ERROR, FAULT = b"R", b"E", b"F"
KINDS = (RESULT, ERROR, FAULT)
# The child's exit codes for what it can say no more about.
MEMORY_CODE = 81
TOO_LARGE_CODE = 82
MAX_RESULT_BYTES = 256 * 2**20
_OUR_PACKAGES = ("core.", "integrations.")
_PLAIN_MODULES = {"datetime", "zoneinfo", "collections"}


class Task(NamedTuple):
    """One call. `modules` are names for the server to import; the first is the function's own."""

    modules: tuple[str, ...]
    function: str
    seconds: float
    memory_bytes: int

    def packed(self) -> bytes:
        """Return the message that asks the server for it."""
        names = " ".join((self.function, *self.modules)).encode()
        return TASK_HEAD.pack(len(names), self.seconds, self.memory_bytes) + names

    @property
    def name(self) -> str:
        """The function's full name."""
        return f"{self.modules[0]}.{self.function}"


@dataclass(frozen=True)
class Fault:
    """An error of our own code in the child: its type and where it happened, never its text."""

    error: str
    source: str


def send_frame(connection: socket.socket, kind: bytes, payload: bytes) -> None:
    """Send one answer, or the arguments of a call."""
    connection.sendall(_FRAME.pack(kind, len(payload)))
    connection.sendall(payload)


def receive_frame(connection: socket.socket) -> tuple[bytes, bytearray] | None:
    """Return kind and payload, or None if the other side ended before it had said all."""
    head = _receive(connection, _FRAME.size)
    if head is None:
        return None
    kind, size_bytes = _FRAME.unpack(head)
    payload = _receive(connection, size_bytes) if kind in KINDS and size_bytes <= MAX_RESULT_BYTES else None
    return None if payload is None else (kind, payload)


def _receive(connection: socket.socket, size_bytes: int) -> bytearray | None:
    data = bytearray(size_bytes)
    left = memoryview(data)
    while left and (count := connection.recv_into(left)):
        left = left[count:]
    return None if left else data


def read_value(payload: bytes | bytearray) -> Any:
    """Return the value that a child sent, which may have been taken over by what it read.

    Raises:
        pickle.UnpicklingError: it would call something else than the constructor of one of our values.
    """
    return _ValueReader(BytesIO(payload)).load()


class _ValueReader(pickle.Unpickler):
    """Makes plain values and our own ones, and calls nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """See `pickle.Unpickler.find_class`."""
        found = super().find_class(module, name)
        if isinstance(found, type) and (module in _PLAIN_MODULES or _is_our_value(found, module)):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is not a value.")


def _is_our_value(found: type, module: str) -> bool:
    if not module.startswith(_OUR_PACKAGES):
        return False
    is_value = is_dataclass(found) or hasattr(found, "model_fields") or hasattr(found, "_fields")
    return is_value or issubclass(found, InlaidError | Enum)
