"""Celery's Redis transport, made to outlive what others put into its queues.

kombu decodes what it reads from Redis within its event loop, so that one item which is no message ends the worker.
Here such an item is dropped, with one line in the log and nothing of its content; what a message of ours has to look
like is said here too, since anybody who can reach the broker can put anything there.
"""

import json
from collections.abc import Callable, Mapping
from queue import Empty
from typing import Any
from uuid import UUID

from kombu.transport import redis, virtual
from redis.sentinel import SentinelManagedConnection

from core.logs import logger
from core.system.broker import Sentinels, primary_pool
from core.text.forms import consists_of
from worker.enqueue import (
    COUNT_TASK,
    EXPIRE_TASK,
    MAILBOXES_TASK,
    MESSAGE_VERSION,
    NOTICES_TASK,
    RUN_TASK,
    SENTINELS,
    SOURCES_TASK,
    VERSION_HEADER,
)

log = logger(__name__)

# A job's id with what Celery puts around it takes some 150 bytes.
MAX_BODY_BYTES = 2048
_MAX_TASK_ID_CHARS = 64
_TASKS_WITHOUT_ARGUMENTS = frozenset({MAILBOXES_TASK, NOTICES_TASK, COUNT_TASK, EXPIRE_TASK, SOURCES_TASK})
# What lets a message wait in a worker's memory, run other tasks, or be answered: we send none of it.
_UNUSED_HEADERS = ("eta", "group", "chord", "timelimit", "retries")


class MalformedMessage(Exception):
    """An item of a queue that is no message."""


def check_envelope(payload: Any) -> None:
    """Return when an item of a queue has the parts that the transport relies on.

    Raises:
        MalformedMessage: it has not, or is compressed: small on the wire and huge in memory.
    """
    try:
        properties, headers = payload["properties"], payload["headers"]
        delivery = properties["delivery_info"]
        names = (properties["delivery_tag"], delivery["exchange"], delivery["routing_key"])
        is_whole = isinstance(payload["body"], str) and isinstance(headers, dict)
    except (KeyError, TypeError, IndexError) as error:
        raise MalformedMessage from error
    if not is_whole or not all(isinstance(name, str) for name in names) or "compression" in headers:
        raise MalformedMessage


def is_newer(headers: Mapping[str, Any]) -> bool:
    """Say whether a message is in the form of a newer version."""
    version = headers.get(VERSION_HEADER)
    return isinstance(version, int) and version > MESSAGE_VERSION


def message_problem(content_type: str | None, headers: Mapping[str, Any], body: bytes) -> str:
    """Return why a message cannot be one of ours, in one word, or "" if it can."""
    if content_type != "application/json":
        return "content_type"
    task = headers.get("task")
    if task != RUN_TASK and not (isinstance(task, str) and task in _TASKS_WITHOUT_ARGUMENTS):
        return "unknown_task"
    if len(body) > MAX_BODY_BYTES:
        return "too_large"
    task_id = headers.get("id")
    has_id = isinstance(task_id, str) and task_id and consists_of(task_id, "_-", _MAX_TASK_ID_CHARS)
    is_plain = has_id and not _has_any(headers, _UNUSED_HEADERS)
    return "" if is_plain and _has_arguments(body, takes_job=task == RUN_TASK) else "arguments"


def _has_any(values: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return any(bool(values.get(name)) and values[name] != [None, None] for name in names)


def _has_arguments(body: bytes, *, takes_job: bool) -> bool:
    try:
        arguments, named, further = json.loads(body)
        follow_ups = any(further.values())
    except (ValueError, TypeError, AttributeError, RecursionError):
        return False
    if named != {} or follow_ups or not isinstance(arguments, list):
        return False
    if not takes_job:
        return arguments == []
    return len(arguments) == 1 and isinstance(arguments[0], str) and _is_job_id(arguments[0])


def _is_job_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


class QueueMessage(virtual.Message):
    """A message whose envelope is whole."""

    def __init__(self, payload: Any, channel: Any = None, **options: Any) -> None:
        check_envelope(payload)
        super().__init__(payload, channel=channel, **options)


class Channel(redis.Channel):
    """Reads on after an item that cannot be read."""

    Message = QueueMessage  # kombu makes messages of this class

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.handlers = {kind: self._tolerant(read) for kind, read in self.handlers.items()}

    def _tolerant(self, read: Callable[[], Any]) -> Callable[[], Any]:
        expected: tuple[type[BaseException], ...] = (
            Empty,
            *self.connection.connection_errors,
            *self.connection.channel_errors,
        )

        def read_or_drop() -> Any:
            try:
                return read()
            except expected:
                raise
            except Exception as error:  # Whatever is wrong with it, the messages behind it are waiting.
                log.error("unreadable message dropped", error=type(error).__name__)
                return True

        return read_or_drop


class Transport(redis.Transport):
    """The transport with that channel."""

    Channel = Channel


class SentinelChannel(Channel):
    """A channel to the primary that Sentinels name.

    kombu's own takes them from alternative addresses, and goes back to its own transport when it takes the next.
    """

    from_transport_options = (*Channel.from_transport_options, SENTINELS)
    connection_class = SentinelManagedConnection
    sentinels: Sentinels

    def _get_pool(self, asynchronous: bool = False) -> Any:
        options = self._connparams(asynchronous=asynchronous)  # type: ignore[attr-defined] # the stubs lack it
        del options["host"], options["port"]
        self.keyprefix_fanout = self.keyprefix_fanout.format(db=self.sentinels.server["db"])
        pool = primary_pool(self.sentinels, **{name: value for name, value in options.items() if value is not None})
        # kombu closes their connections with its own.
        setattr(self, "_async_sentinel_manager" if asynchronous else "_sentinel_manager", pool.sentinel_manager)
        return pool


class SentinelTransport(Transport):
    """The transport with that one."""

    Channel = SentinelChannel
