"""A connected mailbox of any provider: its store, sealed, the status of its connection, and whose it is."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar, Unpack

from core.drafts import JsonObject
from core.errors import ConflictError, InlaidError, LimitError, NotFoundError
from core.job import LOCAL_WORKSPACE
from core.people import address_of_shared
from core.store.due import DueIndex
from core.store.records import Record, RecordStore
from core.system.connections import deadline
from integrations.mail.mailbox.connection_status import ConnectionStatus, StatusChanges, StatusStore
from integrations.mail.mailbox.visits import LOCK_SECONDS, MAX_VISIT_SECONDS, Backoff, MailboxPlace
from integrations.mail.message.addresses import Address

# A visit sees at its next mail that its mailbox was taken out.
_VISIT_ENDS_SECONDS, _LOOK_AGAIN_SECONDS = 20.0, 0.1
# The kind of the accounts that each provider keeps (`AccountStore.kind`), by `MailboxPlace.kind`.
ACCOUNT_KINDS = {"imap": "mailbox", "graph": "graph_mailbox", "gmail": "gmail_mailbox"}
# Records that all providers keep alike.
THREAD_KIND = "mailbox_thread"
OPEN_GAPS_KIND = "mailbox_open_gaps"  # how many gaps a draft that waits has by now, by its job


class MailboxAccount(Protocol):
    """One mailbox of one person; each provider has a dataclass of its own for it."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def name(self) -> str:
        """What it is called in commands, keys and listings."""

    @property
    def workspace(self) -> str:
        """The tenant."""

    @property
    def person(self) -> str:
        """Whose jobs its drafts are."""

    @property
    def address(self) -> str:
        """Its mail address, "" when nobody said."""

    @property
    def owner_name(self) -> str:
        """The name that drafts are signed with, "" when it is not known."""

    @property
    def owner_role(self) -> str:
        """The owner's job title, or "" if unknown."""

    @property
    def readers(self) -> tuple[tuple[str, str], ...]:
        """Each (workspace, person) that shares it and so sees its decisions; none where it is one person's."""

    @property
    def namespace(self) -> str:
        """What the kinds of the provider's records begin with."""

    @property
    def stored_as(self) -> str:
        """The kind of its own record."""

    @property
    def place(self) -> MailboxPlace:
        """Where it is, for counting failures."""


class AccountParts:
    """What accounts of all providers say alike; the dataclass of each provider says the rest.

    Attributes:
        kinds_begin_with: see `MailboxAccount.namespace`.
        stored_as: see `MailboxAccount`.
    """

    kinds_begin_with: ClassVar[str]
    stored_as: ClassVar[str]

    @property
    def namespace(self) -> str:
        """See `MailboxAccount`."""
        return self.kinds_begin_with

    @property
    def readers(self) -> tuple[tuple[str, str], ...]:
        """See `MailboxAccount`; it is one person's."""
        return ()


class AddressedAccount(AccountParts):
    """The same of a mailbox that is called by its address."""

    address: str

    @property
    def name(self) -> str:
        """What the mailbox is called in commands, keys and listings."""
        return self.address


def records_of(records: RecordStore, kind: str, account: MailboxAccount) -> Sequence[Record]:
    """Return the records of a kind about the mails of one mailbox."""
    listed = [
        record
        for person in persons_of(account)
        for record in records.list(kind, workspace=account.workspace, person=person)
    ]
    return [record for record in listed if record.data["account"] == account.name]


def persons_of(account: MailboxAccount) -> frozenset[str]:
    """Return under whom a mailbox's records and jobs stand.

    Those of a shared mailbox stood under its address, before it had a person of its own.
    """
    return frozenset({account.person, address_of_shared(account.person) or account.person})


def is_connected(records: RecordStore, account: MailboxAccount) -> bool:
    """Whether a mailbox was not taken out."""
    return records.get(account.stored_as, account.workspace, account.name) is not None


