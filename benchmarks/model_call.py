"""What a request to a model costs in processor time: httpx2's own transport, urllib3 beneath httpx2, a bare socket.

In turn, against the instant model, which runs in a process of its own. The last two are the least that such a transport
can be: neither hears of a timeout, looks how old a kept connection is or translates an error. Beside them a whole call:
the prompt's JSON, a request over httpx2's own transport, the streamed answer read piece by piece.

`.venv/bin/python -m benchmarks.model_call [--calls 200] [--rounds 10]`. Printed are the least round, which other work
on the machine disturbs least, and the middle one.
"""

import argparse
import http.client
import os
import socket
import statistics
import time
from collections.abc import Callable, Iterator

import httpx2
import urllib3

from benchmarks.instant_model import ModelProcess
from benchmarks.spine import TEXT
from core.drafts import ChatMessage
from core.llm.models_file import EndpointEntry
from core.llm.openai_chat import OpenAIChat
from core.llm.ports import ChatOptions

BODY = b'{"model": "instant-70b", "stream": true, "messages": "%s"}' % (TEXT.encode() * 2)
READ_BYTES = 65_536


class _Pooled(httpx2.BaseTransport):
    """urllib3's pool of connections."""

    def __init__(self) -> None:
        self._pools = urllib3.PoolManager(maxsize=4, retries=False)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url, headers = request.url, {name.decode(): value.decode() for name, value in request.headers.raw}
        answer = self._pools.connection_from_host(url.host, url.port, url.scheme).urlopen(
            request.method,
            url.raw_path.decode(),
            request.read(),
            headers,
            redirect=False,
            retries=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=False,
        )
        return httpx2.Response(answer.status, headers=[*answer.headers.items()], stream=_PooledBody(answer))


class _PooledBody(httpx2.SyncByteStream):
    def __init__(self, answer: urllib3.BaseHTTPResponse) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self._answer.read1(READ_BYTES), b"")

    def close(self) -> None:
        self._answer.close()


class _Bare(httpx2.BaseTransport):
    """One socket, a request in one piece, the standard library's parser."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if self._socket is None:
            self._socket = socket.create_connection((request.url.host, request.url.port or 80))
        lines = [b"%s %s HTTP/1.1" % (request.method.encode(), request.url.raw_path)]
        lines += [b"%s: %s" % header for header in request.headers.raw]
        self._socket.sendall(b"\r\n".join([*lines, b"", request.read()]))
        answer = http.client.HTTPResponse(self._socket, method=request.method)
        answer.begin()
        return httpx2.Response(answer.status, headers=answer.getheaders(), stream=_BareBody(answer))


class _BareBody(httpx2.SyncByteStream):
    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        while self._answer.length:
            yield self._answer.read1(min(READ_BYTES, self._answer.length))

    def close(self) -> None:
        self._answer.close()


def _asking(url: str, transport: httpx2.BaseTransport) -> Callable[[], None]:
    client = httpx2.Client(transport=transport, follow_redirects=True)
    address = httpx2.URL(f"{url}/chat/completions")

    def ask() -> None:
        with client.stream("POST", address, content=BODY, headers={"Content-Type": "application/json"}) as response:
            if not b"".join(response.iter_bytes()).endswith(b"[DONE]\n\n"):
                raise ValueError("The answer did not come whole.")

    return ask


def _calling(url: str) -> Callable[[], None]:
    chat = OpenAIChat(EndpointEntry(name="instant", url=url, model="instant-70b"))
    asked, options = [ChatMessage(role="user", content=TEXT)], ChatOptions(max_tokens=60)

    def call() -> None:
        if not chat.complete(asked, options=options).text:
            raise ValueError("There is no answer.")

    return call


def measure(calls: int, rounds: int) -> dict[str, list[float]]:
    """Return by way the microseconds of processor time of each round; a first one is not counted."""
    with ModelProcess() as model:
        ways = {
            "httpx2": _asking(model.url, httpx2.HTTPTransport()),
            "urllib3": _asking(model.url, _Pooled()),
            "a bare socket": _asking(model.url, _Bare()),
            "a whole call": _calling(model.url),
        }
        found: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds + 1):
            for name, way in ways.items():
                began = time.process_time()
                for _ in range(calls):
                    way()
                found[name].append((time.process_time() - began) / calls * 1e6)
    return {name: each[1:] for name, each in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    found = measure(options.calls, options.rounds)
    print(f"microseconds of processor time, least and middle of {options.rounds} rounds (load {load:.1f}):")
    for name, rounds in found.items():
        print(f"  {name:14} {min(rounds):5.0f} {statistics.median(rounds):5.0f}")


if __name__ == "__main__":
    main()
