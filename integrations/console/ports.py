"""What the console needs of other integrations. The web process gives it (`integrations.web.connections`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.errors import InputError
from integrations.console.visitor import Visitor

# Of a mailbox in one of these states it is not true that new mail is noticed.
_BROKEN = frozenset({"error", "late"})


class FormError(InputError):
    """A field of a form cannot be as it is; `field` is its name there."""

    def __init__(self, field: str, message: str, *, fix: str) -> None:
        super().__init__(message, fix=fix)
        self.field = field


@dataclass(frozen=True)
class ImapForm:
    """An IMAP mailbox as the form gives it. `security` is `tls` or `none`; `token` goes before the password."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    address: str
    security: str
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class MailboxSummary:
    """A connected mailbox. Times are Unix seconds, 0 for never; `error` and `settings` as its command prints them.

    `trouble` says since when and how often it failed, and when the next try is. `login` is `password`, `oauth`, or ""
    where the console cannot renew it; `is_own` says whether the visitor may change the mailbox and see what was decided
    about its mail.
    """

    name: str
    kind: str
    person: str
    place: str
    state: str
    notices: str
    checked_at: float
    noticed_at: float
    drafted_at: float
    renews_at: float
    error: Mapping[str, str] | None
    settings: Mapping[str, Any]
    login: str
    is_own: bool
    trouble: str = ""

    @property
    def works(self) -> bool:
        """Whether new mail is noticed as `notices` says."""
        return self.state not in _BROKEN


@dataclass(frozen=True)
class MailboxDetails:
    """What only its owner sees: what was learnt of how they write, and the newest decisions about mail."""

    voice: Mapping[str, Any] | None
    examples: Sequence[Mapping[str, str]]
    decisions: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Platforms:
    """How Slack and Microsoft 365 are connected; an empty link where there is none to follow."""

    slack_workspaces: Sequence[str]
    slack_link: str
    microsoft: str


class Connections(Protocol):
    """Mailboxes and platforms. All raise InlaidError with what is wrong and what to do."""

    @property
    def has_microsoft(self) -> bool:
        """Whether mailboxes of Microsoft 365 can be connected."""

    def mailboxes(self, visitor: Visitor) -> Sequence[MailboxSummary]:
        """Return the visitor's mailboxes, and those that they look after as an administrator."""

    def find(self, visitor: Visitor, name: str, person: str) -> MailboxSummary:
        """Return one of them."""

    def details(self, card: MailboxSummary, visitor: Visitor) -> MailboxDetails:
        """Return what only the owner of a mailbox sees."""

    def add_imap(self, visitor: Visitor, form: ImapForm) -> str:
        """Test a mailbox, save it, and return its name. A FormError names a field of the form."""

    def renew_login(self, visitor: Visitor, name: str, *, password: str, token: str) -> None:
        """Test the visitor's mailbox with a new password or access token, and save that alone."""

    def microsoft_link(self, visitor: Visitor) -> str:
        """Return where the visitor connects a mailbox at Microsoft 365."""

    def change(self, visitor: Visitor, name: str, changes: Mapping[str, Any]) -> None:
        """Change settings of the visitor's mailbox. A FormError names one of them."""

    def check(self, visitor: Visitor, name: str) -> int:
        """Look for new mail now, and return how many mails were looked at."""

    def learn_voice(self, visitor: Visitor, name: str) -> None:
        """Note consent, and learn how the owner writes from their sent mail."""

    def forget_voice(self, visitor: Visitor, name: str) -> None:
        """Withdraw consent, and delete what was learnt."""

    def remove(self, visitor: Visitor, name: str, person: str) -> None:
        """Forget a mailbox: one's own, or one that the visitor looks after."""

    def leave(self, names: Sequence[tuple[str, str]]) -> None:
        """Forget all mailboxes of (workspace, person), at Microsoft too; for a person who is deleted."""

    def platforms(self, visitor: Visitor) -> Platforms:
        """Return how Slack and Microsoft 365 are connected, with the workspaces that the visitor looks after."""
