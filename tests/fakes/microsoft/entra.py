"""The authority: OpenID discovery, keys, the page where people sign in and consent, and the token endpoint.

Enforced: exact redirect addresses, PKCE with S256, codes that are good once and for ten minutes, refresh tokens that
rotate (the old one is refused: harder than Entra, where it lives on), consent before delegated permissions, granted
application permissions, the audience of an assertion. Error codes are Entra's.
"""

import base64
import hashlib
import html
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import jwt

from tests.fakes.microsoft.grants import Grant, Refusing, Tokens
from tests.fakes.microsoft.people import Person
from tests.fakes.microsoft.wire import Answer, Request

if TYPE_CHECKING:
    from tests.fakes.microsoft.service import FakeMicrosoft

CODE_SECONDS = 600
OBO = "urn:ietf:params:oauth:grant-type:jwt-bearer"
NO_SCOPES = frozenset({"openid", "profile", "offline_access", "email"})
DELEGATED = (
    "Mail.Read", "Mail.ReadWrite", "Mail.Read.Shared", "Mail.ReadWrite.Shared", "User.Read",
    "Files.Read", "Files.ReadWrite", "Files.ReadWrite.All", "Sites.Read.All",
)  # fmt: skip
ALIASES = frozenset({"common", "organizations"})


@dataclass
class AppRegistration:
    """The app as an administrator registered it.

    `delegated` are permissions that people may consent to, `application` those that an administrator has granted.
    """

    client_id: str
    secret: str
    redirect_uris: set[str] = field(default_factory=set)
    delegated: set[str] = field(default_factory=lambda: set(DELEGATED))
    application: set[str] = field(default_factory=set)
    audiences: set[str] = field(default_factory=set)


@dataclass
class _Code:
    grant: Grant
    redirect_uri: str
    challenge: str
    issued_at: float


