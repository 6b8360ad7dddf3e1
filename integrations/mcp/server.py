"""The MCP server: which tools there are, calling them, waiting for jobs; on standard input and output, and over HTTP.

Over HTTP nothing is kept between requests (no sessions), so that any web process can answer the next one, and each
request proves again who asks. Specification: https://modelcontextprotocol.io/specification
"""

import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import anyio
import anyio.to_thread
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from core.errors import BrokerOutage, InlaidError, UnexpectedError
from core.job import ENDED, Job
from core.logs import logger
from core.ports import EventTail
from integrations.mcp.tools import (
    INSTRUCTIONS,
    call_own_tool,
    checked_recipe,
    error_result,
    job_result,
    list_tools,
)
from integrations.mcp.workplace import Workplace

# A client waits about a minute for a tool by default; what takes longer is fetched with `result`.
MAX_WAIT_SECONDS = 50.0
# A document of 20 MB in base64.
MAX_BODY_BYTES = 28 * 2**20
FIRST_LOOK_SECONDS = 0.05
MAX_LOOK_SECONDS = 1.0
# How often the row is looked at although no event told of an end.
LOOK_ANYWAY_SECONDS = 5.0
# What one reading waits for at most; the client hears of progress as often.
READ_SECONDS = 1.0
_log = logger(__name__)


@dataclass(frozen=True)
class Waiting:
    """How a call waits for its job: what tells that it has ended, and for how long."""

    tail: EventTail | None
    max_seconds: float


WorkplaceOf = Callable[[Request | None], Workplace]
"""Returns the workplace of the person who sent a request; None for the one client on standard input."""
Authorize = Callable[[Scope], Awaitable[None]]
"""Lets a request in, or raises the error that answers it."""


def make_server(
    workplace_of: WorkplaceOf, *, tail: EventTail | None = None, max_wait_seconds: float = MAX_WAIT_SECONDS
) -> Server[dict[str, Any]]:
    """Return the server of the tools.

    Args:
        workplace_of: finds what the caller can do.
        tail: tells when a job has ended; None: each job is asked.
        max_wait_seconds: how long a call waits for its job.
    """

    async def tools(context: ServerRequestContext[Any], _page: PaginatedRequestParams | None) -> ListToolsResult:
        workplace = workplace_of(context.request)
        return ListToolsResult(tools=await anyio.to_thread.run_sync(list_tools, workplace))

    async def call(context: ServerRequestContext[Any], wanted: CallToolRequestParams) -> CallToolResult:
        workplace = workplace_of(context.request)
        try:
            return await _call(context, workplace, wanted, Waiting(tail, max_wait_seconds))
        except InlaidError as error:
            return error_result(error)
        except Exception:  # the outermost frame of a tool: the client gets our form of error, the log what happened
            _log.exception("a tool failed")
            return error_result(UnexpectedError("Something went wrong on our side.", fix="Try again later."))

    return Server(
        "inlaid",
        title="Inlaid",
        version=version("inlaid"),
        instructions=INSTRUCTIONS,
        on_list_tools=tools,
        on_call_tool=call,
    )


async def _call(
    context: ServerRequestContext[Any], workplace: Workplace, wanted: CallToolRequestParams, waiting: Waiting
) -> CallToolResult:
    arguments = wanted.arguments or {}
    own = await anyio.to_thread.run_sync(call_own_tool, workplace, wanted.name, arguments)
    if own is not None:
        return own
    recipe = await anyio.to_thread.run_sync(checked_recipe, workplace, wanted.name, arguments)
    job = await anyio.to_thread.run_sync(workplace.submit, recipe, arguments)
    return job_result(await _ended(context, workplace, job, waiting))


async def _ended(context: ServerRequestContext[Any], workplace: Workplace, job: Job, waiting: Waiting) -> Job:
    """Wait for a job and report progress to the client; a client that gives up stops the job."""
    deadline = anyio.current_time() + waiting.max_seconds
    if job.has_ended:
        return job
    try:
        async for is_to_be_read in looks(waiting.tail, job.id):
            if is_to_be_read:
                job = await anyio.to_thread.run_sync(workplace.job, job.id)
            left_seconds = deadline - anyio.current_time()
            if job.has_ended or left_seconds <= 0:
                break
            await context.session.report_progress(waiting.max_seconds - left_seconds)
    except anyio.get_cancelled_exc_class():
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(workplace.cancel, job.id)
        raise
    return job


async def serve_stdio(server: Server[dict[str, Any]]) -> None:
    """Answer the client on standard input and output until it closes them."""
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def run_stdio(server: Server[dict[str, Any]]) -> None:
    """See `serve_stdio`."""
    anyio.run(functools.partial(serve_stdio, server))


class McpEndpoint:
    """The ASGI app at `/mcp`.

    Args:
        server: of the tools.
        authorize: lets a request in before anything of its body is read.
    """

    def __init__(self, server: Server[dict[str, Any]], authorize: Authorize) -> None:
        self._authorize = authorize
        self._manager = StreamableHTTPSessionManager(
            server, stateless=True, json_response=False, max_request_body_size=MAX_BODY_BYTES
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer requests within this context."""
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._authorize(scope)
        await self._manager.handle_request(scope, receive, send)


async def looks(
    tail: EventTail | None, job_id: str, *, look_seconds: float = LOOK_ANYWAY_SECONDS
) -> AsyncIterator[bool]:
    """Yield again and again: True when the job is to be looked at, False when the client may be told of progress.

    The events say that it has ended, and its row is looked at now and then in case one was lost. Without events the
    row is asked, the more rarely the longer it takes.

    Args:
        tail: tells of the job's end; None, or one that cannot be read: the job is asked.
        job_id: of the job.
        look_seconds: the longest time between two looks.
    """
    if tail is not None:
        async for is_to_be_read in _told(tail, job_id, look_seconds):
            yield is_to_be_read
    pause = FIRST_LOOK_SECONDS
    while True:
        await anyio.sleep(pause)
        pause = min(pause * 2, MAX_LOOK_SECONDS)
        yield True


async def _told(tail: EventTail, job_id: str, look_seconds: float) -> AsyncIterator[bool]:
    """Yield as `looks` does, until the events cannot be read."""
    after, looked_at = "", anyio.current_time()
    while True:
        try:
            events = await tail.read(job_id, after=after, wait_seconds=READ_SECONDS)
        except BrokerOutage:
            return
        after = events[-1].id if events else after
        has_ended = any(event.kind == "state" and event.data.get("state") in ENDED for event in events)
        is_to_be_read = has_ended or anyio.current_time() - looked_at >= look_seconds
        if is_to_be_read:
            looked_at = anyio.current_time()
        if is_to_be_read or not events:
            yield is_to_be_read
