"""The second and third part of `benchmarks.slack`: the whole process tree, with workers killed in the middle."""

import os
import random
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from core.settings import Settings
from core.system.subprocesses import module_command
from integrations.cli.processes.process_tree import RunningTree, process_tree
from integrations.slack.delivery.answer import MAYBE_SHOWN, SHOW
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.acks import Ack
from tests.fakes.slack.person import Person
from tests.fakes.slack.world import Channel, Message

SIGN_BAR_SECONDS = 1.0
RATE_PER_SECOND = 50
TEXT = "Please send me the figures for March by Friday, item"
MAX_WAIT_SECONDS = 420.0


def measure_once(commands: int) -> dict[str, Any]:
    """Deliver commands several times each while workers are killed, and count what people see."""
    with tempfile.TemporaryDirectory() as name, FakeSlack() as slack, OpenAIServer() as model, ExitStack() as stack:
        acme = slack.workspace("Acme")
        people = [acme.person(f"Person {number}") for number in range(20)]
        general = acme.channel("general", *people)
        model.respond = lambda _body: Answer("Could you please send me the figures for March by Friday?")
        settings = Settings(
            home=Path(name), port=0, model_url=model.url, lease_seconds=2.0, sweep_seconds=0.5, resend_seconds=1.0,
            max_attempts=20, slack_signing_secret=SecretStr(slack.app.signing_secret), slack_api_url=slack.api_url,
            slack_bot_token=SecretStr(acme.bot_token), slack_requests_per_minute=1_000_000, cache_seconds=0,
        )  # fmt: skip
        tree = stack.enter_context(process_tree(settings, web=True))
        slack.connect(f"{tree.web_url}/slack/events")
        signs = _signs(slack, people[0], general)
        killer = stack.enter_context(Killer(tree))
        began = time.monotonic()
        deliveries, late = _deliver_all(slack, people, general, commands)
        _wait(lambda: _seen(people, general) >= commands)
        pressed = _press_where_nothing_came(people, general)
        seconds = time.monotonic() - began
        per_job = Counter(_job_of(answer) for answer in _answers(people, general))
    wrong = {"missing": commands - len(per_job), "doubled": sum(count > 1 for count in per_job.values())}
    once = {
        "commands": commands,
        "deliveries": deliveries,
        "not_acknowledged_in_time": late,
        "workers_killed": killer.killed,
        "answers": sum(per_job.values()),
        **wrong,
        "by_button": pressed,
        "seconds": round(seconds, 1),
        "ok": sum(per_job.values()) == commands and not any(wrong.values()),
    }
    return {"once": once, "sign": signs}


def _deliver_all(slack: FakeSlack, people: list[Person], general: Channel, commands: int) -> tuple[int, int]:
    """Send each command, and then up to three times more, all in random order, at a steady rate.

    Returns:
        How often in all, and how many first deliveries were not acknowledged within Slack's three seconds.
    """
    chance = random.Random(7)
    numbers = list(range(commands))
    chance.shuffle(numbers)
    began = time.monotonic()

    def send(position: int, deliver: Callable[[], Ack]) -> Ack:
        time.sleep(max(0.0, began + position / RATE_PER_SECOND - time.monotonic()))
        return deliver()

    def first(position: int) -> Ack:
        number = numbers[position]
        person = people[number % len(people)]
        return send(position, lambda: person.slash("/rewrite", f"{TEXT} {number}.", channel=general))

    with ThreadPoolExecutor(8) as pool:
        acks = list(pool.map(first, range(commands)))
        again = [ack for ack in acks for _ in range(chance.randrange(4))]
        chance.shuffle(again)
        list(pool.map(lambda at: send(commands + at, lambda: slack.deliver_again(again[at])), range(len(again))))
    return len(acks) + len(again), sum(not ack.ok for ack in acks)


class Killer:
    """Runs two workers beside the tree's own, kills one of them now and then (-9), and starts another at once."""

    def __init__(self, tree: RunningTree) -> None:
        self.killed = 0
        self._environment = {**os.environ, **tree.environment}
        self._left = threading.Event()
        self._chance = random.Random(11)
        self._workers = [self._start(), self._start()]
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        self._thread.join()
        for worker in self._workers:
            worker.kill()
            worker.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = module_command("integrations.cli.processes.run", "worker")
        return subprocess.Popen(command, env=self._environment, stderr=subprocess.DEVNULL)

    def _run(self) -> None:
        while not self._left.wait(self._chance.uniform(2, 5)):
            position = self._chance.randrange(len(self._workers))
            self._workers[position].kill()
            self._workers[position].wait()
            self._workers[position] = self._start()
            self.killed += 1


def _wait(is_done: Callable[[], bool], seconds: float = MAX_WAIT_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not is_done() and time.monotonic() < deadline:
        time.sleep(0.2)


def _answers(people: list[Person], general: Channel) -> list[Message]:
    return [
        message
        for person in people
        for message in person.sees(general)
        if "post_here" in str(message.blocks) and message.only_for
    ]


def _doubtful(people: list[Person], general: Channel) -> list[tuple[Person, Message]]:
    return [(person, message) for person in people for message in person.sees(general) if message.text == MAYBE_SHOWN]


def _seen(people: list[Person], general: Channel) -> int:
    seen = {_job_of(answer) for answer in _answers(people, general)}
    return len(seen | {_job_of(one) for _person, one in _doubtful(people, general)})


def _job_of(message: Message) -> str:
    return next(str(block["elements"][0]["value"]) for block in message.blocks if block["type"] == "actions")


def _press_where_nothing_came(people: list[Person], general: Channel) -> int:
    """Press the button of the answers that nobody saw, as a person would; returns how many that were."""
    there = {_job_of(answer) for answer in _answers(people, general)}
    unseen = [(person, one) for person, one in _doubtful(people, general) if _job_of(one) not in there]
    for person, one in unseen:
        person.click(one, SHOW)
    wanted = len(there) + len(unseen)
    _wait(lambda: len(_answers(people, general)) >= wanted, 20)
    return len(unseen)


def _signs(slack: FakeSlack, person: Person, general: Channel) -> dict[str, Any]:
    """Return how many seconds pass until the person sees something."""
    commands, messages = [], []
    for number in range(20):
        began = time.perf_counter()
        person.slash("/inlaid", "help", channel=general)
        commands.append(time.perf_counter() - began)
        seen = len(slack.ledger.called("assistant.threads.setStatus"))
        began = time.perf_counter()
        person.writes_to_app(f"rewrite {TEXT} {number}")
        _wait_for_status(slack, seen)
        messages.append(time.perf_counter() - began)
    slowest = {"command_seconds": round(max(commands), 3), "message_seconds": round(max(messages), 3)}
    return {**slowest, "bar_seconds": SIGN_BAR_SECONDS, "ok": max(slowest.values()) <= SIGN_BAR_SECONDS}


def _wait_for_status(slack: FakeSlack, seen: int) -> None:
    slack.ledger.wait_until(lambda: len(slack.ledger.called("assistant.threads.setStatus")) > seen)
