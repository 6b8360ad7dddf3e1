"""Signing in at an OpenID Connect provider: the code flow with PKCE, and later whether the account lives on.

OpenID Connect Core 1.0: https://openid.net/specs/openid-connect-core-1_0.html (3.1.3.7 for what is checked of an ID
token, 12.2 for one that a refresh brings), Discovery: https://openid.net/specs/openid-connect-discovery-1_0.html.
The protocol is Authlib's; here is what it is given, and what its errors mean to people.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from core.errors import CredentialError, InputError, OutageError, SettingsError
from core.settings import Settings
from core.text.catalogues import N_

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import OAuth2Client
    from authlib.oidc.core import UserInfo

TIMEOUT_SECONDS = 10.0
# How long what a provider says of itself is believed; its keys are asked for again when an unknown one is named.
METADATA_SECONDS = 3600.0
# How far the clocks of a provider and of this machine may be apart.
CLOCK_LEEWAY_SECONDS = 120
# Signatures with a key of the provider's own. Those with the client's secret (HS256), and none, are not taken.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
SCOPES = ("openid", "profile", "email")
REFRESH_SCOPE = "offline_access"
MAX_GROUPS = 2_000
_AGAIN = "Begin the sign-in again."


@dataclass(frozen=True)
class OpenIdAccount:
    """Who signed in. `address` is "" unless the provider says that it verified it; `refresh_token` may be ""."""

    issuer: str
    subject: str
    name: str = ""
    address: str = ""
    groups: frozenset[str] = frozenset()
    refresh_token: str = field(default="", repr=False)


class OpenIdSignIn:
    """The sign-in at one provider. Threads may share it.

    Args:
        issuer: the provider's address as it names itself, without the path of its discovery document.
        client_id: what the provider calls us.
        client_secret: our secret there, "" for a public client.
        groups_claim: the claim of the ID token that lists a person's groups or roles.
        clock: Unix seconds.
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str = "",
        *,
        groups_claim: str = "groups",
        clock: Any = time.time,
    ) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._groups_claim = groups_claim
        self._clock = clock
        self._lock = threading.Lock()
        self._metadata: dict[str, Any] = {}
        self._metadata_until = 0.0
        self._keys: dict[str, Any] = {}

    @property
    def issuer(self) -> str:
        """The provider's address, which is the realm of its people."""
        return self._issuer

    def begin(self, redirect_uri: str) -> dict[str, str]:
        """Return a flow to keep sealed until the person comes back; its `auth_uri` is where the browser goes.

        Raises:
            OutageError: the provider cannot be reached.
            SettingsError: what it says of itself cannot be used.
        """
        from authlib.common.security import generate_token

        flow = {"redirect_uri": redirect_uri, "nonce": generate_token(32), "code_verifier": generate_token(64)}
        with self._client(redirect_uri) as client:
            metadata = self._known_metadata(client)
            client.scope = " ".join(_scopes(metadata))
            flow["auth_uri"], flow["state"] = client.create_authorization_url(
                metadata["authorization_endpoint"], code_verifier=flow["code_verifier"], nonce=flow["nonce"]
            )
        return flow

    def finish(self, flow: Mapping[str, str], answer: Mapping[str, str]) -> OpenIdAccount:
        """Take what the browser brought back, and return who it is.

        Args:
            flow: what `begin` returned.
            answer: the query of the redirect.

        Raises:
            CredentialError: the person or the provider refused, or its ID token does not hold.
            InputError: it does not belong to this flow.
            OutageError: the provider cannot be reached.
        """
        if answer.get("error"):
            raise CredentialError(_refusal(answer["error"]), fix=_AGAIN)
        is_ours = answer.get("state") == flow["state"] and answer.get("iss", self._issuer) == self._issuer
        if not is_ours or not answer.get("code"):
            raise InputError("This answer does not belong to a sign-in that Inlaid began.", fix=_AGAIN)
        with self._client(flow["redirect_uri"]) as client:
            token = client.fetch_token(
                self._known_metadata(client)["token_endpoint"],
                code=answer["code"],
                code_verifier=flow["code_verifier"],
            )
            claims = self._claims(client, token, nonce=flow["nonce"])
            return self._account(client, claims, token)

    def renew(self, known: OpenIdAccount) -> OpenIdAccount:
        """Ask whether an account lives on, and return it with the groups of now.

        Raises:
            CredentialError: it does not, or it is somebody else's now.
            OutageError: the provider cannot be reached; nothing is known.
        """
        if not known.refresh_token:
            raise CredentialError("The sign-in has ended.", fix="Sign in again.")
        with self._client() as client:
            endpoint = self._known_metadata(client)["token_endpoint"]
            token = client.refresh_token(endpoint, refresh_token=known.refresh_token)
            kept = {"refresh_token": known.refresh_token, **{name: value for name, value in token.items() if value}}
            if "id_token" in token:
                found = self._account(client, self._claims(client, token, nonce=""), kept)
            else:
                found = self._account(client, self._user_info(client, known.subject), kept)
        if found.subject != known.subject:
            raise CredentialError("The provider renewed somebody else's sign-in.", fix="Sign in again.")
        return found

    @contextmanager
    def _client(self, redirect_uri: str = "") -> Iterator["OAuth2Client"]:
        from authlib.integrations.base_client import OAuthError
        from authlib.integrations.httpx_client import OAuth2Client
        from httpx2 import HTTPError
        from joserfc.errors import JoseError

        method = "client_secret_basic" if self._client_secret else "none"
        client = OAuth2Client(
            self._client_id,
            self._client_secret or None,
            redirect_uri=redirect_uri or None,
            code_challenge_method="S256",
            token_endpoint_auth_method=method,
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
        )
        try:
            with client:
                yield client
        except OAuthError as error:
            raise CredentialError(_refusal(str(error.error)), fix=_AGAIN) from error
        except HTTPError as error:
            raise OutageError("The sign-in provider cannot be reached.", fix="Try again in a minute.") from error
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise CredentialError("The provider's answer is not valid.", fix=_AGAIN) from error

    def _known_metadata(self, client: "OAuth2Client") -> dict[str, Any]:
        """Return what the provider says of itself, fetched at most once an hour."""
        with self._lock:
            if self._clock() >= self._metadata_until:
                path = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
                answer = client.request("GET", path, withhold_token=True)
                answer.raise_for_status()
                self._metadata = _checked_metadata(answer.json(), self._issuer)
                self._metadata_until = self._clock() + METADATA_SECONDS
                self._keys = {}
            metadata = self._metadata
        methods = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if self._client_secret and "client_secret_basic" not in methods:
            client.token_endpoint_auth_method = "client_secret_post"  # noqa: S105 - the name of a method
        return metadata

    def _claims(self, client: "OAuth2Client", token: Mapping[str, Any], *, nonce: str) -> "UserInfo":
        """Return what the ID token claims, after every check of OpenID Connect Core 3.1.3.7."""
        from authlib.oidc.core import IDToken, UserInfo
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError
        from joserfc.jwk import KeySet
        from joserfc.jws import JWSRegistry

        metadata = self._known_metadata(client)
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        try:
            decoded = jwt.decode(token["id_token"], KeySet.import_key_set(self._known_keys(client)), registry=registry)
        except InvalidKeyIdError:
            keys = KeySet.import_key_set(self._known_keys(client, again=True))
            decoded = jwt.decode(token["id_token"], keys, registry=registry)
        options = {
            "iss": {"essential": True, "value": metadata["issuer"]},
            "aud": {"essential": True, "value": self._client_id},
        }
        parameters = {"client_id": self._client_id, "nonce": nonce, "access_token": token.get("access_token")}
        claims = IDToken(decoded.claims, decoded.header, options, parameters)
        claims.validate(now=int(self._clock()), leeway=CLOCK_LEEWAY_SECONDS)
        return UserInfo(claims)

    def _known_keys(self, client: "OAuth2Client", *, again: bool = False) -> Any:
        with self._lock:
            if not self._keys or again:
                answer = client.request("GET", self._metadata["jwks_uri"], withhold_token=True)
                answer.raise_for_status()
                self._keys = answer.json()
            return self._keys

    def _account(self, client: "OAuth2Client", claims: Mapping[str, Any], token: Mapping[str, Any]) -> OpenIdAccount:
        if "email" not in claims or self._groups_claim not in claims:
            # Many providers say such things at the userinfo endpoint only; the ID token's word goes first.
            claims = {**self._user_info(client, str(claims["sub"])), **claims}
        is_verified = claims.get("email_verified") in (True, "true")
        groups = claims.get(self._groups_claim) or []
        listed = [groups] if isinstance(groups, str) else list(groups)
        return OpenIdAccount(
            self._issuer,
            str(claims["sub"]),
            str(claims.get("name") or claims.get("preferred_username") or ""),
            str(claims.get("email", "")).strip().casefold() if is_verified else "",
            frozenset(map(str, listed[:MAX_GROUPS])),
            str(token.get("refresh_token", "")),
        )

    def _user_info(self, client: "OAuth2Client", subject: str) -> dict[str, Any]:
        """Return what the provider says of the person whose token the client holds; nothing where it does not say."""
        endpoint = self._metadata.get("userinfo_endpoint")
        if not endpoint:
            return {"sub": subject}
        answer = client.get(endpoint)
        if answer.status_code in (401, 403):
            raise CredentialError("The sign-in has ended.", fix="Sign in again.")
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        if found.get("sub") != subject:
            raise ValueError("userinfo speaks of somebody else")
        return found


