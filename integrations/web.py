"""The web process: the one place that wires it together, and its server."""

import contextlib
import sys
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from core.events.streams import StreamEvents, StreamTail
from core.insight.report.prometheus import ModelCallCollector, OutcomeCollector
from core.llm.models_file import load_models_file
from core.logs import configure_logging
from core.observability.metrics import CONTENT_TYPE, Metrics
from core.observability.readiness import broker_probe, database_probe
from core.observability.tracing import start_tracing, stop_tracing
from core.privacy import load_cipher
from core.rate_limits import Buckets, Failures, PersonLimits
from core.recipes.book import RecipeBook
from core.runner.sweeper import Sweeper
from core.settings import Settings
from core.store import Store, open_store
from integrations import home_page
from integrations.api import documents, outcomes, routes, sessions_route, webhooks
from integrations.api.access import load_access
from integrations.api.drive import drive_router
from integrations.api.errors import install_error_handlers
from integrations.api.events import EventFeed
from integrations.api.services import ApiServices
from integrations.asgi import BodyLimit, Envelope
from integrations.console.routes import add_console
from integrations.dispatch import Dispatcher
from integrations.documents.drive.surface import SCOPES as DRIVE_SCOPES
from integrations.documents.drive.surface import saved_of
from integrations.graph.sign_in import make_sign_in
from integrations.graph.transport import close_http
from integrations.mail.accounts.drafts import MailboxDrafts, mailbox_drafts
from integrations.mail.accounts.metrics import MailboxCollector
from integrations.mail.graph.opening import Microsoft
from integrations.mail.graph.routes import graph_mail_router
from integrations.mail.mailbox.deliveries import DELIVERY_SECONDS
from integrations.probes import Probes, model_probe
from integrations.report.routes import report_desk, report_router
from integrations.request_limits import RequestLimits
from integrations.serving import Patience, WebServer, listen
from integrations.slack.context import Desk, Later, make_desk
from integrations.slack.routes import MOST_BODY_BYTES as MOST_SLACK_BODY_BYTES
from integrations.slack.routes import slack_router
from integrations.web_api import NewMailsOf, OpenedDocuments, check_document
from integrations.web_console import console_desk, report_guard
from integrations.word.routes import word_router

MOST_BODY_BYTES = 2 * 2**20
MOST_DOCUMENT_BYTES = 30 * 2**20
MOST_PARAGRAPHS_BYTES = 8 * 2**20
LAST_SEND_SECONDS = 0.5

pages = APIRouter()


def create_app(settings: Settings) -> FastAPI:
    """Open everything that the settings name and return the app that uses it; its shutdown closes it again.

    Raises:
        SettingsError: a setting is missing or cannot be used.
        StoreOutage: the database cannot be reached.
    """
    services = _open(settings)
    app = FastAPI(
        title="Inlaid",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # these pages load scripts from elsewhere
        redoc_url=None,
        lifespan=services.lifespan,
    )
    app.state.services = services
    app.state.api = services.api
    install_error_handlers(app)
    word, report = word_router(settings), _report_router(settings, services.api)
    graph_mail = graph_mail_router(Microsoft(settings, services.store.records), services.look_at_notices)
    for router in (
        pages, routes.router, outcomes.router, webhooks.router, documents.router, sessions_route.router,
        slack_router(services.slack), word, report,
        graph_mail, _drive_router(settings, services.store),
    ):  # fmt: skip
        app.include_router(router)
    by_path = {
        "/api/v1/documents/edit": MOST_DOCUMENT_BYTES,
        "/api/v1/documents/fill": MOST_DOCUMENT_BYTES,
        "/api/v1/jobs": MOST_PARAGRAPHS_BYTES,
        "/slack/events": MOST_SLACK_BODY_BYTES,
    }
    add_console(app, console_desk(settings, services.api, services.recipes, services.probes.are_up))
    app.add_middleware(BodyLimit, most_bytes=MOST_BODY_BYTES, by_path=by_path)
    app.add_middleware(
        RequestLimits,
        addresses=Buckets(settings.address_requests_per_minute),
        failures=Failures(settings.sign_in_failures_per_minute),
    )
    app.add_middleware(Envelope, metrics=services.metrics, is_https=settings.public_url.startswith("https://"))
    return app


@dataclass(frozen=True)
class WebServices:
    """What the web process holds open."""

    store: Store
    events: StreamEvents
    tail: StreamTail
    dispatcher: Dispatcher
    probes: Probes
    metrics: Metrics
    api: ApiServices
    recipes: RecipeBook
    slack: Desk
    later: Later
    closing: threading.Event
    sweeper: Sweeper
    look_at_notices: Callable[[], None]

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        """Close everything when the server stops."""
        self.sweeper.start()
        yield
        self.closing.set()
        self.sweeper.join()
        self.later.close()
        self.dispatcher.close(wait_seconds=LAST_SEND_SECONDS)
        await self.tail.close()
        self.events.close()
        self.probes.close()
        close_http()
        self.store.close()


