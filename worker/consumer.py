"""Celery's consumer, which hands on only messages of ours."""

from collections.abc import Callable
from typing import Any

from celery.worker.consumer import Consumer as CeleryConsumer

from core.logs import logger
from worker.messages import message_problem

log = logger(__name__)


class Consumer(CeleryConsumer):
    """Drops every message that we cannot have sent, with one line in the log and nothing of its content."""

    def create_task_handler(self, *arguments: Any, **options: Any) -> Callable[[Any], None]:
        """Return what takes each message of the task queues."""
        handle = super().create_task_handler(*arguments, **options)

        def take(message: Any) -> None:
            if problem := message_problem(message.content_type, message.headers, message.body or b""):
                drop(message, problem)
            else:
                handle(message)

        return take

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """Drop a message whose body cannot be decoded."""
        drop(message, type(exc).__name__)


def drop(message: Any, problem: str) -> None:
    """Take a message from the queue without doing anything for it."""
    log.error("message dropped", kind=problem)
    message.reject()
