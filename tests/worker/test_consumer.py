"""The consumer drops what nobody of ours sent, and what it cannot decode."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs
from structlog.typing import EventDict

from core.job import new_id
from worker.consumer import Consumer, drop
from worker.enqueue import MESSAGE_VERSION, RUN_TASK, VERSION_HEADER
from worker.watchdog import CANARY_TASK, signs


@dataclass
class Message:
    """A message as a broker hands it over."""

    body: bytes = b""
    headers: dict[str, Any] = field(default_factory=dict)
    content_type: str = "application/json"
    fate: str = ""

    def reject(self) -> None:
        self.fate = "rejected"

    def ack(self) -> None:
        self.fate = "acknowledged"

    def ack_log_error(self) -> None:
        """Celery's own name for acknowledging after the work."""

    def reject_log_error(self) -> None:
        """Celery's own name for giving back."""


@pytest.fixture
def written() -> Iterator[Sequence[EventDict]]:
    """Return what is logged, also where a web process that runs beside has logs kept quiet."""
    before = structlog.get_config()
    structlog.reset_defaults()
    with capture_logs() as lines:
        yield lines
    structlog.configure(**before)


def test_a_dropped_message_leaves_the_queue_and_nothing_of_it_enters_the_log(written: Sequence[EventDict]) -> None:
    message = Message(b"a secret")
    drop(message, "unknown_task")
    assert message.fate == "rejected"
    assert [line["event"] for line in written] == ["message dropped"]
    assert "secret" not in str(written)


def test_what_cannot_be_decoded_is_dropped() -> None:
    message = Message()
    Consumer.on_decode_error(Consumer.__new__(Consumer), message, ValueError("a secret"))
    assert message.fate == "rejected"


@pytest.fixture
def handed_on() -> list[str]:
    return []


@pytest.fixture
def take(handed_on: list[str]) -> Callable[[Message], None]:
    """Return the handler of a consumer that has no broker, and notes what it hands on."""
    consumer: Any = Consumer.__new__(Consumer)
    consumer.strategies = {RUN_TASK: lambda message, *_rest: handed_on.append(json.loads(message.body)[0][0])}
    consumer.on_task_message = set()
    consumer._maximum_prefetch_restored = True
    handler: Callable[[Message], None] = consumer.create_task_handler()
    return handler


def message(task: str, *arguments: object, version: object = None) -> Message:
    """Return a message as Celery's second protocol writes it."""
    headers = {"task": task, "id": "a1"} | ({VERSION_HEADER: version} if version is not None else {})
    return Message(json.dumps([arguments, {}, {}]).encode(), headers)


def test_a_message_of_ours_is_handed_on_and_is_a_sign_of_life(
    take: Callable[[Message], None], handed_on: list[str]
) -> None:
    job_id, before = new_id(), signs.taken
    take(message(RUN_TASK, job_id))
    assert handed_on == [job_id]
    assert signs.taken == before + 1


def test_a_canary_is_acknowledged_and_goes_no_further(take: Callable[[Message], None], handed_on: list[str]) -> None:
    canary = message(CANARY_TASK)
    take(canary)
    assert (canary.fate, handed_on) == ("acknowledged", [])


def test_what_we_cannot_have_sent_is_dropped(take: Callable[[Message], None], handed_on: list[str]) -> None:
    for hostile in (message("os.system", "ls"), message(RUN_TASK, "no id"), Message(b"[", {"task": RUN_TASK})):
        take(hostile)
        assert hostile.fate == "rejected"
    assert handed_on == []


def test_a_message_of_our_form_or_of_before_forms_had_numbers_is_handed_on(
    take: Callable[[Message], None], handed_on: list[str]
) -> None:
    first, later = new_id(), new_id()
    take(message(RUN_TASK, first))
    take(message(RUN_TASK, later, version=MESSAGE_VERSION))
    assert handed_on == [first, later]


@pytest.mark.parametrize("task", [RUN_TASK, "inlaid.nobody_knows_yet"])
def test_a_message_of_a_newer_form_is_left_to_the_sweeper(
    take: Callable[[Message], None], handed_on: list[str], written: Sequence[EventDict], task: str
) -> None:
    newer = message(task, {"job": "a secret"}, "more", version=MESSAGE_VERSION + 1)
    take(newer)
    assert (newer.fate, handed_on) == ("rejected", [])
    assert [line["event"] for line in written] == ["message of a newer version left to the sweeper"]
    assert "secret" not in str(written)
