"""A small real Bolt app on a loopback port, with which the fake's driver is tested."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.person import Person
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.samples import modal, plain
from tests.fakes.slack.targets import Handler
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Channel, Message


def new_app(slack: FakeSlack, token: str, **options: Any) -> App:
    """Return a Bolt app whose client talks to the fake."""
    client = WebClient(token, base_url=slack.api_url)
    return App(client=client, signing_secret=slack.app.signing_secret, token_verification_enabled=False, **options)


def handler_of(app: App) -> Handler:
    """Return the app as a function for `slack.connect`."""

    def handle(body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        return answer(app.dispatch(BoltRequest(body=body.decode(), headers=dict(headers))))

    return handle


def answer(response: BoltResponse) -> tuple[int, dict[str, str], bytes]:
    """Return a Bolt response as status, headers and body."""
    headers = {name: values[0] for name, values in response.headers.items()}
    return response.status, headers, response.body.encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512


@contextmanager
def served(app: App) -> Iterator[str]:
    """Serve an app over HTTP: POST to its listeners, GET to its OAuth pages; the value is its address."""

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._send(*answer(app.dispatch(BoltRequest(body=body, headers=dict(self.headers.items())))))

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            request = BoltRequest(body="", query=query, headers=dict(self.headers.items()))
            flow = app.oauth_flow
            assert flow is not None
            run: Callable[[BoltRequest], BoltResponse] = (
                flow.handle_installation if path == flow.install_path else flow.handle_callback
            )
            self._send(*answer(run(request)))

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = _Server(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def post(slack: FakeSlack, acme: Workspace, channel: Channel, *blocks: Json, only_for: str = "") -> Message:
    """Let the app have posted a message with blocks."""
    client = WebClient(acme.bot_token, base_url=slack.api_url)
    if only_for:
        client.chat_postEphemeral(channel=channel.id, user=only_for, text="x", blocks=list(blocks))
    else:
        client.chat_postMessage(channel=channel.id, text="x", blocks=list(blocks))
    return slack.world.messages[-1]


def open_modal(slack: FakeSlack, acme: Workspace, person: Person, **fields: Any) -> None:
    """Let the app have opened a modal."""
    trigger_id = slack.triggers.issue(person.user)
    view = modal(callback_id="cb", submit=plain("Go"), **fields)
    WebClient(acme.bot_token, base_url=slack.api_url).views_open(trigger_id=trigger_id, view=view)
