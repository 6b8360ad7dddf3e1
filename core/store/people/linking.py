"""Who is who: the rules by which sign-ins become those of one person, on rows within a transaction.

Linked is by an address that a door vouches for, and by an administrator. An address is one person's at a time. Of two
accounts in one tenant it is the one's that signed in with it last, for addresses change hands there; what was stored
under it until then stays with the person of that time. By an address alone nobody becomes somebody of another tenant.
The OpenID provider is a tenant like those of Entra.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from core.errors import InputError
from core.job import LOCAL_WORKSPACE
from core.store.people.rows import ADMINISTRATOR, Identity, Person, SignInRow, SignInRows, Way

DOORS = ("entra", "openid", "slack")
# Doors whose workspace is a tenant.
TENANTS = ("entra", "openid")


def enter(rows: SignInRows, name: Identity, way: Way, *, vouched_by: str = "") -> Person:
    """Return the person of a sign-in, made when it is seen for the first time."""
    if known := rows.find(name):
        return known.person
    person = _person_at(rows, name)
    rows.put(SignInRow(name, way, person, vouched_by=vouched_by))
    return person


def link(
    rows: SignInRows, name: Identity, way: Way, *, address: str, enterprise: str = "", vouched_by: str = ""
) -> Person:
    """Have a sign-in be that of the person whose address its door says, and return them.

    Args:
        rows: within a transaction.
        name: as the door calls them.
        way: which door.
        address: that the door vouches for, in small letters.
        enterprise: the organisation in Slack.
        vouched_by: `administrator` keeps the person whatever the address.
    """
    known = rows.find(name)
    if known and known.vouched_by == ADMINISTRATOR:
        vouched_by = ADMINISTRATOR
    holder = rows.find(Identity(LOCAL_WORKSPACE, address))
    rivals = _rivals(rows, holder, name) if holder and way in TENANTS else []
    if any(rival.name.workspace != name.workspace for rival in rivals):
        person = known.person if known else _person_at(rows, name)
    else:
        if holder and (rivals or _is_left_over(rows, holder)) and not (known and known.person.id == holder.person.id):
            _release(rows, holder)
            holder = None
        stays = vouched_by == ADMINISTRATOR or way in TENANTS or _is_only_door(rows, known)
        person = _person_of(rows, known if stays else None, holder, address, is_fixed=vouched_by == ADMINISTRATOR)
    rows.put(SignInRow(name, way, person, address, enterprise, vouched_by))
    if known and known.person.id != person.id:
        _leave(rows, known, person)
    elif known is None:
        rows.bring(name, person.home)
    if way == "entra":
        # The console once kept what somebody decided there under the address in the tenant.
        rows.bring(Identity(name.workspace, address), person.home)
    return person


def merge(rows: SignInRows, kept: Person, other: Person) -> None:
    """Make one person of two, as an administrator says.

    Raises:
        InputError: they are one already.
    """
    if kept.id == other.id:
        raise InputError("These are one person already.", fix="Name two different people.")
    rows.absorb(kept, other)
    for sign_in in rows.of(kept.id):
        if sign_in.way in DOORS:
            rows.put(replace(sign_in, vouched_by=ADMINISTRATOR))


def split(rows: SignInRows, name: Identity) -> Person:
    """Have a sign-in be a person of its own, as an administrator says, and return them.

    What came through it goes with it; what the person decided stays where it was.

    Raises:
        InputError: no sign-in has that name, or it is the only one of its person.
    """
    known = rows.find(name)
    if known is None:
        raise InputError("There is no such sign-in.", fix="List them with: inlaid people list")
    person = known.person
    if not _has_door([other for other in rows.of(person.id) if other.name != name]):
        raise InputError("It is the only sign-in of this person.", fix="There is nothing to split.")
    if person.home == name:
        person = _leave_home(rows, person)
    alone = rows.add(name)
    rows.put(replace(known, person=alone, vouched_by=ADMINISTRATOR if known.way in DOORS else known.vouched_by))
    holder = rows.find(Identity(LOCAL_WORKSPACE, known.address)) if known.address else None
    if holder and holder.person.id == person.id and not is_vouched(rows.of(person.id), holder):
        if person.home == holder.name:
            _leave_home(rows, person)
        rows.put(replace(holder, person=alone))
    return alone


def is_vouched(sign_ins: Sequence[SignInRow], address: SignInRow) -> bool:
    """Whether an address is known to be its person's: by a door of theirs, or by what the row itself rests on."""
    stands = address.vouched_by in {ADMINISTRATOR, "token", "machine", "mailbox"}
    return stands or any(sign_in.way in DOORS and sign_in.address == address.name.person for sign_in in sign_ins)


