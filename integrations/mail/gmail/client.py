"""Calls to Gmail through Google's own library, over the process's one HTTP client; it cannot send mail.

The library's description of the API makes the requests and checks their parameters; it comes with the library, so that
nothing is fetched. What may be written is a fixed list: drafts and labels, and nothing that sends.

Errors: https://developers.google.com/workspace/gmail/api/guides/handle-errors. Over the quota (15,000 units per person
and minute) Gmail answers 403 `userRateLimitExceeded` or 429: https://developers.google.com/workspace/gmail/api/reference/quota.
"""

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from core.drafts import JsonObject
from core.errors import (
    CredentialError,
    ForbiddenError,
    InlaidError,
    InputError,
    LimitError,
    NotFoundError,
    OutageError,
    SettingsError,
)
from core.ports import Token
from core.system.connections import wait_seconds
from integrations.graph.transport import ANSWER_SECONDS, CONNECT_SECONDS, shared_http
from integrations.mail.message.mime import MAX_MESSAGE_BYTES

if TYPE_CHECKING:
    from googleapiclient.errors import HttpError
    from googleapiclient.http import HttpRequest

GOOGLE = "https://gmail.googleapis.com"
USER_AGENT = "Inlaid/1.0"
# What may be changed: drafts, labels, and whether Gmail tells of changes; `batch` holds nothing but what this client
# makes, which only reads.
_WRITES = (
    "POST users/me/drafts",
    "DELETE users/me/drafts/*",
    "POST users/me/labels",
    "POST users/me/messages/*/modify",
    "POST users/me/watch",
    "POST users/me/stop",
    "POST batch",
)
# As many requests as one batch should hold: https://developers.google.com/workspace/gmail/api/guides/batch.
BATCH_REQUESTS = 50
MAX_TRIES = 4
MAX_WAIT_SECONDS = 15.0
MAX_PAGES = 40
_RETRY = "Inlaid tries again automatically."
# Base 64 makes a mail a third longer.
_MAX_ANSWER_BYTES = 2 * MAX_MESSAGE_BYTES
_RATES = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"})
_OUTAGES = frozenset({408, 429, 500, 502, 503, 504})
AGAIN = "Connect the mailbox again: inlaid mailbox add gmail, or the console's page Connections."


class ConsentMissing(CredentialError):
    """Google has not been told that Inlaid may do this."""

    code = "google_consent"


class _Line:
    """What Google's library calls to send a request: the part of an `httplib2.Http` that it uses."""

    def __init__(self, root: str, token: str) -> None:
        self._root = root
        self._token = token

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Mapping[str, str] | None = None, **_: Any
    ) -> tuple[Any, bytes]:
        """Send a request, and return the answer as httplib2 does.

        Raises:
            ForbiddenError: it is none that this program makes.
            httpx.TransportError: there is no answer.
        """
        from httplib2 import Response

        _require_allowed(self._root, uri, method)
        sent = {**(headers or {}), "Authorization": f"Bearer {self._token}", "user-agent": USER_AGENT}
        timeout = httpx.Timeout(wait_seconds(ANSWER_SECONDS), connect=wait_seconds(CONNECT_SECONDS))
        with shared_http().stream(method, uri, content=body or None, headers=sent, timeout=timeout) as answer:
            data = bytearray()
            for chunk in answer.iter_bytes():
                data += chunk
                if len(data) > _MAX_ANSWER_BYTES:
                    raise LimitError(f"It has more than {MAX_MESSAGE_BYTES // 2**20} MB.")
        told = {name: answer.headers[name] for name in ("content-type", "retry-after") if name in answer.headers}
        return Response({"status": str(answer.status_code), **told}), bytes(data)


def _require_allowed(root: str, uri: str, method: str) -> None:
    path = urlsplit(uri).path.strip("/").removeprefix("gmail/v1/")
    is_known = method == "GET" or any(fnmatchcase(f"{method} {path}", known) for known in _WRITES)
    if not uri.startswith(f"{root}/") or not is_known:
        raise ForbiddenError("This program does not call that action of Gmail.")


@cache
def _service(root: str) -> Any:
    """Return Google's library for Gmail at an address. It holds no token and no connection."""
    from googleapiclient.discovery import build_from_document

    folder = resources.files("googleapiclient") / "discovery_cache" / "documents"
    description = json.loads((folder / "gmail.v1.json").read_text())
    return build_from_document({**description, "rootUrl": f"{root}/"}, http=_Line(root, ""))


