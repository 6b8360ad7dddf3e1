"""A connected mailbox of any provider, and the store of one provider's mailboxes, sealed."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from core.errors import NotFoundError
from core.store.records import RecordStore
from integrations.mail.mailbox.backoff import Backoff, Place
from integrations.mail.mailbox.connection_status import ConnectionStatus, StatusStore

THREAD_KIND = "mailbox_thread"


class Account(Protocol):
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
        """What the owner does, "" when it is not known."""

    @property
    def namespace(self) -> str:
        """What the kinds of the provider's records begin with."""

    @property
    def place(self) -> Place:
        """Where it is, for counting failures."""


A = TypeVar("A", bound=Account)


class AccountStore(ABC, Generic[A]):
    """The mailboxes of one provider in the record store.

    Args:
        records: where they are kept, sealed.

    Attributes:
        kind: the kind of an account's record.
        namespace: what the kinds of all other records of the provider begin with.
        mail_kinds: further records about single mails; each names its mailbox as `account`.
        mailbox_kinds: further records about a mailbox, by its name.
    """

    kind: ClassVar[str]
    namespace: ClassVar[str]
    mail_kinds: ClassVar[tuple[str, ...]] = ()
    mailbox_kinds: ClassVar[tuple[str, ...]] = ()

    def __init__(self, records: RecordStore) -> None:
        self.records = records
        self._statuses = StatusStore(records, f"{self.namespace}_standing")

    @abstractmethod
    def load(self, data: dict[str, Any]) -> A:
        """Return an account as it was stored."""

    def save(self, account: A) -> None:
        """Store a mailbox, in place of an earlier one of that name; what has been read stays read."""
        Backoff(self.records).forget(account.place)
        self.records.put(self.kind, account.workspace, account.name, asdict(account), person=account.person)

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
            NotFoundError: there is none of that name.
        """
        found = self.find(workspace, name)
        if found is None:
            fix = "List mailboxes with: inlaid mailbox list"
            raise NotFoundError(f"No mailbox called {name} is connected.", fix=fix)
        return found

    def remove(self, account: A) -> None:
        """Forget a mailbox and everything stored about its mail. The mailbox itself stays as it is."""
        for kind in (f"{self.namespace}_decision", f"{self.namespace}_awaiting", THREAD_KIND, *self.mail_kinds):
            for record in self.records.list(kind, workspace=account.workspace, person=account.person):
                if record.data["account"] == account.name:
                    self.records.delete(kind, account.workspace, record.key)
        Backoff(self.records).forget(account.place)
        for kind in (*self.mailbox_kinds, f"{self.namespace}_standing", self.kind):
            self.records.delete(kind, account.workspace, account.name)

    def status(self, account: Account) -> ConnectionStatus:
        """Return the status of the connection."""
        return self._statuses.get(account.workspace, account.name)

    def statuses(self) -> dict[tuple[str, str], ConnectionStatus]:
        """Return the statuses of all mailboxes that have one, by workspace and name."""
        return self._statuses.all()

    def update_status(self, account: Account, **changes: Any) -> None:
        """Store what has changed about the connection; see `StatusStore.update`."""
        self._statuses.update(account.workspace, account.name, account.person, changes)
