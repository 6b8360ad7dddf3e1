"""Microsoft hangs, or answers a byte now and then: a call ends with its deadline."""

import time
from collections.abc import Callable

import httpx
import pytest

from core.deadline import deadline
from integrations.graph.client import CALL_SECONDS, FILE_SECONDS, Graph
from integrations.graph.errors import GraphOutage
from integrations.graph.transport import make_http
from tests.servers.hanging_imap import HangingImap

LIMIT_SECONDS = 1.0
# What a loaded machine adds.
SLACK_SECONDS = 4.0
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
CALLS: dict[str, Callable[[Graph], object]] = {
    "get": lambda graph: graph.get("/me"),
    "tls": lambda graph: graph.get("/me"),
    "get_bytes": lambda graph: graph.get_bytes("/me/messages/1/$value", most_bytes=10**6),
    "put": lambda graph: graph.put("/me/drive/items/1/content", b"x" * 10**7, content_type="text/plain"),
}


@pytest.mark.parametrize(
    ("drips", "begins"), [(False, b""), (True, b""), (False, HEAD), (True, HEAD)],
    ids=["silent", "drips a head", "silent after the head", "drips a body"],
)  # fmt: skip
@pytest.mark.parametrize("name", CALLS)
def test_a_call_ends_with_its_deadline(name: str, drips: bool, begins: bytes) -> None:
    scheme = "https" if name == "tls" else "http"
    with HangingImap(drips=drips, begins=begins) as server, make_http() as http:
        graph = Graph(f"{scheme}://127.0.0.1:{server.port}/v1.0", lambda renew=False: "token", http=http)
        begun = time.monotonic()
        with deadline(LIMIT_SECONDS), pytest.raises(GraphOutage):
            CALLS[name](graph)
        assert time.monotonic() - begun < LIMIT_SECONDS + SLACK_SECONDS


def test_a_call_has_a_deadline_of_its_own_for_all_of_its_tries() -> None:
    waits: list[float] = []
    with make_http() as http:
        # Nobody listens there: each try fails at once, and the waits between are cut off by what is left.
        graph = Graph("http://127.0.0.1:9/v1.0", lambda renew=False: "token", http=http, wait=waits.append)
        with deadline(2.5), pytest.raises(GraphOutage, match="cannot be reached"):
            graph.get("/me")
    assert all(one < 2.5 for one in waits)
    assert CALL_SECONDS <= 30 < FILE_SECONDS


def test_a_client_still_goes_by_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with HangingImap() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        with make_http() as http, deadline(0.5), pytest.raises(httpx.TimeoutException):
            http.get("https://graph.example.com/v1.0/me")
        assert proxy.hung == 1
