"""Waiting for a job: its events say that it has ended, and its row is looked at now and then in case one was lost.

Without events the row is asked, the more rarely the longer it takes.
"""

from collections.abc import AsyncIterator

import anyio

from core.errors import BrokerOutage
from core.job import ENDED
from core.ports import EventTail

FIRST_LOOK_SECONDS = 0.05
MAX_LOOK_SECONDS = 1.0
# How often the row is looked at although no event told of an end.
LOOK_ANYWAY_SECONDS = 5.0
# What one reading waits for at most; the client hears of progress as often.
READ_SECONDS = 1.0


async def looks(
    tail: EventTail | None, job_id: str, *, look_seconds: float = LOOK_ANYWAY_SECONDS
) -> AsyncIterator[bool]:
    """Yield again and again: True when the job is to be looked at, False when the client may be told of progress.

    Args:
        tail: tells of the job's end; None, or one that cannot be read: the job is asked.
        job_id: of the job.
        look_seconds: the longest time between two looks.
    """
    if tail is not None:
        async for is_to_be_read in _told(tail, job_id, look_seconds):
            yield is_to_be_read
    pause = FIRST_LOOK_SECONDS
    while True:
        await anyio.sleep(pause)
        pause = min(pause * 2, MAX_LOOK_SECONDS)
        yield True


async def _told(tail: EventTail, job_id: str, look_seconds: float) -> AsyncIterator[bool]:
    """Yield as `looks` does, until the events cannot be read."""
    after, looked_at = "", anyio.current_time()
    while True:
        try:
            events = await tail.read(job_id, after=after, wait_seconds=READ_SECONDS)
        except BrokerOutage:
            return
        after = events[-1].id if events else after
        has_ended = any(event.kind == "state" and event.data.get("state") in ENDED for event in events)
        is_to_be_read = has_ended or anyio.current_time() - looked_at >= look_seconds
        if is_to_be_read:
            looked_at = anyio.current_time()
        if is_to_be_read or not events:
            yield is_to_be_read
