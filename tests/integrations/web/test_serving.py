"""Connections that keep the server waiting are cut, and nobody else notices them."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.settings import Settings
from integrations.web.serving import Patience
from tests.integrations.api.running import RunningWeb, running_web
from tests.servers.valkey import ValkeyProcess
from tests.waiting import until

MANY = 300
HEAD_SECONDS = 2.0


@pytest.fixture
def web(tmp_path: Path, valkey_shared: ValkeyProcess) -> Iterator[RunningWeb]:
    tokens = (SecretStr("a=ann@example.com"),)
    settings = Settings(home=tmp_path / "web", broker_url=valkey_shared.url, api_tokens=tokens)
    with running_web(settings, patience=Patience(head_seconds=HEAD_SECONDS, most_connections=350)) as running:
        yield running


def connect(web: RunningWeb, sent: bytes = b"") -> socket.socket:
    line = socket.create_connection(("127.0.0.1", int(web.url.rpartition(":")[2])), timeout=10)
    line.sendall(sent)
    return line


def is_cut(line: socket.socket) -> bool:
    """Say whether the other end has closed, whatever it said before."""
    line.setblocking(False)
    try:
        while line.recv(65536):
            pass
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


def drip(line: socket.socket) -> None:
    try:
        line.sendall(b"X")
    except OSError:
        return


BEGINNINGS = [b"", b"G", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"POST /api/v1/jobs HTTP/1.1\r\n"]


def test_half_open_requests_are_cut_and_meanwhile_others_are_served(web: RunningWeb) -> None:
    lines = [connect(web, BEGINNINGS[number % len(BEGINNINGS)]) for number in range(MANY)]
    with web.client() as client:
        begun, waits = time.monotonic(), list[float]()
        while not all(is_cut(line) for line in lines):
            for line in lines[2::4]:
                drip(line)  # more bytes buy no more time
            asked = time.monotonic()
            assert client.get("/healthz").status_code == 200
            waits.append(time.monotonic() - asked)
            assert time.monotonic() - begun < 6 * HEAD_SECONDS
    for line in lines:
        line.close()
    # One may meet a busy moment of the machine; hardly any waits, and none until a half-open request is cut.
    assert sorted(waits)[int(0.95 * (len(waits) - 1))] < 0.5
    assert max(waits) < HEAD_SECONDS


def test_more_connections_than_there_may_be_push_out_the_longest_waiting(web: RunningWeb) -> None:
    lines = [connect(web) for _ in range(400)]
    try:
        with web.client() as client:
            assert client.get("/healthz").status_code == 200
        until(lambda: sum(is_cut(line) for line in lines) >= 50)
        assert is_cut(lines[0])
    finally:
        for line in lines:
            line.close()


@pytest.mark.parametrize(
    "sent",
    [
        # Answered before its body was read, which then drips.
        b"POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
        # A second request that never comes whole.
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /heal",
    ],
)
def test_after_an_answer_the_time_runs_again(web: RunningWeb, sent: bytes) -> None:
    line = connect(web, sent)
    begun = time.monotonic()

    def is_over() -> bool:
        drip(line)
        return is_cut(line)

    until(is_over, seconds=8)
    assert time.monotonic() - begun < 7
    line.close()


def test_a_connection_that_is_kept_alive_serves_one_request_after_the_other(web: RunningWeb) -> None:
    with web.client("a") as client:
        begun = time.monotonic()
        while time.monotonic() - begun < 2 * HEAD_SECONDS:
            assert client.get("/healthz").status_code == 200
        assert client.get("/api/v1/recipes").status_code == 200


def test_who_does_not_read_an_answer_is_cut(tmp_path: Path, valkey_shared: ValkeyProcess) -> None:
    settings = Settings(home=tmp_path / "web", broker_url=valkey_shared.url, address_requests_per_minute=0)
    with running_web(settings, patience=Patience(reader_seconds=1.0)) as web:
        line = connect(web)
        # Enough of a large answer to fill the buffers of both ends.
        until(ends(line, b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 50), seconds=60)
        line.close()


def ends(line: socket.socket, request: bytes) -> Callable[[], bool]:
    """Return what asks on without reading, and says whether the other end has gone."""
    line.setblocking(False)

    def ask() -> bool:
        try:
            line.send(request)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return False

    return ask
