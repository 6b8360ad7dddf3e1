"""Ends a worker that has lost a thread, or lives and consumes nothing, so that its supervisor starts it again.

Every few seconds a canary, a message for this process alone, goes through the broker and the connection that also
brings the jobs. It is taken where all messages are taken, before the pool, so that busy threads do not matter. While
all threads are busy the connection reads nothing; then it is enough that the consumer's loop turns.
"""

import faulthandler
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable

from kombu import Connection, Exchange, Queue
from kombu.exceptions import KombuError

from core.job import Job
from core.logs import logger
from core.observability.tracing import stop_tracing
from worker.enqueue import broker_connection

log = logger(__name__)

# "Temporary failure" in sysexits.h: everything is well with the installation, start it again.
EXIT_CODE = 75
DRAIN_SECONDS = 30.0
POLL_SECONDS = 0.1
# Set when this process shuts down: running jobs are given back at their next step.
stopping = threading.Event()
_stuck: set[str] = set()
_lock = threading.Lock()
CANARY_TASK = "inlaid.canary"
CHECK_SECONDS = 5.0
SILENT_SECONDS = 60.0
# What holds the interpreter's lock for so long stops every thread, this one too: then C code ends the process.
FROZEN_SECONDS = 120.0
TIMEOUT_SECONDS = 2.0
# A queue that nobody serves any more expires.
QUEUE_SECONDS = 120.0
canary_queue = Queue(
    f"inlaid.canary.{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(4)}",
    Exchange(""),  # the one that is always there: it leaves no binding behind
    expires=QUEUE_SECONDS,
    durable=False,
)


def drain_and_exit(job: Job) -> None:
    """Begin to end this process, because the thread that has this job will not come back. Returns at once."""
    with _lock:
        _stuck.add(job.id)
        if len(_stuck) == 1:
            threading.Thread(target=end_process, name="drain", daemon=True).start()


def end_process() -> None:
    """Give running jobs back and end this process."""
    from celery.worker import state

    log.critical("process ends to be started again", exit_code=EXIT_CODE)
    stopping.set()
    # The consumer's loop looks at this: it takes no more messages.
    state.should_stop = EXIT_CODE  # type: ignore[assignment] # the stubs know its first value only
    deadline = time.monotonic() + DRAIN_SECONDS
    while len(state.active_requests) > len(_stuck) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    stop_tracing()
    # Not sys.exit: it would wait for the threads that never end.
    os._exit(EXIT_CODE)


class SignsOfLife:
    """What the consumer shows of itself."""

    def __init__(self) -> None:
        self.taken = 0
        self.turns = 0

    def take(self) -> None:
        """Note that a message was taken."""
        self.taken += 1

    def turn(self) -> None:
        """Note that the consumer's loop turned."""
        self.turns += 1


signs = SignsOfLife()


class Watchdog:
    """Looks for signs of life, and ends the process when there are none for too long.

    Args:
        send: sends a canary; False when the broker cannot be reached, which is no fault of the worker.
        is_full: whether all threads are busy, so that no message can be taken.
        end: ends the process.
        silent_seconds: how long there may be no sign.
        check_seconds: time between two looks.
    """

    def __init__(
        self,
        send: Callable[[], bool],
        is_full: Callable[[], bool],
        end: Callable[[], None],
        *,
        silent_seconds: float = SILENT_SECONDS,
        check_seconds: float = CHECK_SECONDS,
    ) -> None:
        self._send = send
        self._is_full = is_full
        self._end = end
        self._silent_seconds = silent_seconds
        self._check_seconds = check_seconds
        self._silence_seconds = 0.0
        self._seen = (signs.taken, signs.turns)

    def start(self) -> None:
        """Look from now on, in a thread."""
        threading.Thread(target=self._run, name="watchdog", daemon=True).start()

    def _run(self) -> None:
        while True:
            faulthandler.dump_traceback_later(FROZEN_SECONDS, exit=True)
            began = time.monotonic()
            if stopping.wait(self._check_seconds):
                faulthandler.cancel_dump_traceback_later()
                return
            self.look(time.monotonic() - began)

    def look(self, since_seconds: float) -> None:
        """Look once, that long after the last time."""
        taken, turns = signs.taken, signs.turns
        works = taken != self._seen[0] or (self._is_full() and turns != self._seen[1])
        self._seen = (taken, turns)
        # A look that comes far too late finds that this process was stopped or starved, and the consumer with it.
        was_stopped = since_seconds > 3 * self._check_seconds
        if works or was_stopped or not self._send():
            self._silence_seconds = 0.0
            return
        self._silence_seconds += since_seconds
        if self._silence_seconds > self._silent_seconds:
            log.critical("worker consumes nothing", seconds=round(self._silence_seconds))
            self._end()


def watch_over(broker_url: str, pool_threads: int, **times: float) -> None:
    """Start the watchdog of a worker process; `times` are those of `Watchdog`."""
    from celery.worker import state
    from redis.exceptions import RedisError

    arguments = broker_connection(broker_url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS)

    def send() -> bool:
        try:
            with Connection(**arguments) as connection, connection.Producer() as producer:
                producer.publish(
                    [],
                    exchange="",
                    routing_key=canary_queue.name,
                    declare=[canary_queue],
                    retry=False,
                    serializer="json",
                    headers={"task": CANARY_TASK},
                )
        except (KombuError, OSError, RedisError):
            return False
        return True

    Watchdog(send, lambda: len(state.reserved_requests) >= pool_threads, end_process, **times).start()
