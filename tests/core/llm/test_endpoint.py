"""Breaker, pace and endpoint: failures in a row, turns, prices, and when nothing is opened."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from core.drafts import ChatMessage
from core.errors import CredentialError, InputError, JobCancelled, ModelAnswerError, ModelOutage, ModelUnreachable
from core.llm.endpoint import Breaker, Endpoint, NotAsked, Pace
from core.llm.models_file import Circuit, EndpointEntry
from core.llm.ports import Chat, ChatOptions
from tests.in_memory import Answer, ScriptedChat

ASKED = [ChatMessage(role="user", content="Say hello")]
OPTIONS = ChatOptions(max_tokens=10)
DOWN = ModelOutage("down")
CIRCUIT = Circuit(failures=2, pause_seconds=10, longest_pause_seconds=25)


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def entry(**changes: Any) -> EndpointEntry:
    return EndpointEntry(name="big", url="https://models.test/v1", **changes)


@dataclass
class Opened:
    """An endpoint over scripted answers, and how often it was opened."""

    answers: list[Answer]
    entry: EndpointEntry = field(default_factory=entry)
    times: int = 0

    def __post_init__(self) -> None:
        self.endpoint = Endpoint(self.entry, self.open, CIRCUIT)

    def open(self) -> Chat:
        self.times += 1
        return ScriptedChat(self.answers, is_small=False, window_tokens=4096)

    def ask(self) -> str:
        return self.endpoint.complete(ASKED, options=OPTIONS).text


def test_an_endpoint_that_keeps_failing_is_left_alone_longer_each_time() -> None:
    clock = Clock()
    breaker = Breaker("big", CIRCUIT, clock)
    breaker.enter()
    breaker.failed(DOWN)
    for pause in (10, 20, 25, 25):
        breaker.enter()
        breaker.failed(DOWN)
        with pytest.raises(NotAsked) as refused:
            breaker.enter()
        assert refused.value.retry_after_seconds == pytest.approx(pause)
        clock.now += pause
    breaker.enter()
    breaker.succeeded()
    breaker.enter()


def test_after_the_pause_one_call_tries_and_the_others_wait_for_it() -> None:
    clock = Clock()
    breaker = Breaker("big", CIRCUIT, clock)
    breaker.failed(DOWN)
    breaker.failed(DOWN)
    clock.now += 11
    breaker.enter()
    with pytest.raises(NotAsked):
        breaker.enter()
    breaker.succeeded()
    breaker.enter()


def test_a_call_that_waits_for_another_one_goes_when_that_one_is_stopped_and_can_be_stopped_itself() -> None:
    clock = Clock()
    breaker = Breaker("big", CIRCUIT, clock, listen_seconds=0.01)
    breaker.failed(DOWN)
    breaker.failed(DOWN)
    clock.now += 11
    breaker.enter()

    def stop() -> None:
        raise JobCancelled("stop")

    def pass_time() -> None:
        clock.now += 1.0

    with pytest.raises(JobCancelled):
        breaker.enter(patience_seconds=5.0, listen=stop)
    with pytest.raises(NotAsked):
        breaker.enter(patience_seconds=5.0, listen=pass_time)
    breaker.enter(patience_seconds=5.0, listen=breaker.abandoned)


def test_a_server_that_asks_for_time_gets_it_at_once() -> None:
    clock = Clock()
    breaker = Breaker("big", CIRCUIT, clock)
    breaker.failed(ModelOutage("busy", retry_after_seconds=7.0))
    with pytest.raises(NotAsked) as refused:
        breaker.enter()
    assert refused.value.retry_after_seconds == pytest.approx(7.0)
    clock.now += 7.1
    breaker.enter()


@pytest.mark.parametrize("fault", [ModelOutage("down"), ModelAnswerError("nonsense")])
def test_faults_of_the_endpoint_open_the_circuit(fault: Any) -> None:
    opened = Opened([fault, fault, "never asked"])
    for _ in range(2):
        with pytest.raises(type(fault)):
            opened.ask()
    with pytest.raises(NotAsked):
        opened.ask()
    assert opened.times == 1


def test_an_endpoint_that_knows_no_such_key_or_model_is_told_of_at_once_while_it_is_left_alone() -> None:
    fault = CredentialError("It does not know the model.", fix="Check the name.")
    opened = Opened([fault, fault, "never asked"])
    for _ in range(4):
        with pytest.raises(CredentialError, match="know the model") as told:
            opened.ask()
        assert told.value.fix == "Check the name."


def test_while_an_endpoint_that_is_not_up_is_left_alone_it_is_said_that_it_is_not() -> None:
    breaker = Breaker("big", CIRCUIT, Clock())
    for _ in range(2):
        breaker.failed(ModelUnreachable("It cannot be reached.", fix="Start it."))
    with pytest.raises(ModelUnreachable, match="cannot be reached") as told:
        breaker.enter()
    assert (told.value.fix, told.value.retry_after_seconds) == ("Start it.", 10)
    breaker.failed(DOWN)
    with pytest.raises(NotAsked, match="left alone"):
        breaker.enter()


def test_while_one_call_tries_whether_a_refused_key_is_known_now_the_others_may_wait() -> None:
    clock = Clock()
    breaker = Breaker("big", CIRCUIT, clock)
    for _ in range(2):
        breaker.failed(CredentialError("refused"))
    with pytest.raises(CredentialError):
        breaker.enter()
    clock.now += 11
    breaker.enter()
    with pytest.raises(NotAsked):
        breaker.enter()


def test_a_refused_key_or_model_is_tried_again_after_the_same_pause_each_time() -> None:
    clock = Clock()
    breaker = Breaker("big", CIRCUIT, clock)
    for _ in range(6):
        breaker.failed(CredentialError("refused"))
    clock.now += 10
    breaker.enter()


def test_an_outage_after_a_long_absence_takes_the_first_pause_twice_at_most() -> None:
    clock = Clock()
    breaker = Breaker("big", CIRCUIT, clock)
    for _ in range(20):
        breaker.failed(ModelUnreachable("It cannot be reached.", fix="Start it."))
    breaker.failed(DOWN)
    clock.now += 20
    breaker.enter()


def test_after_an_outage_a_key_that_was_refused_before_is_said_no_more() -> None:
    breaker = Breaker("big", CIRCUIT, Clock())
    breaker.failed(CredentialError("refused"))
    breaker.failed(DOWN)
    with pytest.raises(NotAsked):
        breaker.enter()


@pytest.mark.parametrize("fault", [InputError("too odd"), JobCancelled("stop")])
def test_what_is_no_fault_of_the_endpoint_does_not(fault: Any) -> None:
    opened = Opened([fault, fault, fault, "Hello"])
    for _ in range(3):
        with pytest.raises(type(fault)):
            opened.ask()
    assert opened.ask() == "Hello"


def test_a_call_has_its_price() -> None:
    priced = entry(usd_per_million_input_tokens=1.0, usd_per_million_output_tokens=10.0)
    done = Opened(["Hello to you"], priced).endpoint.complete(ASKED, options=OPTIONS)
    assert done.usage.usd == pytest.approx((2 * 1.0 + 3 * 10.0) / 1e6)


def test_nothing_is_opened_for_what_is_known_without_it() -> None:
    opened = Opened([], entry(window_tokens=2048, size="small"))
    assert (opened.endpoint.window_tokens, opened.endpoint.is_small, opened.endpoint.label) == (2048, True, "big")
    assert opened.times == 0
    asked = Opened([])
    assert (asked.endpoint.window_tokens, asked.endpoint.is_small) == (4096, False)
    assert asked.times == 1


def waited(pace: Pace, clock: Clock, tokens: int = 1) -> float:
    """Return how long a call waits for its turn, by a clock that only moves while it waits."""
    before = clock.now

    def listen() -> None:
        clock.now += 1.0

    with pace.turn(tokens, listen=listen):
        return clock.now - before


def test_requests_and_tokens_of_a_minute_are_kept_to() -> None:
    clock = Clock()
    pace = Pace(entry(requests_per_minute=2), clock, listen_seconds=0.0)
    assert [waited(pace, clock) for _ in range(3)] == [0.0, 0.0, 60.0]
    clock = Clock()
    pace = Pace(entry(tokens_per_minute=100), clock, listen_seconds=0.0)
    assert [waited(pace, clock, 60), waited(pace, clock, 30), waited(pace, clock, 20)] == [0.0, 0.0, 60.0]
    assert waited(Pace(entry(tokens_per_minute=100), clock, 0.0), clock, 500) == 0.0


def test_a_call_that_gets_no_turn_in_time_is_not_made() -> None:
    clock = Clock()
    pace = Pace(entry(requests_per_minute=1, timeout_seconds=5), clock, 0.0)
    waited(pace, clock)
    with pytest.raises(NotAsked, match="busy"):
        waited(pace, clock)


def test_only_so_many_run_at_a_time_and_a_waiting_one_can_be_stopped() -> None:
    pace = Pace(entry(concurrency=1))
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with pace.turn(1, listen=lambda: None):
            entered.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    assert entered.wait(10)

    def stop() -> None:
        raise JobCancelled("stop")

    with pytest.raises(JobCancelled), pace.turn(1, listen=stop):
        pass
    leave.set()
    holder.join(10)
    with pace.turn(1, listen=stop):
        pass


def test_a_person_can_stop_a_call_that_waits_for_its_turn() -> None:
    opened = Opened(["one", "two"], entry(requests_per_minute=1))
    opened.ask()
    heard: list[str] = []

    def listen(piece: str) -> None:
        heard.append(piece)
        raise JobCancelled("stop")

    say: Callable[[str], None] = listen
    with pytest.raises(JobCancelled):
        opened.endpoint.complete(ASKED, options=OPTIONS, on_token=say)
    assert heard == [""]