class Entra:
    """One tenant with one app."""

    def __init__(self, microsoft: "FakeMicrosoft", app: AppRegistration) -> None:
        self.microsoft = microsoft
        self.app = app
        self.tokens = Tokens(microsoft)
        self._codes: dict[str, _Code] = {}

    def answer(self, request: Request) -> Answer:
        """Answer a request to the authority."""
        tenant, _, rest = request.path.strip("/").partition("/")
        if tenant not in {self.microsoft.tenant, *ALIASES}:
            return Refusing("invalid_tenant", 90002, f"Tenant '{tenant}' not found.").answer()
        if rest == "v2.0/.well-known/openid-configuration":
            return Answer(200, self._configuration(tenant))
        if rest == "discovery/v2.0/keys":
            return Answer(200, self.microsoft.keys.published())
        if rest == "oauth2/v2.0/authorize":
            return self._authorize(request)
        if rest == "oauth2/v2.0/token" and request.method == "POST":
            return self._token(request)
        return Answer(404, "")

    def issuer(self) -> str:
        return f"{self.microsoft.url}/{self.microsoft.tenant}/v2.0"

    def _configuration(self, tenant: str) -> dict[str, Any]:
        root = f"{self.microsoft.url}/{tenant}"
        return {
            "issuer": self.issuer(),
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
            "token_endpoint": f"{root}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{root}/discovery/v2.0/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": sorted(NO_SCOPES),
        }

    def _authorize(self, request: Request) -> Answer:
        """Show the page where a person signs in and consents, or take its answer."""
        query = request.query
        if query.get("client_id") != self.app.client_id:
            return _page("AADSTS700016: Application was not found in the directory.", 400)
        if query.get("redirect_uri") not in self.app.redirect_uris:
            return _page("AADSTS50011: The redirect URI does not match the redirect URIs of the application.", 400)
        if query.get("response_type") != "code" or "openid" not in query.get("scope", "").split():
            return _page("AADSTS900144: The request body must contain response_type and scope.", 400)
        if query.get("code_challenge_method") != "S256" or len(query.get("code_challenge", "")) != 43:
            return _page("AADSTS9002325: Proof Key for Code Exchange is required.", 400)
        if request.method == "GET":
            return _page(f"Inlaid wants: {query['scope']}", 200, {"x-fake-page": "consent"})
        return self._consent(query, request.form)

    def _consent(self, query: dict[str, str], form: dict[str, str]) -> Answer:
        back = {"state": query.get("state", "")}
        person = self.microsoft.find_person(form.get("address", ""))
        scopes = frozenset(query["scope"].split()) - NO_SCOPES
        if person is None:
            back |= {"error": "access_denied", "error_description": "AADSTS50034: The user account does not exist."}
        elif form.get("accepts") != "yes":
            back |= {"error": "access_denied", "error_description": "AADSTS65004: User declined to consent."}
        elif unknown := scopes - self.app.delegated:
            back |= {"error": "invalid_client", "error_description": f"AADSTS650053: unknown scope {sorted(unknown)}"}
        else:
            person.consented |= scopes
            code = secrets.token_urlsafe(24)
            grant = Grant(person, scopes, person.generation, nonce=query.get("nonce", ""))
            now = self.microsoft.clock.now()
            self._codes[code] = _Code(grant, query["redirect_uri"], query["code_challenge"], now)
            back |= {"code": code, "session_state": secrets.token_hex(8)}
        if query.get("response_mode") == "form_post":
            return _form(query["redirect_uri"], back)
        return Answer(302, "", {"Location": f"{query['redirect_uri']}?{urlencode(back)}"})

    def _token(self, request: Request) -> Answer:
        form = request.form
        ways: dict[str, Callable[[dict[str, str]], dict[str, Any]]] = {
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh_token,
            "client_credentials": self._by_client,
            OBO: self._on_behalf_of,
        }
        try:
            if form.get("client_id") != self.app.client_id:
                raise Refusing("unauthorized_client", 700016, "Application was not found in the directory.")
            if form.get("client_secret") != self.app.secret:
                raise Refusing("invalid_client", 7000215, "Invalid client secret provided.", status=401)
            way = ways.get(form.get("grant_type", ""))
            if way is None:
                raise Refusing("unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
            return Answer(200, way(form), {"Cache-Control": "no-store"})
        except Refusing as refusing:
            return refusing.answer()

    def _by_code(self, form: dict[str, str]) -> dict[str, Any]:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None:
            raise Refusing("invalid_grant", 54005, "OAuth2 Authorization code was already redeemed.")
        if self.microsoft.clock.now() - code.issued_at > CODE_SECONDS:
            raise Refusing("invalid_grant", 70008, "The provided authorization code has expired.")
        if form.get("redirect_uri") != code.redirect_uri:
            raise Refusing("invalid_grant", 50011, "The redirect URI does not match.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code.challenge:
            raise Refusing("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge.")
        return self.tokens.issue(self._allowed(code.grant))

    def _by_refresh_token(self, form: dict[str, str]) -> dict[str, Any]:
        grant = self.tokens.redeem(form.get("refresh_token", ""))
        wanted = frozenset(form.get("scope", "").split()) - NO_SCOPES
        return self.tokens.issue(self._allowed(Grant(grant.person, wanted or grant.scopes, grant.generation)))

    def _by_client(self, form: dict[str, str]) -> dict[str, Any]:
        if form.get("scope") not in {f"{self.microsoft.url}/.default", "https://graph.microsoft.com/.default"}:
            raise Refusing("invalid_scope", 1002012, "The scope must end with /.default.")
        return self.tokens.issue_for_app(self.app.application)

    def _on_behalf_of(self, form: dict[str, str]) -> dict[str, Any]:
        if form.get("requested_token_use") != "on_behalf_of":
            raise Refusing("invalid_request", 90014, "The required field 'requested_token_use' is missing.")
        audiences = [self.app.client_id, f"api://{self.app.client_id}", *self.app.audiences]
        try:
            claims = self.microsoft.keys.verify(
                form.get("assertion", ""), audiences=audiences, now=self.microsoft.clock.now()
            )
        except jwt.ExpiredSignatureError:
            raise Refusing("invalid_grant", 500133, "Assertion is not within its valid time range.") from None
        except jwt.InvalidTokenError:
            raise Refusing("invalid_grant", 50013, "Assertion failed signature validation.") from None
        person = self.microsoft.find_person(str(claims.get("oid", "")))
        if person is None or "scp" not in claims:
            raise Refusing("invalid_grant", 50027, "The assertion is of no person.")
        scopes = frozenset(scope.rpartition("/")[2] for scope in form.get("scope", "").split()) - NO_SCOPES
        return self.tokens.issue(self._allowed(Grant(person, scopes, person.generation)))

    def _allowed(self, grant: Grant) -> Grant:
        """Return the grant when the person may have it now."""
        person: Person = grant.person
        if person.trouble:
            trouble = person.trouble
            raise Refusing(trouble.error, trouble.number, trouble.words, claims=trouble.claims)
        if missing := grant.scopes - person.consented:
            words = f"The user or administrator has not consented to use the application. {sorted(missing)}"
            raise Refusing("invalid_grant", 65001, words, suberror="consent_required")
        return grant


def _page(words: str, status: int, headers: dict[str, str] | None = None) -> Answer:
    body = f"<!doctype html><title>Sign in</title><p>{html.escape(words)}</p>"
    return Answer(status, body, headers or {}, "text/html; charset=utf-8")


def _form(target: str, fields: dict[str, str]) -> Answer:
    """Return a page that a browser submits by itself."""
    inputs = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in fields.items()
    )
    page = f'<!doctype html><form method="post" action="{html.escape(target)}">{inputs}</form>'
    return Answer(200, page, {"x-fake-page": "form_post"}, "text/html; charset=utf-8")
