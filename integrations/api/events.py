"""The events of a job as server-sent events (HTML Living Standard, 9.2), until the job has ended.

The stream in the broker is the quick way and the store the sure one: without a broker, or when its streams were
emptied, the states still come from the store, and the last event always does. A watcher costs no thread.
"""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from core.drafts import JsonObject
from core.errors import BrokerOutage, NotFoundError, RateLimited, StoreOutage
from core.events import position
from core.events.streams import BLOCK_SECONDS
from core.job import ENDED, Job
from core.ports import Event, EventTail
from core.store.jobs import JobStore
from core.text.catalogues import told
from integrations.api.words import told_job

HEARTBEAT_SECONDS = 15.0
LOOK_SECONDS = 5.0
LOOK_WITHOUT_BROKER_SECONDS = 1.0
RECONNECT_MILLISECONDS = 2000
RETRY_STREAM_SECONDS = 10.0
# Behind the id of the last event.
_END = "/end"
_counting = threading.Lock()


@dataclass(frozen=True)
class EventFeed:
    """Follows jobs.

    Args:
        jobs: where the truth is.
        tail: reads the streams of the broker.
        closing: set when the process shuts down; streams end then, and their readers come back elsewhere.
        heartbeat_seconds: the longest silence, so that proxies keep the connection.
        most_streams: how many a person may have open at a time; 0 for any number.
        open_streams: how many each has.
    """

    jobs: JobStore
    tail: EventTail
    closing: threading.Event
    heartbeat_seconds: float = HEARTBEAT_SECONDS
    max_streams: int = 0
    open_streams: Counter[tuple[str, str]] = field(default_factory=Counter)

    def response(self, job: Job, last_event_id: str, reader: tuple[str, str]) -> Response:
        """Return the stream from the event after `last_event_id` on; 204, which ends it, after the last event.

        `reader` is the home of the person who follows it, whatever the door.

        Raises:
            RateLimited: the person follows too many jobs already.
        """
        after, end, rest = last_event_id.partition(_END)
        if rest or (after and position(after) != after):
            after = end = ""
        if end and job.has_ended:
            return Response(status_code=204)
        return _Stream(
            self,
            reader,
            _Follower(self, job.id, after).frames(),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )


class _Stream(StreamingResponse):
    """A stream that is counted from when it is made until it has ended."""

    def __init__(self, feed: EventFeed, whose: tuple[str, str], frames: AsyncIterator[str], **options: Any) -> None:
        super().__init__(frames, **options)
        self._feed, self._whose = feed, whose
        with _counting:
            if feed.max_streams and feed.open_streams[whose] >= feed.max_streams:
                fix = "Close one, or ask for the job itself from time to time."
                message = f"You follow {feed.max_streams} jobs already."
                raise RateLimited(message, fix=fix, retry_after_seconds=RETRY_STREAM_SECONDS)
            feed.open_streams[whose] += 1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with _counting:
                self._feed.open_streams[self._whose] -= 1
                if not self._feed.open_streams[self._whose]:
                    del self._feed.open_streams[self._whose]


class _Follower:
    """One reader of one job."""

    def __init__(self, feed: EventFeed, job_id: str, position: str) -> None:
        self._feed = feed
        self._job_id = job_id
        self._position = position
        self._shown_state = ""
        self._wait_seconds = 0.0
        self._look_at = 0.0
        self._is_broker_up = True
        self._is_over = False

    async def frames(self) -> AsyncIterator[str]:
        """Yield frames until the job has ended or the process shuts down."""
        now = asyncio.get_running_loop().time
        yield f"retry: {RECONNECT_MILLISECONDS}\n\n"
        beat_at = now() + self._feed.heartbeat_seconds
        while not self._feed.closing.is_set():
            found = [self._frame_of(event) for event in await self._news()]
            if not found and now() >= self._look_at:
                found = await self._look(now())
            for frame in found:
                yield frame
            if self._is_over:
                return
            if found:
                beat_at = now() + self._feed.heartbeat_seconds
            elif now() >= beat_at:
                yield ": still here\n\n"
                beat_at = now() + self._feed.heartbeat_seconds

    async def _news(self) -> Sequence[Event]:
        try:
            events = await self._feed.tail.read(self._job_id, after=self._position, wait_seconds=self._wait_seconds)
            self._is_broker_up = True
        except BrokerOutage:
            if self._is_broker_up:
                self._look_at = 0.0
            events, self._is_broker_up = (), False
            await asyncio.sleep(self._wait_seconds)
        self._wait_seconds = 0.0 if events else BLOCK_SECONDS
        return events

    def _frame_of(self, event: Event) -> str:
        self._position = event.id
        if event.kind == "state":
            self._shown_state = str(event.data.get("state"))
            if self._shown_state in ENDED:
                self._look_at = 0.0
        data = event.data
        if event.kind == "progress":
            data = {**data, "text": told(str(data.get("text", "")))}
        return _frame(event.kind, data, event_id=event.id)

    async def _look(self, now_seconds: float) -> list[str]:
        """Read the job itself: for its end, and for states that no event reported."""
        self._look_at = now_seconds + (LOOK_SECONDS if self._is_broker_up else LOOK_WITHOUT_BROKER_SECONDS)
        try:
            job = await run_in_threadpool(self._feed.jobs.get, self._job_id)
        except StoreOutage:
            return []
        except NotFoundError:
            self._is_over = True
            return []
        if job.has_ended:
            self._is_over = True
            return [_frame("state", told_job(job), event_id=f"{self._position}{_END}")]
        if job.state == self._shown_state:
            return []
        self._shown_state = job.state
        return [_frame("state", {"state": job.state})]


def _frame(kind: str, data: JsonObject, *, event_id: str = "") -> str:
    """Return one event; JSON has no bare line breaks, so `data` is one line."""
    head = f"id: {event_id}\n" if event_id else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
