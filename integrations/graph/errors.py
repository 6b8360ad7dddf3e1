"""Error answers of Graph and of the authority (Entra), as our errors.

Codes decide, never Graph's own words: those may quote the person's data, so they appear in no message and no log.
https://learn.microsoft.com/graph/errors
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
    SettingsError,
)

_FULL = frozenset({"ErrorQuotaExceeded", "quotaLimitReached", "ErrorMessageSizeExceeded", "insufficientStorage"})
_CHANGED = frozenset({"ErrorIrresolvableConflict", "resourceModified", "entityTagDoesNotMatch"})
_LOCKED = frozenset({"resourceLocked", "resourceCheckedOut"})
_RESYNC = frozenset({"syncStateNotFound", "resyncRequired", "SyncStateNotFound", "SyncStateInvalid"})
_OUTAGES = frozenset({408, 429, 500, 502, 503, 504, 509})
_AGAIN = "Connect Microsoft 365 again."
_CONSENT = frozenset({65001, 65004, 90094, 90095})
# What a person is told, by AADSTS number.
_SENTENCES: dict[int, tuple[str, str]] = {
    65001: ("The consent for Microsoft 365 is missing or was withdrawn.", _AGAIN),
    65004: ("The consent for Microsoft 365 was declined.", "Begin again, and accept the permissions."),
    90094: ("An administrator has to consent to Inlaid first.", "Ask your administrator; see deploy/entra."),
    90095: ("An administrator has to consent to Inlaid first.", "Ask your administrator; see deploy/entra."),
    50173: ("The password at Microsoft was changed, which ended the sign-in.", _AGAIN),
    50057: ("The account at Microsoft is disabled.", "Ask your administrator."),
    50076: ("Microsoft wants you to confirm who you are.", _AGAIN),
    50079: ("Microsoft wants you to confirm who you are.", _AGAIN),
    53003: ("Your organisation's rules do not allow this sign-in.", "Ask your administrator."),
    70000: ("The Microsoft sign-in has ended.", _AGAIN),
    70008: ("The Microsoft sign-in has expired.", _AGAIN),
    700082: ("The Microsoft sign-in has expired.", _AGAIN),
    54005: ("This sign-in link was already used.", "Begin the sign-in again."),
}
# What only an administrator can fix.
_SETTINGS: dict[int, tuple[str, str]] = {
    7000215: ("Microsoft refuses the client secret.", "Set INLAID_MICROSOFT_CLIENT_SECRET to the secret's value."),
    7000222: ("The client secret has expired.", "Create a new one, and set INLAID_MICROSOFT_CLIENT_SECRET."),
    700016: ("Microsoft does not know the application.", "Check INLAID_MICROSOFT_CLIENT_ID and _TENANT_ID."),
    50011: (
        "The redirect address is not registered.",
        "Add INLAID_PUBLIC_URL/graph/signed-in to the app registration.",
    ),
    90002: ("Microsoft does not know the tenant.", "Check INLAID_MICROSOFT_TENANT_ID."),
}


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

    def __init__(
        self,
        message: str,
        *,
        fix: str = "Inlaid tries again automatically.",
        is_doubtful: bool = False,
        retry_after_seconds: float = 0.0,
    ) -> None:
        super().__init__(message, fix=fix, retry_after_seconds=retry_after_seconds)
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
        return ChangedError(f"Somebody else changed it in the meantime.{where}", fix="Read it again and repeat.")
    if codes & _RESYNC or status == 410:
        return ResyncError(f"Microsoft has forgotten this position.{where}", fix="Begin again; nothing is lost.")
    if status in _OUTAGES:
        asked = response.headers.get("Retry-After", "").strip()[:9]
        return GraphOutage(
            f"Microsoft Graph is down or asks to wait.{where}",
            is_doubtful=status not in {429, 503},
            retry_after_seconds=float(asked) if asked.isdecimal() else 0.0,
        )
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
        return NotFoundError(f"Microsoft Graph cannot find it ({_shown(codes)}).{where}", fix="Check that it exists.")
    return InputError(f"Microsoft Graph refused the request ({_shown(codes) or status}).{where}", fix="")


def _shown(codes: frozenset[str]) -> str:
    return ", ".join(sorted(code[:60] for code in codes))


def _support(response: httpx.Response) -> str:
    """Return what Microsoft's support asks for."""
    request_id = response.headers.get("request-id", "")[:60]
    return f" (request-id {request_id})" if request_id else ""


class ConsentError(CredentialError):
    """The person has to do something at Microsoft first: consent, or prove more. `claims` says what, for the client."""

    code = "microsoft_consent"

    def __init__(self, message: str, *, fix: str = _AGAIN, claims: str = "") -> None:
        super().__init__(message, fix=fix)
        self.claims = claims

    def to_json(self) -> dict[str, str]:
        """Return the public form, with the claims that the client has to ask for."""
        return super().to_json() | ({"claims": self.claims} if self.claims else {})


def sign_in_error(result: Mapping[str, Any]) -> InlaidError:
    """Return the error for an answer of msal that holds no token."""
    numbers = [number for number in result.get("error_codes") or () if isinstance(number, int)]
    number = numbers[0] if numbers else _number_in(str(result.get("error_description", "")))
    if number in _SETTINGS:
        message, fix = _SETTINGS[number]
        return SettingsError(f"{message} (AADSTS{number})", fix=fix)
    error = str(result.get("error", ""))[:60]
    if error in {"temporarily_unavailable", "server_error"}:
        return OutageError("Microsoft's sign-in service is down.", fix="Inlaid tries again automatically.")
    if error == "access_denied" and number not in _SENTENCES:
        number = 65004
    message, fix = _SENTENCES.get(number, ("Microsoft refused the sign-in.", _AGAIN))
    shown = f"{message} (AADSTS{number})" if number else f"{message} ({error or 'no reason given'})"
    claims = str(result.get("claims") or "")
    if claims or number in _CONSENT or error in {"interaction_required", "consent_required"}:
        return ConsentError(shown, fix=fix, claims=claims)
    return CredentialError(shown, fix=fix)


def required(result: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return an answer that holds a token.

    Raises:
        InlaidError: it holds none; see `sign_in_error`.
    """
    if result is None:
        raise CredentialError("Nobody is signed in at Microsoft.", fix=_AGAIN)
    if "access_token" not in result:
        raise sign_in_error(result)
    return result


@contextmanager
def authority_errors() -> Iterator[None]:
    """Turn what msal and the line to the authority raise into our errors.

    Raises:
        OutageError: it cannot be reached, or is down.
        SettingsError: there is no such authority.
    """
    from msal.exceptions import MsalServiceError

    try:
        yield
    except InlaidError:
        raise
    except (httpx.TransportError, MsalServiceError) as error:
        raise OutageError(
            "Microsoft's sign-in service cannot be reached.", fix="Inlaid tries again automatically."
        ) from error
    except ValueError as error:
        raise SettingsError(
            "The authority for signing in at Microsoft cannot be used.",
            fix="Check INLAID_MICROSOFT_TENANT_ID and INLAID_MICROSOFT_AUTHORITY (https://host/tenant).",
        ) from error


def _number_in(description: str) -> int:
    """Return the number in `AADSTS65001: ...`, 0 for none."""
    digits = description.partition("AADSTS")[2][:7].partition(":")[0]
    return int(digits) if digits.isdecimal() else 0
