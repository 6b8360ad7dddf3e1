"""Who asks, as principals: all that is theirs at this moment, whatever the door they came in by."""

from core.job import LOCAL_WORKSPACE
from core.people import Identity, People
from core.sources.model import (
    EVERYBODY,
    Reader,
    address_principal,
    group_principal,
    person_principal,
    workspace_principal,
)
from core.store.claims import claims_of
from core.store.records import RecordStore


def reader_of(people: People, records: RecordStore, workspace: str, person: str) -> Reader:
    """Return a person of a surface as a reader.

    Args:
        people: who is who.
        records: what sign-ins said of groups.
        workspace: of the surface.
        person: as the surface calls them, "" for nobody in particular.
    """
    names = people.names(workspace, person) if person else [Identity(workspace, "")]
    found = {person_principal(*name) for name in names if name.person}
    found |= {address_principal(address) for address in people.addresses(workspace, person)} if person else set()
    found |= {workspace_principal(name.workspace) for name in names}
    for name in names:
        if name.workspace != LOCAL_WORKSPACE and name.person:
            found |= {group_principal(name.workspace, group) for group in claims_of(records, [name])}
    # What is shared is for everybody of the organisation, also for somebody without a known address.
    return Reader(frozenset(found | {EVERYBODY} if people.is_own(workspace, person) else found))
