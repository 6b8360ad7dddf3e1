"""Graph's front: who calls, whether they may, how fast, and the route that answers."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt

from tests.fakes.microsoft.grants import GRAPH_AUDIENCE
from tests.fakes.microsoft.people import Person
from tests.fakes.microsoft.wire import Answer, Call, Refusal, Request, Routes

if TYPE_CHECKING:
    from tests.fakes.microsoft.service import FakeMicrosoft

MAX_AT_ONCE = 4
# Mail that leaves. Nobody may come here, and each attempt is written down.
SENDING = frozenset({"send", "sendmail", "reply", "replyall", "forward", "microsoft.graph.sendmail"})


@dataclass(frozen=True)
class _Caller:
    claims: dict[str, Any]
    person: Person | None

    @property
    def is_app(self) -> bool:
        return "roles" in self.claims

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.claims["roles"] if self.is_app else str(self.claims.get("scp", "")).split())


class GraphFront:
    """Answers everything below the version.

    Args:
        microsoft: the whole.
        routes: what can be called.
    """

    def __init__(self, microsoft: "FakeMicrosoft", routes: Routes) -> None:
        self.microsoft = microsoft
        self.routes = routes
        self.enforces_concurrency = True
        self._lock = threading.Lock()
        self._at_once: Counter[str] = Counter()

    def answer(self, request: Request, path: str) -> Answer:
        """Answer a request; `path` is what follows the version."""
        try:
            return self._answer(request, path)
        except Refusal as refusal:
            return refusal.answer()

    def _answer(self, request: Request, path: str) -> Answer:
        if path.rpartition("/")[2].lower() in SENDING and request.method == "POST":
            self.microsoft.ledger.sends.append(path)
            raise Refusal(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        caller = self._caller(request)
        path = self._absolute(path, caller)
        route, params = self.routes.find(request.method, path)
        person = self._person(params["user"], caller) if "user" in params else None
        if route.allows and not route.allows & self._scopes_in(person, caller):
            raise Refusal(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        call = Call(self.microsoft, request, params, caller.scopes, caller.is_app, caller.person, person)
        with self._slot(person):
            return route.handler(call)

    def _caller(self, request: Request) -> _Caller:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            raise Refusal(401, "InvalidAuthenticationToken", "Access token is empty.")
        now = self.microsoft.clock.now()
        try:
            claims = self.microsoft.keys.verify(token, audiences=[GRAPH_AUDIENCE, self.microsoft.url], now=now)
        except jwt.ExpiredSignatureError:
            raise Refusal(401, "InvalidAuthenticationToken", "Lifetime validation failed.") from None
        except jwt.InvalidTokenError:
            raise Refusal(401, "InvalidAuthenticationToken", "Access token validation failure.") from None
        person = self.microsoft.find_person(str(claims.get("oid", "")))
        is_ended = person is not None and claims.get("generation") != person.generation
        if is_ended or claims["uti"] in self.microsoft.refused_tokens:
            raise Refusal(401, "InvalidAuthenticationToken", "The token has been revoked.")
        return _Caller(claims, person)

    def _absolute(self, path: str, caller: _Caller) -> str:
        if path != "/me" and not path.startswith("/me/"):
            return path
        if caller.person is None:
            raise Refusal(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
        return f"/users/{caller.person.oid}{path.removeprefix('/me')}"

    def _person(self, name: str, caller: _Caller) -> Person:
        person = self.microsoft.find_person(name)
        if person is None:
            raise Refusal(404, "ErrorInvalidUser", f"The requested user '{name}' is invalid.")
        if caller.is_app and not self.microsoft.is_in_reach(person):
            raise Refusal(403, "ErrorAccessDenied", "Access to OData is disabled.")
        if not caller.is_app and not self._is_shared_with(person, caller):
            raise Refusal(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        return person

    def _is_shared_with(self, person: Person, caller: _Caller) -> bool:
        """Whether a mailbox is the caller's own, or Exchange lets them into it."""
        members = self.microsoft.shares.get(person.oid, set())
        return caller.person is person or (caller.person is not None and caller.person.oid in members)

    def _scopes_in(self, person: Person | None, caller: _Caller) -> frozenset[str]:
        """Return the permissions that count in a mailbox: in one that is shared with the caller, only `*.Shared`."""
        shared = frozenset(scope.removesuffix(".Shared") for scope in caller.scopes if scope.endswith(".Shared"))
        if caller.is_app or person is None or caller.person is person:
            return caller.scopes | shared
        # A token bears whatever else an administrator has consented to.
        return shared | (caller.person.consented & {"User.ReadBasic.All"} if caller.person else set())

    @contextmanager
    def _slot(self, person: Person | None) -> Iterator[None]:
        """Hold one of the four requests that one app may have in a mailbox at a time."""
        if person is None or not self.enforces_concurrency:
            yield
            return
        with self._lock:
            if self._at_once[person.oid] >= MAX_AT_ONCE:
                raise Refusal(429, "ApplicationThrottled", inner="MailboxConcurrency", retry_after_seconds=1)
            self._at_once[person.oid] += 1
        try:
            yield
        finally:
            with self._lock:
                self._at_once[person.oid] -= 1