def not_connected(name: str) -> NotFoundError:
    """Return what says that there is no mailbox of a name."""
    fix = "List mailboxes with: inlaid mailbox list"
    return NotFoundError(f"No mailbox called {name} is connected.", fix=fix)


A = TypeVar("A", bound=MailboxAccount)


class AccountStore(ABC, Generic[A]):
    """The mailboxes of one provider in the record store.

    Args:
        records: where they are kept, sealed.

    Attributes:
        kind: the kind of an account's record.
        namespace: what the kinds of all other records of the provider begin with.
        mail_kinds: further records about single mails; each names its mailbox as `account`.
        mailbox_kinds: further records about a mailbox, by its name.
        sign_in_kinds: records of how it is signed in to, by its name; they may stand before the mailbox does.
    """

    kind: ClassVar[str]
    namespace: ClassVar[str]
    mail_kinds: ClassVar[tuple[str, ...]] = ()
    mailbox_kinds: ClassVar[tuple[str, ...]] = ()
    sign_in_kinds: ClassVar[tuple[str, ...]] = ()

    def __init__(self, records: RecordStore) -> None:
        self.records = records
        self._statuses = StatusStore(records, f"{self.namespace}_standing")

    @abstractmethod
    def load(self, data: JsonObject) -> A:
        """Return an account as it was stored."""

    def save(self, account: A) -> None:
        """Store a mailbox, in place of an earlier one of that name; what has been read stays read.

        Of one that was taken out nothing is left, whatever ended later.
        """
        if not is_connected(self.records, account):
            self._forget_mails(account)
        Backoff(self.records).forget(account.place)
        self.records.put(self.kind, account.workspace, account.name, asdict(account), person=account.person)
        self.bring(account)

    def take_anew(self, account: MailboxAccount) -> None:
        """Have whoever watches a mailbox take it up again, as it is stored."""
        if record := self.records.get(self.kind, account.workspace, account.name):
            with suppress(ConflictError):  # it was changed meanwhile, which is seen too, or removed
                self.records.put(
                    self.kind,
                    account.workspace,
                    account.name,
                    record.data,
                    person=record.person,
                    expected_version=record.version,
                )
        self.bring(account)

    def bring(self, account: MailboxAccount, *, in_seconds: float = 0.0) -> None:
        """Have a mailbox looked after in so many seconds at the latest."""
        index, server = DueIndex(self.records.database), account.place.server
        index.bring(self.kind, account.workspace, account.name, in_seconds=in_seconds, server=server)

    def list(self) -> Sequence[A]:
        """Return all mailboxes of all workspaces, by name."""
        return [self.load(record.data) for record in self.records.list(self.kind)]

    def find(self, workspace: str, name: str) -> A | None:
        """Return one mailbox, None when there is none of that name."""
        record = self.records.get(self.kind, workspace, name)
        return self.load(record.data) if record else None

    def get(self, workspace: str, name: str) -> A:
        """Return one mailbox.

        Raises:
            NotFoundError: nothing has that name.
        """
        found = self.find(workspace, name)
        if found is None:
            raise not_connected(name)
        return found

    def remove(self, account: A) -> None:
        """Forget a mailbox and everything stored about its mail. The mailbox itself stays as it is.

        A visit that is being made ends at its next mail; what it stores until then is forgotten too.
        """
        self.records.delete(self.kind, account.workspace, account.name)
        self._forget_sign_in(account)
        ends_at = time.monotonic() + _VISIT_ENDS_SECONDS
        while time.monotonic() < ends_at:
            with suppress(LimitError), self.visiting(account):
                break
            time.sleep(_LOOK_AGAIN_SECONDS)
        if not is_connected(self.records, account):
            self._forget_sign_in(account)  # the visit may have renewed its token after the first time
        self._forget_mails(account)

    def _forget_sign_in(self, account: A) -> None:
        for kind in self.sign_in_kinds:
            self.records.delete(kind, account.workspace, account.name)

    def _forget_mails(self, account: A) -> None:
        elsewhere = (kind for kind in ACCOUNT_KINDS.values() if kind != self.kind)
        is_elsewhere = any(self.records.get(kind, account.workspace, account.name) for kind in elsewhere)
        alike = () if is_elsewhere else (THREAD_KIND, OPEN_GAPS_KIND)
        for kind in (f"{self.namespace}_decision", f"{self.namespace}_awaiting", *alike, *self.mail_kinds):
            for record in records_of(self.records, kind, account):
                self.records.delete(kind, account.workspace, record.key)
        Backoff(self.records).forget(account.place)
        for kind in (*self.mailbox_kinds, f"{self.namespace}_standing"):
            self.records.delete(kind, account.workspace, account.name)

    def visiting(self, account: MailboxAccount) -> AbstractContextManager[None]:
        """Return what holds a mailbox for a visit. Entering it raises LimitError where somebody else is at it."""
        return self.records.lock(account.workspace, f"{self.namespace} mailbox:{account.name}", seconds=LOCK_SECONDS)

    @contextmanager
    def held(self, account: MailboxAccount) -> Iterator[None]:
        """Hold a mailbox for a visit, which ends in time; an error is stored with it.

        Raises:
            LimitError: somebody else is at it.
        """
        with self.visiting(account):
            try:
                with Backoff(self.records).attempt(account.place), deadline(MAX_VISIT_SECONDS):
                    yield
            except InlaidError as error:
                if is_connected(self.records, account):
                    self.update_status(account, error=error.to_json())
                raise

    def end_round(self, account: MailboxAccount, *, is_behind: bool) -> None:
        """Store that a round has ended: what was read is no failure; `is_behind` when there was no time for all."""
        done: StatusChanges = {"is_behind": is_behind, "error": None}
        if not is_behind:
            done["checked_at"] = time.time()
        self.update_status(account, **done)

    def status(self, account: MailboxAccount) -> ConnectionStatus:
        """Return the status of the connection."""
        return self._statuses.get(account.workspace, account.name)

    def update_status(self, account: MailboxAccount, **changes: Unpack[StatusChanges]) -> None:
        """Store what has changed about the connection; see `StatusStore.update`."""
        self._statuses.update(account.workspace, account.name, account.person, changes)


