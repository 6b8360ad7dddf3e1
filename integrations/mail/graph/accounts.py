"""Connected Microsoft 365 mailboxes, sealed in the record store, and how far each folder has been read."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from core.errors import ConflictError, NotFoundError, OutageError
from core.job import LOCAL_WORKSPACE
from core.store.records import RecordStore
from integrations.mail.mailbox.backoff import Backoff, Place
from integrations.mail.mailbox.thread_lock import THREAD_KIND, Mailbox

ACCOUNT_KIND = "graph_mailbox"
CURSOR_KIND = "graph_cursor"
DECISION_KIND = "graph_decision"
SEEN_KIND = "graph_seen"
STANDING_KIND = "graph_standing"
AWAITING_KIND = "graph_awaiting"
INBOX = "inbox"
_MOST_TRIES = 20


@dataclass(frozen=True)
class GraphAccount:
    """One mailbox of one person.

    Args:
        address: the mail address of the mailbox, which is also its name.
        person: whose jobs its drafts are.
        signed_in: the account of whoever signed in; "" for a mailbox that is read with the app's own permissions.
        owner_name: the name that drafts are signed with.
        folders: which folders are looked after, by well-known name or id.
        owner_role: what the owner does, as their profile says; "" where the profile is not read.
    """

    address: str
    person: str
    signed_in: str = ""
    owner_name: str = ""
    folders: tuple[str, ...] = (INBOX,)
    workspace: str = LOCAL_WORKSPACE
    owner_role: str = ""

    @property
    def name(self) -> str:
        """What the mailbox is called in commands, keys and listings."""
        return self.address

    @property
    def place(self) -> Place:
        """Where it is, for counting failures: those of one tenant say nothing of another's."""
        return Place("graph", self.workspace, self.name, self.person, f"Microsoft 365, {self.workspace}")


@dataclass(frozen=True)
class Cursor:
    """How far a folder has been read. All times are Unix seconds.

    Args:
        link: where Graph goes on; "" before the first round and after Graph has forgotten it.
        since_seconds: mails that arrived before are left alone in a first round.
        checked_at: when the folder was last read to the end of a round.
    """

    link: str = ""
    since_seconds: float = 0.0
    checked_at: float = 0.0


@dataclass(frozen=True)
class Standing:
    """How the connection stands, for listings, metrics and the console. Times are Unix seconds, 0 for never.

    Args:
        checked_at: when all folders were last read.
        noticed_at: when Microsoft last told of a new mail.
        drafted_at: when the last draft was put there.
        settled_at: when it was last asked what became of drafts.
        renews_at: when the next subscription is due to be renewed; 0 where Microsoft tells nothing.
        is_behind: whether notices were missed, so that the folders have to be read soon.
        error: why the last round failed, as `InlaidError.to_json`.
    """

    checked_at: float = 0.0
    noticed_at: float = 0.0
    drafted_at: float = 0.0
    settled_at: float = 0.0
    renews_at: float = 0.0
    is_behind: bool = False
    error: dict[str, str] | None = field(default=None)


class GraphAccounts:
    """The mailboxes in the record store.

    Args:
        records: where they are kept, sealed.
    """

    def __init__(self, records: RecordStore) -> None:
        self.records = records

    def save(self, account: GraphAccount) -> None:
        """Store a mailbox, in place of an earlier one of that name; what has been read stays read."""
        Backoff(self.records).forget(account.place)
        self.records.put(ACCOUNT_KIND, account.workspace, account.name, asdict(account), person=account.person)
        self.note(account, error=None, is_behind=True, renews_at=0.0)

    def list(self) -> Sequence[GraphAccount]:
        """Return all mailboxes of all workspaces, by name."""
        return [_account(record.data) for record in self.records.list(ACCOUNT_KIND)]

    def get(self, workspace: str, name: str) -> GraphAccount:
        """Return one mailbox.

        Raises:
            NotFoundError: there is none of that name.
        """
        record = self.records.get(ACCOUNT_KIND, workspace, name)
        if record is None:
            fix = "List mailboxes with: inlaid mailbox list"
            raise NotFoundError(f"No mailbox called {name} is connected.", fix=fix)
        return _account(record.data)

    def find(self, workspace: str, name: str) -> GraphAccount | None:
        """Return one mailbox, None when there is none of that name."""
        record = self.records.get(ACCOUNT_KIND, workspace, name)
        return _account(record.data) if record else None

    def remove(self, account: GraphAccount) -> None:
        """Forget a mailbox and what is stored about its mail. The mailbox stays as it is."""
        for kind in (DECISION_KIND, SEEN_KIND, THREAD_KIND, CURSOR_KIND, AWAITING_KIND):
            for record in self.records.list(kind, workspace=account.workspace, person=account.person):
                if record.data["account"] == account.name:
                    self.records.delete(kind, account.workspace, record.key)
        Backoff(self.records).forget(account.place)
        for kind in (STANDING_KIND, ACCOUNT_KIND):
            self.records.delete(kind, account.workspace, account.name)

    def cursor(self, account: GraphAccount, folder: str) -> Cursor:
        """Return how far a folder has been read."""
        record = self.records.get(CURSOR_KIND, account.workspace, f"{account.name}/{folder}")
        if record is None:
            return Cursor()
        return Cursor(**{name: value for name, value in record.data.items() if name != "account"})

    def save_cursor(self, account: GraphAccount, folder: str, cursor: Cursor) -> None:
        """Store how far a folder has been read."""
        data = {"account": account.name, **asdict(cursor)}
        self.records.put(CURSOR_KIND, account.workspace, f"{account.name}/{folder}", data, person=account.person)

    def standing(self, account: Mailbox) -> Standing:
        """Return how the connection stands."""
        record = self.records.get(STANDING_KIND, account.workspace, account.name)
        return Standing(**record.data) if record else Standing()

    def note(self, account: Mailbox, **changes: Any) -> None:
        """Store what has changed about the connection; of what others note at the same time nothing is lost.

        Raises:
            OutageError: others keep changing it; try again later.
        """
        for _ in range(_MOST_TRIES):
            record = self.records.get(STANDING_KIND, account.workspace, account.name)
            value = {**asdict(Standing(**record.data) if record else Standing()), **changes}
            version = record.version if record else 0
            try:
                self.records.put(
                    STANDING_KIND, account.workspace, account.name, value, person=account.person,
                    expected_version=version,
                )  # fmt: skip
            except ConflictError:
                continue
            return
        raise OutageError("Many workers note how a mailbox stands at once.", fix="It is tried again.")


def _account(data: dict[str, Any]) -> GraphAccount:
    return GraphAccount(**{**data, "folders": tuple(data["folders"])})
