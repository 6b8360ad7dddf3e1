"""Random worlds: organisations, people with several doors each, put together and told apart, and who looks after whom.

What is true in a world (which doors are one person's, who may see what) is written down here from what was done in it
and from what DECISIONS.md and the settings promise; none of it is asked of the code under test.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Literal

TENANTS = ("4f80db28-4452-4cf2-aa21-9d7956f317fa", "00000000-0000-4000-8000-000000000009")
REALM = "login.example.com"
LOCAL = "local"
# The organisation's own workspace of Slack, and two that somebody else installed the app in, one of a Grid.
OWN_TEAM, FOREIGN_TEAM, GRID_TEAM, GRID = "T0OWN", "T0FOREIGN", "T0GRID", "E0GRID"
ROOT = "root@example.com"
ROLES = ("administrator=it", f"administrator@{TENANTS[0]}=leads", "author=editors")
GROUPS: tuple[tuple[str, ...], ...] = ((), (), (), ("it",), ("leads",), ("editors",))

Way = Literal["entra", "openid", "slack", "local"]
# One person's machine, one organisation's server, and a server for several organisations.
Kind = Literal["alone", "one", "several"]
KINDS: tuple[Kind, ...] = ("alone", "one", "several", "several")


@dataclass(frozen=True)
class Door:
    """A way in: `address` is what it says of who comes; `organisation` the Grid that a member of Slack is of."""

    way: Way
    workspace: str
    name: str
    address: str = ""
    organisation: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Under which (workspace, person) what comes through it is kept."""
        return self.workspace, self.name


@dataclass(eq=False)
class Somebody:
    """A person: all their doors. `groups` are what the provider says at their sign-ins."""

    number: int
    doors: list[Door]
    groups: tuple[str, ...] = ()
    is_disabled: bool = False
    slack_kind: Literal["member", "guest", "administrator", "deactivated"] = "member"

    @property
    def keys(self) -> set[tuple[str, str]]:
        """Every name that is theirs."""
        addresses = {(LOCAL, door.address) for door in self.doors if door.address}
        return {door.key for door in self.doors} | addresses


@dataclass
class Actor:
    """Somebody who acts through one of their doors."""

    person: Somebody
    door: Door


@dataclass
class World:
    """What there is.

    Attributes:
        merged: pairs of doors that an administrator said are one person's; `told_apart` those that are alone since.
        before: the people before any of that, as their doors and addresses make them.
        people: the people as they are in the end.
    """

    seed: int
    kind: Kind
    random: Random
    before: list[Somebody] = field(default_factory=list)
    people: list[Somebody] = field(default_factory=list)
    merged: list[tuple[Door, Door]] = field(default_factory=list)
    told_apart: list[Door] = field(default_factory=list)

    def owner_of(self, door: Door) -> Somebody:
        """Return whose a door is in the end."""
        return next(person for person in self.people if door in person.doors)

    def is_administrator(self, actor: Actor, *, by_session: bool) -> bool:
        """Whether somebody looks after others: by the settings, or by a group of the sign-in."""
        door = actor.door
        if self.kind == "alone":
            return door.workspace == LOCAL and door.name == ROOT
        said = {door.name, *({door.address} if door.way in {"entra", "openid"} else ())}
        address = said if by_session else said | {known.address for known in actor.person.doors}
        by_group = by_session and door.way in {"entra", "openid"} and bool({"it", "leads"} & set(actor.person.groups))
        return ROOT in address or by_group

    def administers(self, actor: Actor, workspace: str, *, by_session: bool) -> bool:
        """Whether somebody looks after a workspace."""
        if not self.is_administrator(actor, by_session=by_session):
            return False
        if self.kind == "alone":
            return True
        is_narrow = by_session and actor.door.way in {"entra", "openid"} and actor.person.groups == ("leads",)
        if is_narrow and ROOT not in {actor.door.name, actor.door.address}:
            return workspace == TENANTS[0] and (self.kind == "one" or actor.door.workspace == TENANTS[0])
        realms = {*TENANTS, REALM} if self.kind == "several" else set()
        if self.kind == "one" or actor.door.workspace == LOCAL:
            return workspace not in realms
        return workspace == actor.door.workspace


