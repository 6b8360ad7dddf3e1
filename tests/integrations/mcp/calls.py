"""The official client of the protocol, called from tests that are not async."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp_types import CallToolResult, Tool

Server = tuple[str, str] | StdioServerParameters
"""An address with a token, or a command."""


async def _with_client(server: Server, use: Any) -> Any:
    if isinstance(server, StdioServerParameters):
        async with Client(server) as client:
            return await use(client)
    url, token = server
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        create_mcp_http_client(headers=headers) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client,
    ):
        return await use(client)


def _run(server: Server, use: Any) -> Any:
    """Run in a thread of its own: the browser's driver keeps an event loop in the thread of the tests."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, _with_client, server, use).result()


def list_tools(server: Server) -> dict[str, Tool]:
    """Return the tools that the server offers, by name."""

    async def use(client: Client) -> dict[str, Tool]:
        return {tool.name: tool for tool in (await client.list_tools()).tools}

    found: dict[str, Tool] = _run(server, use)
    return found


def call_tool(server: Server, name: str, arguments: Mapping[str, Any]) -> CallToolResult:
    """Call a tool and return its result."""

    async def use(client: Client) -> CallToolResult:
        return await client.call_tool(name, dict(arguments))

    result: CallToolResult = _run(server, use)
    return result


def text_of(result: CallToolResult) -> str:
    """Return what a result says."""
    return "\n".join(block.text for block in result.content if block.type == "text")