@dataclass(frozen=True)
class MailOwner:
    """A person as another surface knows them.

    Attributes:
        workspace: the tenant.
        person: the key within it.
        address: the mail address that the surface vouches for, "" when it does for none.
        mailbox: which of their mailboxes, by name; "" for the first.
        names: each (workspace, person) that is the same person; filled in by `MailboxDrafts`.
    """

    workspace: str
    person: str
    address: str = ""
    mailbox: str = ""
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class NewDraft:
    """What the draft says. The same key is the same draft, however often it is put.

    Attributes:
        key: names the draft.
        subject: its subject.
        text: its text.
        to: whom it goes to; nobody yet where the person is to fill that in.
        job: the job that wrote it, to be told what becomes of the draft; "" when nobody asks.
        is_signed: whether the house's signature stands below the text already.
    """

    key: str
    subject: str
    text: str
    to: tuple[Address, ...] = ()
    job: str = ""
    is_signed: bool = False


def own_mailbox(accounts: Iterable[A], owner: MailOwner, proven_address: Callable[[A], str]) -> A | None:
    """Return the mailbox of a person among those of one kind: by the names of the person, else by their mail address.

    Args:
        accounts: all mailboxes of the kind.
        owner: the person.
        proven_address: the address by which a mailbox is known to be somebody's, "" when that is only what was typed.
    """
    listed = list(accounts)
    names = {(owner.workspace, owner.person), *owner.names}
    own = [account for account in listed if (account.workspace, account.person) in names]
    address = owner.address.casefold()
    linked = [account for account in listed if address and proven_address(account).casefold() == address]
    # An address alone does not tell apart the people of two tenants.
    if len({account.workspace for account in linked} - {LOCAL_WORKSPACE}) > 1:
        linked = [account for account in linked if account.workspace == LOCAL_WORKSPACE]
    return next((account for account in (*own, *linked) if owner.mailbox in {"", account.name}), None)
