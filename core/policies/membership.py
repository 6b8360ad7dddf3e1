"""What is known of a person by which they are in groups, the same at every door.

It is looked up for one person at a time; nobody lists the members of a group.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from core.job import LOCAL_WORKSPACE
from core.people import Identity, People, address_of_shared
from core.policies.resolution import PersonFacts
from core.roles import Grant, roles_of
from core.settings import Settings
from core.store.claims import claims_of
from core.store.records import RecordStore


@dataclass(frozen=True)
class Membership:
    """Knows people as the policies ask for them.

    Args:
        people: who is who.
        records: where the claims of sign-ins are.
        grants: the roles of groups.
        admins: addresses or ids of administrators, in small letters.
    """

    people: People
    records: RecordStore
    grants: tuple[Grant, ...] = ()
    admins: frozenset[str] = frozenset()

    def facts(self, workspace: str, person: str) -> PersonFacts:
        """Return what is known of a person of a surface.

        Raises:
            StoreOutage: it cannot be looked up.
        """
        names = self.people.names(workspace, person)
        addresses = frozenset(address.casefold() for address in self.people.addresses(workspace, person))
        # A rule about an address holds for a shared mailbox of that address, whose person nothing else is known of.
        mailbox = address_of_shared(person) if workspace == LOCAL_WORKSPACE else ""
        claims = claims_of(self.records, (name for name in names if name.workspace != LOCAL_WORKSPACE))
        return PersonFacts(
            workspace,
            frozenset(name.workspace for name in names),
            addresses | {mailbox} if mailbox else addresses,
            frozenset("/".join(name) for name in names),
            claims,
            self._roles(names, addresses, claims),
        )

    def _roles(self, names: Iterable[Identity], addresses: frozenset[str], claims: frozenset[str]) -> frozenset[str]:
        found = roles_of(claims, self.grants)
        held = found.held if found else frozenset({"person"})
        keys = {name.person.casefold() for name in names if name.workspace != LOCAL_WORKSPACE} | addresses
        return held | {"administrator"} if keys & self.admins else held


def load_membership(settings: Settings, records: RecordStore, people: People) -> Membership:
    """Return what an installation knows of its people."""
    return Membership(people, records, settings.grants, frozenset(admin.casefold() for admin in settings.admins))
