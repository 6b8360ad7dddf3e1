"""Who asks, as principals: all that is theirs at this moment, whatever the door they came in by."""

from collections.abc import Collection
from dataclasses import dataclass

from core.job import LOCAL_WORKSPACE
from core.people import Identity, People, address_of_shared
from core.policies.enforcement import Policies
from core.policies.resolution import Model, Refusal
from core.sources.model import (
    EVERYBODY,
    Reader,
    Source,
    address_principal,
    group_principal,
    person_principal,
    workspace_principal,
)
from core.sources.store import SourceStore
from core.store.claims import claims_of
from core.store.records import RecordStore


def reader_of(
    people: People, records: RecordStore, workspace: str, person: str, rules: "SourceRules | None" = None
) -> Reader:
    """Return a person of a surface as a reader.

    Args:
        people: who is who.
        records: what sign-ins said of groups.
        workspace: of the surface.
        person: as the surface calls them, "" for nobody in particular.
        rules: what policies say of sources.
    """
    # A shared mailbox reads what everybody there may, and itself: no human is called as it is.
    human = "" if address_of_shared(person) else person
    names = people.names(workspace, human) if human else [Identity(workspace, "")]
    found = {person_principal(*name) for name in names if name.person}
    found |= {person_principal(workspace, person)} if person and not human else set()
    found |= {address_principal(address) for address in people.addresses(workspace, human)} if human else set()
    found |= {workspace_principal(name.workspace) for name in names}
    for name in names:
        if name.workspace != LOCAL_WORKSPACE and name.person:
            found |= {group_principal(name.workspace, group) for group in claims_of(records, [name])}
    # What is shared is for everybody of the organisation, also for somebody without a known address.
    principals = frozenset(found | {EVERYBODY} if people.is_own(workspace, person) else found)
    return Reader(principals, frozenset(rules.refusals(workspace, person)) if rules else frozenset())


@dataclass(frozen=True)
class SourceRules:
    """What the policies say of sources: who may use which, and whose texts may go to a model elsewhere.

    Args:
        policies: of the installation.
        sources: all of them.
    """

    policies: Policies
    sources: SourceStore

    def refusals(self, workspace: str, person: str) -> dict[str, Refusal]:
        """Return the sources that a person may not use, by id: by their title, connector or id."""
        policy = self.policies.of(workspace, person)
        if not policy.has_source_rules:
            return {}
        asked = ((source, policy.source(source.title, source.connector, source.id)) for source in self.sources.every())
        return {source.id: refusal for source, refusal in asked if refusal}

    def require(self, workspace: str, person: str, source: Source) -> None:
        """Refuse a source that a person may not use.

        Raises:
            PolicyRefused: names the rule.
        """
        self.policies.require_source(workspace, person, source.id, source.title, source.connector)

    def require_any(self, workspace: str, person: str, source_ids: Collection[str] = ()) -> None:
        """Refuse somebody who may use none of these sources, or of all that there are.

        Raises:
            PolicyRefused: there are sources, and they may use none.
        """
        refused = self.refusals(workspace, person)
        wanted = [*source_ids] or [source.id for source in self.sources.every()]
        if refused and refused.keys() >= {*wanted}:
            self.require(workspace, person, self.sources.get(wanted[0]).source)

    def held_from(self, model: Model) -> frozenset[str]:
        """Return the sources whose texts a model may not see, as the policies of their owners say."""
        every = [*self.sources.every()]
        owners = {(source.workspace, source.person) for source in every}
        held = {owner for owner in owners if self.policies.of(*owner).model(model)}
        return frozenset(source.id for source in every if (source.workspace, source.person) in held)
