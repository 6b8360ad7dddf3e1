"""The limits of an endpoint over several processes, on a real Valkey; each pace here stands for a process."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import redis

from core.errors import JobCancelled
from core.llm.endpoint import NotAsked, Pace
from core.llm.models_file import EndpointEntry
from core.llm.shared_pace import SharedPace, open_pace, part_of
from tests.servers.valkey import ValkeyProcess
from tests.waiting import until

CALLS, PROCESSES = 12, 4
PLACES = "inlaid:pace:{big}:places"


def entry(**changes: Any) -> EndpointEntry:
    return EndpointEntry(name="big", url="https://models.test/v1", **changes)


def quiet() -> None:
    """Hear nothing."""


def stop() -> None:
    raise JobCancelled("stop")


@pytest.fixture
def shared(valkey: ValkeyProcess) -> Callable[..., SharedPace]:
    """Return what makes the pace of one more process."""

    def make(hold_seconds: float = 30.0, **limits: Any) -> SharedPace:
        return SharedPace(entry(**limits), redis.Redis.from_url(valkey.url), hold_seconds=hold_seconds)

    valkey.flush()
    return make


def test_all_processes_together_have_so_many_calls_at_a_time(shared: Callable[..., SharedPace]) -> None:
    paces = [shared(concurrency=3) for _ in range(PROCESSES)]
    lock, running, most = threading.Lock(), [0], [0]
    full = threading.Event()

    def call(pace: SharedPace) -> None:
        with pace.turn(1, listen=quiet):
            with lock:
                running[0] += 1
                most[0] = max(most[0], running[0])
            if most[0] >= 3:
                full.set()
            full.wait(30)
            time.sleep(0.05)  # a call takes its time, so that one too many could overlap
            with lock:
                running[0] -= 1

    threads = [threading.Thread(target=call, args=(paces[number % PROCESSES],)) for number in range(CALLS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 3


def test_requests_and_tokens_of_a_minute_are_those_of_all(shared: Callable[..., SharedPace]) -> None:
    first, second = shared(requests_per_minute=2), shared(requests_per_minute=2)
    for pace in (first, second):
        with pace.turn(1, listen=stop):
            pass
    with pytest.raises(JobCancelled), second.turn(1, listen=stop):
        pass


def test_a_call_that_is_larger_than_a_minutes_tokens_goes_alone(shared: Callable[..., SharedPace]) -> None:
    first, second = shared(tokens_per_minute=100), shared(tokens_per_minute=100)
    with first.turn(500, listen=stop):
        pass
    with pytest.raises(JobCancelled), second.turn(1, listen=stop):
        pass


def test_a_call_that_gets_no_turn_in_time_is_told_when_to_try_again(shared: Callable[..., SharedPace]) -> None:
    first, second = (shared(requests_per_minute=1, timeout_seconds=0.1) for _ in range(2))
    with first.turn(1, listen=quiet):
        pass
    with pytest.raises(NotAsked, match="busy") as refused, second.turn(1, listen=quiet):
        pass
    assert 0 < refused.value.retry_after_seconds <= 61


def test_the_place_of_a_process_that_died_is_free_after_a_while_and_that_of_a_long_call_is_held(
    shared: Callable[..., SharedPace], valkey: ValkeyProcess
) -> None:
    lively, other = (shared(hold_seconds=0.3, concurrency=1) for _ in range(2))
    with valkey.client() as client:
        with lively.turn(1, listen=quiet):
            [(place, until_first)] = client.zrange(PLACES, 0, -1, withscores=True)
            until(lambda: client.zscore(PLACES, place) > until_first + 1.0, seconds=60.0)
        client.zadd(PLACES, {"dead": time.time() + 0.3})
    with other.turn(1, listen=quiet):
        pass


def test_without_a_broker_each_process_keeps_to_its_part(valkey_own: ValkeyProcess) -> None:
    paces = [SharedPace(entry(concurrency=4), redis.Redis.from_url(valkey_own.url)) for _ in range(PROCESSES)]
    for pace in paces:
        with pace.turn(1, listen=quiet):
            pass
    valkey_own.kill()
    last = paces[-1]
    with last.turn(1, listen=stop), pytest.raises(JobCancelled), last.turn(1, listen=stop):
        pass


def test_parts_make_up_the_whole_and_none_is_nothing() -> None:
    part = part_of(entry(concurrency=2, tokens_per_minute=100), 8)
    assert (part.concurrency, part.requests_per_minute, part.tokens_per_minute) == (1, 0, 13)


def test_an_endpoint_without_limits_asks_no_broker(valkey: ValkeyProcess) -> None:
    assert isinstance(open_pace(entry(), valkey.url), Pace)
    assert isinstance(open_pace(entry(concurrency=2), ""), Pace)
    assert isinstance(open_pace(entry(concurrency=2), valkey.url), SharedPace)
