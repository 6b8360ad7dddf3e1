"""The three kinds of installation, wired as the web process wires itself, each over a store that worlds come and go in.

Nothing of ours is replaced but what lies outside: the broker, and Slack, which keeps what it is sent.
"""

import asyncio
import io
import json
import threading
import zipfile
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, redirect_stderr, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs

import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import SecretStr

from core.cached_property import cached_property
from core.errors import InlaidError
from core.logs import configure_logging
from core.observability.readiness import database_probe
from core.settings import Settings
from core.sources.search import Sources, load_sources
from core.store import Store, open_store
from core.store.tables import metadata
from integrations.cli.processes.data_dir import api_token
from integrations.web.app import create_app
from integrations.web.wiring import WebServices, open_services
from tests.in_memory import MemoryQueue, MemoryTail
from tests.isolation.worlds import OWN_TEAM, REALM, ROLES, ROOT, TENANTS, Kind, Somebody
from tests.memory_events import MemoryEvents

T = TypeVar("T")

HOST = "inlaid.test"
SIGNING_SECRET = "isolation"
UNLIMITED = 10**9
NOWHERE = "http://127.0.0.1:9"
# What is not of a world: how far the tables are, and the key that hashes of tokens are made with.
KEPT_TABLES = frozenset({"alembic_version", "schema_compatibility", "audit_head"})
KEPT_KINDS = ("token_key", "insight")


@dataclass
class Answer:
    """What came back: `said` is all of it as text, with what was sent to Slack meanwhile."""

    status: int
    headers: str
    body: bytes
    slack: str = ""

    @property
    def text(self) -> str:
        """The body as text; of a document, what its parts say."""
        return text_of(self.body)

    @property
    def said(self) -> str:
        """Everything that somebody could read in it."""
        return f"{self.headers}\n{self.text}\n{self.slack}"


