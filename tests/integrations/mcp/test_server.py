"""How a call waits for its job: by events where there are some, by asking where not."""

from collections.abc import Sequence

import anyio
import anyio.lowlevel
import pytest
from cryptography.fernet import Fernet

from core.errors import BrokerOutage
from core.events.streams import StreamEvents, StreamTail
from core.ports import Event, EventTail
from core.privacy import Cipher
from integrations.mcp.server import looks
from tests.apart import apart
from tests.in_memory import MemoryTail
from tests.memory_events import MemoryEvents
from tests.servers.valkey import ValkeyProcess


def first_looks(tail: EventTail | None, count: int, **options: float) -> list[bool]:
    async def take() -> list[bool]:
        found: list[bool] = []
        async for is_to_be_read in looks(tail, "job", **options):
            found.append(is_to_be_read)
            if len(found) == count:
                break
        return found

    return apart(lambda: anyio.run(take))


class SilentTail:
    """Tells nothing, without any wait."""

    async def read(self, job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        await anyio.lowlevel.checkpoint()
        return ()


class BrokenTail:
    async def read(self, job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        raise BrokerOutage("The event stream cannot be read.")


def test_the_job_is_read_when_its_end_is_told_and_not_for_what_comes_before() -> None:
    events = MemoryEvents()
    events.publish("job", "state", {"state": "running"})
    for _ in range(100):
        events.publish("job", "token", {"text": "word "})
    events.publish("other", "state", {"state": "delivered"})
    events.publish("job", "state", {"state": "delivered"})
    assert first_looks(MemoryTail(events), 1) == [True]


def test_an_end_that_nobody_told_of_is_found_by_looking() -> None:
    assert first_looks(SilentTail(), 3) == [False, False, False]
    assert first_looks(SilentTail(), 2, look_seconds=0.0) == [True, True]


@pytest.mark.parametrize("tail", [None, BrokenTail()])
def test_without_events_the_job_is_asked(tail: EventTail | None) -> None:
    assert first_looks(tail, 3) == [True, True, True]


def test_an_end_is_told_by_a_real_server(valkey_own: ValkeyProcess) -> None:
    cipher = Cipher([Fernet.generate_key().decode()])
    events = StreamEvents(valkey_own.url, cipher)

    async def wait() -> bool:
        tail = StreamTail(valkey_own.url, cipher)
        told = looks(tail, "job")
        assert await anext(told) is False
        events.publish("job", "state", {"state": "delivered"})
        is_to_be_read = await anext(told)
        await tail.close()
        return is_to_be_read

    assert apart(lambda: anyio.run(wait))
    events.close()
