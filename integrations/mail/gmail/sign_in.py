"""Signing in with Google: OAuth 2.0 for web servers, with PKCE; tokens are kept sealed, as all records are.

https://developers.google.com/identity/protocols/oauth2/web-server. `access_type=offline` with `prompt=consent` makes
Google give a refresh token each time. People may leave out single permissions on Google's page, so what was granted is
looked at. A refresh token ends when its owner takes the access back, changes their password, does not use it for six
months, or after seven days while the client's publishing status is Testing: then Google answers `invalid_grant`.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from core.drafts import JsonObject
from core.errors import CredentialError, InlaidError, LimitError, OutageError, SettingsError
from core.ports import Token
from core.settings import Settings
from core.store.records import RecordStore
from core.text.catalogues import N_
from integrations.graph.transport import shared_http
from integrations.mail.gmail.client import AGAIN, USER_AGENT, ConsentMissing

# The smallest permission that reads mail, stores drafts and puts labels. Google has none for drafts that could not send
# too; nothing here does (`client._WRITES`).
MAIL_SCOPES = ("https://www.googleapis.com/auth/gmail.modify",)
SCOPES = ("openid", "email", "profile", *MAIL_SCOPES)
TOKENS_KIND = "gmail_tokens"
# A token that ends sooner is renewed first.
MIN_SECONDS = 300.0
LOCK_SECONDS = 60.0
MAX_WAIT_SECONDS = 30.0
POLL_SECONDS = 0.05
_RETRY = "Inlaid tries again by itself."


@dataclass(frozen=True)
class Tokens:
    """What Google gave. `expires_at` is in Unix seconds."""

    access_token: str
    refresh_token: str
    expires_at: float

    @property
    def is_fresh(self) -> bool:
        """Whether the access token stays valid for a while."""
        return self.expires_at - time.time() > MIN_SECONDS


@dataclass(frozen=True)
class SignedIn:
    """Who signed in, as Google says: the address may be that of an alias."""

    tokens: Tokens
    address: str
    name: str


@dataclass(frozen=True)
class GoogleClient:
    """The OAuth client that an administrator has made at Google; see deploy/google.

    Args:
        client_id: its id.
        client_secret: its secret.
        url: where Google is, "" for Google's own addresses.
    """

    client_id: str
    client_secret: str
    url: str = ""

    def authorization(self, redirect_uri: str, state: str, verifier: str, login_hint: str = "") -> str:
        """Return where the browser goes to sign in."""
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": " ".join(SCOPES),
            "access_type": "offline",
            "prompt": "consent select_account",
            "include_granted_scopes": "false",
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **({"login_hint": login_hint} if login_hint else {}),
        }
        return f"{self.url or 'https://accounts.google.com'}/o/oauth2/v2/auth?{urlencode(asked)}"

    def finish(self, code: str, redirect_uri: str, verifier: str) -> SignedIn:
        """Take the code that the browser brought back.

        Raises:
            ConsentMissing: the person has left out a permission.
            InlaidError: Google refuses, or cannot be reached.
        """
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        found = self._ask({**form, "code_verifier": verifier})
        if not set(MAIL_SCOPES) <= set(str(found.get("scope", "")).split()):
            raise ConsentMissing(
                "Reading mail and writing drafts was not allowed on Google's page.",
                fix="Open the link again, and tick the box for Gmail.",
            )
        if not found.get("refresh_token"):
            raise CredentialError("Google gave no lasting sign-in.", fix="Open the link again.")
        claims = _claims(str(found.get("id_token", "")))
        tokens = _tokens(found, str(found["refresh_token"]))
        return SignedIn(tokens, str(claims.get("email", "")), str(claims.get("name", "")))

    def renew(self, tokens: Tokens) -> Tokens:
        """Return tokens with a new access token.

        Raises:
            CredentialError: the sign-in has ended; the person connects the mailbox again.
            InlaidError: Google refuses, or cannot be reached.
        """
        found = self._ask({"grant_type": "refresh_token", "refresh_token": tokens.refresh_token})
        return _tokens(found, str(found.get("refresh_token") or tokens.refresh_token))

    def check(self) -> None:
        """Let Google look at id and secret, with a token that there is not.

        Raises:
            InlaidError: it refuses them, or cannot be reached.
        """
        try:
            self._ask({"grant_type": "refresh_token", "refresh_token": "none"})
        except CredentialError:
            return

    def _ask(self, form: Mapping[str, str]) -> JsonObject:
        sent = {**form, "client_id": self.client_id, "client_secret": self.client_secret}
        url = f"{self.url or 'https://oauth2.googleapis.com'}/token"
        try:
            answer = shared_http().post(url, data=sent, headers={"User-Agent": USER_AGENT})
            found = answer.json()
        except (httpx.TransportError, ValueError) as error:
            raise OutageError("The sign-in at Google cannot be reached.", fix=_RETRY) from error
        if answer.is_success and isinstance(found, dict) and found.get("access_token"):
            return found
        raise _refused(answer.status_code, str(found.get("error", ""))[:60] if isinstance(found, dict) else "")


def _refused(status: int, error: str) -> InlaidError:
    if status >= 500 or status == 429 or error in {"temporarily_unavailable", "internal_failure"}:
        return OutageError("The sign-in at Google is down or asks to wait.", fix=_RETRY)
    if error in {"invalid_client", "unauthorized_client", "deleted_client", "redirect_uri_mismatch"}:
        return SettingsError(
            f"Google refuses the OAuth client ({error}).",
            fix="Check INLAID_GOOGLE_CLIENT_ID and INLAID_GOOGLE_CLIENT_SECRET; see deploy/google.",
        )
    if error == "invalid_grant":
        return CredentialError("The sign-in at Google has ended or was taken back.", fix=AGAIN)
    return CredentialError(f"Google refused the sign-in ({error or status}).", fix=AGAIN)


def _tokens(found: JsonObject, refresh_token: str) -> Tokens:
    return Tokens(str(found["access_token"]), refresh_token, time.time() + float(found.get("expires_in", 3600)))


def _claims(id_token: str) -> dict[str, Any]:
    """Return what an id token says; it came from Google itself over TLS, so its signature need not be looked at."""
    import jwt

    try:
        return dict(jwt.decode(id_token, options={"verify_signature": False}))
    except jwt.PyJWTError:
        return {}


def new_verifier() -> str:
    """Return a secret of a sign-in on its way (RFC 7636)."""
    return secrets.token_urlsafe(48)


@dataclass(frozen=True)
class MailboxTokens:
    """The tokens of mailboxes.

    Args:
        records: where they are kept, sealed.
        client: what renews them.
    """

    records: RecordStore
    client: GoogleClient

    def save(self, workspace: str, name: str, person: str, tokens: Tokens) -> None:
        """Keep the tokens of a mailbox."""
        self.records.put(TOKENS_KIND, workspace, name, asdict(tokens), person=person)

    def of(self, workspace: str, name: str, person: str) -> Token:
        """Return the token source of a mailbox.

        It raises CredentialError when the person must sign in again, OutageError when Google is down.
        """

        def token(renew: bool = False) -> str:
            before = self._read(workspace, name)
            if before.is_fresh and not renew:
                return before.access_token
            with self._held(workspace, name):
                now = self._read(workspace, name)
                if now == before:  # nobody else has renewed it meanwhile
                    now = self.client.renew(before)
                    self.save(workspace, name, person, now)
            return now.access_token

        return token

    def _read(self, workspace: str, name: str) -> Tokens:
        record = self.records.get(TOKENS_KIND, workspace, name)
        if record is None:
            raise CredentialError("Nobody is signed in at Google for this mailbox.", fix=AGAIN)
        return Tokens(**record.data)

    @contextmanager
    def _held(self, workspace: str, name: str) -> Iterator[None]:
        """Let one process renew the tokens of a mailbox at a time."""
        deadline = time.monotonic() + MAX_WAIT_SECONDS
        with ExitStack() as held:
            while True:
                try:
                    held.enter_context(self.records.lock(workspace, f"{TOKENS_KIND}:{name}", seconds=LOCK_SECONDS))
                    break
                except LimitError as error:
                    if time.monotonic() > deadline:
                        raise OutageError("The sign-in at Google takes long.", fix=_RETRY) from error
                    time.sleep(POLL_SECONDS)
            yield


def is_set_up(settings: Settings) -> bool:
    """Whether there is an OAuth client."""
    return bool(settings.google_client_id and settings.google_client_secret.get_secret_value())


def make_client(settings: Settings) -> GoogleClient:
    """Return the OAuth client of the settings.

    Raises:
        SettingsError: id or secret are missing.
    """
    if not is_set_up(settings):
        raise SettingsError(
            "Google is not set up.",
            fix="Set INLAID_GOOGLE_CLIENT_ID and INLAID_GOOGLE_CLIENT_SECRET; see deploy/google.",
        )
    return GoogleClient(
        settings.google_client_id, settings.google_client_secret.get_secret_value(), settings.google_url
    )


def check_google(settings: Settings) -> str:
    """Return the status of the OAuth client.

    Raises:
        SettingsError: a setting is missing or refused.
        OutageError: Google cannot be reached.
    """
    if not settings.google_client_id and not settings.google_client_secret.get_secret_value():
        return N_("Not set up. The way there: deploy/google/README.md.")
    make_client(settings).check()
    return N_("Google answers and takes the client's secret.")
