"""In which groups somebody is: those of the policies by name, and the roles that they have."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.people import People
from core.policies.in_force import PolicyBook, load_policy_book
from core.policies.membership import Membership, load_membership
from core.roles import ROLES
from core.settings import Settings
from core.store.records import RecordStore


@dataclass(frozen=True)
class Groups:
    """Knows the groups of people, for settings that name one.

    Args:
        membership: what is known of people.
        book: the policies in force.
    """

    membership: Membership
    book: PolicyBook

    def of(self, workspace: str, person: str) -> frozenset[str]:
        """Return the groups of a person of a surface.

        Raises:
            StoreOutage: it cannot be looked up.
        """
        facts, policies = self.membership.facts(workspace, person), self.book.current().policies
        sections = policies.of(facts).sections if policies else ()
        return facts.roles | {section.name for section in sections if section.level == "group"}

    def unknown(self, names: Iterable[str]) -> frozenset[str]:
        """Return which of some names are no group: all, where the policies cannot be read."""
        policies = self.book.current().policies
        known = {*(policies.file.group if policies else ()), *ROLES}
        return frozenset(filter(None, names)) - known


def load_groups(settings: Settings, records: RecordStore, people: People) -> Groups:
    """Return the groups of an installation."""
    return Groups(load_membership(settings, records, people), load_policy_book(settings, records))
