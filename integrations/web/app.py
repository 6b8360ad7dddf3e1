"""The app of the web process with the routes of the process itself, and its server."""

import contextlib
import sys
from collections.abc import AsyncIterator

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from core.errors import StoreOutage
from core.job import Job, JobRequest
from core.logs import configure_logging
from core.observability.metrics import CONTENT_TYPE
from core.observability.tracing import start_tracing
from core.ports import RouterContext
from core.rate_limits import Buckets, Failures
from core.settings import Settings
from core.store import Store
from core.store.sessions import Sessions
from integrations.api import (
    documents,
    facts,
    mailboxes,
    outcomes,
    people,
    policy,
    recipes,
    refine,
    routes,
    signals,
    sources,
)
from integrations.api.documents import drive_router
from integrations.api.services import ApiServices
from integrations.console.routes import add_console
from integrations.documents.drive import SCOPES as DRIVE_SCOPES
from integrations.documents.drive import saved_of
from integrations.frame.pages import environment
from integrations.graph.sign_in import make_sign_in
from integrations.mail.gmail.accounts import Google
from integrations.mail.gmail.routes import gmail_router
from integrations.mail.graph.accounts import Microsoft
from integrations.mail.graph.routes import graph_mail_router
from integrations.mail.mailbox.sign_in_pages import Browsers
from integrations.outlook.routes import outlook_router
from integrations.registry import add_routers_of_packages
from integrations.report.routes import report_context, report_router
from integrations.slack.routes import MAX_BODY_BYTES as MAX_SLACK_BODY_BYTES
from integrations.slack.routes import slack_router
from integrations.web.asgi import AuditedRequests, BodyLimit, Envelope, RequestLimits
from integrations.web.assistants import mcp_endpoint
from integrations.web.connections import source_sign_ins
from integrations.web.error_pages import POLICY, install_error_pages
from integrations.web.serving import Patience, WebServer, listen
from integrations.web.visitors import browsers_of, console_context, load_sign_ins, report_guard
from integrations.web.wiring import WebServices, open_services
from integrations.word.routes import word_router

# The routes of the process itself: what runs here, whether it works, and its figures.
router = APIRouter()
MAX_BODY_BYTES = 2 * 2**20
MAX_DOCUMENT_BYTES = 30 * 2**20
MAX_PARAGRAPHS_BYTES = 8 * 2**20
MAX_BYTES_BY_PATH = {
    "/mcp": MAX_DOCUMENT_BYTES,
    "/api/v1/documents/edit": MAX_DOCUMENT_BYTES,
    "/api/v1/documents/fill": MAX_DOCUMENT_BYTES,
    "/api/v1/jobs": MAX_PARAGRAPHS_BYTES,
    "/api/v1/sources/uploads": MAX_DOCUMENT_BYTES,
    "/console/sources/upload": MAX_DOCUMENT_BYTES,
    "/slack/events": MAX_SLACK_BODY_BYTES,
}


@router.get("/", include_in_schema=False)
def index() -> Response:
    """Say what runs here, and lead to it."""
    page = environment("integrations.web").get_template("front.html.jinja").render(menu=None)
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})


@router.get("/healthz")
async def is_alive() -> Response:
    """Answer as long as the process lives. Async so that busy threads cannot make it look dead."""
    return JSONResponse({"ok": True})


@router.get("/readyz")
def is_ready(request: Request) -> Response:
    """Say for database, broker and model whether they work; 503 when no request can be stored.

    Policies that cannot be used are named too, without what is written there: whoever asks need not sign in.
    """
    services: WebServices = request.app.state.services
    report = services.probes.report()
    with contextlib.suppress(StoreOutage):
        now = services.api.policies.book.current()
        if now.error:
            holds = "nothing is allowed" if now.is_closed else "the last good ones hold"
            message, fix = f"The policies cannot be used: {holds}.", "See: inlaid doctor"
            report["parts"]["policies"] = {"ok": False, "message": message, "fix": fix}
            report["degraded"].append("policies")
    return JSONResponse(report, 200 if report["ready"] else 503)


