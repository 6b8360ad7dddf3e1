"""Forget a workspace's access when the app is removed from it."""

from core.store.records import RecordStore
from integrations.slack.client import installations as installs
from integrations.slack.client import members


def forget_installation(records: RecordStore, *, team: str, enterprise: str = "", is_org_wide: bool = False) -> None:
    """Delete tokens and remembered members of a workspace, or of an organisation with all of its workspaces.

    The removal from an organisation can arrive with a workspace of it on top, or with none.
    """
    owner = enterprise if enterprise and (is_org_wide or not team) else team
    workspaces = {owner, *(_remembered(records, owner) if owner.startswith("E") else ())}
    records.delete(installs.KIND, owner)
    for workspace in workspaces:
        records.delete(members.KIND, workspace)


def _remembered(records: RecordStore, enterprise: str) -> set[str]:
    """Return the workspaces whose people are remembered as those of an organisation."""
    found = set()
    for record in records.list(members.KIND):
        organisation = record.data.get("enterprise_user") or {}
        if organisation.get("enterprise_id") == enterprise:
            found.add(record.workspace)
    return found
