"""Connected IMAP mailboxes, sealed in the record store, how far each has been read, and their access tokens.

What renews a token: RFC 6749 section 6. A token is never logged.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from core.drafts import JsonObject
from core.errors import CredentialError, InputError, LimitError, OutageError
from core.job import LOCAL_WORKSPACE
from core.store.records import RecordStore
from core.system.connections import ANYWHERE, Egress, Unreachable
from integrations.mail.mailbox.account import AccountParts, AccountStore
from integrations.mail.mailbox.visits import MailboxPlace

ANY_HOST = "*"

Security = Literal["tls", "starttls", "none"]
Login = Literal["password", "oauth"]

NAMESPACE = "mailbox"
ACCOUNT_KIND = "mailbox"
CURSOR_KIND = "mailbox_cursor"
TOKEN_KIND = "mailbox_token"  # noqa: S105 - the kind of a record
WATCH_KIND = "mailbox_watch"
RENEW_BEFORE_SECONDS = 120.0
ANSWER_SECONDS = 20.0
LOCK_SECONDS = 60.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_SIGN_IN_AGAIN = "Sign in again, then connect the mailbox again: inlaid mailbox add imap … --oauth-token-stdin"


@dataclass(frozen=True)
class ImapAccount(AccountParts):
    """One mailbox of one person.

    Args:
        host: name or address of the server.
        port: its port.
        user: what to log in with.
        password: the password, or the app password; "" when logging in by access token.
        security: how the connection is kept secret; `none` only when the person asked for it.
        person: whose jobs its drafts are.
        address: the mail address of the mailbox; "" when nobody said.
        owner_name: the name that drafts are signed with.
        login: by password, or by the access token that is stored beside it (`StoredTokens`).
        reach: where its servers may be: `ANY_HOST` when an administrator named them, else the public internet and
            these hosts (INLAID_ALLOWED_HOSTS of when it was connected, comma-separated).
    """

    kinds_begin_with: ClassVar[str] = NAMESPACE
    stored_as: ClassVar[str] = ACCOUNT_KIND

    host: str
    port: int
    user: str
    password: str
    security: Security
    person: str
    address: str = ""
    owner_name: str = ""
    workspace: str = LOCAL_WORKSPACE
    login: Login = "password"
    reach: str = ANY_HOST

    @property
    def name(self) -> str:
        """What the mailbox is called in commands, keys and listings."""
        return self.user if "@" in self.user else f"{self.user}@{self.host}"

    @property
    def own_address(self) -> str:
        """The address that new mails are written from; the user name where nobody said."""
        return self.address or (self.user if "@" in self.user else "")

    @property
    def owner_role(self) -> str:
        """What the owner does; no mail server says."""
        return ""

    @property
    def egress(self) -> Egress:
        """Where its connections may go."""
        return ANYWHERE if self.reach == ANY_HOST else Egress([host for host in self.reach.split(",") if host])

    @property
    def place(self) -> MailboxPlace:
        """Where it is, for counting failures."""
        return MailboxPlace("imap", self.workspace, self.name, self.person, f"{self.host}:{self.port}")

    def __repr__(self) -> str:
        # Without the password: a repr ends up in tracebacks.
        return f"Account({self.name!r}, {self.host!r}, {self.port})"


@dataclass(frozen=True)
class ImapCursor:
    """How far a folder has been read; that of the inbox is kept with those of the others. Times are Unix seconds.

    Args:
        uidvalidity: of the folder when it was last read; 0 before the first time.
        last_uid: the highest UID that needs no further look.
        since_seconds: mails that arrived before are left alone.
        checked_at: when the mailbox was last read to the end of a round.
        is_renumbered: whether mails that were judged under other UIDs may come up; until all have been looked at.
        modseq: HIGHESTMODSEQ of the folder when it was last read (CONDSTORE), 0 where there is none.
        again: UIDs that the server named but did not give; they are asked for once more.
        is_behind: whether the last round ended before all new mails were read.
        error: why the last round failed, as `InlaidError.to_json`.
        others: how far the further folders have been read, by name; with the inbox's alone.
    """

    uidvalidity: int = 0
    last_uid: int = 0
    since_seconds: float = 0.0
    checked_at: float = 0.0
    is_renumbered: bool = False
    modseq: int = 0
    again: tuple[int, ...] = ()
    is_behind: bool = False
    error: dict[str, str] | None = None
    others: Mapping[str, "ImapCursor"] = field(default_factory=dict)


class Accounts(AccountStore[ImapAccount]):
    """The IMAP mailboxes in the record store."""

    kind = ACCOUNT_KIND
    namespace = NAMESPACE
    mailbox_kinds = (CURSOR_KIND,)
    sign_in_kinds = (TOKEN_KIND,)

    def load(self, data: JsonObject) -> ImapAccount:
        """Return an account as it was stored."""
        return ImapAccount(**data)

    def save(self, account: ImapAccount) -> None:
        """Store a mailbox, in place of an earlier one of that name; what has been read stays read."""
        super().save(account)
        cursor = self.cursor(account)
        if cursor.error:
            self.save_cursor(account, replace(cursor, error=None))

    def as_before(self, account: ImapAccount) -> ImapAccount:
        """Return an account that is connected again with the address, owner's name and port that it had."""
        before = self.find(account.workspace, account.name)
        if before is None:
            return account
        is_same_place = before.host == account.host and (before.security == "none") == (account.security == "none")
        return replace(
            account,
            address=before.address or account.address,
            owner_name=before.owner_name or account.owner_name,
            port=before.port if is_same_place else account.port,
        )

    def cursor(self, account: ImapAccount) -> ImapCursor:
        """Return how far the mailbox has been read."""
        record = self.records.get(CURSOR_KIND, account.workspace, account.name)
        return cursor_from(record.data) if record else ImapCursor()

    def save_cursor(self, account: ImapAccount, cursor: ImapCursor) -> None:
        """Store how far the mailbox has been read."""
        self.records.put(CURSOR_KIND, account.workspace, account.name, asdict(cursor), person=account.person)


