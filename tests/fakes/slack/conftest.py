"""What the fake's own tests share: one workspace, two people, a channel, and the real client."""

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.bolt_app import handler_of, new_app
from tests.fakes.slack.fixture import slack as slack
from tests.fakes.slack.person import Person
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Channel


@pytest.fixture
def acme(slack: FakeSlack) -> Workspace:
    return slack.workspace("Acme")


@pytest.fixture
def ada(acme: Workspace) -> Person:
    return acme.person("Ada Lovelace")


@pytest.fixture
def grace(acme: Workspace) -> Person:
    return acme.person("Grace Hopper")


@pytest.fixture
def general(acme: Workspace, ada: Person, grace: Person) -> Channel:
    return acme.channel("general", ada, grace)


@pytest.fixture
def client(slack: FakeSlack, acme: Workspace) -> WebClient:
    """The app's client, which never tries again by itself."""
    return WebClient(acme.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=5)


@pytest.fixture
def app(slack: FakeSlack, acme: Workspace) -> App:
    """A Bolt app in this process; its listeners have run when an act returns."""
    app = new_app(slack, acme.bot_token, process_before_response=True)
    slack.connect(handler_of(app))
    return app


@pytest.fixture
def heard(app: App) -> list[Json]:
    """Let the app acknowledge every act, and collect the payloads."""
    payloads: list[Json] = []

    def take(ack: Ack, body: Json) -> None:
        payloads.append(body)
        ack()

    app.action("go")(take)
    app.shortcut("short")(take)
    app.view("cb")(take)
    app.view_closed("cb")(take)
    app.command("/draft")(take)
    return payloads
