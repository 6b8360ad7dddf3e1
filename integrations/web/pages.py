"""The pages of the process itself: what runs here, whether it works, and its figures."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from core.observability.metrics import CONTENT_TYPE
from integrations.web import home_page
from integrations.web.wiring import WebServices

router = APIRouter()


@router.get("/", include_in_schema=False)
def index() -> Response:
    """Say what runs here."""
    return HTMLResponse(home_page.PAGE, headers={"Content-Security-Policy": home_page.CONTENT_SECURITY_POLICY})


@router.get("/healthz")
async def is_alive() -> Response:
    """Answer as long as the process lives. Async so that busy threads cannot make it look dead."""
    return JSONResponse({"ok": True})


@router.get("/readyz")
def is_ready(request: Request) -> Response:
    """Say for database, broker and model whether they work; 503 when no request can be stored."""
    services: WebServices = request.app.state.services
    report = services.probes.report()
    return JSONResponse(report, 200 if report["ready"] else 503)


@router.get("/metrics")
def read_metrics(request: Request) -> Response:
    """Return the figures in Prometheus's text format."""
    services: WebServices = request.app.state.services
    return Response(services.metrics.render(), media_type=CONTENT_TYPE)
