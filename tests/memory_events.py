"""The events of jobs within one process: what `core.events.streams` carries between processes, by the same contract."""

import threading
import time
from collections import defaultdict
from collections.abc import Sequence

from core.drafts import JsonObject
from core.events import position
from core.ports import Event


class MemoryEvents:
    """Events within one process."""

    def __init__(self) -> None:
        self._streams: dict[str, list[Event]] = defaultdict(list)
        self._arrived = threading.Condition()
        self._last = (0, 0)

    def publish(self, job_id: str, kind: str, data: JsonObject) -> None:
        """Append an event; see `core.ports.Events`."""
        with self._arrived:
            self._last = max((time.time_ns() // 1_000_000, 0), (self._last[0], self._last[1] + 1))
            self._streams[job_id].append(Event("{}-{}".format(*self._last), kind, data))
            self._arrived.notify_all()

    def read(self, job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        """Return what is new; see `core.ports.Events`."""
        last = _order(position(after))

        def news() -> list[Event]:
            return [event for event in self._streams.get(job_id, ()) if _order(event.id) > last]

        with self._arrived:
            self._arrived.wait_for(news, timeout=wait_seconds)
            return news()


def _order(event_id: str) -> tuple[int, ...]:
    return tuple(int(part) for part in event_id.split("-"))
