"""A chat completions server that answers at once, in a process of its own: what is left of a job's time is ours.

`ModelProcess` runs it, also as one that drips its words; `python -m benchmarks.instant_model PORT [WORD_SECONDS]` is
that process.
"""

import asyncio
import json
import subprocess
import sys
import time
from types import TracebackType
from typing import Self

import httpx

from core.system.subprocesses import module_command

ANSWER = "The summer party is moved to 12 June, since the garden is not free on the 5th."
START_SECONDS = 10.0


def _event(delta: dict[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return "data: " + json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [choice]}) + "\n\n"


def _events() -> list[str]:
    usage = json.dumps({"id": "1", "choices": [], "usage": {"prompt_tokens": 200, "completion_tokens": 20}})
    words = [_event({"content": word + " "}) for word in ANSWER.split()]
    return [*words, _event({}, "stop"), f"data: {usage}\n\n", "data: [DONE]\n\n"]


def _answer() -> bytes:
    body = "".join(_events()).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _models() -> bytes:
    body = json.dumps({"object": "list", "data": [{"id": "instant-70b", "object": "model"}]}).encode()
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def _drip(writer: asyncio.StreamWriter, word_seconds: float) -> None:
    """Send the answer word by word, over and over."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
    while True:
        for event in _events()[:-3]:
            writer.write(event.encode())
            await writer.drain()
            await asyncio.sleep(word_seconds)


async def _serve(port: int, word_seconds: float) -> None:
    answer, models = _answer(), _models()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lengths = [line[15:] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
                await reader.readexactly(int(lengths[0]) if lengths else 0)
                if word_seconds and not head.startswith(b"GET"):
                    await _drip(writer, word_seconds)
                writer.write(models if head.startswith(b"GET") else answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", port)
    await server.serve_forever()


class ModelProcess:
    """The server, for as long as the block lasts. With `word_seconds` its answers never end, at that pace."""

    def __init__(self, word_seconds: float = 0.0) -> None:
        self._word_seconds = word_seconds
        from tests.servers.valkey import free_port  # not in that process, where another package is called `tests`

        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}/v1"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start it on its port, and wait until it answers."""
        self._process = subprocess.Popen(
            module_command("benchmarks.instant_model", str(self._port), str(self._word_seconds))
        )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{self.url}/models", trust_env=False)
            except httpx.TransportError:
                time.sleep(0.02)
            else:
                return
        sys.exit("The model server did not start.")

    def stop(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
