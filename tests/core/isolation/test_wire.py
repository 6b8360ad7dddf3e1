"""What passes between caller and child: whole frames, and values that can run nothing."""

import pickle
import socket
import subprocess
from collections import OrderedDict
from datetime import date
from typing import Any

import pytest

from core.drafts import Gap
from core.errors import DocumentError
from core.isolation.wire import (
    KINDS,
    MAX_RESULT_BYTES,
    RESULT,
    TASK_HEAD,
    Fault,
    Task,
    read_value,
    receive_frame,
    send_frame,
)


def test_a_frame_arrives_as_it_was_sent_and_an_end_in_the_middle_is_none() -> None:
    one, other = socket.socketpair()
    with one, other:
        send_frame(one, RESULT, b"x" * 1000)
        assert receive_frame(other) == (RESULT, bytearray(b"x" * 1000))
        send_frame(one, RESULT, b"")
        assert receive_frame(other) == (RESULT, bytearray())
        one.sendall(RESULT + (100).to_bytes(8, "big") + b"only this")
        one.shutdown(socket.SHUT_WR)
        assert receive_frame(other) is None


@pytest.mark.parametrize(("kind", "size_bytes"), [(b"Z", 1), (RESULT, MAX_RESULT_BYTES + 1)])
def test_a_frame_of_no_known_kind_or_beyond_the_limit_is_not_read(kind: bytes, size_bytes: int) -> None:
    assert b"Z" not in KINDS
    one, other = socket.socketpair()
    with one, other:
        one.sendall(kind + size_bytes.to_bytes(8, "big"))
        one.shutdown(socket.SHUT_WR)
        assert receive_frame(other) is None


def test_a_task_says_what_to_import_and_how_long_it_may_take() -> None:
    task = Task(("core.job", "core.errors"), "new_id", 2.5, 1000)
    packed = task.packed()
    length, seconds, memory_bytes = TASK_HEAD.unpack_from(packed)
    assert packed[TASK_HEAD.size :].decode().split() == ["new_id", "core.job", "core.errors"]
    assert (length, seconds, memory_bytes) == (len(packed) - TASK_HEAD.size, 2.5, 1000)
    assert task.name == "core.job.new_id"


@pytest.mark.parametrize(
    "value",
    [{"a": [1, None]}, date(2026, 3, 31), OrderedDict(a=1), Gap(place="[[a]]", question="a"), Fault("ValueError", "x")],
)
def test_plain_values_and_our_own_come_through(value: Any) -> None:
    assert read_value(pickle.dumps(value)) == value


def test_our_errors_come_through() -> None:
    assert isinstance(read_value(pickle.dumps(DocumentError("It is empty."))), DocumentError)


class Attack:
    """A value that runs something when it is read."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self._call = function, arguments

    def __reduce__(self) -> Any:
        return self._call


@pytest.mark.parametrize(
    "attack",
    [Attack(subprocess.run, ["true"]), Attack(eval, "1"), Attack(pickle.loads, b""), Attack(getattr, "", "join")],
)
def test_whatever_would_call_something_else_is_refused(attack: Attack) -> None:
    with pytest.raises(pickle.UnpicklingError, match="is not a value"):
        read_value(pickle.dumps(attack))