def text_of(data: bytes) -> str:
    """Return what bytes say; of an archive, all that lies in it, also in archives within."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(text_of(archive.read(name)) for name in archive.namelist())


@dataclass
class Installation:
    """One installation.

    Attributes:
        kind: for whom it is.
        slack: the calls that Slack got, as text.
        logs: what was logged.
    """

    kind: Kind
    settings: Settings
    store: Store
    services: WebServices
    app: FastAPI
    slack: "SlackCalls"
    logs: io.StringIO
    later: list[Callable[[], None]]
    loop: "LoopThread"

    @cached_property
    def routes(self) -> frozenset[tuple[str, str]]:
        """Every route of the app by method and path, also those of routers within routers."""
        return frozenset(_routes(self.app.routes))

    @cached_property
    def sources(self) -> Sources:
        """The knowledge of the installation, found by words."""
        return replace(load_sources(self.settings, self.store), embedder=None)

    def ask(
        self, method: str, path: str, *, query: str = "", headers: Mapping[str, str] = {}, body: bytes = b""
    ) -> Answer:
        """Send a request to the app, and do what follows its answer."""
        before = len(self.slack.calls)
        answer = self.loop.run(asyncio.wait_for(self._ask(method, path, query, headers, body), 60))
        while self.later:
            with suppress(InlaidError):
                self.later.pop(0)()
        answer.slack = "\n".join(self.slack.calls[before:])
        return answer

    async def _ask(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        sent: list[Any] = []
        given = {"host": HOST, **{name.lower(): value for name, value in headers.items()}}
        raw = [(name.encode(), value.encode()) for name, value in given.items()]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
            "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "scheme": "http",
            "headers": raw, "client": ("127.0.0.1", 5000), "server": (HOST, 80),
        }  # fmt: skip
        waiting = [{"type": "http.request", "body": body, "more_body": False}]
        gone = asyncio.Event()

        async def receive() -> Any:
            if not waiting:
                await gone.wait()  # the client waits for the answer
                return {"type": "http.disconnect"}
            return waiting.pop()

        async def send(message: Any) -> None:
            sent.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                gone.set()

        await self.app(scope, receive, send)
        start = sent[0]
        shown = "\n".join(f"{name.decode()}: {value.decode('latin-1')}" for name, value in start["headers"])
        return Answer(start["status"], shown, b"".join(message.get("body", b"") for message in sent[1:]))

    def clean(self) -> None:
        """Forget the world of before."""
        with self.store.database.write() as connection:
            for table in reversed(metadata.sorted_tables):
                if table.name == "record":
                    connection.execute(sa.delete(table).where(table.c.kind.not_in(KEPT_KINDS)))
                elif table.name not in KEPT_TABLES:
                    connection.execute(sa.delete(table))
            head = {"sequence": 0, "hash": "0" * 64, "kept_from": 1, "kept_previous": "0" * 64}
            connection.execute(sa.update(metadata.tables["audit_head"]).values(head))
        self.slack.calls.clear()
        self.slack.people.clear()
        self.logs.seek(0)
        self.logs.truncate()


def _routes(found: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for route in found:
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in route.methods or ())
        elif router := getattr(route, "original_router", None):
            yield from _routes(router.routes)
        else:  # what is mounted, or answers without FastAPI
            methods = set(getattr(route, "methods", None) or {"*"}) - {"HEAD"}
            yield from ((method, str(getattr(route, "path", route))) for method in methods)


def settings_of(kind: Kind, home: Path, slack_url: str) -> Settings:
    """Return the settings of an installation of that kind."""
    limits = ("requests_per_minute", "submits_per_minute", "address_requests_per_minute", "sign_in_failures_per_minute")
    usual: dict[str, Any] = dict.fromkeys((*limits, "slack_requests_per_minute"), UNLIMITED)
    usual |= {"home": home, "model_url": f"{NOWHERE}/v1", "slack_api_url": slack_url, "group_roles": ROLES}
    usual |= {"slack_signing_secret": SecretStr(SIGNING_SECRET), "owner_address": ROOT}
    entra = {"microsoft_client_id": "client", "microsoft_client_secret": SecretStr("secret")}
    entra |= {"microsoft_authority": f"{NOWHERE}/{TENANTS[0]}", "microsoft_graph_url": f"{NOWHERE}/v1.0"}
    other = {"api_tokens": (SecretStr("other-token=nobody@example.com"),), "admins": (ROOT,)}
    by_kind: dict[Kind, dict[str, Any]] = {
        "alone": {},
        "one": {**other, **entra, "microsoft_tenant_id": TENANTS[0], "slack_bot_token": SecretStr(f"xoxb-{OWN_TEAM}")},
        "several": {
            **other, **entra, "microsoft_tenants": TENANTS, "slack_workspaces": (OWN_TEAM,),
            "slack_client_id": "slack", "slack_client_secret": SecretStr("secret"),
            "openid_issuer": f"https://{REALM}", "openid_client_id": "client",
            "openid_client_secret": SecretStr("secret"),
        },
    }  # fmt: skip
    return Settings.model_validate({**usual, **by_kind[kind]})


@contextmanager
def installed(kind: Kind, home: Path, slack: "SlackCalls") -> Iterator[Installation]:
    """Open an installation of that kind in a folder."""
    settings = settings_of(kind, home, slack.url)
    home.mkdir(parents=True, exist_ok=True)
    if kind == "alone":
        api_token(home)
    store = open_store(settings)
    with store.database.write() as connection:  # here the trail comes and goes with its world
        found = connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        for name in found:
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
    later: list[Callable[[], None]] = []
    events, logs, loop = MemoryEvents(), io.StringIO(), LoopThread()
    services = open_services(
        settings,
        store=store,
        queue=MemoryQueue(),
        events=events,
        tail=MemoryTail(events),
        probes={"database": database_probe(store.database)},
        background=later.append,
    )
    with redirect_stderr(logs):
        configure_logging("INFO", json=True)
    app = create_app(settings, services)
    installation = Installation(kind, settings, store, services, app, slack, logs, later, loop)
    stop, started = asyncio.Event(), asyncio.Event()
    serving = loop.begin(_serve(app, started, stop))
    loop.run(started.wait())
    try:
        yield installation
    finally:
        loop.loop.call_soon_threadsafe(stop.set)
        serving.result()  # closes the services
        loop.close()
        if "sources" in vars(installation):
            installation.sources.index.close()
        store.close()


async def _serve(app: FastAPI, started: asyncio.Event, stop: asyncio.Event) -> None:
    async with app.router.lifespan_context(app):
        started.set()
        await stop.wait()


class LoopThread:
    """An event loop in a thread of its own: the driver of browsers keeps one in the thread of the tests."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def begin(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Have something done, and return what tells when it is."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Have something done and wait for it."""
        return self.begin(work).result()

    def close(self) -> None:
        """End the thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


