"""The event stream of each job: states, progress and tokens, on their way to those who watch.

Events are a courtesy. The store has the truth, so a lost event costs a moment of waiting and never a result.
`core.events.streams` carries them between processes, on Redis or Valkey; in tests `tests.memory_events` keeps them.
"""

import threading
import time
from collections.abc import Callable, Sequence

from core.drafts import JsonObject
from core.logs import logger
from core.ports import Event, Events

log = logger(__name__)

BEGINNING = "0-0"
_MAX_DIGITS = 20


class HeardEvents:
    """Hands each event to a listener of this process, too.

    Args:
        events: where events go besides.
        hear: takes kind and data; what it raises is logged and ends the listening, never the job.
    """

    def __init__(self, events: Events, hear: Callable[[str, JsonObject], None]) -> None:
        self._events = events
        self._hear: Callable[[str, JsonObject], None] | None = hear

    def publish(self, job_id: str, kind: str, data: JsonObject) -> None:
        """Append the event and hand it over."""
        self._events.publish(job_id, kind, data)
        if self._hear is None:
            return
        try:
            self._hear(kind, data)
        except Exception:  # listening is a courtesy: its faults must not cost the job
            log.exception("listener failed", job_id=job_id)
            self._hear = None

    def read(self, job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        """Return what is new; see `core.ports.Events`."""
        return self._events.read(job_id, after=after, wait_seconds=wait_seconds)


class TokenBatch:
    """Gathers tokens, so that a fast model does not mean a round trip for each of them. Threads may share it.

    Args:
        events: where they go.
        job_id: whose they are.
        interval_seconds: the least time between two events.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        events: Events,
        job_id: str,
        *,
        interval_seconds: float = 0.05,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._events = events
        self._job_id = job_id
        self._interval_seconds = interval_seconds
        self._clock = clock
        self._pieces: list[str] = []
        self._sent_at = clock()  # what is written before anybody could watch is one event
        self._lock = threading.Lock()

    def add(self, text: str) -> None:
        """Take a piece of text, and send all that has gathered when it is time."""
        with self._lock:
            self._pieces.append(text)
            if self._clock() - self._sent_at >= self._interval_seconds:
                self._send()

    def flush(self) -> None:
        """Send what has gathered; call it when the model is done."""
        with self._lock:
            self._send()

    def _send(self) -> None:
        text = "".join(self._pieces)
        self._pieces.clear()
        if text:
            self._events.publish(self._job_id, "token", {"text": text})
            self._sent_at = self._clock()


def position(after: str) -> str:
    """Return the event id to continue from; what is not an event id means the beginning."""
    parts = after.split("-")
    is_id = len(parts) == 2 and all(part.isdecimal() and len(part) <= _MAX_DIGITS for part in parts)
    return after if is_id else BEGINNING
