"""Celery's Redis transport, made to outlive what others put into its queues.

kombu decodes what it reads from Redis within its event loop, so that one item which is no message ends the worker.
Here such an item is dropped, with one line in the log and nothing of its content.
"""

from collections.abc import Callable
from queue import Empty
from typing import Any

from kombu.transport import redis, virtual

from core.logs import logger
from worker.messages import check_envelope

log = logger(__name__)


class Message(virtual.Message):
    """A message whose envelope is whole."""

    def __init__(self, payload: Any, channel: Any = None, **options: Any) -> None:
        check_envelope(payload)
        super().__init__(payload, channel=channel, **options)


class Channel(redis.Channel):
    """Reads on after an item that cannot be read."""

    Message = Message

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
