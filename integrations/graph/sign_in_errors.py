"""Error answers of the authority (Entra), as our errors.

Codes: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from core.errors import CredentialError, InlaidError, OutageError, SettingsError

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
    50076: ("Microsoft wants another proof of who you are.", _AGAIN),
    50079: ("Microsoft wants another proof of who you are.", _AGAIN),
    53003: ("A rule of your organisation does not allow this sign-in.", "Ask your administrator."),
    70000: ("The sign-in at Microsoft has ended.", _AGAIN),
    70008: ("The sign-in at Microsoft has expired.", _AGAIN),
    700082: ("The sign-in at Microsoft has expired.", _AGAIN),
    54005: ("This sign-in link was used already.", "Begin the sign-in again."),
}
# What only an administrator can fix.
_SETTINGS: dict[int, tuple[str, str]] = {
    7000215: ("Microsoft refuses the client secret.", "Set INLAID_MICROSOFT_CLIENT_SECRET to the secret's value."),
    7000222: ("The client secret has expired.", "Make a new one, and set INLAID_MICROSOFT_CLIENT_SECRET."),
    700016: ("Microsoft does not know the application.", "Check INLAID_MICROSOFT_CLIENT_ID and _TENANT_ID."),
    50011: (
        "The redirect address is not registered.",
        "Add INLAID_PUBLIC_URL/graph/signed-in to the app registration.",
    ),
    90002: ("Microsoft does not know the tenant.", "Check INLAID_MICROSOFT_TENANT_ID."),
}


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
        return OutageError("The sign-in at Microsoft is down.", fix="Inlaid tries again by itself.")
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
        raise OutageError("The sign-in at Microsoft cannot be reached.", fix="Inlaid tries again by itself.") from error
    except ValueError as error:
        raise SettingsError(
            "The authority for signing in at Microsoft cannot be used.",
            fix="Check INLAID_MICROSOFT_TENANT_ID and INLAID_MICROSOFT_AUTHORITY (https://host/tenant).",
        ) from error


def _number_in(description: str) -> int:
    """Return the number in `AADSTS65001: ...`, 0 for none."""
    digits = description.partition("AADSTS")[2][:7].partition(":")[0]
    return int(digits) if digits.isdecimal() else 0
