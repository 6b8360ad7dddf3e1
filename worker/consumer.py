"""Celery's consumer, which hands on only messages of ours."""

import functools
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from celery.worker.consumer import Consumer as CeleryConsumer

from core.job import QUEUES
from core.logs import logger
from worker.reserve import Reserve, keep
from worker.transport import is_newer, message_problem
from worker.watchdog import CANARY_TASK, canary_queue, signs

log = logger(__name__)


TURN_SECONDS = 1.0
FIRST_WAIT_SECONDS = 0.2
MAX_WAIT_SECONDS = 2.0


class Consumer(CeleryConsumer):
    """Drops every message that we cannot have sent, with one line in the log and nothing of its content."""

    def create_task_handler(self, *arguments: Any, **options: Any) -> Callable[[Any], None]:
        """Return what takes each message of the task queues."""
        handle = super().create_task_handler(*arguments, **options)

        def take(message: Any) -> None:
            signs.take()
            if message.headers.get("task") == CANARY_TASK:
                message.ack()
            elif is_newer(message.headers):
                leave(message)
            elif problem := message_problem(message.content_type, message.headers, message.body or b""):
                drop(message, problem)
            else:
                handle(message)

        return take

    def ensure_connected(self, conn: Any) -> Any:
        """Connect to the broker, asking often: Celery's own waits grow to half a minute, in which jobs stand still."""
        conn.ensure_connection = functools.partial(
            conn.ensure_connection,
            interval_start=FIRST_WAIT_SECONDS,
            interval_step=FIRST_WAIT_SECONDS,
            interval_max=MAX_WAIT_SECONDS,
        )
        return super().ensure_connected(conn)

    def register_with_event_loop(self, hub: Any) -> None:
        """Listen to the canary beside the jobs, and show that the loop turns."""
        super().register_with_event_loop(hub)
        consumer: Any = self.task_consumer  # type: ignore[attr-defined] # set by the step before
        consumer.add_queue(canary_queue)
        hub.timer.call_repeatedly(TURN_SECONDS, signs.turn)
        served = [queue.name for queue in consumer.queues if queue.name in QUEUES]
        wake = functools.partial(hub.call_soon, end_waiting, consumer.channel)
        keep(Reserve(self.pool.num_processes, served, wake=wake))

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """Drop a message whose body cannot be decoded."""
        drop(message, type(exc).__name__)


def end_waiting(channel: Any) -> None:
    """End what a channel listens to by a message for this process alone, so that it listens again.

    It does so by itself within a second. Nothing is raised: an error here would end the consumer's loop.
    """
    transport = channel.connection
    if transport is None:
        return  # it was closed since this was called for; whoever listens now listens again by itself
    # No broker: it connects again. A broker that is full or takes no writes: it listens on until that second is over.
    with suppress(*channel.connection_errors, *transport.channel_errors):
        canary = channel.prepare_message(
            "[[], {}, {}]",
            content_type="application/json",
            content_encoding="utf-8",
            headers={"task": CANARY_TASK},
        )
        channel.basic_publish(canary, exchange="", routing_key=canary_queue.name)


def leave(message: Any) -> None:
    """Take a message of a newer version from the queue: its job is sent again, by whoever sweeps or beats next.

    Put back, it would count as on its way, and where no newer worker is left its job would wait for ever.
    """
    log.warning("message of a newer version left to the sweeper")
    message.reject()


def drop(message: Any, problem: str) -> None:
    """Take a message from the queue without doing anything for it."""
    log.error("message dropped", kind=problem)
    message.reject()
