"""What foreign data can make a parser do, as functions that a child can be asked for."""

import ctypes
import os
import re
import subprocess
import time
from pathlib import Path

from core.errors import DocumentError


def add(first: int, second: int = 1) -> int:
    return first + second


def refuse() -> None:
    raise DocumentError("The file is empty.", fix="Give another one.")


def fail(secret: str) -> None:
    raise ValueError(secret)


def hold_the_interpreter(note: Path) -> None:
    """Never come back from C code that lets no other thread of this process run."""
    note.write_text(str(os.getpid()))
    re.match(r"(a|a)*b", "a" * 64)


def sleep_with_a_child(note: Path) -> None:
    """Start a process of one's own, and wait."""
    child = subprocess.Popen(["sleep", "600"])
    note.write_text(str(child.pid))
    time.sleep(600)


def eat_memory() -> int:
    return len([bytes(2**20) for _ in range(100_000)])


def eat_memory_quietly() -> None:
    """Say that something else was wrong, as libraries do."""
    try:
        eat_memory()
    except MemoryError as error:
        raise DocumentError("The part is damaged.") from error


def answer_hugely() -> bytes:
    return bytes(300 * 2**20)


def crash() -> None:
    ctypes.string_at(0)


def print_secret(secret: str) -> None:
    os.write(1, secret.encode())
    os.write(2, secret.encode())


def folder() -> str:
    return os.getcwd()


def environment() -> dict[str, str]:
    return dict(os.environ)


def answer_with_a_call() -> "Calling":
    return Calling()


class Calling:
    """A value that runs something where it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)