@router.get("/metrics")
def read_metrics(request: Request) -> Response:
    """Return the figures in Prometheus's text format."""
    services: WebServices = request.app.state.services
    return Response(services.metrics.render(), media_type=CONTENT_TYPE)


def create_app(settings: Settings, services: WebServices | None = None) -> FastAPI:
    """Return the app over its services, by default those of the settings; its shutdown closes them again.

    Raises:
        SettingsError: a setting is missing or cannot be used.
        StoreOutage: the database cannot be reached.
    """
    services = services or open_services(settings)
    mcp = mcp_endpoint(services.api, services.api.sources.sources)

    @contextlib.asynccontextmanager
    async def lifespan(served: FastAPI) -> AsyncIterator[None]:
        async with mcp.running(), services.lifespan(served):
            yield

    app = FastAPI(
        title="Inlaid",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # these pages load scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.services = services
    app.state.api = services.api
    install_error_pages(app)
    sign_ins = load_sign_ins(settings, services.store.records)
    for part in _routers(settings, services, sign_ins.sessions):
        app.include_router(part)
    app.router.routes.append(Route("/mcp", mcp, methods=["GET", "POST", "DELETE"], name="mcp"))
    are_up = services.probes.are_up
    add_console(app, console_context(settings, services.api, services.recipes, services.events, are_up, sign_ins))
    # Behind ours, so that none of them stands in the place of one of ours.
    _add_package_routers(app, settings, services)
    _add_guards(app, settings, services)
    return app


def _routers(settings: Settings, services: WebServices, sessions: Sessions) -> list[APIRouter]:
    """Return the routes of each surface; CONTRIBUTING says what else a new one takes."""
    return [
        router,
        routes.router,
        routes.session_router,
        outcomes.router,
        outcomes.webhook_router,
        documents.router,
        people.router,
        policy.router,
        sources.router,
        signals.router,
        recipes.router,
        refine.router,
        facts.router,
        mailboxes.router,
        slack_router(services.slack),
        word_router(settings),
        outlook_router(settings),
        _report_router(settings, services.api, sessions),
        _drive_router(settings, services.store),
        *_mail_routers(settings, services, browsers_of(settings, services.api.access, sessions)),
    ]


def _add_guards(app: FastAPI, settings: Settings, services: WebServices) -> None:
    """Put the app behind its limits; what is added last hears of a request first."""
    app.add_middleware(AuditedRequests, trail=services.store.audit)
    app.add_middleware(BodyLimit, most_bytes=MAX_BODY_BYTES, by_path=MAX_BYTES_BY_PATH)
    app.add_middleware(
        RequestLimits,
        addresses=Buckets(settings.address_requests_per_minute),
        failures=Failures(settings.sign_in_failures_per_minute),
    )
    app.add_middleware(Envelope, metrics=services.metrics, is_https=settings.public_url.startswith("https://"))


def _report_router(settings: Settings, api: ApiServices, sessions: Sessions) -> APIRouter:
    guard = report_guard(settings, api.store.records, api.access, sessions)
    return report_router(report_context(settings, api.store, api.recipes, guard))


def _mail_routers(settings: Settings, services: WebServices, browsers: Browsers) -> list[APIRouter]:
    """Return the routes of the providers at which people sign in; at Microsoft they sign in for drives too."""
    records, wake = services.store.records, services.look_at_notices
    drives = source_sign_ins(settings, services.api.sources, services.api.people).purposes
    microsoft = graph_mail_router(Microsoft(settings, records), wake, browsers, drives)
    return [microsoft, gmail_router(Google(settings, records), wake, browsers)]


def _add_package_routers(app: FastAPI, settings: Settings, services: WebServices) -> None:
    store, dispatcher = services.store, services.dispatcher

    def submit(request: JobRequest) -> Job:
        dispatcher.intake.require_first_version(request)
        return dispatcher.submit(request)

    context = RouterContext(settings, submit, store.jobs, store.records)
    add_routers_of_packages(app, context)


def _drive_router(settings: Settings, store: Store) -> APIRouter:
    def check_consent(assertion: str) -> None:
        make_sign_in(settings, store.records).on_behalf_of(assertion, DRIVE_SCOPES)()

    return drive_router(check_consent, saved_of)


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
