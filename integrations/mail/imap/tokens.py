"""Access tokens for IMAP: what renews them (RFC 6749 section 6), and where they are kept. A token is never logged."""

import json
import time
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol
from urllib.parse import urlsplit

from core.errors import CredentialError, InputError, LimitError, OutageError
from core.store.records import RecordStore
from core.system.egress import ANYWHERE, Egress, Unreachable
from integrations.mail.imap.accounts import TOKEN_KIND, Account

RENEW_BEFORE_SECONDS = 120.0
ANSWER_SECONDS = 20.0
LOCK_SECONDS = 60.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_SIGN_IN_AGAIN = "Sign in again, then connect the mailbox again: inlaid mailbox add imap … --oauth-token-stdin"


class TokenSource(Protocol):
    """Gives the access token of one mailbox. Microsoft's sign-in is to give one of its own."""

    def token(self, *, renew: bool) -> str:
        """Return an access token; with `renew` a new one, since the server has refused the last.

        Raises:
            CredentialError: there is none, and no way to get one without the person.
            OutageError: the token server does not answer.
        """


@dataclass(frozen=True)
class TokenGrant:
    """An access token and what renews it. `expires_at` is in Unix seconds, 0 when nobody said."""

    access_token: str
    expires_at: float = 0.0
    refresh_token: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    scope: str = ""

    def __repr__(self) -> str:
        # Without the tokens: a repr ends up in tracebacks.
        return f"TokenGrant(expires_at={self.expires_at})"

    @property
    def has_expired(self) -> bool:
        """Whether it has ended or is about to."""
        return bool(self.expires_at) and time.time() > self.expires_at - RENEW_BEFORE_SECONDS


def read_grant(text: str) -> TokenGrant:
    """Return the grant that stands in a text: a bare access token, or JSON as a token server answers.

    With `token_url`, `client_id` and, where needed, `client_secret` added to the JSON, it can be renewed.

    Raises:
        InputError: it is neither, or its token server is not reached by https.
    """
    text = text.strip()
    if not text.startswith("{"):
        if not text or any(char.isspace() for char in text):
            raise InputError("That is not an access token.", fix="Give the token on one line, or the JSON around it.")
        return TokenGrant(text)
    try:
        found = json.loads(text)
    except ValueError as error:
        raise InputError("The JSON of the token cannot be read.", fix="Give what the token server answered.") from error
    names = ("access_token", "refresh_token", "token_url", "client_id", "client_secret", "scope")
    values = {name: found.get(name) or "" for name in names}
    if not all(isinstance(value, str) for value in values.values()):
        raise InputError("The JSON of the token holds values that are no texts.", fix=f"Texts are: {', '.join(names)}.")
    if not (values["access_token"] or values["refresh_token"]):
        raise InputError("The JSON holds neither access_token nor refresh_token.", fix="Give one of the two.")
    _require_safe(values["token_url"])
    return TokenGrant(**values, expires_at=_end(found))


def renewed(grant: TokenGrant, egress: Egress) -> TokenGrant:
    """Ask the token server for a new access token, if it is where connections may go.

    Raises:
        CredentialError: it cannot be renewed, or the token server refuses to; it says which.
        OutageError: the token server does not answer as it should.
    """
    import httpx

    if not (grant.refresh_token and grant.token_url):
        raise CredentialError("The access token has expired, and nothing renews it.", fix=_SIGN_IN_AGAIN)
    form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token, "client_id": grant.client_id}
    form |= {name: value for name in ("client_secret", "scope") if (value := getattr(grant, name))}
    try:
        to = egress.pinned(grant.token_url)
        with httpx.Client(timeout=ANSWER_SECONDS, follow_redirects=False) as client:
            answer = client.post(to.url, data=form, headers={"Host": to.host}, extensions={"sni_hostname": to.sni})
        found = answer.json()
    except (Unreachable, httpx.HTTPError, ValueError) as error:
        raise _token_outage() from error
    if not isinstance(found, dict) or answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise _token_outage()
    if answer.status_code != httpx.codes.OK:
        raise _refused(str(found.get("error", "")))
    if not isinstance(found.get("access_token"), str):
        raise _token_outage()
    # Some servers give a new refresh token each time and forget the old one.
    refresh_token = str(found.get("refresh_token") or grant.refresh_token)
    return replace(grant, access_token=found["access_token"], refresh_token=refresh_token, expires_at=_end(found))


class GrantTokens:
    """Tokens of a grant that is not stored yet; `grant` is the one in force.

    Args:
        grant: what the person gave.
        egress: knows where its token server may be.
    """

    def __init__(self, grant: TokenGrant, egress: Egress = ANYWHERE) -> None:
        self.grant = grant
        self._egress = egress

    def token(self, *, renew: bool) -> str:
        """See `TokenSource`."""
        if renew or self.grant.has_expired or not self.grant.access_token:
            self.grant = renewed(self.grant, self._egress)
        return self.grant.access_token


class StoredTokens:
    """Tokens of a connected mailbox, kept sealed and renewed by one process at a time.

    Args:
        records: where they are.
        account: whose they are.
    """

    def __init__(self, records: RecordStore, account: Account) -> None:
        self._records = records
        self._account = account

    def save(self, grant: TokenGrant) -> None:
        """Store a grant in place of an earlier one."""
        account = self._account
        self._records.put(TOKEN_KIND, account.workspace, account.name, asdict(grant), person=account.person)

    def token(self, *, renew: bool) -> str:
        """See `TokenSource`."""
        grant = self._load()
        if not renew and grant.access_token and not grant.has_expired:
            return grant.access_token
        try:
            with self._records.lock(
                self._account.workspace, f"mailbox token:{self._account.name}", seconds=LOCK_SECONDS
            ):
                latest = self._load()
                if latest.access_token == grant.access_token:
                    latest = renewed(latest, self._account.egress)
                    self.save(latest)
                return latest.access_token
        except LimitError as error:
            raise OutageError(
                "The access token is being renewed right now.", fix="Inlaid retries automatically."
            ) from error

    def _load(self) -> TokenGrant:
        record = self._records.get(TOKEN_KIND, self._account.workspace, self._account.name)
        if record is None:
            raise CredentialError(f"No access token of {self._account.name} is stored.", fix=_SIGN_IN_AGAIN)
        return TokenGrant(**record.data)


def _end(found: dict[str, Any]) -> float:
    try:
        return time.time() + float(found["expires_in"])
    except (KeyError, TypeError, ValueError):
        return 0.0


def _require_safe(url: str) -> None:
    parts = urlsplit(url)
    if url and parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise InputError(
            "token_url does not begin with https://.", fix="A refresh token must not go over an open line."
        )


def _refused(code: str) -> CredentialError:
    if code == "invalid_grant":
        return CredentialError("The sign-in has ended: it was withdrawn, or its time is over.", fix=_SIGN_IN_AGAIN)
    if code in {"invalid_client", "unauthorized_client"}:
        return CredentialError(
            "The token server refused client_id or client_secret.", fix="Check both with who runs the app registration."
        )
    return CredentialError("The token server refused to renew the access token.", fix=_SIGN_IN_AGAIN)


def _token_outage() -> OutageError:
    return OutageError("The token server does not answer as it should.", fix="Check token_url, or try later.")
