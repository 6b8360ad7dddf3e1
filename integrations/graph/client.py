"""Calls to Microsoft Graph: a thin client that waits when asked to, and cannot send mail.

A POST reaches only the actions of a fixed list; no list entry sends, so no caller can. Bodies and addresses are never
logged: a path may hold an address. Every item id is immutable (`Prefer: IdType="ImmutableId"`).
"""

import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpx

from core.drafts import JsonObject
from core.errors import ForbiddenError, InlaidError, LimitError
from core.ports import Token
from core.text.forms import consists_of
from integrations.graph.errors import GraphOutage, error_of
from integrations.graph.transport import shared_http

# What may be POSTed, by the last part of the path: nothing that sends is among it.
POSTED = frozenset(
    {
        "checkin",
        "checkout",
        "children",
        "createReply",
        "createReplyAll",
        "createUploadSession",
        "messages",
        "reauthorize",
        "restoreVersion",
        "subscriptions",
    }
)
IMMUTABLE_IDS = 'IdType="ImmutableId"'
# As many requests one batch holds (https://learn.microsoft.com/graph/json-batching).
BATCH_REQUESTS = 20
MAX_TRIES = 4
MAX_WAIT_SECONDS = 15.0
_PATH_MARKS = "/_.%@'$!~+,:;=()-"
_ONCE_ONLY = frozenset({"POST"})


