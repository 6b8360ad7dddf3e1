"""The HTTP side as it runs in the web process: what is let in, and what an outage answers."""

import time
from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from core.settings import Settings
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.person import Person
from tests.fakes.slack.workspace import Workspace
from tests.integrations.api.running import RunningWeb, running_web
from tests.servers.valkey import ValkeyProcess


@pytest.fixture
def acme(slack: FakeSlack) -> Workspace:
    return slack.workspace("Acme")


@pytest.fixture
def web(slack: FakeSlack, acme: Workspace, settings: Settings, valkey: ValkeyProcess) -> Iterator[RunningWeb]:
    """The web process against the fake Slack."""
    chosen = settings.model_copy(
        update={
            "broker_url": valkey.url,
            "slack_signing_secret": SecretStr(slack.app.signing_secret),
            "slack_bot_token": SecretStr(acme.bot_token),
            "slack_api_url": slack.api_url,
        }
    )
    with running_web(chosen) as running:
        slack.connect(f"{running.url}/slack/events")
        yield running


@pytest.fixture
def ada(acme: Workspace, web: RunningWeb) -> Person:
    return acme.person("Ada Lovelace")


def test_a_signed_command_is_acknowledged(ada: Person, web: RunningWeb) -> None:
    ack = ada.slash("/ask", "When does the service come?")
    assert ack.ok
    assert "I am on it" in ack.text


def test_the_challenge_of_the_set_up_is_answered(slack: FakeSlack, web: RunningWeb) -> None:
    assert slack.send_challenge("abc").json == {"challenge": "abc"}


@pytest.mark.parametrize("attack", ["forged", "tampered", "missing", "garbled"])
def test_a_request_that_is_not_slacks_is_refused(slack: FakeSlack, ada: Person, attack: str) -> None:
    with getattr(slack.signatures, attack)():
        assert ada.slash("/draft", "say hello").status in {400, 401}


def test_a_request_older_than_five_minutes_is_refused(slack: FakeSlack, ada: Person) -> None:
    with slack.signatures.stale(301):
        assert ada.slash("/draft", "say hello").status == 401


def test_a_body_over_one_megabyte_is_refused(web: RunningWeb) -> None:
    headers = {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=0"}
    answer = httpx.post(f"{web.url}/slack/events", content=b"a" * (2**20 + 1), headers=headers)
    assert answer.status_code == 413


def test_bytes_that_are_no_text_are_refused(web: RunningWeb) -> None:
    headers = {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=0"}
    assert httpx.post(f"{web.url}/slack/events", content=b"\xff\xfe", headers=headers).status_code in {400, 401}


def test_installing_says_what_is_missing(web: RunningWeb) -> None:
    answer = httpx.get(f"{web.url}/slack/install")
    assert answer.status_code == 503
    assert "INLAID_SLACK_CLIENT_ID" in answer.text