def _person_of(
    rows: SignInRows, known: SignInRow | None, holder: SignInRow | None, address: str, *, is_fixed: bool
) -> Person:
    """Return whose a sign-in is: the holder's of its address, else the person's of before, who has it from now on."""
    if holder and not (known and is_fixed):
        return holder.person
    place = Identity(LOCAL_WORKSPACE, address)
    if known is None:
        person = _person_at(rows, place)
    elif known.person.home.workspace != LOCAL_WORKSPACE and holder is None:
        person = rows.move_home(known.person, place)
    else:
        person = known.person
    if holder is None:
        rows.put(SignInRow(place, "address", person))
        rows.bring(place, person.home)
    return person


def _rivals(rows: SignInRows, holder: SignInRow, name: Identity) -> list[SignInRow]:
    """Return the other accounts in tenants of the person with an address."""
    return [sign_in for sign_in in rows.of(holder.person.id) if sign_in.way in TENANTS and sign_in.name != name]


def _is_left_over(rows: SignInRows, holder: SignInRow) -> bool:
    """Whether an address was once somebody's who has gone on under another one."""
    theirs = rows.of(holder.person.id)
    return not is_vouched(theirs, holder) and any(sign_in.way in DOORS and sign_in.address for sign_in in theirs)


def _is_only_door(rows: SignInRows, known: SignInRow | None) -> bool:
    return known is not None and not any(
        sign_in.way in {*DOORS, "local"} and sign_in.name != known.name for sign_in in rows.of(known.person.id)
    )


def _release(rows: SignInRows, holder: SignInRow) -> None:
    """Take an address from a person; what was stored under it until now stays theirs."""
    person, instead = holder.person, _other_key(holder.name)
    rows.rename(holder.name, instead)
    if person.home == holder.name:
        person = rows.move_home(person, instead)
    rows.put(SignInRow(instead, "former", person))
    rows.remove(holder.name)


def _leave_home(rows: SignInRows, person: Person) -> Person:
    """Have a person keep what they decided under another key, for their name becomes somebody else's."""
    person = rows.move_home(person, _other_key(person.home))
    rows.put(SignInRow(person.home, "former", person))
    return person


def _leave(rows: SignInRows, left: SignInRow, person: Person) -> None:
    """Settle what stays behind when a sign-in becomes another person's: all of it was theirs when no door is left."""
    if not _has_door(rows.of(left.person.id)):
        rows.absorb(person, left.person)
    elif left.person.home == left.name:
        _leave_home(rows, left.person)


def _has_door(sign_ins: Sequence[SignInRow]) -> bool:
    """Whether somebody can come in by these: an address alone is no door when nobody vouches for it any more."""
    return any(
        sign_in.way in {*DOORS, "local"} or (sign_in.way == "address" and is_vouched(sign_ins, sign_in))
        for sign_in in sign_ins
    )


def _other_key(name: Identity) -> Identity:
    return Identity(name.workspace, f"person-{secrets.token_hex(8)}")


def _person_at(rows: SignInRows, home: Identity) -> Person:
    return rows.at_home(home) or rows.add(home)