class Gmail:
    """Gmail for one person.

    Args:
        url: where Google is, "" for Google's own address.
        token: where bearer tokens come from; asked before each request, and once more for a new one after a 401.
        wait: called with the seconds to wait.
    """

    def __init__(self, url: str, token: Token, *, wait: Callable[[float], None] = time.sleep) -> None:
        self._root = url or GOOGLE
        self._token = token
        self._wait = wait

    @property
    def users(self) -> Any:
        """What makes requests; they are sent by `call`."""
        return _service(self._root).users()

    def call(self, request: "HttpRequest") -> JsonObject:
        """Send a request, waiting as long as Google asks, within limits.

        Raises:
            InlaidError: see `error_of`.
        """
        found = self._send(lambda http: request.execute(http=http), is_once_only=request.method == "POST")
        if found and not isinstance(found, dict):  # the library gives what is no JSON as it is
            raise OutageError("Gmail cannot be reached, or answers nonsense.", fix=_RETRY)
        return dict(found or {})

    def pages(self, make: Callable[[str | None], "HttpRequest"]) -> Iterator[JsonObject]:
        """Return the pages of a list; `make` makes the request for a page token."""
        token: str | None = None
        for _ in range(MAX_PAGES):
            page = self.call(make(token))
            yield page
            token = page.get("nextPageToken")
            if not token:
                return

    def call_many(self, requests: Sequence["HttpRequest"]) -> list[JsonObject | InlaidError]:
        """Send requests that only read, in batches; return what each gave, or why there is nothing, in their order."""
        found: dict[int, JsonObject | InlaidError] = {}
        waiting = [*range(len(requests))]
        for attempt in range(1, MAX_TRIES + 1):
            late: list[int] = []
            for start in range(0, len(waiting), BATCH_REQUESTS):
                for number, answer in self._batch(waiting[start : start + BATCH_REQUESTS], requests):
                    found[number] = answer
                    if isinstance(answer, OutageError):
                        late.append(number)
            waiting = late
            if not waiting or attempt == MAX_TRIES:
                break
            self._wait(_backoff_seconds(attempt))
        lost = OutageError("Gmail left a request of a batch without an answer.", fix=_RETRY)
        return [found.get(number, lost) for number in range(len(requests))]

    def _batch(
        self, numbers: Sequence[int], requests: Sequence["HttpRequest"]
    ) -> Iterator[tuple[int, JsonObject | InlaidError]]:
        found: dict[str, JsonObject | InlaidError] = {}

        def take(name: str, answer: JsonObject | None, error: "HttpError | None") -> None:
            found[name] = answer or {} if error is None else error_of(error)

        def send(http: _Line) -> None:
            batch = _service(self._root).new_batch_http_request(take)
            for number in numbers:
                batch.add(requests[number], request_id=str(number))
            batch.execute(http=http)

        self._send(send, is_once_only=False)
        for name, answer in found.items():
            yield int(name), answer

    def _send(self, send: Callable[[_Line], Any], *, is_once_only: bool) -> Any:
        from googleapiclient.errors import BatchError, HttpError

        is_renewed = False
        for attempt in range(1, MAX_TRIES + 1):
            is_last = attempt == MAX_TRIES
            try:
                return send(_Line(self._root, self._token(is_renewed)))
            except HttpError as error:
                if int(error.resp.status) == 401 and not is_renewed:
                    is_renewed = True
                    continue
                seconds = _wait_seconds(error, attempt, is_once_only=is_once_only)
                if is_last or seconds is None:
                    raise error_of(error) from error
            except (httpx.TransportError, TimeoutError, BatchError, ValueError) as error:
                # What may have been done is not asked for again here; the next try of the job looks first.
                if is_last or is_once_only or isinstance(error, TimeoutError | ValueError):
                    words = "Gmail cannot be reached, or answers nonsense."
                    raise OutageError(words, fix=_RETRY) from error
                seconds = _backoff_seconds(attempt)
            self._wait(seconds)
        raise OutageError("Gmail gave no answer.", fix=_RETRY)


def _wait_seconds(error: "HttpError", attempt: int, *, is_once_only: bool) -> float | None:
    """Return how long to wait before another try; None when it is not tried again."""
    status, reasons = int(error.resp.status), _reasons(error)
    was_refused = status == 429 or bool(reasons & (_RATES - {"dailyLimitExceeded"}))
    if not was_refused and (is_once_only or status not in _OUTAGES):
        return None
    asked = str(error.resp.get("retry-after", ""))[:9]
    seconds = float(asked) if asked.isdecimal() else _backoff_seconds(attempt)
    return seconds if seconds <= MAX_WAIT_SECONDS else None


def _backoff_seconds(attempt: int) -> float:
    return float(2 ** (attempt - 1)) + random.random()  # noqa: S311 - no secret


def _reasons(error: "HttpError") -> frozenset[str]:
    """Return the reasons that Google gives; its words may quote the person's data and are left out everywhere."""
    try:
        found = json.loads(error.content)["error"]
        return frozenset(str(detail.get("reason"))[:60] for detail in found.get("errors", ()))
    except (ValueError, KeyError, TypeError, AttributeError):
        return frozenset()


def error_of(error: "HttpError") -> InlaidError:
    """Return the error for an answer that is no success."""
    status, reasons = int(error.resp.status), _reasons(error)
    if status in _OUTAGES or reasons & _RATES:
        asked = str(error.resp.get("retry-after", ""))[:9]
        seconds = float(asked) if asked.isdecimal() else 0.0
        words = "Gmail is down or asks to wait."
        return OutageError(words, fix=_RETRY, retry_after_seconds=seconds)
    if status == 401:
        return CredentialError("Google no longer accepts the sign-in.", fix=AGAIN)
    if reasons & {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}:
        return ConsentMissing("Google was not told that Inlaid may read mail and write drafts.", fix=AGAIN)
    if reasons & {"accessNotConfigured", "SERVICE_DISABLED"}:
        return SettingsError("The Gmail API is not switched on for this client.", fix="See deploy/google, step 2.")
    if "storageQuotaExceeded" in reasons:
        return LimitError("The mailbox at Google is full.", fix="Free space.")
    return _refusal(status, reasons)


def _refusal(status: int, reasons: frozenset[str]) -> InlaidError:
    shown = ", ".join(sorted(reasons)) or str(status)
    if "failedPrecondition" in reasons:
        return ForbiddenError("This Google account has no Gmail.", fix="Choose an account that has a mailbox.")
    if status == 403:
        return ForbiddenError(
            f"Google does not allow this ({shown}).", fix="Ask your administrator; see deploy/google."
        )
    if status == 404:
        return NotFoundError("Gmail does not find it.", fix="Check that it exists.")
    if status == 413:
        return LimitError("It is too large for Gmail.")
    return InputError(f"Gmail refuses the request ({shown}).", fix="")
