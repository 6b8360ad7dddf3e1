"""The fake as a whole: people, one OAuth client, the sign-in, the Gmail API and its batches on one port."""

import base64
import hashlib
import ssl
import threading
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

import httpx
import jwt

from tests.fakes.browsing import has_button, led_to, press
from tests.fakes.google.faults import GoogleRefusal
from tests.fakes.google.gmail import GmailFront
from tests.fakes.google.mailboxes import Mailbox
from tests.fakes.google.pubsub import GRANT, PubSub
from tests.fakes.microsoft.certificates import authority_file
from tests.fakes.microsoft.faults import Faults
from tests.fakes.microsoft.ledger import Ledger
from tests.fakes.microsoft.server import Listener
from tests.fakes.microsoft.wire import Answer, Request
from tests.fakes.slack.clock import Clock

AUTHORIZE = "/o/oauth2/v2/auth"
TOKEN = "/token"
BATCH = "/batch"
MAX_BATCH = 100
TOKEN_SECONDS = 3600


@dataclass
class Person:
    """Somebody with an account. `unticked` are scopes that they leave out on the page of consent."""

    google: "FakeGoogle" = field(repr=False)
    address: str
    name: str
    sub: str = field(default_factory=lambda: str(uuid.uuid4().int)[:21])
    unticked: set[str] = field(default_factory=set)
    has_gmail: bool = True

    def signs_in(
        self, url: str, *, accepts: bool = True, confirms: bool = True, client: httpx.Client | None = None
    ) -> httpx.Response:
        """Follow a link of the app through its page, Google's page and back, as a browser does.

        With `confirms` the app is told, when it asks, that this account is meant; else its question is returned.
        """
        made = nullcontext(client) if client else httpx.Client(verify=self.google.client_context(), timeout=60)
        with made as browser:
            response = browser.get(url)
            if has_button(response, "Continue to Google"):
                response = press(browser, response, "Continue to Google")
            for _ in range(10):
                if not (target := self._next(response, accepts=accepts)):
                    break
                response = browser.get(target)
            else:
                raise AssertionError("redirected without end")
            if confirms and has_button(response, f"Connect {self.address}"):
                return press(browser, response, f"Connect {self.address}")
            return response

    def _next(self, page: httpx.Response, *, accepts: bool) -> str:
        """Return where a page leads, at Google's with what is pressed there; "" when it stays."""
        target = led_to(page)
        if page.has_redirect_location:
            target = str(page.url.join(page.headers["Location"]))
        if urlsplit(target).path == AUTHORIZE:
            target += "&" + urlencode({"fake_person": self.address, "fake_accepts": "yes" if accepts else "no"})
        return target

    def revokes(self) -> None:
        """Take the app's access back in the account's settings."""
        self.google.end_tokens(self.address)


@dataclass
class _Grant:
    person: str
    scopes: frozenset[str]
    expires_at: float = 0.0
    redirect_uri: str = ""
    challenge: str = ""
    is_offline: bool = False


