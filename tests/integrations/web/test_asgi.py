"""A body that comes too slowly is refused; what comes in time is not."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.exceptions import HTTPException

from integrations.web.asgi import BodyLimit, BodyPace

PACE = BodyPace(idle_seconds=0.2, grace_seconds=0.5, least_bytes_per_second=1000)


def run(parts: list[tuple[float, bytes]]) -> bytes:
    """Send a body part by part, each after a wait in seconds, and return what the app read."""
    read = bytearray()
    left = list(parts)

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        more = True
        while more:
            message = await receive()
            read.extend(message.get("body", b""))
            more = message.get("more_body", False)

    async def receive() -> dict[str, Any]:
        seconds, data = left.pop(0)
        await asyncio.sleep(seconds)
        return {"type": "http.request", "body": data, "more_body": bool(left)}

    async def send(_message: Any) -> None:
        return

    scope = {"type": "http", "path": "/", "headers": []}
    limited = BodyLimit(app, most_bytes=10_000, by_path={}, pace=PACE)
    with ThreadPoolExecutor(1) as thread:  # tests in a browser leave a loop in this one
        thread.submit(lambda: asyncio.run(limited(scope, receive, send))).result()
    return bytes(read)


def test_a_body_that_comes_in_time_is_read_whole() -> None:
    assert run([(0.01, b"x" * 100)] * 10) == b"x" * 1000


@pytest.mark.parametrize("parts", [[(5.0, b"x")], [(0.0, b"x"), (5.0, b"x")], [(0.15, b"x")] * 50])
def test_a_body_that_stops_or_drips_is_refused(parts: list[tuple[float, bytes]]) -> None:
    with pytest.raises(HTTPException) as refused:
        run(parts)
    assert refused.value.status_code == 408
