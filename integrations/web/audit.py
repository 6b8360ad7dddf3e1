"""Who is acting in a request, and an entry of the audit trail for each that was refused.

What was done is written where it is stored, in the same transaction; this layer only says through which door and from
which address it came.
"""

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.audit.acting import acting, current_actor
from core.audit.entries import AuditEvent
from core.errors import StoreOutage
from core.job import LOCAL_WORKSPACE
from core.store.audit import AuditTrail

REFUSED = frozenset({401, 403})
# The first part of a path, and what the door behind it is called; the sender of the last two is a server of theirs.
DOORS = {"console": "console", "report": "console", "api": "api", "mcp": "api", "slack": "slack", "graph": "mail"}
SERVERS = frozenset({"slack", "mail"})
_log = structlog.get_logger(__name__)


class AuditedRequests:
    """Surrounds the routes.

    Args:
        app: what answers.
        trail: where refusals are written.
    """

    def __init__(self, app: ASGIApp, *, trail: AuditTrail) -> None:
        self._app = app
        self._trail = trail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        door = DOORS.get(scope["path"].strip("/").partition("/")[0], "web")
        client = scope.get("client")
        status = 0

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with acting(door, address=client[0] if client and door not in SERVERS else ""):
            await self._app(scope, receive, send_and_look)
            if status in REFUSED:
                await run_in_threadpool(self._note_refusal, scope, status)

    def _note_refusal(self, scope: Scope, status: int) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        told = {"status": status, "method": scope["method"], "route": route}
        event = AuditEvent("access.refused", current_actor(LOCAL_WORKSPACE), outcome="failure", details=told)
        try:
            self._trail.write(event)
        except StoreOutage:
            _log.warning("refusal not written", status=status)
