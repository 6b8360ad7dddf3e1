"""People and sign-ins as values, and the rows that the rules of linking work on within one transaction.

A person has a home: the (workspace, key) under which it is kept what they decided, whatever the door. Jobs, mailboxes
and documents are kept under the sign-in that they came through, so that they go with it when two people are told apart.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, TypeVar

# How somebody comes in: at Microsoft, at the OpenID provider, in Slack, with an address, by a name of this installation
# (a token, the person at this machine), and under a name that is kept for what was stored under it.
Way = Literal["entra", "openid", "slack", "address", "local", "former"]
# Who says so when somebody was put together or told apart by hand.
ADMINISTRATOR = "administrator"
# Who may come in by no door any more, by the id of the person.
DISABLED_KIND = "person_disabled"
T = TypeVar("T")


class Identity(NamedTuple):
    """A name of a person: within a workspace, as the surface or this installation calls them."""

    workspace: str
    person: str


@dataclass(frozen=True)
class Person:
    """One person. `home` is where it is kept what they decided; `created_at` Unix seconds."""

    id: str
    home: Identity
    created_at: float = 0.0


@dataclass(frozen=True)
class SignInRow:
    """One way in.

    Attributes:
        name: workspace and subject, as the door calls them.
        way: which door.
        person: whose it is.
        address: the email address that the door says, "" for none.
        enterprise: in Slack the Grid organisation that they are of, "" for none.
        vouched_by: what the link rests on: `administrator`, `token`, `machine`, `mailbox`, or the sign-in whose door
            said the address.
    """

    name: Identity
    way: Way
    person: Person
    address: str = ""
    enterprise: str = ""
    vouched_by: str = ""


class SignInRows(Protocol):
    """The rows within one transaction. What changes here is seen by nobody until it is whole."""

    def find(self, name: Identity) -> SignInRow | None:
        """Return the sign-in of that name."""

    def of(self, person_id: str) -> Sequence[SignInRow]:
        """Return the sign-ins of a person, the oldest first."""

    def at_home(self, home: Identity) -> Person | None:
        """Return the person whose home it is."""

    def add(self, home: Identity) -> Person:
        """Make a person."""

    def put(self, sign_in: SignInRow) -> None:
        """Store a sign-in, in place of one of that name."""

    def remove(self, name: Identity) -> None:
        """Forget a sign-in."""

    def move_home(self, person: Person, home: Identity) -> Person:
        """Give a person another home, and bring there what they decided; what is decided there already stays."""

    def absorb(self, kept: Person, other: Person) -> None:
        """Make one person of two: sign-ins and decisions of the other become those of the kept one."""

    def bring(self, old: Identity, new: Identity) -> None:
        """Move what somebody decided under one name to another; what is decided there already stays."""

    def rename(self, old: Identity, new: Identity) -> None:
        """Keep all that is stored under a name under another one of the same workspace."""


class SignIns(Protocol):
    """All people of an installation. Real: `core.store.people.store.SignInStore`; in memory: `tests.in_memory`."""

    def find(self, name: Identity) -> SignInRow | None:
        """Return the sign-in of that name."""

    def of(self, person_id: str) -> Sequence[SignInRow]:
        """Return the sign-ins of a person, the oldest first."""

    def at_home(self, home: Identity) -> Person | None:
        """Return the person whose home it is."""

    def everybody(self) -> Sequence[SignInRow]:
        """Return all sign-ins, by person and age."""

    def places(self, way: Way) -> set[tuple[str, str]]:
        """Return each workspace with the organisation that has sign-ins of that kind."""

    def forget(self, names: Iterable[tuple[str, str]]) -> None:
        """Delete sign-ins, and the people of whom none is left."""

    def change(self, act: Callable[[SignInRows], T]) -> T:
        """Have something changed as a whole, one process after the other, and return what the act returns."""
