"""Which workspaces somebody looks after, for lists and for single rows."""

import re
from dataclasses import dataclass

import sqlalchemy as sa

# A tenant of Microsoft Entra is named by a UUID; the local workspace and those of Slack are not.
_TENANT = re.compile(r".{8}-.{4}-.{4}-.{4}-.{12}")
_TENANT_LIKE = "________-____-____-____-____________"


@dataclass(frozen=True)
class Scope:
    """Some workspaces by name, and with `is_wide` all that are no Entra tenant: the local one, and those of Slack."""

    workspaces: frozenset[str] = frozenset()
    is_wide: bool = False

    def covers(self, workspace: str) -> bool:
        """Say whether it is one of them."""
        return workspace in self.workspaces or (self.is_wide and not _TENANT.fullmatch(workspace))

    def rows(self, workspace: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """Return the same as a condition on a column."""
        named = workspace.in_(sorted(self.workspaces))
        return sa.or_(named, workspace.not_like(_TENANT_LIKE)) if self.is_wide else named
