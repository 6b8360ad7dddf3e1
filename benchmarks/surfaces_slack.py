"""Slack as people meet it on a busy machine, and the wait that Slack imposes on apps outside its marketplace.

Acknowledged: signed commands at 50 a second, each with its moment, from which its time counts; all rounds together.
Alone beside 1,000 waiting jobs; while another process burns one core; and beside the whole tree of `inlaid up`, with a
backlog of summaries whose worker is at it, while the local model writes for two callers. The client shares the machine.

A thread of 41 messages, of which Slack gives 15 a minute: how long after the press it is said that the answer takes a
while, by the clock of this machine, with real processes; and how many minutes of Slack's, whose clock is set forward,
and of its calls the answer takes.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

import httpx
import sqlalchemy as sa
from pydantic import SecretStr

from benchmarks.slack import (
    RATE_PER_SECOND,
    SECRET,
    fill_queue,
    paced_commands_ms,
    web_process,
)
from benchmarks.surfaces import Figure
from core.job import JobRequest
from core.settings import Settings
from core.store import open_store
from core.store.tables import jobs
from core.submit import load_intake, submit
from core.system.subprocesses import module_command
from integrations.cli.processes.process_tree import RunningTree, process_tree
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.person import Person
from tests.fakes.slack.world import Channel
from tests.servers.valkey import ValkeyProcess
from worker.enqueue import CeleryQueue

ROUND_SECONDS = 10
ACK_BAR_MS, BUSY_BAR_MS, SAID_BAR_SECONDS = 50.0, 150.0, 3.0
BACKLOG = 3000
MESSAGES = 41
WAIT_SECONDS = 60.0
BURN = "while True: pass"
TALK = "\n".join(
    f"{('Ada', 'Grace', 'Tom')[number % 3]}: We decided to ship part {number} on {1 + number % 28} March, and I order "
    f"{number} pumps for {100 + number} euros each from the supplier in Hull."
    for number in range(60)
)


def measure(rounds: int) -> dict[str, Figure]:
    """Return the figures of the section."""
    found: dict[str, Figure] = {}
    for part in (_long_thread, partial(_alone, rounds), partial(_beside_the_tree, rounds)):
        found |= part()
        sys.stderr.write(f"{', '.join(f'{name} {one.value:.1f}' for name, one in found.items())}\n")
    return found


def _alone(rounds: int) -> dict[str, Figure]:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        valkey = stack.enter_context(ValkeyProcess(Path(name) / "valkey"))
        home = Path(name) / "home"
        fill_queue(Settings(home=home, broker_url=valkey.url))
        environment = {
            "INLAID_HOME": str(home),
            "INLAID_BROKER_URL": valkey.url,
            "INLAID_SLACK_SIGNING_SECRET": SECRET,
            "INLAID_SLACK_REQUESTS_PER_MINUTE": "1000000",
        }
        url = stack.enter_context(web_process(module_command("integrations.cli.processes.run", "web"), environment))
        paced_commands_ms(url, RATE_PER_SECOND, "warm")
        quiet = _p99_ms(url, rounds, "quiet")
        with _burning():
            burnt = _p99_ms(url, rounds, "burnt")
    return {"ack_p99_ms": Figure(quiet, ACK_BAR_MS), "ack_p99_one_core_burnt_ms": Figure(burnt, ACK_BAR_MS)}


@contextmanager
def _burning() -> Iterator[None]:
    """Burn one core by a process of its own."""
    burner = subprocess.Popen([sys.executable, "-c", BURN])
    try:
        yield
    finally:
        burner.kill()
        burner.wait()


def _beside_the_tree(rounds: int) -> dict[str, Figure]:
    with FakeSlack() as slack, tempfile.TemporaryDirectory() as name:
        acme = slack.workspace("Acme")
        settings = Settings(
            home=Path(name), port=0, slack_signing_secret=SecretStr(SECRET), slack_api_url=slack.api_url,
            slack_bot_token=SecretStr(acme.bot_token), slack_requests_per_minute=1_000_000,
        )  # fmt: skip
        with process_tree(settings, web=True) as tree, _model_at_work(tree):
            url = f"{tree.web_url}/slack/events"
            paced_commands_ms(url, RATE_PER_SECOND, "warm")
            waiting = _pile_up(tree.settings)
            busy = _p99_ms(url, rounds, "busy")
            left = _waiting(tree.settings)
    done = waiting - left + rounds * ROUND_SECONDS * RATE_PER_SECOND
    sys.stderr.write(f"backlog {waiting} before, {left} after; the worker did about {done} meanwhile\n")
    return {"ack_p99_backlog_and_model_ms": Figure(busy, BUSY_BAR_MS), "backlog_left": Figure(left, 1, is_least=True)}


def _pile_up(settings: Settings) -> int:
    """Store a backlog of summaries of long conversations, and return how many jobs wait."""
    store, queue = open_store(settings), CeleryQueue(settings.broker_url)
    intake = load_intake(settings, store)
    for number in range(BACKLOG):
        submit(intake, queue, JobRequest("summarize", {"text": f"{TALK}\n{number}"}, "api", "bench", queue="bulk"))
    store.close()
    return _waiting(settings)


def _waiting(settings: Settings) -> int:
    store = open_store(settings)
    with store.database.read() as connection:
        statement = sa.select(sa.func.count()).where(jobs.c.state.in_(("queued", "running")))
        found = int(connection.execute(statement).scalar_one())
    store.close()
    return found


@contextmanager
def _model_at_work(tree: RunningTree) -> Iterator[None]:
    """Have the local model write without a pause, for two callers."""
    left = threading.Event()
    asked = {"messages": [{"role": "user", "content": "Tell a long story of a harbour."}], "max_tokens": 100}
    headers = {"Authorization": f"Bearer {tree.model_key}"}

    def ask() -> None:
        with httpx.Client(trust_env=False, timeout=120) as client:
            while not left.is_set():
                with suppress(httpx.TimeoutException):  # on a machine as busy as this one
                    client.post(f"{tree.model_url}/chat/completions", json=asked, headers=headers).raise_for_status()

    callers = [threading.Thread(target=ask) for _ in range(2)]
    for caller in callers:
        caller.start()
    try:
        yield
    finally:
        left.set()
        for caller in callers:
            caller.join()


def _p99_ms(url: str, rounds: int, name: str) -> float:
    taken: list[float] = []
    for number in range(rounds):
        taken += paced_commands_ms(url, ROUND_SECONDS * RATE_PER_SECOND, f"{name}-{number}")
    return sorted(taken)[int(len(taken) * 0.99)]


def _long_thread() -> dict[str, Figure]:
    with FakeSlack() as slack, OpenAIServer() as model, tempfile.TemporaryDirectory() as name:
        model.respond = lambda _body: Answer("The halls cost 900 to 939 pounds a day.")
        acme = slack.workspace("Acme")
        ada, grace = acme.person("Ada Lovelace"), acme.person("Grace Hopper")
        general = acme.channel("general", ada, grace)
        root = ada.writes("Which hall do we take for the launch?", general)
        for number in range(MESSAGES - 1):
            grace.writes(f"Point {number}: hall {number} costs {900 + number} pounds a day.", general, root.ts)
        slack.app.outside_marketplace = True
        slack.rate_limits.enforced = True
        settings = Settings(
            home=Path(name), port=0, slack_signing_secret=SecretStr(slack.app.signing_secret),
            slack_api_url=slack.api_url, slack_bot_token=SecretStr(acme.bot_token), model_url=model.url,
            sweep_seconds=0.5, resend_seconds=1.0,
        )  # fmt: skip
        with process_tree(settings, web=True) as tree:
            slack.connect(f"{tree.web_url}/slack/events")
            began = time.monotonic()
            ada.shortcut("summarize_thread", root)
            _until(lambda: any("The thread is long" in message.text for message in ada.sees(general)))
            said = time.monotonic() - began
            minutes = 0
            while not _is_answered(ada, general):
                slack.clock.advance(61)
                minutes += 1
                _due_now(tree.settings)
                _until(lambda: _is_answered(ada, general) or _is_put_off(tree.settings))
            answered = [one for one in slack.ledger.called("conversations.replies") if not one.error]
    return {
        "thread_of_41_wait_said_seconds": Figure(said, SAID_BAR_SECONDS),
        "thread_of_41_answered_minutes": Figure(minutes, -(-MESSAGES // 15)),
        "thread_of_41_pages_read": Figure(len(answered), -(-MESSAGES // 15) + 1),
    }


def _is_answered(asker: Person, channel: Channel) -> bool:
    return any("Post here" in str(message.blocks) for message in asker.sees(channel))


def _due_now(settings: Settings) -> None:
    """Let the time pass for which a job was put off; Slack's clock has been set forward as far."""
    store = open_store(settings)
    with store.database.write() as connection:
        connection.execute(sa.update(jobs).values(not_before=0))
    store.close()


def _is_put_off(settings: Settings) -> bool:
    store = open_store(settings)
    with store.database.read() as connection:
        state, due = connection.execute(sa.select(jobs.c.state, jobs.c.not_before)).one()
    store.close()
    return state == "queued" and (due or 0) > time.time()


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("the thread is not read on within a minute")
        time.sleep(0.02)
