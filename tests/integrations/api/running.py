"""The real app on a real port, and a stand-in for the worker that works on its jobs by hand."""

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import structlog
from fastapi import FastAPI
from fastapi.routing import APIRoute

from core.drafts import Draft
from core.errors import InlaidError
from core.events.streams import StreamEvents
from core.job import Job
from core.ports import SurfaceContext
from core.privacy import load_cipher
from core.settings import Settings
from integrations.web.app import create_app, web_server
from integrations.web.serving import Patience, WebServer, listen
from integrations.web.wiring import WebServices, open_services
from tests.waiting import until

LEASE_SECONDS = 60.0


@dataclass(frozen=True)
class RunningWeb:
    """A web process that answers on `url`."""

    url: str
    app: FastAPI
    server: WebServer
    services: WebServices
    settings: Settings
    events: StreamEvents

    @property
    def context(self) -> SurfaceContext:
        """What a surface in a worker of this installation works with."""
        store = self.services.store
        return SurfaceContext(self.settings, store.jobs, store.records, store.effects)

    @property
    def routes(self) -> list[APIRoute]:
        """Every route of the app, also those of routers within routers."""
        return list(_routes(self.app.routes))

    def client(self, token: str = "", **headers: str) -> httpx.Client:
        """Return a client that bears the token."""
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers={**bearer, **headers}, timeout=20, trust_env=False)

    def claim(self, job_id: str) -> Job:
        """Begin to work on a job, as a worker does."""
        job = self.services.store.leases.claim(job_id, lease_seconds=LEASE_SECONDS)
        assert job is not None
        self.publish(job)
        return job

    def finish(self, job: Job, draft: Draft) -> None:
        """Store a draft and have it delivered."""
        ready = self.services.store.leases.finish(job, draft)
        self.publish(ready)
        self.publish(self.services.store.leases.delivered(ready))

    def fail(self, job: Job, error: InlaidError) -> None:
        """Store an error."""
        self.publish(self.services.store.leases.fail(job, error))

    def publish(self, job: Job) -> None:
        """Tell the state, as the worker does."""
        self.events.publish(job.id, "state", {"state": job.state})
        self.events.flush()  # before the test goes on, so that it knows which came first


def _routes(found: Iterable[Any]) -> Iterator[APIRoute]:
    for route in found:
        if isinstance(route, APIRoute):
            yield route
        elif router := getattr(route, "original_router", None):
            yield from _routes(router.routes)


@contextmanager
def running_web(settings: Settings, port: int = 0, *, patience: Patience | None = None) -> Iterator[RunningWeb]:
    """Serve on a port of loopback, by default any free one, for as long as the block lasts."""
    logs_before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    events = StreamEvents(settings.broker_url, load_cipher(settings))
    app = create_app(settings, open_services(settings, events=events))
    server = web_server(app, settings, patience)
    with listen("127.0.0.1", port) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        until(lambda: server.started)
        try:
            yield RunningWeb(f"http://127.0.0.1:{port}", app, server, app.state.services, settings, events)
        finally:
            server.should_exit = True
            thread.join(10)
            assert not thread.is_alive()
            events.close()
            structlog.configure(**logs_before)


@dataclass
class Sent:
    """One server-sent event."""

    kind: str = "message"
    data: str = ""
    id: str = ""


def sent_events(response: httpx.Response) -> Iterator[Sent]:
    """Read a stream the way browsers do: fields by line, an event ends with an empty line."""
    event = Sent()
    with suppress(httpx.RemoteProtocolError):
        for line in response.iter_lines():
            name, _, value = line.partition(": ")
            if not line:
                if event.data:
                    yield event
                event = Sent()
            elif name == "event":
                event.kind = value
            elif name == "data":
                event.data += value
            elif name == "id":
                event.id = value
