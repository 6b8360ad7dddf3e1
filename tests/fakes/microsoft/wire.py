"""What goes over the wire, and the table of routes that Entra, mail and drive share.

A part adds its routes like this; `{name}` takes one part of the path, a handler returns an `Answer`:

```python
def add_drive(routes: Routes) -> None:
    routes.add("GET", "/drives/{drive}/items/{item}", read_item, allows=("Files.Read", "Files.ReadWrite"))

def read_item(call: Call) -> Answer:
    raise Refusal(404, "itemNotFound", "The resource could not be found.")
```
"""

import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from tests.fakes.microsoft.people import Person
    from tests.fakes.microsoft.service import FakeMicrosoft


@dataclass(frozen=True)
class Request:
    """One request as it came. Header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    @property
    def data(self) -> bytes:
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


class Refusal(Exception):
    """Graph does not do it."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str = "",
        *,
        inner: str = "",
        retry_after_seconds: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message or code
        self.inner = inner
        self.retry_after_seconds = retry_after_seconds
        self.headers = dict(headers or {})

    def answer(self) -> Answer:
        request_id = str(uuid.uuid4())
        inner = {"request-id": request_id, "client-request-id": request_id, "date": "2026-11-24T12:00:00"}
        error = {"code": self.code, "message": self.message, "innerError": inner}
        if self.inner:
            error["innerError"] = {"code": self.inner, **inner}
        headers = {"request-id": request_id, **self.headers}
        if self.retry_after_seconds is not None:
            headers["Retry-After"] = str(self.retry_after_seconds)
        return Answer(self.status, {"error": error}, headers)


@dataclass(frozen=True)
class Call:
    """One call of Graph by somebody whose token was accepted.

    `person` is whom `/me` or `/users/{...}` of the path means, None elsewhere. `scopes` are the delegated permissions
    of the token, or the application permissions when `is_app`.
    """

    microsoft: "FakeMicrosoft"
    request: Request
    params: Mapping[str, str]
    scopes: frozenset[str]
    is_app: bool
    caller: "Person | None" = None
    person: "Person | None" = None

    @property
    def query(self) -> dict[str, str]:
        return self.request.query

    @property
    def json(self) -> dict[str, Any]:
        """The body; keys of its first level are read whatever their case, as Graph does."""
        try:
            found = json.loads(self.request.body or b"{}")
        except ValueError as error:
            raise Refusal(400, "BadRequest", "Unable to read JSON request payload.") from error
        if not isinstance(found, dict):
            raise Refusal(400, "BadRequest", "Unable to read JSON request payload.")
        return {key[:1].lower() + key[1:]: value for key, value in found.items()}

    @property
    def preferences(self) -> list[str]:
        """What the `Prefer` header lists."""
        return [part.strip() for part in self.request.headers.get("prefer", "").split(",") if part.strip()]

    @property
    def if_match(self) -> str:
        return self.request.headers.get("if-match", "")

    def whose(self) -> "Person":
        """Return the person of the path."""
        assert self.person is not None, "the route has no person"
        return self.person


Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """One entry of the table. `allows` are the permissions any of which opens it; empty: none is needed."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    allows: frozenset[str]


def _named(part: str) -> str:
    """Return the pattern of a name: one part of the path, with a star all the rest."""
    return f"(?P<{part[:-1]}>.+)" if part.endswith("*") else f"(?P<{part}>[^/]+)"


class Routes:
    """The table of Graph's addresses, below the version. `/me/...` is `/users/{person}/...`."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def add(self, method: str, path: str, handler: Handler, *, allows: Sequence[str] = ()) -> None:
        """Add a route."""
        parts = re.split(r"\{(\w+\*?)\}", path)
        pattern = "".join(_named(part) if index % 2 else re.escape(part) for index, part in enumerate(parts))
        self._routes.append(Route(method, re.compile(pattern), handler, frozenset(allows)))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the route of a path and what its names stand for."""
        is_known = False
        for route in self._routes:
            if found := route.pattern.fullmatch(path):
                is_known = True
                if route.method == method:
                    return route, {name: unquote(value) for name, value in found.groupdict().items()}
        if is_known:
            raise Refusal(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
        raise Refusal(400, "BadRequest", "Resource not found for the segment.")