def _mailboxes(settings: Settings, store: Store) -> MailboxDrafts:
    """Return people's mailboxes for work that is done after its request was answered: it may wait."""
    return mailbox_drafts(store.records, settings, patience_seconds=DELIVERY_SECONDS)


def _open(settings: Settings) -> WebServices:
    from worker.enqueue import CeleryQueue

    queue = CeleryQueue(settings.broker_url)
    cipher = load_cipher(settings)
    events, tail = StreamEvents(settings.broker_url, cipher), StreamTail(settings.broker_url, cipher)
    store = open_store(settings)
    recipes = RecipeBook(settings.recipes_dir, store.records)
    stored = {"database": database_probe(store.database), "broker": broker_probe(settings.broker_url)}
    probes = Probes({**stored, "model": model_probe(settings)})
    metrics = Metrics(store.jobs, probes.are_up, probes.are_full)
    for collector in (MailboxCollector(store.records), OutcomeCollector(store), ModelCallCollector(store)):
        metrics.registry.register(collector)
    dispatcher = Dispatcher(store.jobs, queue, events, observe_seconds=metrics.time_submit)
    closing = threading.Event()
    api = ApiServices(
        store=store,
        recipes=recipes,
        models=load_models_file(settings),
        access=load_access(settings, store.records),
        feed=EventFeed(store.jobs, tail, closing, most_streams=settings.event_streams),
        submit=dispatcher.submit,
        wake=dispatcher.wake,
        tell=dispatcher.tell,
        check_document=check_document,
        documents=OpenedDocuments(),
        new_mails=NewMailsOf(store.records),
        limits=PersonLimits(settings.requests_per_minute, settings.submits_per_minute),
        webhook_secret=settings.webhook_secret.get_secret_value(),
    )
    sweeper, later = Sweeper(settings, store.jobs, queue, closing), Later()
    desk = make_desk(settings, store, recipes, dispatcher.submit, later, _mailboxes(settings, store))
    return WebServices(
        store, events, tail, dispatcher, probes, metrics, api, recipes, desk, later, closing,
        sweeper, look_at_notices=lambda: dispatcher.soon(queue.take_notices),
    )  # fmt: skip


def _report_router(settings: Settings, api: ApiServices) -> APIRouter:
    guard = report_guard(settings, api.store.records, api.access)
    return report_router(report_desk(settings, api.store, api.recipes, guard))


def _drive_router(settings: Settings, store: Store) -> APIRouter:
    def check_consent(assertion: str) -> None:
        make_sign_in(settings, store.records).on_behalf_of(assertion, DRIVE_SCOPES)()

    return drive_router(check_consent, saved_of)


@pages.get("/", include_in_schema=False)
def index() -> Response:
    """Say what runs here."""
    return HTMLResponse(home_page.PAGE, headers={"Content-Security-Policy": home_page.CONTENT_SECURITY_POLICY})


@pages.get("/healthz")
async def is_alive() -> Response:
    """Answer as long as the process lives. Async so that busy threads cannot make it look dead."""
    return JSONResponse({"ok": True})


@pages.get("/readyz")
def is_ready(request: Request) -> Response:
    """Say for database, broker and model whether they work; 503 when no request can be stored."""
    services: WebServices = request.app.state.services
    report = services.probes.report()
    return JSONResponse(report, 200 if report["ready"] else 503)


@pages.get("/metrics")
def read_metrics(request: Request) -> Response:
    """Return the figures in Prometheus's text format."""
    services: WebServices = request.app.state.services
    return Response(services.metrics.render(), media_type=CONTENT_TYPE)


def web_server(app: FastAPI, settings: Settings, patience: Patience | None = None) -> WebServer:
    """Return the server of an app that `create_app` made."""
    services: WebServices = app.state.services
    return WebServer(app, services.closing, trusted_proxies=settings.trusted_proxies, patience=patience)


def run_web(settings: Settings) -> None:
    """Serve on INLAID_HOST and INLAID_PORT until SIGTERM or Ctrl-C.

    Raises:
        SettingsError: the port is in use, or a setting cannot be used.
        StoreOutage: the database cannot be reached.
    """
    configure_logging(settings.log_level, json=not sys.stderr.isatty())
    start_tracing(settings.otel_endpoint, "web")
    with listen(settings.host, settings.port) as listener, contextlib.suppress(KeyboardInterrupt):
        web_server(create_app(settings), settings).run(sockets=[listener])
    stop_tracing()
