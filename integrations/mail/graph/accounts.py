"""Connected Microsoft 365 mailboxes, sealed in the record store, how far they have been read, and their client."""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import ClassVar

from core.cached_property import cached_property
from core.drafts import JsonObject
from core.errors import CredentialError
from core.job import LOCAL_WORKSPACE
from core.people import address_of_shared, shared_mailbox
from core.ports import Token
from core.settings import Settings
from core.store.records import RecordStore
from integrations.graph.client import Graph, segment
from integrations.graph.sign_in import GraphSignIn, make_sign_in
from integrations.mail.mailbox.account import AccountStore, AddressedAccount
from integrations.mail.mailbox.triage_records import KEEP_SECONDS
from integrations.mail.mailbox.visits import MailboxPlace

NAMESPACE = "graph"
ACCOUNT_KIND = "graph_mailbox"
CURSOR_KIND = "graph_cursor"
SEEN_KIND = "graph_seen"
INBOX = "inbox"
# The smallest permissions that read mail, receive notifications and store drafts. None of them can send.
SCOPES = ("Mail.Read", "Mail.ReadWrite", "User.Read")
# The same for a mailbox that others have shared with whoever signs in.
SHARED_SCOPES = ("Mail.Read.Shared", "Mail.ReadWrite.Shared", "User.Read")


@dataclass(frozen=True)
class Member:
    """Somebody who reads a shared mailbox, with the account by which they signed in for it."""

    workspace: str
    person: str
    signed_in: str

    @property
    def name(self) -> tuple[str, str]:
        """Who they are."""
        return self.workspace, self.person


@dataclass(frozen=True)
class GraphAccount(AddressedAccount):
    """One mailbox of one person, or one that several share.

    Args:
        address: the mail address of the mailbox, which is also its name.
        person: whose jobs its drafts are; of a shared mailbox one that no human is (`core.people.shared_mailbox`).
        signed_in: the account of whoever signed in; "" for a mailbox that is read with the app's own permissions, or
            by its members.
        owner_name: the name that drafts are signed with.
        folders: which folders are looked after, by well-known name or id.
        owner_role: what the owner does, as their profile says; "" where the profile is not read.
        aliases: further addresses that reach the mailbox, as its directory says.
        members: who reads it, when it is shared; the first whose sign-in works is the one by which it is read.
        group: the group of Entra by which it was connected; "" for one that somebody has connected.
        chosen: the names that `folders` has beside the inbox, as their owner has chosen them.
    """

    kinds_begin_with: ClassVar[str] = NAMESPACE
    stored_as: ClassVar[str] = ACCOUNT_KIND

    address: str
    person: str
    signed_in: str = ""
    owner_name: str = ""
    folders: tuple[str, ...] = (INBOX,)
    workspace: str = LOCAL_WORKSPACE
    owner_role: str = ""
    aliases: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    group: str = ""
    chosen: tuple[str, ...] = ()

    @property
    def readers(self) -> tuple[tuple[str, str], ...]:
        """See `mailbox.account.Account`."""
        return tuple(member.name for member in self.members)

    @property
    def addresses(self) -> frozenset[str]:
        """All addresses that are known to reach it, in small letters."""
        return frozenset(address.casefold() for address in (self.address, *self.aliases))

    @property
    def place(self) -> MailboxPlace:
        """Where it is, for counting failures: those of one tenant say nothing of another's."""
        return MailboxPlace("graph", self.workspace, self.name, self.person, f"Microsoft 365, {self.workspace}")


@dataclass(frozen=True)
class GraphCursor:
    """How far a folder has been read. All times are Unix seconds.

    Args:
        link: where Graph goes on; "" before the first round and after Graph has forgotten it.
        since_seconds: mails that arrived before are left alone in a first round.
        checked_at: when the folder was last read to the end of a round.
    """

    link: str = ""
    since_seconds: float = 0.0
    checked_at: float = 0.0


