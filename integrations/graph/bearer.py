"""Tokens that Microsoft Entra issued for our own API: who calls, proved by the authority's signature.

https://learn.microsoft.com/entra/identity-platform/access-tokens: signature by a published key, issuer with the
tenant in it, audience, times, scope. The person's key is `oid` with `tid`; names and addresses may change hands.
"""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Required, TypedDict
from uuid import UUID

import httpx

from core.drafts import JsonObject
from core.errors import CredentialError, ForbiddenError, OutageError
from core.settings import Settings
from integrations.graph.sign_in import authority_of
from integrations.graph.transport import shared_http

if TYPE_CHECKING:
    from jwt import PyJWKSet

SCOPE = "access_as_user"
CLOCK_SKEW_SECONDS = 60
KEYS_SECONDS = 24 * 3600.0
# A token that names an unknown key makes us look for new ones, but no stranger can make us do so all the time.
MIN_SECONDS_BETWEEN_LOOKS = 30.0
_CLAIMS = ("exp", "nbf", "iss", "aud", "tid", "oid")


@dataclass(frozen=True)
class EntraCaller:
    """Who calls. `token` is what they proved it with, for calls to Graph on their behalf.

    `groups` are their groups and app roles; None where the token lists none, as it does unless the app asks for them.
    """

    tenant: str
    oid: str
    name: str
    address: str
    token: str
    groups: frozenset[str] | None = None

    def __repr__(self) -> str:
        # Without the token: a repr ends up in tracebacks.
        return f"EntraCaller({self.tenant!r}, {self.oid!r})"


class _Claims(TypedDict, total=False):
    iss: Required[str]
    tid: Required[str]
    oid: Required[str]
    scp: str
    name: str
    preferred_username: str
    groups: list[str]
    roles: list[str]


class EntraTokens:
    """Verifies tokens.

    Args:
        authority: `https://host/tenant`.
        client_id: application id; also as `api://...` the audience.
        tenants: whose people may come in.
        audience_host: the host of an App ID URI `api://host/client id`, "" when there is none.
        http: reaches the authority; the process's shared client by default.
        clock: monotonic seconds, for the age of the keys.
    """

    def __init__(
        self,
        authority: str,
        client_id: str,
        tenants: Collection[str],
        *,
        audience_host: str = "",
        http: httpx.Client | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._authority = authority.rstrip("/")
        self._audiences = [client_id, f"api://{client_id}"]
        if audience_host:
            self._audiences.append(f"api://{audience_host}/{client_id}")
        self._tenants = frozenset(tenants)
        self._http = http
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: PyJWKSet | None = None
        self._issuer = ""
        self._looked_at = 0.0

    def caller(self, token: str) -> EntraCaller:
        """Return who the token was issued to.

        Raises:
            CredentialError: it is not valid here, or has expired.
            ForbiddenError: its organisation may not come in, or it was issued for something else.
            OutageError: the authority's keys cannot be fetched.
        """
        import jwt

        try:
            key = self._key(str(jwt.get_unverified_header(token).get("kid", "")))
            claims: Any = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=self._audiences,
                leeway=CLOCK_SKEW_SECONDS,
                options={"require": list(_CLAIMS)},
            )
        except jwt.ExpiredSignatureError as error:
            raise CredentialError("The sign-in has expired.", fix="Sign in again.") from error
        except jwt.PyJWTError as error:
            raise _refused() from error
        return self._checked(claims, token)

    def _checked(self, claims: _Claims, token: str) -> EntraCaller:
        tenant, oid = str(claims["tid"]), str(claims["oid"])
        if claims["iss"] != self._issuer.replace("{tenantid}", tenant) or not (_is_id(tenant) and _is_id(oid)):
            raise _refused()
        if tenant not in self._tenants:
            raise ForbiddenError(
                "Your organisation is not set up here.",
                fix="Sign in with another account, or ask the administrator to allow your organisation.",
            )
        if SCOPE not in str(claims.get("scp", "")).split():
            raise ForbiddenError(f"The token lacks the scope {SCOPE}.", fix="Sign in again through the add-in.")
        name, address = str(claims.get("name", "")), str(claims.get("preferred_username", ""))
        listed = [*(claims.get("groups") or ()), *(claims.get("roles") or ())]
        return EntraCaller(tenant, oid, name, address, token, frozenset(map(str, listed)) if listed else None)

    def _key(self, name: str) -> Any:
        """Return the published key of that name, looking again when it is new."""
        with self._lock:
            found = self._find(name)
            if found is None and self._may_look():
                self._look()
                found = self._find(name)
        if found is None:
            raise _refused()
        return found

    def _find(self, name: str) -> Any:
        if self._keys is None or self._clock() - self._looked_at > KEYS_SECONDS:
            return None
        return next((key for key in self._keys.keys if key.key_id == name), None)

    def _may_look(self) -> bool:
        return self._keys is None or self._clock() - self._looked_at > MIN_SECONDS_BETWEEN_LOOKS

    def _look(self) -> None:
        from jwt import PyJWKSet, PyJWTError

        try:
            about = self._fetch(f"{self._authority}/v2.0/.well-known/openid-configuration")
            self._keys = PyJWKSet.from_dict(self._fetch(str(about["jwks_uri"])))
            self._issuer = str(about["issuer"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError, PyJWTError) as error:
            raise OutageError("The keys of Microsoft's sign-in cannot be fetched.", fix="Try again soon.") from error
        self._looked_at = self._clock()

    def _fetch(self, url: str) -> JsonObject:
        response = (self._http or shared_http()).get(url)
        response.raise_for_status()
        found: JsonObject = response.json()
        return found


def entra_tokens(settings: Settings, *, http: httpx.Client | None = None) -> EntraTokens | None:
    """Return the verifier of the settings; None unless an app and the organisations that may come in are set."""
    allowed = settings.own_tenants
    if not settings.microsoft_client_id or not allowed:
        return None
    host = httpx.URL(settings.public_url).netloc.decode() if settings.public_url else ""
    return EntraTokens(authority_of(settings), settings.microsoft_client_id, allowed, audience_host=host, http=http)


def looks_like_jwt(token: str) -> bool:
    """Whether it has the three parts of a signed token."""
    return token.count(".") == 2 and token.startswith("ey")


def _refused() -> CredentialError:
    return CredentialError("The token is not valid for this server.", fix="Sign in again.")


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
