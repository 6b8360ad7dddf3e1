"""Socket Mode: apps.connections.open, the open connections, envelopes and their acknowledgements."""

import itertools
import json
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from tests.fakes.slack.call import Call
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.websocket import WebSocket

if TYPE_CHECKING:
    from tests.fakes.slack.service import FakeSlack

MAX_CONNECTIONS = 10
TICKET_LIFE_SECONDS = 30


@dataclass
class Waiting:
    """An envelope that was sent and not yet acknowledged."""

    acknowledged: threading.Event = field(default_factory=threading.Event)
    payload: Json | None = None


class SocketMode:
    """The open connections of the app. Each envelope goes to one of them, in turn."""

    def __init__(self, slack: "FakeSlack") -> None:
        self._slack = slack
        self._numbers = itertools.count(1)
        self._tickets: dict[str, float] = {}
        self._waiting: dict[str, Waiting] = {}
        self._turn = 0
        # Whoever has read its hello counts as connected for all who come after.
        self._entering = threading.Lock()
        self.connections: list[WebSocket] = []

    def new_ticket(self) -> str:
        """Return the query of a connection URL, good for one use within seconds."""
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets[ticket] = self._slack.clock.now()
        return f"ticket={ticket}&app_id={self._slack.app.id}"

    def serve(self, path: str, key: str, connection: socket.socket) -> None:
        """Run one connection until it ends."""
        websocket = WebSocket(connection)
        ticket = parse_qs(urlsplit(path).query).get("ticket", [""])[0]
        made_at = self._tickets.pop(ticket, None)
        if made_at is None or self._slack.clock.now() - made_at > TICKET_LIFE_SECONDS:
            websocket.refuse("401 Unauthorized")
            return
        websocket.accept(key)
        with self._entering:
            if len(self.connections) >= MAX_CONNECTIONS:
                self._say_goodbye(websocket, "too_many_websockets")
                return
            websocket.send(json.dumps(self._hello()))
            self.connections.append(websocket)
        self._slack.ledger.changed()
        while (text := websocket.receive()) is not None:
            self._acknowledge(json.loads(text))
        self._forget(websocket)

    def send(self, kind: str, payload: Json, retry: Json, timeout_seconds: float) -> Json | None:
        """Send an envelope and wait for its acknowledgement.

        Returns:
            The payload of the acknowledgement, empty when it had none; none when there was no acknowledgement.
        """
        websocket = self._next_connection()
        if websocket is None:
            return None
        envelope_id = f"envelope-{next(self._numbers)}"
        waiting = self._waiting[envelope_id] = Waiting()
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
            "payload": payload,
            **retry,
        }
        try:
            websocket.send(json.dumps(envelope))
        except OSError:
            self._forget(websocket)
            return None
        arrived = waiting.acknowledged.wait(timeout_seconds)
        return (waiting.payload or {}) if arrived else None

    def ask_to_reconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every connection that it will end: `warning`, `refresh_requested` or `link_disabled`.

        A warning leaves the connection open; the others end it.
        """
        for websocket in list(self.connections):
            if reason == "warning":
                websocket.send(json.dumps(self._disconnect(reason)))
            else:
                self._say_goodbye(websocket, reason)

    def ping_all(self) -> None:
        """Ping every connection, as Slack does now and then."""
        for websocket in list(self.connections):
            websocket.ping()

    def cut_all(self) -> None:
        """End every connection without a word, as a network does."""
        for websocket in list(self.connections):
            websocket.cut()

    def _next_connection(self) -> WebSocket | None:
        connections = list(self.connections)
        if not connections:
            return None
        self._turn += 1
        return connections[self._turn % len(connections)]

    def _acknowledge(self, message: Json) -> None:
        waiting = self._waiting.pop(str(message.get("envelope_id")), None)
        if waiting is not None:
            waiting.payload = message.get("payload")
            waiting.acknowledged.set()

    def _say_goodbye(self, websocket: WebSocket, reason: str) -> None:
        websocket.send(json.dumps(self._disconnect(reason)))
        self._forget(websocket)
        websocket.close()

    def _forget(self, websocket: WebSocket) -> None:
        if websocket in self.connections:
            self.connections.remove(websocket)
        self._slack.ledger.changed()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections) + 1,
            "debug_info": {"host": "applink-fake", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._slack.app.id},
        }

    def _disconnect(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-fake"}}


def open_connection(call: Call) -> Json:
    """apps.connections.open: where to connect, once and soon."""
    slack = call.slack
    return {"url": f"{slack.address.replace('http', 'ws', 1)}/link/?{slack.socket_mode.new_ticket()}"}