class GraphAccounts(AccountStore[GraphAccount]):
    """The mailboxes at Microsoft in the record store."""

    kind = ACCOUNT_KIND
    namespace = NAMESPACE
    mail_kinds = (SEEN_KIND, CURSOR_KIND)

    def load(self, data: JsonObject) -> GraphAccount:
        """Return an account as it was stored."""
        members = tuple(Member(**member) for member in data.get("members", ()))
        listed = {name: tuple(data.get(name, ())) for name in ("folders", "aliases", "chosen")} | {"members": members}
        person = str(data["person"])
        if members and not address_of_shared(person):  # earlier versions took its address, which may be a human's
            person = shared_mailbox(str(data["address"]))
        return GraphAccount(**{**data, **listed, "person": person})

    def save(self, account: GraphAccount) -> None:
        """Store a mailbox, in place of an earlier one of that name; what has been read stays read."""
        super().save(account)
        self.update_status(account, error=None, is_behind=True, renews_at=0.0)

    def cursor(self, account: GraphAccount, folder: str) -> GraphCursor:
        """Return how far a folder has been read."""
        record = self.records.get(CURSOR_KIND, account.workspace, f"{account.name}/{folder}")
        if record is None:
            return GraphCursor()
        return GraphCursor(**{name: value for name, value in record.data.items() if name != "account"})

    def save_cursor(self, account: GraphAccount, folder: str, cursor: GraphCursor) -> None:
        """Store how far a folder has been read."""
        data = {"account": account.name, **asdict(cursor)}
        self.records.put(CURSOR_KIND, account.workspace, f"{account.name}/{folder}", data, person=account.person)

    def is_known(self, account: GraphAccount, message_id: str) -> bool:
        """Whether a mail was decided about, by its Message-ID: one that was exported and imported has another id."""
        key = _seen_key(account, message_id)
        return bool(message_id) and self.records.get(SEEN_KIND, account.workspace, key) is not None

    def note_known(self, account: GraphAccount, message_id: str) -> None:
        """Store that a mail is decided about; one without a Message-ID is known by its id alone."""
        if message_id:
            key, data, person = _seen_key(account, message_id), {"account": account.name}, account.person
            self.records.put(SEEN_KIND, account.workspace, key, data, person=person, expires_in_seconds=KEEP_SECONDS)


def _seen_key(account: GraphAccount, message_id: str) -> str:
    return hashlib.sha256(f"{account.name}\n{message_id}".encode()).hexdigest()


@dataclass(frozen=True)
class MailboxClient:
    """Calls to one mailbox."""

    graph: Graph
    account: GraphAccount

    @property
    def root(self) -> str:
        """What every path in this mailbox begins with."""
        return "/me" if self.account.signed_in else f"/users/{segment(self.account.address)}"

    def message(self, message_id: str) -> str:
        """Return the path of a mail."""
        return f"{self.root}/messages/{segment(message_id)}"

    def folder(self, name: str) -> str:
        """Return the path of a folder."""
        return f"{self.root}/mailFolders/{segment(name)}"


@dataclass(frozen=True)
class Microsoft:
    """The way to all mailboxes at Microsoft.

    Args:
        settings: whose app, where Graph is, and where Microsoft reaches the web process.
        records: where mailboxes and tokens are kept.
        wait: called with the seconds to wait when Microsoft asks for it.
    """

    settings: Settings
    records: RecordStore
    wait: Callable[[float], None] = time.sleep

    @cached_property
    def sign_in(self) -> GraphSignIn:
        """The app registration; raises SettingsError when there is none."""
        return make_sign_in(self.settings, self.records)

    @property
    def accounts(self) -> GraphAccounts:
        """The connected mailboxes."""
        return GraphAccounts(self.records)

    @property
    def is_set_up(self) -> bool:
        """Whether there is an app registration."""
        return bool(self.settings.microsoft_client_id and self.settings.microsoft_client_secret.get_secret_value())

    def open(self, account: GraphAccount) -> MailboxClient:
        """Return the mailbox for calls; the first of them asks for a token.

        Raises:
            SettingsError: Microsoft 365 is not set up.
        """
        if account.members:
            token = self._of_members(account)
        elif account.signed_in:
            token = self.sign_in.of_person(account.signed_in, SCOPES)
        else:
            token = self.sign_in.of_app()
        return MailboxClient(Graph(self.settings.microsoft_graph_url, token, wait=self.wait), account)

    def as_app(self) -> Graph:
        """Return the directory for calls with the app's own permissions.

        Raises:
            SettingsError: Microsoft 365 is not set up.
        """
        return Graph(self.settings.microsoft_graph_url, self.sign_in.of_app(), wait=self.wait)

    def _of_members(self, account: GraphAccount) -> Token:
        """Return the token source of a shared mailbox: the first member whose sign-in still holds."""
        *others, last = [self.sign_in.of_person(member.signed_in, SHARED_SCOPES) for member in account.members]

        def token(renew: bool = False) -> str:
            for source in others:
                with suppress(CredentialError):
                    return source(renew)
            return last(renew)

        return token
