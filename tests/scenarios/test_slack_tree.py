"""Slack against the real process tree: web, worker, scheduler and Valkey are processes, killed in the middle."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from celery import Celery
from pydantic import SecretStr

from core.settings import Settings
from core.store import Store, open_store
from integrations.cli.processes.process_tree import RunningTree
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.person import Person
from tests.fakes.slack.world import Channel, Message
from tests.processes.commands import kill_part
from tests.processes.tended import tended_tree
from worker.enqueue import EXPIRE_TASK

pytestmark = pytest.mark.processes

MAX_SECONDS = 40.0
TEXT = "please send me the figures for March by Friday"
WRITTEN = "Could you please send me the figures for March by Friday?"


@dataclass
class Town:
    """A workspace, one person, and the app as it runs in production."""

    slack: FakeSlack
    ada: Person
    general: Channel
    model: OpenAIServer
    tree: RunningTree

    def drafts(self, after: str) -> list[Message]:
        """Return the answers with buttons that Ada was shown after a moment (a message's ts)."""
        shown = self.ada.sees(self.general)
        return [one for one in shown if one.ts > after and "post_here" in str(one.blocks)]

    def wait_for_drafts(self, count: int, after: str) -> list[Message]:
        self.slack.ledger.wait_until(lambda: len(self.drafts(after)) >= count, MAX_SECONDS)
        return self.drafts(after)

    def kill(self, name: str) -> None:
        """Kill -9 one part of this tree."""
        kill_part(self.tree.settings.home, name)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    home = tmp_path_factory.mktemp("slack-tree")
    with FakeSlack() as slack, OpenAIServer() as model, pytest.MonkeyPatch.context() as patch:
        patch.setenv("INLAID_HOME", str(home))
        acme = slack.workspace("Acme")
        ada = acme.person("Ada Lovelace")
        settings = Settings(
            home=home,
            port=0,
            model_url=model.url,
            lease_seconds=1.5,
            sweep_seconds=0.5,
            resend_seconds=1.0,
            cache_seconds=0,  # every job is to reach the model
            slack_signing_secret=SecretStr(slack.app.signing_secret),
            slack_bot_token=SecretStr(acme.bot_token),
            slack_api_url=slack.api_url,
            slack_requests_per_minute=1000,
        )
        model.respond = lambda _body: Answer(WRITTEN)
        with tended_tree(settings, web=True) as tree:
            slack.connect(f"{tree.web_url}/slack/events")
            yield Town(slack, ada, acme.channel("general", ada), model, tree)


def test_a_command_is_answered_and_posted(town: Town) -> None:
    began = town.slack.world.new_ts()
    ack = town.ada.slash("/rewrite", TEXT, channel=town.general)
    assert ack.ok
    assert ack.seconds < 1.0
    answer = town.wait_for_drafts(1, began)[-1]
    assert "March" in str(answer.blocks)
    town.ada.click(answer, "post_here")
    town.slack.ledger.wait_until(lambda: "drafted with Inlaid" in str(town.ada.sees(town.general)[-1].blocks))
    assert town.slack.ledger.refusals == []


def test_a_worker_killed_while_it_writes_costs_nothing(town: Town) -> None:
    began = town.slack.world.new_ts()
    town.model.respond = lambda _body: Answer(WRITTEN, seconds_per_piece=0.15)
    asked = len(town.model.chats)
    town.ada.slash("/rewrite", TEXT, channel=town.general)
    _until(lambda: len(town.model.chats) > asked)
    town.kill("worker")
    town.model.respond = lambda _body: Answer(WRITTEN)
    assert len(town.wait_for_drafts(1, began)) == 1


def test_a_broker_killed_before_the_command_delays_and_loses_nothing(town: Town) -> None:
    began = town.slack.world.new_ts()
    town.kill("valkey-server")
    acks = [town.ada.slash("/rewrite", f"{TEXT} ({number})", channel=town.general) for number in range(5)]
    assert all(ack.ok and ack.seconds < 1.0 for ack in acks)
    assert len(town.wait_for_drafts(5, began)) == 5


def test_the_schedules_task_notes_drafts_that_nobody_touched(town: Town) -> None:
    began = town.slack.world.new_ts()
    town.ada.slash("/rewrite", TEXT, channel=town.general)
    town.wait_for_drafts(1, began)
    store = open_store(town.tree.settings)
    _until(lambda: [job.state for job in store.jobs.list(limit=1)] == ["delivered"])
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE job SET delivered_at = delivered_at - 8 * 86400")
        # The scheduler had it done at its start, and once an hour is enough.
        connection.exec_driver_sql("DELETE FROM record WHERE kind = 'once'")
    with Celery("test", broker=town.tree.broker_url, set_as_current=False) as sender:
        sender.send_task(EXPIRE_TASK, queue="background", ignore_result=True)
    _until(lambda: "expired" in outcomes(store))
    store.close()


def outcomes(store: Store) -> list[str]:
    with store.database.read() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT outcome FROM outcome")]


def _until(condition: Callable[[], bool]) -> None:
    waiting = threading.Event()
    for _ in range(int(MAX_SECONDS / 0.05)):
        if condition():
            return
        waiting.wait(0.05)
    pytest.fail("did not happen in time")
