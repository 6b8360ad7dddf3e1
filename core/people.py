"""One person behind several sign-ins, resolved here for every surface, command and report.

Sign-ins are linked by the email address that a door vouches for, and by an administrator; see `core.store.people`. Only
doors of the installation's own organisation are believed: its tenants of Entra, the Slack workspace of
INLAID_SLACK_BOT_TOKEN, and those of INLAID_SLACK_WORKSPACES. In one that anybody may install from anywhere, a foreign
administrator could give a member somebody else's address. Of Entra it is the sign-in name, whose domain the tenant had
to prove.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from core.errors import ForbiddenError, NotFoundError
from core.job import LOCAL_WORKSPACE
from core.settings import Settings
from core.store.people import linking
from core.store.people.rows import ADMINISTRATOR, DISABLED_KIND, Identity, Person, SignInRow, SignIns, Way
from core.store.people.store import SignInStore
from core.store.records import RecordStore
from core.store.rows import Scope

SLACK_MEMBER = "slack_member"
# What the person of a shared mailbox begins with. No human is called so: no door lets an address with a colon in.
_SHARED_MAILBOX = "shared:"
# What the ids of workspaces and Grid organisations of Slack begin with.
_SLACK = ("T", "E")


def shared_mailbox(address: str) -> str:
    """Return whose the jobs of a shared mailbox are: a name that tells its address and is trusted as none."""
    return _SHARED_MAILBOX + address.casefold()


def address_of_shared(person: str) -> str:
    """Return the address of the shared mailbox that a person stands for, "" where it is a human."""
    return person.removeprefix(_SHARED_MAILBOX) if person.startswith(_SHARED_MAILBOX) else ""


def _is_address(text: str) -> bool:
    return "@" in text and not address_of_shared(text)


@dataclass(frozen=True)
class _Facts:
    """What Slack says of a member: the address, and the Grid organisation that they are of."""

    address: str = ""
    enterprise: str = ""


@dataclass(frozen=True)
class KnownPerson:
    """A person with their sign-ins, the oldest first, and whether they may still come in."""

    person: Person
    sign_ins: tuple[SignInRow, ...]
    is_disabled: bool = False

    @property
    def doors(self) -> list[SignInRow]:
        """The sign-ins that somebody uses, without what is known by them and what was kept of earlier ones."""
        return [sign_in for sign_in in self.sign_ins if sign_in.way in {*linking.DOORS, "local"}]

    @property
    def title(self) -> str:
        """What to call them: an address, else what a door calls them."""
        return next(iter(self.addresses), next((door.name.person for door in self.doors), self.person.home.person))

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        return {
            "id": self.person.id,
            "name": self.title,
            "disabled": self.is_disabled,
            "addresses": self.addresses,
            "sign_ins": [
                {
                    "workspace": sign_in.name.workspace,
                    "person": sign_in.name.person,
                    "way": sign_in.way,
                    "address": sign_in.address,
                    "vouched_by": sign_in.vouched_by or (sign_in.address and "address"),
                }
                for sign_in in self.sign_ins
                if sign_in.way != "former"
            ],
        }

    @property
    def addresses(self) -> list[str]:
        """The email addresses that are known to be theirs."""
        return [
            sign_in.name.person
            for sign_in in self.sign_ins
            if sign_in.way not in linking.DOORS
            and _is_address(sign_in.name.person)
            and linking.is_vouched(self.sign_ins, sign_in)
        ]


class People:
    """Knows who is who.

    Args:
        records: what Slack last said of its members.
        sign_ins: people and their sign-ins; by default those beside the records.
        believes_slack: whether Slack is the installation's own workspace alone.
        slack: ids of own Slack workspaces and Grid organisations among others.
        tenants: own tenants of Entra, and the OpenID provider.
    """

    def __init__(
        self,
        records: RecordStore,
        sign_ins: SignIns | None = None,
        *,
        believes_slack: bool = False,
        slack: Collection[str] = (),
        tenants: Collection[str] = (),
    ) -> None:
        self._records = records
        self._sign_ins = sign_ins or SignInStore(records.database, records.cipher)
        self._believes_slack = believes_slack
        self._slack = frozenset(slack)
        self._tenants = frozenset(tenants)

    def is_own(self, workspace: str, person: str) -> bool:
        """Whether a person of a surface is one of the organisation that the installation is for."""
        if workspace == LOCAL_WORKSPACE or workspace in self._tenants:
            return True
        name = Identity(workspace, person)
        facts = self._slack_facts(name, self._sign_ins.find(name))
        return facts is not None and self._is_own_slack(workspace, facts.enterprise)

    def identity(self, workspace: str, person: str) -> Identity:
        """Return the home of who a person of a surface is: under it is kept what they decided."""
        name = _name(workspace, person)
        known = self._known(name)
        return known.person.home if known and self._believes(known) else name

    def names_of(self, identity: Identity) -> list[Identity]:
        """Return every (workspace, person) that is this person, the home first."""
        person = self._sign_ins.at_home(identity)
        theirs = self._sign_ins.of(person.id) if person else []
        return [*dict.fromkeys([identity, *(sign_in.name for sign_in in theirs if self._believes(sign_in))])]

    def names(self, workspace: str, person: str) -> list[Identity]:
        """Return every name of a person of a surface, that one first."""
        return [*dict.fromkeys([Identity(workspace, person), *self.names_of(self.identity(workspace, person))])]

    def is_in_slack(self, workspace: str, person: str) -> bool:
        """Whether a person has a sign-in at Slack."""
        return any(name.workspace.startswith(_SLACK) for name in self.names(workspace, person))

    def is_same(self, one: tuple[str, str], other: tuple[str, str]) -> bool:
        """Whether two names are those of one person."""
        return one == other or self.identity(*one) == self.identity(*other)

    def addresses(self, workspace: str, person: str) -> list[str]:
        """Return the email addresses that are known to be those of a person of a surface."""
        name = _name(workspace, person)
        known = self._known(name)
        if workspace == LOCAL_WORKSPACE and _is_address(name.person):
            return [name.person]  # it came by that address, or by a token of it
        if known is None or not self._believes(known):
            return []
        return KnownPerson(known.person, self._believed(self._sign_ins.of(known.person.id))).addresses

    def time_zone(self, workspace: str, person: str) -> str:
        """Return the time zone of a person as Slack lately said it ("Europe/Berlin"), or "" if it is not known."""
        members = (self._records.get(SLACK_MEMBER, *name) for name in self.names(workspace, person))
        return next((zone for member in members if member and (zone := str(member.data.get("tz") or ""))), "")

    def remember(self, tenant: str, person: str, address: str, way: Way = "entra") -> None:
        """Note as whom a person of Entra, or of the OpenID provider, signed in.

        Args:
            tenant: the tenant that the authority named, or the provider.
            person: the object id, or the subject.
            address: the sign-in name (`preferred_username`), or the address that the provider verified; "" or no
                address when there is none.
            way: which of the two.
        """
        address = address.strip().casefold()
        if tenant not in self._tenants:
            return
        name = Identity(tenant, person)
        known = self._sign_ins.find(name)
        if not _is_address(address):
            self.enter(tenant, person, way)
        elif known is None or known.address != address or self._is_lost(known):
            self._sign_ins.change(lambda rows: linking.link(rows, name, way, address=address))

    def enter(self, workspace: str, person: str, way: Way, *, vouched_by: str = "") -> Identity:
        """Note that somebody came in by a door, and return their home."""
        name = _name(workspace, person)
        known = self._sign_ins.find(name)
        if known:
            return known.person.home if self._believes(known) else name
        return self._sign_ins.change(lambda rows: linking.enter(rows, name, way, vouched_by=vouched_by)).home

    def meet(self, workspace: str, person: str) -> Identity:
        """Note that somebody of a surface is there, and return their home."""
        home = self.identity(workspace, person)
        is_door = workspace != LOCAL_WORKSPACE and "@" not in person
        way: Way = "local" if not is_door else "slack" if workspace.startswith(_SLACK) else "entra"
        return home if home != _name(workspace, person) else self.enter(workspace, person, way)

    def homes(self) -> dict[Identity, Identity]:
        """Return the home of each name that belongs to somebody, as it was last seen; for lists of many people."""
        return {sign_in.name: sign_in.person.home for sign_in in self._sign_ins.everybody() if self._believes(sign_in)}

    def everybody(self, scope: Scope | None = None) -> list[KnownPerson]:
        """Return all people who have come in by some door, of a scope those with a sign-in there."""
        found = groupby(self._sign_ins.everybody(), key=lambda one: one.person)
        out = {record.key for record in self._records.list(DISABLED_KIND, workspace=LOCAL_WORKSPACE)}
        known = [KnownPerson(person, tuple(theirs), person.id in out) for person, theirs in found]
        return [
            entry for entry in known if scope is None or any(scope.covers(door.name.workspace) for door in entry.doors)
        ]

    def find(self, text: str, scope: Scope | None = None) -> KnownPerson:
        """Return the person of an id, of an address or of `workspace/person`, all of whose doors are in the scope.

        Raises:
            NotFoundError: it does not exist.
        """
        found = self._find(text)
        places = [door.name.workspace for door in found.doors] or [LOCAL_WORKSPACE] if found else []
        if found and (scope is None or all(map(scope.covers, places))):
            return found
        raise NotFoundError(f"Nobody is known as {text[:80]}.", fix="List people with: inlaid people list")

    def _find(self, text: str) -> KnownPerson | None:
        workspace, slash, subject = text.rpartition("/")
        known = self._sign_ins.find(_name(workspace if slash else LOCAL_WORKSPACE, subject))
        theirs = self._sign_ins.of(known.person.id if known else text)
        if not theirs:
            return None
        return KnownPerson(theirs[0].person, tuple(theirs), self._is_out(theirs[0].person))

    def merge(self, kept: KnownPerson, other: KnownPerson) -> KnownPerson:
        """Make one person of two, as an administrator says; see `core.store.people.linking.merge`.

        Where one of them may not come in, the person that both are may not either.
        """
        if other.is_disabled:
            self.disable(kept)
        self._sign_ins.change(lambda rows: linking.merge(rows, kept.person, other.person))
        return self.find(kept.person.id)

    def split(self, workspace: str, person: str) -> KnownPerson:
        """Have a sign-in be a person of its own, as an administrator says; see `core.store.people.linking.split`."""
        was_out = self.is_disabled(workspace, person)
        alone = self._sign_ins.change(lambda rows: linking.split(rows, _name(workspace, person)))
        found = self.find(alone.id)
        if was_out:
            self.disable(found)
        return self.find(alone.id)

    def disable(self, known: KnownPerson) -> None:
        """Let somebody in by no door any more; see `core.leavers` for what they have open."""
        self._records.put(DISABLED_KIND, LOCAL_WORKSPACE, known.person.id, True)

    def enable(self, known: KnownPerson) -> bool:
        """Let somebody in again, and say whether they were shut out."""
        return self._records.delete(DISABLED_KIND, LOCAL_WORKSPACE, known.person.id) > 0

    def is_disabled(self, workspace: str, person: str) -> bool:
        """Whether a person of a surface may come in by no door any more."""
        known = self._known(_name(workspace, person))
        return known is not None and self._is_out(known.person)

    def require_enabled(self, workspace: str, person: str) -> Identity:
        """Refuse a person who may come in by no door any more, and return the home of everybody else.

        Raises:
            ForbiddenError: they may not.
        """
        name = _name(workspace, person)
        known = self._known(name)
        if known is not None and self._is_out(known.person):
            raise ForbiddenError("Your access to Inlaid has been ended.", fix="Ask your administrator.")
        return known.person.home if known and self._believes(known) else name

    def let_in(self, workspace: str, person: str) -> Identity:
        """Return the home of somebody who comes in, and note who came by a token alone, so that they can be shut out.

        Raises:
            ForbiddenError: see `require_enabled`.
        """
        home, name = self.require_enabled(workspace, person), _name(workspace, person)
        is_new = workspace == LOCAL_WORKSPACE and self._sign_ins.find(name) is None
        return self.enter(workspace, person, "local") if is_new else home

    def _is_out(self, person: Person) -> bool:
        return self._records.get(DISABLED_KIND, LOCAL_WORKSPACE, person.id) is not None

    def own_slack_workspaces(self) -> set[str]:
        """Return the own workspaces of Slack in which somebody came in."""
        return {place for place, enterprise in self._sign_ins.places("slack") if self._is_own_slack(place, enterprise)}

    def _known(self, name: Identity) -> SignInRow | None:
        """Return the sign-in of a name; of a member of Slack it follows what Slack says of them now."""
        known = self._sign_ins.find(name)
        if name.workspace == LOCAL_WORKSPACE or name.workspace in self._tenants or "@" in name.person:
            return known
        facts = self._slack_facts(name, known)
        if facts is None:
            return None
        if not _is_address(facts.address) or not self._is_own_slack(name.workspace, facts.enterprise):
            return known
        if known is None or (known.address, known.enterprise) != (facts.address, facts.enterprise):
            self._sign_ins.change(
                lambda rows: linking.link(rows, name, "slack", address=facts.address, enterprise=facts.enterprise)
            )
            known = self._sign_ins.find(name)
        return known

    def _slack_facts(self, name: Identity, known: SignInRow | None) -> _Facts | None:
        """Return what Slack says of a member, or said when it was last asked; None of people of elsewhere."""
        said = _Facts(known.address, known.enterprise) if known else _Facts()
        member = self._records.get(SLACK_MEMBER, *name)
        if member is None:
            return said
        if not member.data.get("belongs", True):
            return None
        enterprise = (member.data.get("enterprise_user") or {}).get("enterprise_id") or said.enterprise
        return _Facts(str(member.data.get("email") or "").casefold() or said.address, str(enterprise))

    def _is_own_slack(self, workspace: str, enterprise: str) -> bool:
        is_slack = workspace.startswith(_SLACK)
        return (self._believes_slack and is_slack) or workspace in self._slack or enterprise in self._slack

    def _believes(self, sign_in: SignInRow) -> bool:
        """Whether a link still rests on something: the door is own, or an administrator said so."""
        workspace = sign_in.name.workspace
        if sign_in.vouched_by == ADMINISTRATOR or sign_in.way not in linking.DOORS:
            return True
        return workspace in self._tenants or self._is_own_slack(workspace, sign_in.enterprise)

    def _believed(self, sign_ins: Sequence[SignInRow]) -> tuple[SignInRow, ...]:
        return tuple(sign_in for sign_in in sign_ins if self._believes(sign_in))

    def _is_lost(self, known: SignInRow) -> bool:
        """Whether the address of a sign-in has become somebody else's meanwhile."""
        holder = self._sign_ins.find(Identity(LOCAL_WORKSPACE, known.address))
        return holder is None or holder.person.id != known.person.id


def _name(workspace: str, person: str) -> Identity:
    return Identity(workspace, person.casefold() if "@" in person else person)


def load_people(settings: Settings, records: RecordStore, sign_ins: SignIns | None = None) -> People:
    """Return who is who in an installation; `sign_ins` are by default those beside the records."""
    return People(
        records,
        sign_ins,
        believes_slack=bool(settings.slack_bot_token.get_secret_value()),
        slack=settings.slack_workspaces,
        tenants=settings.own_realms,
    )


__all__ = ["SLACK_MEMBER", "Identity", "KnownPerson", "People", "address_of_shared", "load_people", "shared_mailbox"]