def make_world(seed: int) -> World:
    """Return the world of a seed, always the same one."""
    random = Random(seed)
    world = World(seed, random.choice(KINDS), random)
    makers = {"alone": _alone, "one": _of_one_organisation, "several": _of_several}
    for number in range(random.randint(3, 4)):
        world.before.append(makers[world.kind](world, number))
    world.people = list(world.before)
    if world.kind == "several" and random.random() < 0.3:
        _add_namesake(world)
    if random.random() < 0.4:
        _merge_two(world)
    if random.random() < 0.3:
        _tell_one_apart(world)
    if random.random() < 0.3:
        random.choice(world.people).is_disabled = True
    return world


def _address(world: World, number: int) -> str:
    return ROOT if number == 0 else f"p{number}@w{world.seed}.example.com"


def _alone(world: World, number: int) -> Somebody:
    address = _address(world, number)
    return Somebody(number, [Door("local", LOCAL, address, address)])


def _of_one_organisation(world: World, number: int) -> Somebody:
    doors = [
        Door("entra", TENANTS[0], f"oid{number}-{world.seed}", _address(world, number)),
        _member(world, number, OWN_TEAM),
        Door("local", LOCAL, _address(world, number), _address(world, number)),
    ]
    chosen = world.random.sample(doors, world.random.randint(1, 3))
    return Somebody(number, chosen, world.random.choice(GROUPS), slack_kind=_slack_kind(world.random))


def _of_several(world: World, number: int) -> Somebody:
    """At most one door of a tenant: no two of them become one by an address."""
    random, address = world.random, _address(world, number)
    realm = random.choice([*TENANTS, REALM, ""])
    doors = []
    if realm:
        way: Way = "openid" if realm == REALM else "entra"
        doors.append(Door(way, realm, _subject(world, realm, number), address))
    if random.random() < 0.5:
        doors.append(_member(world, number, OWN_TEAM))
    if random.random() < 0.3 or not doors:
        doors.append(Door("local", LOCAL, address, address))
    if random.random() < 0.25:  # whoever it says to be: of a workspace that is not the organisation's own
        team, organisation = random.choice([(FOREIGN_TEAM, ""), (GRID_TEAM, GRID)])
        doors = [Door("slack", team, f"U{number}S{world.seed}", organisation=organisation)]
    return Somebody(number, doors, random.choice(GROUPS), slack_kind=_slack_kind(random))


def _subject(world: World, realm: str, number: int) -> str:
    """Return what a provider calls somebody: now and then the same as another provider calls somebody else."""
    same = f"same-{world.seed}"
    is_taken = any(door.key == (realm, same) for person in world.before for door in person.doors)
    return same if world.random.random() < 0.4 and not is_taken else f"oid{number}-{world.seed}"


def _member(world: World, number: int, team: str) -> Door:
    return Door("slack", team, f"U{number}S{world.seed}", _address(world, number))


def _slack_kind(random: Random) -> Literal["member", "guest", "administrator", "deactivated"]:
    kinds: tuple[Literal["member", "guest", "administrator", "deactivated"], ...]
    kinds = ("member", "member", "member", "guest", "administrator", "deactivated")
    return random.choice(kinds)


def _add_namesake(world: World) -> None:
    """Let somebody of another tenant have the address of somebody who came first; they stay two people."""
    known = [person for person in world.people if person.doors[0].way in {"entra", "openid"} and person.number]
    if not known:
        return
    first = world.random.choice(known)
    others = [realm for realm in (*TENANTS, REALM) if realm != first.doors[0].workspace]
    realm = world.random.choice(others)
    number = len(world.people)
    door = Door("openid" if realm == REALM else "entra", realm, f"oid{number}-{world.seed}", first.doors[0].address)
    namesake = Somebody(number, [door], world.random.choice(GROUPS))
    world.before.append(namesake)
    world.people.append(namesake)


def _merge_two(world: World) -> None:
    one, other = world.random.sample(world.people, 2)
    world.merged.append((one.doors[0], other.doors[0]))
    world.people = [person for person in world.people if person not in (one, other)]
    world.people.append(Somebody(one.number, [*one.doors, *other.doors], one.groups, slack_kind=one.slack_kind))


def _tell_one_apart(world: World) -> None:
    several = [person for person in world.people if len(person.doors) > 1 and (LOCAL, ROOT) not in person.keys]
    doors = [(person, door) for person in several for door in person.doors if door.way != "local"]
    if not doors:
        return
    person, door = world.random.choice(doors)
    world.told_apart.append(door)
    world.people = [known for known in world.people if known is not person]
    rest = [known for known in person.doors if known is not door]
    world.people.append(Somebody(person.number, rest, person.groups, slack_kind=person.slack_kind))
    world.people.append(Somebody(person.number + 10, [door], person.groups, slack_kind=person.slack_kind))
