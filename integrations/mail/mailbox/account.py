"""A connected mailbox of any provider: its store, sealed, the status of its connection, and whose it is."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Generic, Literal, Protocol, TypedDict, TypeVar, Unpack

from core.drafts import JsonObject
from core.errors import ConflictError, InlaidError, NotFoundError, OutageError
from core.job import LOCAL_WORKSPACE
from core.people import address_of_shared
from core.store.due import DueIndex
from core.store.records import Record, RecordStore
from core.system.connections import deadline
from integrations.mail.mailbox.visits import LOCK_SECONDS, MAX_VISIT_SECONDS, Backoff, MailboxPlace
from integrations.mail.message.addresses import Address

_MAX_TRIES = 20
# So long after the server told of a sent mail it can be found in its folder.
APPEARS_SECONDS = 10.0
THREAD_KIND = "mailbox_thread"
OPEN_GAPS_KIND = "mailbox_open_gaps"  # how many gaps a draft that waits has by now, by its job


@dataclass(frozen=True)
class ConnectionStatus:
    """How a mailbox is connected. All times are Unix seconds, 0 when it has not happened.

    Args:
        mode: `idle` when the server announces new mail, `poll` when it is asked each minute; "" where nobody watches.
        connected_at: since when the watching connection stands.
        checked_at: when all folders were last read.
        noticed_at: when the server last announced something new.
        answered_at: the `noticed_at` up to which mail was read; -1 has it read whatever was announced. At Gmail when
            mail was last read for a notice.
        drafted_at: when the last draft was put there.
        settled_at: when the outcomes of drafts were last looked for.
        outcome_at: when the server last told that one can be looked for.
        doubted_at: when it was last found that one may have been missed, or that a look left something open.
        settled_for: the `told` up to which outcomes were looked for.
        tells_of_drafts: whether the watching connection tells when the folders of drafts and of sent mail change.
        renews_at: when IDLE or the next subscription is due to be renewed.
        is_behind: whether announcements were missed, so that the folders have to be read soon.
        error: what went wrong last, as `InlaidError.to_json`; None while it works.
    """

    mode: Literal["", "idle", "poll"] = ""
    connected_at: float = 0.0
    checked_at: float = 0.0
    noticed_at: float = 0.0
    answered_at: float = 0.0
    drafted_at: float = 0.0
    settled_at: float = 0.0
    outcome_at: float = 0.0
    doubted_at: float = 0.0
    settled_for: tuple[float, float, float] = (0.0, 0.0, 0.0)
    tells_of_drafts: bool = False
    renews_at: float = 0.0
    is_behind: bool = False
    error: dict[str, str] | None = None

    @property
    def told(self) -> tuple[float, float, float]:
        """What speaks for a look, to be compared with `settled_for`: whose clock wrote each does not matter so."""
        return self.outcome_at, self.doubted_at, self.drafted_at

    def settles_seconds(self, every_seconds: float) -> float:
        """Return after how long outcomes of drafts are to be looked for.

        That is at once where one was told of, once more when it should be found everywhere, and else so often.
        """
        at = time.time()
        if self.outcome_at >= self.settled_at:
            return 0.0
        if self.outcome_at + APPEARS_SECONDS >= self.settled_at:
            return self.outcome_at + APPEARS_SECONDS - at
        return self.settled_at + every_seconds - at


class StatusChanges(TypedDict, total=False):
    """What changes of a `ConnectionStatus`."""

    mode: Literal["", "idle", "poll"]
    connected_at: float
    checked_at: float
    noticed_at: float
    answered_at: float
    drafted_at: float
    settled_at: float
    outcome_at: float
    doubted_at: float
    settled_for: tuple[float, float, float]
    tells_of_drafts: bool
    renews_at: float
    is_behind: bool
    error: dict[str, str] | None


def status_from(data: JsonObject) -> ConnectionStatus:
    """Return a status as it was stored, by this version or an earlier one."""
    earlier = {"reissue_at": "renews_at"}
    values = {earlier.get(name, name): value for name, value in data.items()}
    return ConnectionStatus(**{**values, "settled_for": tuple(values.get("settled_for", (0.0, 0.0, 0.0)))})


@dataclass(frozen=True)
class StatusStore:
    """The statuses of one provider's mailboxes.

    Args:
        records: where they are kept.
        kind: the kind of their records.
    """

    records: RecordStore
    kind: str

    def get(self, workspace: str, name: str) -> ConnectionStatus:
        """Return the status of a mailbox."""
        record = self.records.get(self.kind, workspace, name)
        return status_from(record.data) if record else ConnectionStatus()

    def update(self, workspace: str, name: str, person: str, changes: StatusChanges) -> None:
        """Store what has changed; of what others store at the same time nothing is lost.

        Raises:
            OutageError: others keep changing it; try again later.
        """
        for _ in range(_MAX_TRIES):
            record = self.records.get(self.kind, workspace, name)
            before = status_from(record.data) if record else ConnectionStatus()
            version = record.version if record else 0
            value = asdict(replace(before, **changes))
            try:
                self.records.put(self.kind, workspace, name, value, person=person, expected_version=version)
            except ConflictError:
                continue
            return
        raise OutageError("Many workers update the status of a mailbox at once.", fix="Inlaid retries automatically.")


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
    def place(self) -> MailboxPlace:
        """Where it is, for counting failures."""


class AccountParts:
    """What accounts of all providers say alike; the dataclass of each provider says the rest.

    Attributes:
        kinds_begin_with: see `Account.namespace`.
    """

    kinds_begin_with: ClassVar[str]

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
    """Return the records of a kind about the mails of one mailbox.

    Those of a shared mailbox stood under its address, before it had a person of its own.
    """
    persons = {account.person, address_of_shared(account.person) or account.person}
    listed = [record for person in persons for record in records.list(kind, workspace=account.workspace, person=person)]
    return [record for record in listed if record.data["account"] == account.name]


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
    """

    kind: ClassVar[str]
    namespace: ClassVar[str]
    mail_kinds: ClassVar[tuple[str, ...]] = ()
    mailbox_kinds: ClassVar[tuple[str, ...]] = ()

    def __init__(self, records: RecordStore) -> None:
        self.records = records
        self._statuses = StatusStore(records, f"{self.namespace}_standing")

    @abstractmethod
    def load(self, data: JsonObject) -> A:
        """Return an account as it was stored."""

    def save(self, account: A) -> None:
        """Store a mailbox, in place of an earlier one of that name; what has been read stays read."""
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
            fix = "List mailboxes with: inlaid mailbox list"
            raise NotFoundError(f"No mailbox called {name} is connected.", fix=fix)
        return found

    def remove(self, account: A) -> None:
        """Forget a mailbox and everything stored about its mail. The mailbox itself stays as it is."""
        ours = (f"{self.namespace}_decision", f"{self.namespace}_awaiting", THREAD_KIND, OPEN_GAPS_KIND)
        for kind in (*ours, *self.mail_kinds):
            for record in records_of(self.records, kind, account):
                self.records.delete(kind, account.workspace, record.key)
        Backoff(self.records).forget(account.place)
        for kind in (*self.mailbox_kinds, f"{self.namespace}_standing", self.kind):
            self.records.delete(kind, account.workspace, account.name)

    @contextmanager
    def held(self, account: MailboxAccount) -> Iterator[None]:
        """Hold a mailbox for a visit, which ends in time; an error is stored with it.

        Raises:
            LimitError: somebody else is at it.
        """
        name = f"{self.namespace} mailbox:{account.name}"
        with self.records.lock(account.workspace, name, seconds=LOCK_SECONDS):
            try:
                with Backoff(self.records).attempt(account.place), deadline(MAX_VISIT_SECONDS):
                    yield
            except InlaidError as error:
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
