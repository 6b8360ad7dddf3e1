"""Forget a workspace's access when the app is removed from it."""

from core.store.records import RecordStore
from integrations.slack import installs, members

_KINDS = (installs.KIND, members.KIND)


def forget_workspace(records: RecordStore, *, team: str, enterprise: str = "") -> None:
    """Delete tokens and remembered members of a workspace, or of an organisation's own installation.

    An org-wide removal arrives with the organisation's id and without a workspace.
    """
    owner = team or enterprise
    for kind in _KINDS:
        records.delete(kind, owner)
