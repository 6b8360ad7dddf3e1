"""Who belongs to which team: a person is in one team at most, and old jobs stay with the team of their time."""

import time
from collections.abc import Iterable

from core.errors import InputError
from core.store.records import RecordStore

KIND = "team"
MAX_NAME_CHARS = 60
KEEP_SECONDS = 30.0


class Teams:
    """The teams of an installation, remembered for a moment.

    Args:
        records: where they are kept, by workspace and person.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records
        self._known: dict[tuple[str, str], str] = {}
        self._read_at = float("-inf")

    def of(self, workspace: str, person: str) -> str:
        """Return the team of a person, "" for none."""
        if time.monotonic() - self._read_at > KEEP_SECONDS:
            self._known = {(record.workspace, record.key): str(record.data) for record in self._records.list(KIND)}
            self._read_at = time.monotonic()
        return self._known.get((workspace, person), "")

    def assign(self, workspace: str, people: Iterable[str], team: str) -> None:
        """Put people into a team, "" into none; jobs that are counted from now on count for it.

        Raises:
            InputError: the name is empty, too long or not printable.
        """
        if len(team) > MAX_NAME_CHARS or not team.isprintable():
            raise InputError("The team cannot be called that.", fix="Take at most 60 printable signs.")
        for person in people:
            if team:
                self._records.put(KIND, workspace, person, team, person=person)
            else:
                self._records.delete(KIND, workspace, person)
        self._read_at = float("-inf")

    def members(self, workspace: str) -> dict[str, list[str]]:
        """Return the people of each team."""
        found: dict[str, list[str]] = {}
        for record in self._records.list(KIND, workspace=workspace):
            found.setdefault(str(record.data), []).append(record.key)
        return found
