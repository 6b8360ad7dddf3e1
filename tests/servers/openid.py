"""A real OpenID Connect provider, Authlib's own server on loopback, whose answers can be bent.

It wants PKCE, a nonce and the client's secret, gives each code once, and a new refresh token with each renewal.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

import flask
import httpx
import werkzeug.serving
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode, OpenIDToken
from joserfc.jwk import KeySet, RSAKey

# Authlib's server refuses requests without TLS, also on this machine.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
Answer = dict[str, Any]
CLIENT_ID = "inlaid"
CLIENT_SECRET = "s" * 40
SCOPES = ["openid", "profile", "email", "offline_access"]


class Client(ClientMixin):
    """The one client that the provider knows."""

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.endswith("/signed-in/openid")

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in {"authorization_code", "refresh_token"}


@dataclass
class Code(AuthorizationCodeMixin):
    """A code that was given, and what it stands for."""

    code: str
    subject: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass
class Token:
    """A refresh token, and whose it is."""

    subject: str
    scope: str

    def check_client(self, _client: Client) -> bool:
        return True

    def get_scope(self) -> str:
        return self.scope


@dataclass
class OpenIdProvider:
    """The running provider.

    Attributes:
        issuer: its address.
        people: what it claims of each subject.
        bend: what changes the answer of its token endpoint, for a provider that lies.
        is_down: whether it answers everything with 503.
        asked: the paths that were asked for, oldest first.
    """

    issuer: str = ""
    people: dict[str, Answer] = field(default_factory=dict)
    bend: Callable[[Answer], Answer] | None = None
    is_down: bool = False
    asked: list[str] = field(default_factory=list)
    codes: dict[str, Code] = field(default_factory=dict)
    refresh_tokens: dict[str, Token] = field(default_factory=dict)
    access_tokens: dict[str, str] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "own"}))

    def set_person(self, subject: str, **claims: object) -> None:
        """Say what the provider claims of somebody."""
        self.people[subject] = claims

    def end_account(self, subject: str) -> None:
        """End somebody's account: none of their tokens holds any more."""
        self.refresh_tokens = {name: token for name, token in self.refresh_tokens.items() if token.subject != subject}
        self.access_tokens = {name: whose for name, whose in self.access_tokens.items() if whose != subject}

    def consent(self, auth_uri: str, subject: str) -> str:
        """Sign somebody in as their browser would, and return the address that it is sent back to."""
        return _sent_to(httpx.post(auth_uri, data={"subject": subject}))

    def deny(self, auth_uri: str) -> str:
        """Refuse as a person would, and return the address that the browser is sent back to."""
        return _sent_to(httpx.post(auth_uri))


def _sent_to(response: httpx.Response) -> str:
    assert response.status_code == 302, response.text
    return response.headers["Location"]


def _provider() -> OpenIdProvider:
    """Return the provider whose server answers this request."""
    return cast("OpenIdProvider", flask.current_app.config["PROVIDER"])


class Claims(OpenIDToken):
    """What an ID token says."""

    def resolve_client_private_key(self, _client: Client) -> RSAKey:
        return _provider().key

    def get_client_claims(self, _client: Client) -> Answer:
        return {"iss": _provider().issuer, "aud": [CLIENT_ID]}

    def generate_user_info(self, user: str, _scope: str) -> UserInfo:
        return UserInfo(sub=user, **_provider().people.get(user, {}))


class CodeClaims(Claims, OpenIDCode):
    """The ID token of a code, which repeats the nonce."""

    def exists_nonce(self, nonce: str, _request: Any) -> bool:
        return any(code.nonce == nonce for code in _provider().codes.values())


class CodeGrant(grants.AuthorizationCodeGrant):
    """A code for tokens, once."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = ["client_secret_basic"]

    def save_authorization_code(self, code: str, request: Any) -> None:
        asked, data = request.payload, request.payload.data
        challenge = (data["code_challenge"], data["code_challenge_method"])
        _provider().codes[code] = Code(code, request.user, asked.redirect_uri, asked.scope, data["nonce"], *challenge)

    def query_authorization_code(self, code: str, _client: Client) -> Code | None:
        return _provider().codes.get(code)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        del _provider().codes[authorization_code.code]

    def authenticate_user(self, authorization_code: Code) -> str:
        return authorization_code.subject


class RefreshGrant(grants.RefreshTokenGrant):
    """A refresh token for tokens; it gives way to a new one."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = ["client_secret_basic"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        return _provider().refresh_tokens.pop(refresh_token, None)

    def authenticate_user(self, refresh_token: Token) -> str:
        return refresh_token.subject

    def revoke_old_credential(self, _refresh_token: Token) -> None:
        """Nothing is left of it."""


def _find_client(name: str) -> Client | None:
    return Client() if name == CLIENT_ID else None


def _save_token(token: Answer, request: Any) -> None:
    _provider().access_tokens[token["access_token"]] = request.user
    if "refresh_token" in token:
        _provider().refresh_tokens[token["refresh_token"]] = Token(request.user, token["scope"])


def _app(provider: OpenIdProvider) -> flask.Flask:
    app = flask.Flask(__name__)
    app.config.update(PROVIDER=provider, OAUTH2_REFRESH_TOKEN_GENERATOR=True)
    server = AuthorizationServer(app, query_client=_find_client, save_token=_save_token)
    server.register_grant(CodeGrant, [CodeClaims(require_nonce=True), CodeChallenge(required=True)])
    server.register_grant(RefreshGrant, [Claims()])

    @app.get("/.well-known/openid-configuration")
    def metadata() -> Answer:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
        endpoints = {name: f"{provider.issuer}/{path}" for name, path in paths.items()}
        return {
            "issuer": provider.issuer,
            "jwks_uri": f"{provider.issuer}/jwks",
            "scopes_supported": SCOPES,
            **endpoints,
        }

    @app.get("/jwks")
    def jwks() -> Answer:
        return dict(KeySet([provider.key]).as_dict(private=False))

    @app.post("/authorize")
    def authorize() -> Any:
        grant = server.get_consent_grant(end_user=None)
        return server.create_authorization_response(grant_user=flask.request.form.get("subject"), grant=grant)

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    @app.get("/userinfo")
    def userinfo() -> Any:
        scheme, _, given = flask.request.headers.get("Authorization", "").partition(" ")
        subject = provider.access_tokens.get(given) if scheme == "Bearer" else None
        return {"sub": subject, **provider.people.get(subject, {})} if subject else ("", 401)

    return app


@contextmanager
def openid_provider() -> Iterator[OpenIdProvider]:
    """Run a provider."""
    provider = OpenIdProvider()
    real = _app(provider)

    def bent(environ: Any, start_response: Any) -> Iterable[bytes]:
        provider.asked.append(environ["PATH_INFO"])
        if provider.is_down:
            start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"down"]
        if provider.bend is None or environ["PATH_INFO"] != "/token":
            return real(environ, start_response)
        begun: list[str] = []

        def start(status: str, _headers: Any, _error: Any = None) -> Callable[[bytes], None]:
            begun.append(status)
            return lambda _data: None

        body = b"".join(real(environ, start))
        changed = json.dumps(provider.bend(json.loads(body))).encode()
        start_response(begun[0], [("Content-Type", "application/json"), ("Content-Length", str(len(changed)))])
        return [changed]

    server = werkzeug.serving.make_server("127.0.0.1", 0, bent, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
