"""The audit trail: who changed what that concerns others, kept for a year. Never a text, never a token.

Nobody deletes an entry: it belongs to no person, and purging one leaves it. Who did something stays named, so that
nobody can erase their own acts; to whom it was done is replaced by a word that tells nothing.
"""

import time
import uuid
from collections.abc import Sequence
from typing import Any

from core.job import LOCAL_WORKSPACE
from core.settings import Settings
from core.store.records import RecordStore
from core.store.rows import Scope

KIND = "audit"
WORKSPACE = "console"
KEEP_SECONDS = 365 * 24 * 3600.0
MAX_CHARS = 200


class AuditTrail:
    """The entries in the record store.

    Args:
        records: where they are kept, sealed.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records

    def note(self, workspace: str, who: str, what: str, which: str = "") -> None:
        """Write down that somebody of a workspace did something.

        `what` is a sentence without a subject, `which` names its object.
        """
        entry = {"at": time.time(), "workspace": workspace, "who": who, "what": what, "which": which[:MAX_CHARS]}
        # Keys are listed in order, so they begin with the time.
        key = f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}"
        self._records.put(KIND, WORKSPACE, key, entry, expires_in_seconds=KEEP_SECONDS)

    def note_command(self, settings: Settings, what: str, which: str = "") -> None:
        """Write down that the person at this machine did something on the command line."""
        self.note(LOCAL_WORKSPACE, f"{settings.local_person} (command line)", what, which)

    def entries(self, scope: Scope) -> Sequence[dict[str, Any]]:
        """Return what was done by people of these workspaces, the newest first."""
        found = [record.data for record in self._records.list(KIND, workspace=WORKSPACE)]
        # An earlier version did not write down the workspace.
        return [one for one in reversed(found) if scope.covers(one.get("workspace", ""))]

    def forget(self, persons: Sequence[str], instead: str) -> None:
        """Put another word in the place of a person to whom something was done."""
        for record in self._records.list(KIND, workspace=WORKSPACE):
            if record.data["which"] in {person[:MAX_CHARS] for person in persons}:
                left_seconds = max(1.0, record.data["at"] + KEEP_SECONDS - time.time())
                entry = {**record.data, "which": instead}
                self._records.put(KIND, WORKSPACE, record.key, entry, expires_in_seconds=left_seconds)
