"""Error answers of Graph, as our errors.

Codes decide, never Graph's own words: those may quote the person's data, so they appear in no message and no log.
https://learn.microsoft.com/graph/errors
"""

import json
from typing import Any

import httpx

from core.errors import (
    ConflictError,
    CredentialError,
    ForbiddenError,
    InlaidError,
    InputError,
    LimitError,
    NotFoundError,
    OutageError,
)

_FULL = frozenset({"ErrorQuotaExceeded", "quotaLimitReached", "ErrorMessageSizeExceeded", "insufficientStorage"})
_CHANGED = frozenset({"ErrorIrresolvableConflict", "resourceModified", "entityTagDoesNotMatch"})
_LOCKED = frozenset({"resourceLocked", "resourceCheckedOut"})
_RESYNC = frozenset({"syncStateNotFound", "resyncRequired", "SyncStateNotFound", "SyncStateInvalid"})
_OUTAGES = frozenset({408, 429, 500, 502, 503, 504, 509})


class ChangedError(ConflictError):
    """Somebody changed it since it was read (409, 412)."""

    code = "graph_changed"


class LockedError(ConflictError):
    """It is open elsewhere and cannot be changed (423)."""

    code = "graph_locked"


class ResyncError(InputError):
    """The position in a list of changes is no longer known (410): begin again."""

    code = "graph_resync"


class GraphOutage(OutageError):
    """Graph is down, slow, or asks to wait. `is_doubtful`: what was asked may have been done all the same."""

    code = "graph_outage"

    def __init__(self, message: str, *, fix: str = "Inlaid tries again by itself.", is_doubtful: bool = False) -> None:
        super().__init__(message, fix=fix)
        self.is_doubtful = is_doubtful


def codes_of(response: httpx.Response) -> list[str]:
    """Return the error codes, outermost first."""
    try:
        found: Any = json.loads(response.content).get("error")
    except (ValueError, AttributeError):
        return []
    codes = []
    while isinstance(found, dict):
        if isinstance(found.get("code"), str):
            codes.append(found["code"])
        found = found.get("innerError") or found.get("innererror")
    return codes


def error_of(response: httpx.Response) -> InlaidError:
    """Return the error for an answer that is no success."""
    codes = frozenset(codes_of(response))
    where = _support(response)
    status = response.status_code
    if codes & _FULL or status in {413, 507}:
        return LimitError(f"The mailbox or drive at Microsoft is full, or this is too large.{where}", fix="Free space.")
    if codes & _LOCKED or status == 423:
        return LockedError(f"It is open or checked out elsewhere.{where}", fix="Close it there, or save a copy.")
    if codes & _CHANGED or status in {409, 412}:
        return ChangedError(f"It was changed by somebody else in between.{where}", fix="Read it again and repeat.")
    if codes & _RESYNC or status == 410:
        return ResyncError(f"Microsoft has forgotten this position.{where}", fix="Begin again; nothing is lost.")
    if status in _OUTAGES:
        return GraphOutage(f"Microsoft Graph is down or asks to wait.{where}", is_doubtful=status not in {429, 503})
    return _refusal(status, codes, where)


def _refusal(status: int, codes: frozenset[str], where: str) -> InlaidError:
    if status == 401:
        return CredentialError(f"Microsoft no longer accepts the sign-in.{where}", fix="Connect Microsoft 365 again.")
    if status == 403:
        return ForbiddenError(
            f"Microsoft Graph does not allow this ({_shown(codes)}).{where}",
            fix="An administrator grants the permissions named in deploy/entra, for this mailbox or site.",
        )
    if status == 404:
        return NotFoundError(f"Microsoft Graph does not find it ({_shown(codes)}).{where}", fix="Check that it exists.")
    return InputError(f"Microsoft Graph refuses the request ({_shown(codes) or status}).{where}", fix="")


def _shown(codes: frozenset[str]) -> str:
    return ", ".join(sorted(code[:60] for code in codes))


def _support(response: httpx.Response) -> str:
    """Return what Microsoft's support asks for."""
    request_id = response.headers.get("request-id", "")[:60]
    return f" (request-id {request_id})" if request_id else ""
