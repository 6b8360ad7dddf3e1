"""A site on loopback that answers as it is told and keeps what it was asked, and a resolver of names."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Page:
    """What is answered: `raw` replaces the whole of it, byte for byte."""

    data: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: Callable[[Any], None] | None = None


@dataclass
class Site:
    """A running site. `asked` are the requests, as (method, path, host)."""

    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "site.example.com") -> str:
        return f"http://{host}:{self.port}{path}"

    def html(self, path: str, body: str, head: str = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = f"<html><head>{head}</head><body>{body}</body></html>".encode()
        self.pages[path] = Page(data, headers={"Content-Type": "text/html; charset=utf-8", **named})

    def paths(self, method: str = "GET") -> list[str]:
        """Return the paths that were asked for, `robots.txt` aside."""
        return [path for asked, path, _ in self.asked if asked == method and path != "/robots.txt"]


@contextmanager
def running_site() -> Iterator[Site]:
    """Run a site."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.command, self.path, self.headers["Host"]))
            page = site.pages.get(self.path, Page(b"not here", 404))
            if page.raw:
                page.raw(self.connection)
                return
            self.send_response(page.status)
            for name, value in {"Content-Length": str(len(page.data)), **page.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(page.data)

        do_HEAD = do_GET  # noqa: N815 - named by http.server

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def resolver(**addresses: str) -> Callable[..., Any]:
    """Return what stands in for `socket.getaddrinfo`: every name is on loopback, or where it is said to be."""

    def resolve(host: str, port: int, **_options: Any) -> Any:
        address = addresses.get(host.replace(".", "_"), "127.0.0.1" if host.endswith(".example.com") else host)
        return socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)

    return resolve