@dataclass
class SlackCalls:
    """Slack, as far as it is asked: it says who people are, and keeps what it is sent.

    `members` are those of a private channel; None: the channel is open, and everybody is in it.
    """

    url: str
    calls: list[str] = field(default_factory=list)
    people: dict[str, tuple[Somebody, str, str]] = field(default_factory=dict)
    members: list[str] | None = None

    def answer(self, method: str, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Return Slack's answer to a call."""
        if method == "auth.test":  # asked now and then, whoever acts
            return {"ok": True, "team_id": OWN_TEAM, "user_id": "U1", "bot_id": "B1", "url": "https://acme.slack.com/"}
        self.calls.append(f"{method} {json.dumps(sent)}")
        if method == "users.info":
            known = self.people.get(str(sent.get("user")))
            return {"ok": True, "user": self._user(*known)} if known else {"ok": False, "error": "user_not_found"}
        if method == "conversations.open":
            return {"ok": True, "channel": {"id": "D1"}}
        if method == "conversations.info":
            channel = {"id": sent["channel"], "name": "support", "is_member": True}
            return {"ok": True, "channel": channel | {"is_private": self.members is not None}}
        if method == "conversations.members":
            return {"ok": True, "members": [*self.people] if self.members is None else self.members}
        if method == "users.list":
            return {"ok": True, "members": []}
        if method == "files.info":
            kept = {"name": "rules.md", "channels": ["C1"], "url_private_download": f"{self.url}file"}
            return {"ok": True, "file": {"id": sent["file"], **kept}}
        upload = {"upload_url": f"{self.url}upload", "file_id": "F1", "files": [{"id": "F1"}]}
        return {"ok": True, "ts": "1.0", "channel": "D1", "view": {"id": "V1", "hash": "h"}, "messages": [], **upload}

    def _user(self, person: Somebody, user_id: str, team: str) -> dict[str, Any]:
        door = next(door for door in person.doors if door.name == user_id)
        user: dict[str, Any] = {"id": user_id, "team_id": team, "name": f"name-{user_id}", "is_bot": False}
        user |= {"deleted": person.slack_kind == "deactivated", "is_restricted": person.slack_kind == "guest"}
        user |= {"is_admin": person.slack_kind == "administrator", "profile": {"email": door.address}}
        if door.organisation:
            user["enterprise_user"] = {"enterprise_id": door.organisation, "teams": [team]}
        return user


class _Server(ThreadingHTTPServer):
    slack: SlackCalls
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        assert isinstance(self.server, _Server)
        body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode("utf-8", "replace")
        is_json = "json" in (self.headers["Content-Type"] or "")
        sent = json.loads(body) if is_json else {name: values[0] for name, values in parse_qs(body).items()}
        answer = self.server.slack.answer(self.path.rpartition("/")[2], sent or {"body": body})
        data = json.dumps(answer).encode()
        self.send_response(200)
        for name, value in (("Content-Type", "application/json"), ("Content-Length", str(len(data)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"Rules")

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def slack_that_keeps() -> Iterator[SlackCalls]:
    """Serve Slack on a port of this machine."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.slack = SlackCalls(f"http://127.0.0.1:{server.server_port}/api/")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.slack
    finally:
        server.shutdown()
        server.server_close()
