"""Connected IMAP mailboxes, sealed in the record store, and how far each has been read."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from core.job import LOCAL_WORKSPACE
from core.system.egress import ANYWHERE, Egress
from integrations.mail.mailbox.account import AccountStore
from integrations.mail.mailbox.backoff import Place

ANY_HOST = "*"

Security = Literal["tls", "starttls", "none"]
Login = Literal["password", "oauth"]

NAMESPACE = "mailbox"
ACCOUNT_KIND = "mailbox"
CURSOR_KIND = "mailbox_cursor"
TOKEN_KIND = "mailbox_token"  # noqa: S105 - the kind of a record
WATCH_KIND = "mailbox_watch"


@dataclass(frozen=True)
class Account:
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
        login: by password, or by the access token that is stored beside it (`imap.tokens`).
        reach: where its servers may be: `ANY_HOST` when an administrator named them, else the public internet and
            these hosts (INLAID_ALLOWED_HOSTS of when it was connected, comma-separated).
    """

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
    def namespace(self) -> str:
        """See `mailbox.account.Account`."""
        return NAMESPACE

    @property
    def egress(self) -> Egress:
        """Where its connections may go."""
        return ANYWHERE if self.reach == ANY_HOST else Egress([host for host in self.reach.split(",") if host])

    @property
    def place(self) -> Place:
        """Where it is, for counting failures."""
        return Place("imap", self.workspace, self.name, self.person, f"{self.host}:{self.port}")

    def __repr__(self) -> str:
        # Without the password: a repr ends up in tracebacks.
        return f"Account({self.name!r}, {self.host!r}, {self.port})"


@dataclass(frozen=True)
class Cursor:
    """How far the inbox has been read. All times are Unix seconds.

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


class Accounts(AccountStore[Account]):
    """The IMAP mailboxes in the record store."""

    kind = ACCOUNT_KIND
    namespace = NAMESPACE
    mailbox_kinds = (CURSOR_KIND, TOKEN_KIND, WATCH_KIND)

    def load(self, data: dict[str, Any]) -> Account:
        """Return an account as it was stored."""
        return Account(**data)

    def save(self, account: Account) -> None:
        """Store a mailbox, in place of an earlier one of that name; what has been read stays read."""
        super().save(account)
        cursor = self.cursor(account)
        if cursor.error:
            self.save_cursor(account, replace(cursor, error=None))

    def cursor(self, account: Account) -> Cursor:
        """Return how far the mailbox has been read."""
        record = self.records.get(CURSOR_KIND, account.workspace, account.name)
        return cursor_from(record.data) if record else Cursor()

    def save_cursor(self, account: Account, cursor: Cursor) -> None:
        """Store how far the mailbox has been read."""
        self.records.put(CURSOR_KIND, account.workspace, account.name, asdict(cursor), person=account.person)


def cursor_from(data: dict[str, Any]) -> Cursor:
    """Return a cursor as it was stored."""
    return Cursor(**{**data, "again": tuple(data["again"])})


def public_account(account: Account, cursor: Cursor) -> dict[str, Any]:
    """Return what `inlaid mailbox list --json` prints of a mailbox; never the password."""
    shown = {key: value for key, value in asdict(account).items() if key not in {"password", "workspace", "reach"}}
    return {"name": account.name, "kind": "imap", **shown, "checked_at": cursor.checked_at, "error": cursor.error}