def _scopes(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what to ask for: a lasting token where the provider offers one, so that its word can be asked again."""
    return (*SCOPES, REFRESH_SCOPE) if REFRESH_SCOPE in metadata.get("scopes_supported", ()) else SCOPES


def _checked_metadata(metadata: dict[str, Any], issuer: str) -> dict[str, Any]:
    """Return the discovery document when it is the issuer's own (Discovery 4.3) and its endpoints can be used."""
    if metadata.get("issuer") != issuer:
        raise SettingsError(
            "The OpenID provider's issuer is not the one in INLAID_OPENID_ISSUER.",
            fix=f"Set INLAID_OPENID_ISSUER to {str(metadata.get('issuer'))[:200]}, if that is your provider.",
        )
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        require_https(str(metadata.get(name, "")))
    return metadata


def require_https(url: str) -> None:
    """Refuse an address without TLS; on this machine itself none is needed.

    Raises:
        SettingsError: it has none.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}):
        return
    raise SettingsError("An address of the OpenID provider is not https.", fix="Use a provider with TLS.")


def _refusal(code: str) -> str:
    """Return a sentence for an error code (RFC 6749 4.1.2.1, 5.2; OpenID Connect Core 3.1.2.6)."""
    known = {
        "access_denied": "The sign-in was refused.",
        "invalid_grant": "The sign-in has ended or was used already.",
        "invalid_client": "The OpenID provider does not know this installation or its secret.",
        "login_required": "The provider wants you to sign in again.",
    }
    return known.get(code, "The OpenID provider refused the sign-in.")


def make_openid(settings: Settings) -> OpenIdSignIn | None:
    """Return the sign-in of the settings, None where it is not set up."""
    if not settings.openid_realm:
        return None
    secret = settings.openid_client_secret.get_secret_value()
    claim = settings.openid_groups_claim
    return OpenIdSignIn(settings.openid_issuer, settings.openid_client_id, secret, groups_claim=claim)


def check_openid(settings: Settings) -> str:
    """Return the status of the OpenID sign-in.

    Raises:
        OutageError: the provider cannot be reached.
        SettingsError: a setting is missing, or what the provider says of itself cannot be used.
    """
    sign_in = make_openid(settings)
    if sign_in is None:
        return N_("Not set up. INLAID_OPENID_ISSUER and INLAID_OPENID_CLIENT_ID name a provider.")
    if not settings.public_url:
        fix = "Set INLAID_PUBLIC_URL to the address that people open."
        raise SettingsError("People cannot return from the OpenID provider.", fix=fix)
    sign_in.begin(settings.public_url)
    return N_(
        f"{sign_in.issuer} signs people in. It has to know {settings.public_url.rstrip('/')}/console/signed-in/openid."
    )