def cursor_from(data: JsonObject) -> ImapCursor:
    """Return a cursor as it was stored."""
    others = {folder: cursor_from(other) for folder, other in data.get("others", {}).items()}
    return ImapCursor(**{**data, "again": tuple(data["again"]), "others": others})


def public_account(account: ImapAccount, cursor: ImapCursor) -> JsonObject:
    """Return what `inlaid mailbox list --json` prints of a mailbox; never the password."""
    shown = {key: value for key, value in asdict(account).items() if key not in {"password", "workspace", "reach"}}
    return {"name": account.name, "kind": "imap", **shown, "checked_at": cursor.checked_at, "error": cursor.error}


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
        OutageError: the token server does not answer properly.
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

    def __call__(self, renew: bool = False) -> str:
        """See `core.ports.Token`."""
        if renew or self.grant.has_expired or not self.grant.access_token:
            self.grant = renewed(self.grant, self._egress)
        return self.grant.access_token


class StoredTokens:
    """Tokens of a connected mailbox, kept sealed and renewed by one process at a time.

    Args:
        records: where they are.
        account: whose they are.
    """

    def __init__(self, records: RecordStore, account: ImapAccount) -> None:
        self._records = records
        self._account = account

    def save(self, grant: TokenGrant) -> None:
        """Store a grant in place of an earlier one."""
        account = self._account
        self._records.put(TOKEN_KIND, account.workspace, account.name, asdict(grant), person=account.person)

    def __call__(self, renew: bool = False) -> str:
        """See `core.ports.Token`."""
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


def _end(found: JsonObject) -> float:
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
    return OutageError("The token server does not answer properly.", fix="Check token_url, or try later.")
