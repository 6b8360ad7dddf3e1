"""The groups and roles that a person's sign-ins last said, kept so that they count at every door.

Slack, mail and API tokens say no groups. What Entra or the OpenID provider said stays with that sign-in until it says
something else, at the next sign-in or the hourly check of a session.
"""

from collections.abc import Collection, Iterable

from core.store.records import RecordStore

KIND = "person_claims"


def keep_claims(records: RecordStore, workspace: str, person: str, claims: Collection[str]) -> None:
    """Keep what a sign-in says now; nothing is written when it said so before."""
    record = records.get(KIND, workspace, person)
    said = sorted(set(claims))
    if said != (record.data if record else []):
        records.put(KIND, workspace, person, said, person=person, told={"groups": len(said)})


def claims_of(records: RecordStore, names: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return what the sign-ins of a person said, by their (workspace, person)."""
    found = (records.get(KIND, *name) for name in names)
    return frozenset(claim for record in found if record for claim in record.data)
