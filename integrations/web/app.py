"""The app of the web process, and its server."""

import contextlib
import sys

from fastapi import APIRouter, FastAPI

from core.logs import configure_logging
from core.observability.tracing import start_tracing, stop_tracing
from core.rate_limits import Buckets, Failures
from core.settings import Settings
from core.store import Store
from integrations.api import documents, outcomes, routes, webhooks
from integrations.api.drive import drive_router
from integrations.api.errors import install_error_handlers
from integrations.api.services import ApiServices
from integrations.console.routes import add_console
from integrations.documents.drive import SCOPES as DRIVE_SCOPES
from integrations.documents.drive import saved_of
from integrations.graph.sign_in import make_sign_in
from integrations.mail.graph.accounts import Microsoft
from integrations.mail.graph.routes import graph_mail_router
from integrations.report.routes import report_desk, report_router
from integrations.slack.routes import MAX_BODY_BYTES as MAX_SLACK_BODY_BYTES
from integrations.slack.routes import slack_router
from integrations.web import pages
from integrations.web.asgi import BodyLimit, Envelope
from integrations.web.request_limits import RequestLimits
from integrations.web.serving import Patience, WebServer, listen
from integrations.web.visitors import console_context, report_guard
from integrations.web.wiring import WebServices, open_services
from integrations.word.routes import word_router

MAX_BODY_BYTES = 2 * 2**20
MAX_DOCUMENT_BYTES = 30 * 2**20
MAX_PARAGRAPHS_BYTES = 8 * 2**20


def create_app(settings: Settings, services: WebServices | None = None) -> FastAPI:
    """Return the app over its services, by default those of the settings; its shutdown closes them again.

    Raises:
        SettingsError: a setting is missing or cannot be used.
        StoreOutage: the database cannot be reached.
    """
    services = services or open_services(settings)
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
        pages.router, routes.router, outcomes.router, webhooks.router, documents.router, routes.session_router,
        slack_router(services.slack), word, report,
        graph_mail, _drive_router(settings, services.store),
    ):  # fmt: skip
        app.include_router(router)
    by_path = {
        "/api/v1/documents/edit": MAX_DOCUMENT_BYTES,
        "/api/v1/documents/fill": MAX_DOCUMENT_BYTES,
        "/api/v1/jobs": MAX_PARAGRAPHS_BYTES,
        "/slack/events": MAX_SLACK_BODY_BYTES,
    }
    add_console(app, console_context(settings, services.api, services.recipes, services.probes.are_up))
    app.add_middleware(BodyLimit, most_bytes=MAX_BODY_BYTES, by_path=by_path)
    app.add_middleware(
        RequestLimits,
        addresses=Buckets(settings.address_requests_per_minute),
        failures=Failures(settings.sign_in_failures_per_minute),
    )
    app.add_middleware(Envelope, metrics=services.metrics, is_https=settings.public_url.startswith("https://"))
    return app


def _report_router(settings: Settings, api: ApiServices) -> APIRouter:
    guard = report_guard(settings, api.store.records, api.access)
    return report_router(report_desk(settings, api.store, api.recipes, guard))


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
    stop_tracing()
