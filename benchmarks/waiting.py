"""What waiting for a job costs an assistant's call, asked and told: questions to the database, and the delay.

    python -m benchmarks.waiting

Each job ends after a time of its own. Asked, its row is read again and again; told, its end comes as an event of a real
Valkey, and the row is read then (and each five seconds, in case the event was lost).
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

import anyio
from cryptography.fernet import Fernet

from benchmarks.figure import Figure
from core.events.streams import StreamEvents, StreamTail
from core.ports import EventTail
from core.privacy import Cipher
from integrations.mcp.server import looks
from tests.servers.valkey import ValkeyProcess

# Seconds that jobs take: a fast model, a slow one, a document.
SECONDS = (0.4, 1.3, 2.9, 4.6, 7.7, 12.3, 19.1)


async def wait(events: StreamEvents, tail: EventTail | None, seconds: float) -> tuple[int, float]:
    """Return how often the row of a job was read, and the milliseconds from its end until that was known."""
    name, count = f"job-{seconds}-{tail is None}", 0
    ends_at = anyio.current_time() + seconds

    async def end() -> None:
        await anyio.sleep_until(ends_at)
        events.publish(name, "state", {"state": "delivered"})

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(end)
        async for is_to_be_read in looks(tail, name):
            count += is_to_be_read
            if is_to_be_read and anyio.current_time() >= ends_at:
                break
    return count, (anyio.current_time() - ends_at) * 1000


async def measure(url: str) -> list[Figure]:
    """Wait for all jobs at a time, in both ways."""
    cipher = Cipher([Fernet.generate_key().decode()])
    events, tail = StreamEvents(url, cipher), StreamTail(url, cipher)
    figures = []
    for way, by in (("asked", None), ("told", tail)):
        found: list[tuple[int, float]] = []

        async def one(seconds: float, found: list[tuple[int, float]] = found, by: EventTail | None = by) -> None:
            found.append(await wait(events, by, seconds))

        async with anyio.create_task_group() as tasks:
            for seconds in SECONDS:
                tasks.start_soon(one, seconds)
        bar = None if by is None else 100.0
        figures += [
            Figure(f"{way}: reads of the row a job", statistics.fmean(count for count, _ in found)),
            Figure(f"{way}: ms from the end until it is known, p50", statistics.median(late for _, late in found), bar),
            Figure(f"{way}: ms from the end until it is known, most", max(late for _, late in found)),
        ]
    await tail.close()
    events.close()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ValkeyProcess(Path(name)) as valkey:
        figures = anyio.run(measure, valkey.url)
    if options.json:
        print(json.dumps({figure.name: round(figure.value, 3) for figure in figures}))
    else:
        print("\n".join(figure.line() for figure in figures))
    sys.exit(0 if all(figure.is_met for figure in figures) else 1)


if __name__ == "__main__":
    main()
