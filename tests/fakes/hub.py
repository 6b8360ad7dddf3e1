"""Hugging Face's Hub on loopback, as far as fetching one file goes: addresses, headers, redirect, store, refusals.

Headers as the Hub gave them in 2025: `X-Linked-Etag` (SHA-256 in quotes), `X-Linked-Size`, `X-Repo-Commit`, and
`X-Error-Code` with a refusal. The store is another server, and each of its addresses is good for one request.
"""

import hashlib
import json
import re
import secrets
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import pytest

COMMIT = "bc640142c66e1fdd12af0bd68f40445458f3869b"
TOKEN = "hf_accepted"
CHUNK_BYTES = 64 * 1024


@dataclass
class HubFile:
    """A file in a repository, and what goes wrong with it."""

    data: bytes
    sha256: str = ""
    is_gated: bool = False
    cuts: list[int] = field(default_factory=list)  # the line is cut after so many bytes, once for each
    held: threading.Event | None = None  # the second half waits for it
    has_ranges: bool = True

    @property
    def told_sha256(self) -> str:
        return self.sha256 or hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class HubRequest:
    """A request that arrived, at the Hub or at its store."""

    place: str
    method: str
    path: str
    authorization: str
    range: str


class Hub:
    """The Hub and its store. `files` by `OWNER/REPO/FILE`; a repository that was `renamed` leads to its new name."""

    def __init__(self) -> None:
        self.files: dict[str, HubFile] = {}
        self.requests: list[HubRequest] = []
        self.addresses: dict[str, HubFile] = {}
        self.renamed: dict[str, str] = {}
        self.begun = threading.Event()
        self._hub = _Listener(self, _HubHandler)
        self._store = _Listener(self, _StoreHandler)

    def __enter__(self) -> Self:
        for listener in (self._hub, self._store):
            threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for file in self.files.values():
            if file.held:
                file.held.set()
        for listener in (self._hub, self._store):
            listener.shutdown()
            listener.server_close()

    @property
    def url(self) -> str:
        """What HF_ENDPOINT is to be."""
        return f"http://127.0.0.1:{self._hub.server_address[1]}"

    @property
    def store_url(self) -> str:
        return f"http://127.0.0.1:{self._store.server_address[1]}"

    def add(self, repository: str, name: str, data: bytes, **details: Any) -> HubFile:
        """Put a file into a repository."""
        self.files[f"{repository}/{name}"] = HubFile(data, **details)
        return self.files[f"{repository}/{name}"]

    def of_store(self) -> list[HubRequest]:
        """The requests that reached the store."""
        return [request for request in self.requests if request.place == "store"]


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, hub: Hub, handler: type[BaseHTTPRequestHandler]) -> None:
        self.hub = hub
        super().__init__(("127.0.0.1", 0), handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that go away belong to the tests."""


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    place = ""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        sent = (self.headers.get("Authorization", ""), self.headers.get("Range", ""))
        self.server.hub.requests.append(HubRequest(self.place, self.command, self.path, *sent))
        self.answer()

    def answer(self) -> None:
        raise NotImplementedError

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _HubHandler(_Handler):
    place = "hub"

    def answer(self) -> None:
        hub = self.server.hub
        if listed := re.fullmatch(r"/api/models/([^/]+/[^/]+)/tree/main", self.path):
            self._list(listed[1])
            return
        asked = re.fullmatch(r"/([^/]+/[^/]+)/resolve/main/(.+)", self.path)
        repositories = {"/".join(key.split("/")[:2]) for key in hub.files}
        if asked and asked[1] in hub.renamed:
            self.say(307, Location=f"/{hub.renamed[asked[1]]}/resolve/main/{asked[2]}")
        elif not asked or asked[1] not in repositories:
            self.say(401, X_Error_Code="RepoNotFound")
        elif (file := hub.files.get(f"{asked[1]}/{asked[2]}")) is None:
            self.say(404, X_Error_Code="EntryNotFound")
        elif file.is_gated and self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.say(403 if self.headers.get("Authorization") else 401, X_Error_Code="GatedRepo")
        else:
            address = f"/store/{secrets.token_hex(8)}"
            hub.addresses[address] = file
            self.say(
                302,
                Location=f"{hub.store_url}{address}",
                X_Linked_Etag=f'"{file.told_sha256}"',
                X_Linked_Size=str(len(file.data)),
                X_Repo_Commit=COMMIT,
            )

    def _list(self, repository: str) -> None:
        prefix = f"{repository}/"
        paths = [key.removeprefix(prefix) for key in self.server.hub.files if key.startswith(prefix)]
        listed = [{"type": "file", "path": path} for path in (*paths, "README.md")]
        self.say(200 if paths else 401, json.dumps(listed).encode(), X_Error_Code="" if paths else "RepoNotFound")


class _StoreHandler(_Handler):
    place = "store"

    def answer(self) -> None:
        file = self.server.hub.addresses.pop(self.path, None)
        if file is None:
            self.say(403, b"expired")
            return
        start = int((re.findall(r"bytes=(\d+)-", self.headers.get("Range", "")) or ["0"])[0])
        start = start if file.has_ranges else 0
        data = file.data[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(data)))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(file.data) - 1}/{len(file.data)}")
        self.end_headers()
        if self.command == "GET":
            self._send(file, data)

    def _send(self, file: HubFile, data: bytes) -> None:
        cut = file.cuts.pop(0) if file.cuts else None
        for at in range(0, len(data), CHUNK_BYTES):
            if cut is not None and at >= cut:
                self.close_connection = True
                return
            if file.held and at >= len(data) // 2:
                self.server.hub.begun.set()
                file.held.wait(30)
            self.wfile.write(data[at : at + CHUNK_BYTES])


def small_gguf(*, parameters: int = 1_540_000_000, kind: str = "llama", size_bytes: int = 1_000_000) -> bytes:
    """Return the bytes of a GGUF file whose head is in order and whose numbers are none."""
    entries = [
        _text("general.architecture") + struct.pack("<I", 8) + _text(kind),
        _text("general.name") + struct.pack("<I", 8) + _text("Tiny Writer"),
        _text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 2) + _text("a") + _text("b"),
    ]
    numbers = {"context_length": 32768, "block_count": 28, "embedding_length": 1536}
    numbers |= {"attention.head_count": 12, "attention.head_count_kv": 2}
    entries += [_text(f"{kind}.{name}") + struct.pack("<II", 4, number) for name, number in numbers.items()]
    tensor = _text("token_embd.weight") + struct.pack("<IQQIQ", 2, 1000, parameters // 1000, 0, 0)
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(entries)) + b"".join(entries) + tensor
    return head + bytes(number % 251 for number in range(size_bytes - len(head)))


def _text(content: str) -> bytes:
    return struct.pack("<Q", len(content.encode())) + content.encode()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Run the Hub for one test, and let HF_ENDPOINT point to it."""
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with Hub() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running
