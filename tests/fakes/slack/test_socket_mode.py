"""Socket Mode with the real Bolt adapter: hello, envelopes, acknowledgements, reconnects and limits."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.bolt_app import new_app
from tests.fakes.slack.person import Person
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.samples import modal, plain, refusal
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Channel

MAX_CLOSE_SECONDS = 10.0


@contextmanager
def connected(slack: FakeSlack, app: App) -> Iterator[SocketModeHandler]:
    """Run the app in Socket Mode."""
    handler = SocketModeHandler(app, slack.app_token(), web_client=WebClient(base_url=slack.api_url))
    handler.connect()  # type: ignore[no-untyped-call]
    slack.connect_socket_mode()
    try:
        slack.ledger.wait_until(lambda: slack.socket_mode.connections)
        yield handler
    finally:
        # Its threads look whether they should end only after a frame and a message, or after seconds without one.
        handler.client.current_session_state.terminated = True
        handler.client.closed = True
        handler.client.enqueue_message("{}")
        slack.socket_mode.ping_all()
        # The SDK joins its thread that reads without a limit; rarely that reads on after the socket is closed.
        closing = threading.Thread(target=handler.close, daemon=True)
        closing.start()
        closing.join(MAX_CLOSE_SECONDS)


@pytest.fixture
def app(slack: FakeSlack, acme: Workspace) -> Iterator[App]:
    app = new_app(slack, acme.bot_token, process_before_response=True)
    with connected(slack, app):
        yield app


def test_commands_events_and_modals_travel_as_envelopes(
    slack: FakeSlack, app: App, ada: Person, general: Channel
) -> None:
    heard: list[Json] = []

    def draft(ack: object, body: Json, client: WebClient) -> None:
        heard.append(body)
        ack("hello")  # type: ignore[operator]
        client.views_open(trigger_id=body["trigger_id"], view=modal(callback_id="cb", submit=plain("Go")))

    app.command("/draft")(draft)
    app.view("cb")(lambda ack: ack(response_action="update", view=modal(title=plain("Done"))))
    app.event("app_mention")(lambda body: heard.append(body))
    assert ada.slash("/draft", "x" * 70_000, channel=general).ok
    slack.ledger.wait_until(lambda: ada.modal)
    assert [message.text for message in ada.sees(general)] == ["hello"]
    assert len(heard[0]["text"]) == 70_000
    assert ada.submit().ok
    assert ada.modal is not None
    assert ada.modal.title == "Done"
    assert ada.mentions_app("hello", general).ok
    assert heard[1]["event"]["type"] == "app_mention"


def test_an_event_that_nobody_takes_is_never_acknowledged(slack: FakeSlack, app: App, ada: Person) -> None:
    slack.ack_timeout_seconds = 0.05
    assert ada.writes_to_app("hello").attempts[0].trouble == "http_timeout"


def test_a_retry_is_marked_in_the_envelope(app: App, ada: Person) -> None:
    marks: list[list[str]] = []
    app.event("message")(lambda request: marks.append(request.headers.get("x-slack-retry-num", [])))
    ada.writes_to_app("hello").send(1, "http_timeout")
    assert marks == [[], ["1"]]


def test_the_app_reconnects_when_asked(slack: FakeSlack, app: App, ada: Person) -> None:
    app.command("/draft")(lambda ack: ack())
    (first,) = slack.socket_mode.connections
    slack.socket_mode.ask_to_reconnect("refresh_requested")
    slack.ledger.wait_until(lambda: slack.socket_mode.connections and slack.socket_mode.connections != [first])
    assert ada.slash("/draft").ok
    assert len(slack.ledger.called("apps.connections.open")) == 2


def test_a_cut_connection_loses_the_envelope(slack: FakeSlack, acme: Workspace, ada: Person) -> None:
    slack.connect_socket_mode()
    assert ada.slash("/draft").trouble == "http_timeout"


def new_address(slack: FakeSlack) -> str:
    client = WebClient(slack.app_token(), base_url=slack.api_url)
    return str(client.apps_connections_open(app_token=client.token or "")["url"])


@contextmanager
def raw_connection(url: str) -> Iterator[socket.socket]:
    """Open a connection and send the handshake; what comes back is to be read."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=5) as connection:
        lines = (f"GET {parts.path}?{parts.query} HTTP/1.1", "Host: x", "Upgrade: websocket", "Sec-WebSocket-Key: eA==")
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        yield connection


def read_start(connection: socket.socket) -> tuple[int, Json]:
    """Return the HTTP status, and the first frame if the connection was accepted."""
    with connection.makefile("rb") as stream:
        status = int(stream.readline().split()[1])
        while stream.readline() != b"\r\n":
            pass
        if status != 101:
            return status, {}
        _, length = stream.read(2)
        if length == 126:
            length = int.from_bytes(stream.read(2))
        return status, json.loads(stream.read(length))


def test_a_connection_url_is_good_for_one_use_within_seconds(slack: FakeSlack) -> None:
    url, late = new_address(slack), new_address(slack)
    assert urlsplit(url).scheme == "ws"
    with raw_connection(url) as connection:
        status, hello = read_start(connection)
    assert (status, hello["type"], hello["connection_info"]["app_id"]) == (101, "hello", slack.app.id)
    with raw_connection(url) as connection:
        assert read_start(connection)[0] == 401
    slack.clock.advance(31)
    with raw_connection(late) as connection:
        assert read_start(connection)[0] == 401


def test_the_eleventh_connection_is_one_too_many(slack: FakeSlack) -> None:
    with ExitStack() as held:
        for number in range(1, 11):
            _, hello = read_start(held.enter_context(raw_connection(new_address(slack))))
            assert hello["num_connections"] == number
        slack.ledger.wait_until(lambda: len(slack.socket_mode.connections) == 10)
        _, frame = read_start(held.enter_context(raw_connection(new_address(slack))))
    assert (frame["type"], frame["reason"]) == ("disconnect", "too_many_websockets")


def test_only_an_app_level_token_opens_connections(slack: FakeSlack, client: WebClient) -> None:
    assert refusal(client.apps_connections_open, app_token=client.token or "") == "not_allowed_token_type"