class Graph:
    """Microsoft Graph for one person or app.

    Args:
        base_url: with its version, such as `https://graph.microsoft.com/v1.0`.
        token: where bearer tokens come from; asked before each request, and once more for a new one after a 401.
        http: a client to use; the process's shared one by default.
        wait: called with the seconds to wait.
    """

    def __init__(
        self,
        base_url: str,
        token: Token,
        *,
        http: httpx.Client | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._http = http or shared_http()
        self._wait = wait

    def bearer(self) -> str:
        """Return the token that is sent, to be looked into."""
        return self._token()

    def get(
        self,
        path: str,
        *,
        select: Sequence[str] = (),
        params: Mapping[str, Any] | None = None,
        prefer: Sequence[str] = (),
    ) -> JsonObject:
        """Return what is there.

        Raises:
            InlaidError: see `integrations.graph.errors`; so for every method here.
        """
        wanted = {**({"$select": ",".join(select)} if select else {}), **(params or {})}
        return _json(self._send("GET", self._url(path), params=wanted, prefer=prefer))

    def paged(
        self, path: str, *, params: Mapping[str, Any] | None = None, prefer: Sequence[str] = ()
    ) -> Iterator[JsonObject]:
        """Return all entries of a list, page by page as they are asked for."""
        for page in self.pages(path, params=params, prefer=prefer):
            yield from page.get("value", ())

    def pages(
        self, path: str, *, params: Mapping[str, Any] | None = None, prefer: Sequence[str] = ()
    ) -> Iterator[JsonObject]:
        """Return the pages of a list. `path` may be a link that Graph gave; the last page may hold the next link."""
        page = self.get(path, params=params, prefer=prefer)
        yield page
        while link := page.get("@odata.nextLink"):
            page = self.get(str(link), prefer=prefer)
            yield page

    def get_bytes(self, path: str, *, max_bytes: int) -> bytes:
        """Return the content of a file or mail. A redirect is followed without the token.

        Raises:
            LimitError: it is larger than `max_bytes`.
        """
        response = self._send("GET", self._url(path), max_bytes=max_bytes)
        if response.has_redirect_location:
            target = response.headers["Location"]
            response = self._send("GET", target, max_bytes=max_bytes, is_ours=False)
        return response.content

    def get_many(
        self, paths: Sequence[str], *, select: Sequence[str] = (), expand: str = ""
    ) -> list[JsonObject | InlaidError]:
        """Return what is at each of these paths, or why it cannot be read, in their order; in batches of twenty."""
        options = [f"$select={','.join(select)}"] if select else []
        options += [f"$expand={quote(expand)}"] if expand else []
        wanted = f"?{'&'.join(options)}" if options else ""
        return self._many("GET", [(path, wanted, None) for path in paths])

    def patch_many(self, changes: Sequence[tuple[str, JsonObject]]) -> list[JsonObject | InlaidError]:
        """Change what is at each of these paths, and return what it is then, or why not; as `get_many`."""
        return self._many("PATCH", [(path, "", body) for path, body in changes])

    def _many(
        self, method: str, wanted: Sequence[tuple[str, str, JsonObject | None]]
    ) -> list[JsonObject | InlaidError]:
        """Send requests in batches. None of them is a POST, so nothing is sent. What asks to wait is asked again."""
        found: dict[int, JsonObject | InlaidError] = {}
        asked = [self._batched(number, method, *request) for number, request in enumerate(wanted)]
        waiting = [*range(len(asked))]
        for attempt in range(1, MAX_TRIES + 1):
            late: list[int] = []
            seconds = 0.0
            for start in range(0, len(waiting), BATCH_REQUESTS):
                for number, answer in self._batch([asked[index] for index in waiting[start : start + BATCH_REQUESTS]]):
                    wait_seconds = None if answer.is_success else _wait_seconds(method, answer, attempt)
                    found[number] = _json(answer) if answer.is_success else error_of(answer)
                    if wait_seconds is not None and wait_seconds <= MAX_WAIT_SECONDS:
                        late.append(number)
                        seconds = max(seconds, wait_seconds)
            waiting = sorted(late)
            if not waiting or attempt == MAX_TRIES:
                break
            self._wait(seconds)
        lost = GraphOutage("Microsoft Graph did not answer one request of a batch.")
        return [found.get(number, lost) for number in range(len(asked))]

    def _batched(self, number: int, method: str, path: str, query: str, body: JsonObject | None) -> JsonObject:
        self._url(path)  # refuses what is no path of Graph's
        asked: JsonObject = {"id": str(number), "method": method, "url": path + query}
        headers = {"Prefer": IMMUTABLE_IDS}
        if body is None:
            return {**asked, "headers": headers}
        return {**asked, "headers": {**headers, "Content-Type": "application/json"}, "body": body}

    def _batch(self, asked: Sequence[JsonObject]) -> Iterator[tuple[int, httpx.Response]]:
        answers = _json(self._send("POST", self._base_url + "/$batch", json={"requests": list(asked)}))
        for answer in answers.get("responses", ()):
            response = httpx.Response(answer["status"], json=answer.get("body"), headers=answer.get("headers") or {})
            yield int(answer["id"]), response

    def post(
        self, path: str, body: JsonObject | None = None, *, if_match: str = "", prefer: Sequence[str] = ()
    ) -> JsonObject:
        """Create something, or run one of the actions of `POSTED`.

        Raises:
            ForbiddenError: the action is not on the list.
        """
        url = self._url(path)
        action = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
        if action not in POSTED:
            raise ForbiddenError("Inlaid does not call that action of Microsoft Graph.")
        return _json(self._send("POST", url, json=body or {}, if_match=if_match, prefer=prefer))

    def patch(self, path: str, body: JsonObject, *, if_match: str = "") -> JsonObject:
        """Change something; with `if_match` only as it was read."""
        return _json(self._send("PATCH", self._url(path), json=body, if_match=if_match))

    def put(self, path: str, data: bytes, *, content_type: str, if_match: str = "") -> JsonObject:
        """Replace the content of a file."""
        url = self._url(path)
        return _json(self._send("PUT", url, content=data, content_type=content_type, if_match=if_match))

    def put_chunk(self, upload_url: str, data: bytes, *, content_range: str) -> JsonObject:
        """Send a chunk of a file to the address of an upload session, which takes no token."""
        kind = "application/octet-stream"
        return _json(
            self._send("PUT", upload_url, is_ours=False, content=data, content_type=kind, content_range=content_range)
        )

    def delete(self, path: str, *, if_match: str = "") -> None:
        """Delete something."""
        self._send("DELETE", self._url(path), if_match=if_match)

    def _url(self, path: str) -> str:
        """Return the address of a path, or of a link of Graph's own.

        Raises:
            ForbiddenError: it leads elsewhere, where the token must not go.
        """
        if path.startswith(f"{self._base_url}/"):
            return path
        if not path.startswith("/") or not consists_of(path, _PATH_MARKS) or "//" in path or "/.." in unquote(path):
            raise ForbiddenError("This address does not belong to Microsoft Graph.")
        return self._base_url + path

    def _send(
        self, method: str, url: str, *, is_ours: bool = True, max_bytes: int = 0, **options: Any
    ) -> httpx.Response:
        """Send until there is an answer, waiting as long as Graph asks, within limits."""
        is_renewed = False
        for attempt in range(1, MAX_TRIES + 1):
            request = self._request(method, url, options, token=self._token(is_renewed) if is_ours else "")
            is_last = attempt == MAX_TRIES
            try:
                response = _receive(self._http, request, max_bytes)
            except httpx.TransportError as error:
                if is_last or method in _ONCE_ONLY or isinstance(error, httpx.UnsupportedProtocol):
                    raise GraphOutage("Microsoft Graph cannot be reached.", is_doubtful=True) from error
                self._wait(_backoff_seconds(attempt))
                continue
            if response.is_success or response.has_redirect_location:
                return response
            if response.status_code == 401 and is_ours and not is_renewed:
                is_renewed = True
                continue
            wait_seconds = _wait_seconds(method, response, attempt)
            if is_last or wait_seconds is None or wait_seconds > MAX_WAIT_SECONDS:
                raise error_of(response)
            self._wait(wait_seconds)
        raise GraphOutage("Microsoft Graph did not answer.")

    def _request(self, method: str, url: str, options: Mapping[str, Any], *, token: str) -> httpx.Request:
        headers = {"client-request-id": str(uuid.uuid4())}
        if token:
            headers["Authorization"] = f"Bearer {token}"
            headers["Prefer"] = ", ".join((IMMUTABLE_IDS, *options.get("prefer", ())))
        named = {"If-Match": "if_match", "Content-Type": "content_type", "Content-Range": "content_range"}
        headers |= {name: str(options[key]) for name, key in named.items() if options.get(key)}
        sent = {key: options[key] for key in ("json", "content") if key in options}
        return self._http.build_request(method, url, params=options.get("params") or None, headers=headers, **sent)


def segment(value: str) -> str:
    """Return an id or address as one part of a path."""
    return quote(value, safe="@")


def _receive(http: httpx.Client, request: httpx.Request, max_bytes: int) -> httpx.Response:
    """Return the whole answer; what grows beyond `max_bytes` is not read on."""
    response = http.send(request, stream=True)
    try:
        if max_bytes and response.is_success:
            return httpx.Response(response.status_code, content=_read_within(response, max_bytes), request=request)
        response.read()
    finally:
        response.close()
    return response


def _read_within(response: httpx.Response, max_bytes: int) -> bytes:
    data = bytearray()
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) > max_bytes:
            raise LimitError(f"It is larger than {max_bytes // 2**20} MB.", fix="Use a smaller one.")
    return bytes(data)


def _json(response: httpx.Response) -> JsonObject:
    if not response.content:
        return {}
    try:
        found = response.json()
    except ValueError as error:
        raise GraphOutage("Microsoft Graph answered something that is not JSON.", is_doubtful=True) from error
    return found if isinstance(found, dict) else {"value": found}


def _wait_seconds(method: str, response: httpx.Response, attempt: int) -> float | None:
    """Return how long to wait before another try; None when it is not tried again.

    A POST is repeated only where nothing was done: 429, or 503 with Retry-After.
    """
    asked = response.headers.get("Retry-After", "")
    seconds = float(asked[:9]) if asked.strip().isdecimal() else None
    status = response.status_code
    if status == 429 or (status == 503 and (seconds is not None or method not in _ONCE_ONLY)):
        return _backoff_seconds(attempt) if seconds is None else seconds
    return _backoff_seconds(attempt) if status in {502, 504} and method not in _ONCE_ONLY else None


def _backoff_seconds(attempt: int) -> float:
    return float(2 ** (attempt - 1)) * random.uniform(0.5, 1.0)  # noqa: S311 # jitter