class FakeGoogle:
    """Google that lives as long as the block lasts."""

    def __init__(self, port: int = 0) -> None:
        self.client_id = f"{uuid.uuid4().hex[:12]}.apps.googleusercontent.com"
        self.client_secret = "GOCSPX-secret"
        self.redirect_uris: set[str] = set()
        self.clock = Clock()
        self.ledger = Ledger()
        self.faults = Faults(cut="/[gb]*")
        self.people: dict[str, Person] = {}
        self.lock = threading.RLock()
        self._mailboxes: dict[str, Mailbox] = {}
        self._codes: dict[str, _Grant] = {}
        self._refresh: dict[str, _Grant] = {}
        self._access: dict[str, _Grant] = {}
        self._acts: list[tuple[str, Callable[[], object]]] = []
        self.pubsub = PubSub(self.clock.now, lambda: self.url)
        self.gmail = GmailFront(self._mailbox_of, self.ledger.sends, self.clock.now, self.pubsub)
        self._listener = Listener(port, self)

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.stop()

    @property
    def url(self) -> str:
        """What INLAID_GOOGLE_URL has to be."""
        return f"https://127.0.0.1:{self._listener.server_address[1]}"

    def environment(self) -> dict[str, str]:
        """Return the variables that point Inlaid here."""
        return {
            "SSL_CERT_FILE": str(authority_file()),
            "INLAID_GOOGLE_CLIENT_ID": self.client_id,
            "INLAID_GOOGLE_CLIENT_SECRET": self.client_secret,
            "INLAID_GOOGLE_URL": self.url,
        }

    def client_context(self) -> ssl.SSLContext:
        """Return what a client has to trust."""
        return ssl.create_default_context(cafile=str(authority_file()))

    def person(self, address: str, name: str = "") -> Person:
        """Return somebody, new when the address is."""
        with self.lock:
            made = Person(self, address, name or address.partition("@")[0].title())
            return self.people.setdefault(address, made)

    def mailbox(self, person: Person) -> Mailbox:
        """Return somebody's mailbox."""
        with self.lock:
            made = Mailbox(person.address, self.clock, watcher=self.pubsub.note)
            return self._mailboxes.setdefault(person.address, made)

    def before(self, pattern: str, act: Callable[[], object]) -> None:
        """Let something happen once, just before the next request of a pattern such as `DELETE */drafts/*`."""
        self._acts.append((pattern, act))

    def access_token(self, person: Person, *scopes: str) -> str:
        """Give out a token without a page, for tests of the API alone."""
        return self._new_access(_Grant(person.address, frozenset(scopes)))

    def end_tokens(self, address: str, *, access_only: bool = False) -> None:
        """Refuse the tokens of somebody from now on."""
        with self.lock:
            for kept in (self._access,) if access_only else (self._access, self._refresh):
                for token in [token for token, grant in kept.items() if grant.person == address]:
                    del kept[token]

    def answer(self, request: Request) -> Answer:
        """Answer a request, whatever it is for."""
        for pattern, act in list(self._acts):
            if fnmatchcase(f"{request.method} {request.path}", pattern):
                self._acts.remove((pattern, act))
                act()
        if request.path == BATCH:
            return self._batch(request)
        if request.path.startswith("/gmail/v1/"):
            return self.gmail.answer(request)
        if request.path.startswith("/v1/projects/"):
            return self.pubsub.answer(request)
        handlers = {("GET", AUTHORIZE): self._authorize, ("POST", TOKEN): self._token}
        handler = handlers.get((request.method, request.path))
        return handler(request) if handler else Answer(404, "Not found", content_type="text/plain")

    # https://developers.google.com/identity/protocols/oauth2/web-server

    def _authorize(self, request: Request) -> Answer:
        query = request.query
        if query.get("client_id") != self.client_id:
            return Answer(401, "Error 401: invalid_client", content_type="text/html")
        if query.get("redirect_uri") not in self.redirect_uris:
            return Answer(400, "Error 400: redirect_uri_mismatch", content_type="text/html")
        if query.get("response_type") != "code" or query.get("code_challenge_method", "S256") != "S256":
            return Answer(400, "Error 400: invalid_request", content_type="text/html")
        back = {"state": query.get("state", "")}
        person = self.people[query["fake_person"]]
        if query["fake_accepts"] == "yes":
            scopes = frozenset(query.get("scope", "").split()) - person.unticked
            code, challenge = f"4/{uuid.uuid4().hex}", query.get("code_challenge", "")
            offline = query.get("access_type") == "offline"
            self._codes[code] = _Grant(
                person.address, scopes, self.clock.now() + 600, query["redirect_uri"], challenge, offline
            )
            back |= {"code": code, "scope": " ".join(sorted(scopes))}
        else:
            back["error"] = "access_denied"
        return Answer(302, headers={"Location": f"{query['redirect_uri']}?{urlencode(back)}"})

    def _token(self, request: Request) -> Answer:
        form = request.form
        if form.get("grant_type") == GRANT:
            return self.pubsub.token(form)
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return Answer(401, {"error": "invalid_client", "error_description": "The OAuth client was not found."})
        with self.lock:
            if form.get("grant_type") == "authorization_code":
                return self._by_code(form)
            if form.get("grant_type") == "refresh_token":
                grant = self._refresh.get(form.get("refresh_token", ""))
                if grant is None:
                    words = "Token has been expired or revoked."
                    return Answer(400, {"error": "invalid_grant", "error_description": words})
                return Answer(200, self._tokens(grant))
        return Answer(400, {"error": "unsupported_grant_type"})

    def _by_code(self, form: dict[str, str]) -> Answer:
        grant = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        is_proven = grant is not None and (not grant.challenge or grant.challenge == proof)
        if grant is None or not is_proven or form.get("redirect_uri") != grant.redirect_uri:
            return Answer(400, {"error": "invalid_grant", "error_description": "Bad Request"})
        found = self._tokens(grant)
        if grant.is_offline:
            found["refresh_token"] = f"1//{uuid.uuid4().hex}"
            self._refresh[str(found["refresh_token"])] = grant
        return Answer(200, found)

    def _tokens(self, grant: _Grant) -> dict[str, object]:
        person = self.people[grant.person]
        claims = {"iss": "https://accounts.google.com", "aud": self.client_id, "sub": person.sub}
        claims |= {"email": person.address, "name": person.name} if "email" in grant.scopes else {}
        return {
            "access_token": self._new_access(grant),
            "expires_in": TOKEN_SECONDS,
            "scope": " ".join(sorted(grant.scopes)),
            "token_type": "Bearer",
            **({"id_token": jwt.encode(claims, "k" * 32)} if "openid" in grant.scopes else {}),
        }

    def _new_access(self, grant: _Grant) -> str:
        token = f"ya29.{uuid.uuid4().hex}"
        self._access[token] = _Grant(grant.person, grant.scopes, self.clock.now() + TOKEN_SECONDS)
        return token

    def _mailbox_of(self, request: Request) -> tuple[Mailbox, frozenset[str]]:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        with self.lock:
            grant = self._access.get(token) if kind == "Bearer" else None
        if grant is None or grant.expires_at < self.clock.now():
            raise GoogleRefusal(401, "authError", "Invalid Credentials")
        person = self.people[grant.person]
        if not person.has_gmail:
            raise GoogleRefusal(400, "failedPrecondition", "Mail service not enabled")
        return self.mailbox(person), grant.scopes

    # https://developers.google.com/workspace/gmail/api/guides/batch

    def _batch(self, request: Request) -> Answer:
        kind = request.headers.get("content-type", "")
        if request.method != "POST" or not kind.startswith("multipart/mixed"):
            return GoogleRefusal(400, "badRequest", "Failed to parse batch request.").answer()
        whole = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body, policy=HTTP)
        parts = list(whole.iter_parts())
        if len(parts) > MAX_BATCH:
            return GoogleRefusal(400, "badRequest", "The batch request exceeds the maximum number of calls.").answer()
        boundary = f"batch_{uuid.uuid4().hex}"
        made = []
        for part in parts:
            assert part.get_content_type() == "application/http", part.get_content_type()
            answer = self.gmail.answer(_inner(part.get_payload(), request))
            name = str(part["Content-ID"]).replace("<", "<response-", 1)
            head = f"--{boundary}\r\nContent-Type: application/http\r\nContent-ID: {name}\r\n\r\n"
            inner = f"HTTP/1.1 {answer.status} \r\nContent-Type: application/json\r\n\r\n"
            made.append(f"{head}{inner}".encode() + answer.data + b"\r\n")
        body = b"".join(made) + f"--{boundary}--\r\n".encode()
        return Answer(200, body, content_type=f"multipart/mixed; boundary={boundary}")


def _inner(payload: object, outer: Request) -> Request:
    head, _, body = str(payload).replace("\r\n", "\n").partition("\n\n")
    first, *fields = head.strip().split("\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in fields)}
    headers.setdefault("authorization", outer.headers.get("authorization", ""))
    return Request(method, urlsplit(target)._replace(scheme="", netloc="").geturl(), headers, body.strip().encode())
