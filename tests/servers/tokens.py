"""A token server on loopback: renews access tokens (RFC 6749) and tells a mail server whose they are (RFC 7662)."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

CLIENT_ID = "inlaid"


class TokenServer:
    """Tokens by user. `living` holds the access tokens that are good now.

    Attributes:
        renewals: how many new access tokens were given out.
        error: what every renewal is answered with, when set: status and OAuth error code.
    """

    def __init__(self) -> None:
        self.living: dict[str, str] = {}
        self.refresh_tokens: dict[str, str] = {}
        self.renewals = 0
        self.error: tuple[int, str] | None = None
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def sign_in(self, user: str, *, lives: bool = True, expires_in: int = 3600) -> dict[str, Any]:
        """Return what a token server answers to a sign-in, with what renews it."""
        answer = self._issue(user)
        if not lives:
            self.expire(user)
        return {**answer, "expires_in": expires_in, "token_url": f"{self.url}/token", "client_id": CLIENT_ID}

    def expire(self, user: str) -> None:
        """End the access tokens of a user."""
        self.living = {token: owner for token, owner in self.living.items() if owner != user}

    def _issue(self, user: str) -> dict[str, Any]:
        with self._lock:
            self.renewals += 1
            access, refresh = f"access-{self.renewals}-{user}", f"refresh-{self.renewals}-{user}"
            self.living[access] = user
            # Each refresh token is good once, as with servers that rotate them.
            self.refresh_tokens = {token: owner for token, owner in self.refresh_tokens.items() if owner != user}
            self.refresh_tokens[refresh] = user
        return {"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": 3600}

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Return status and JSON."""
        if path.startswith("/introspect"):
            user = self.living.get(form.get("token", ""))
            return 200, {"active": "true" if user else "false", "user": user or ""}
        if self.error:
            return self.error[0], {"error": self.error[1]}
        if form.get("client_id") != CLIENT_ID:
            return 401, {"error": "invalid_client"}
        user = self.refresh_tokens.get(form.get("refresh_token", ""))
        return (200, self._issue(user)) if user else (400, {"error": "invalid_grant"})

    @contextmanager
    def running(self) -> Iterator["TokenServer"]:
        """Serve for as long as the block lasts."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        tokens = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                status, found = tokens.answer(self.path, form)
                data = json.dumps(found).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        return Handler
