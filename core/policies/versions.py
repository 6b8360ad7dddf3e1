"""Policies as they are edited in the console: each saved text is a version, with who saved it and when."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import ConflictError, NotFoundError
from core.policies.parsing import parse_policies
from core.store.records import Record, RecordStore

KIND = "policy_version"
WORKSPACE = "policies"
TITLE = "The policies"
MAX_VERSIONS = 50
_AGAIN = "Load the page again, and repeat it on what is there now."


@dataclass(frozen=True)
class PolicyVersion:
    """A saved text. `saved_at` is Unix seconds by the database's clock; `restores` the number that it repeats, or 0."""

    number: int
    text: str
    saved_by: str
    saved_at: float
    restores: int = 0


class PolicyVersions:
    """The saved versions of an installation; the newest is the one that counts.

    Args:
        records: where they are kept.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records

    def newest_number(self) -> int:
        """Return the number of the newest version, 0 when there is none; it costs one small query."""
        return int(self._records.last_key(KIND, WORKSPACE) or 0)

    def list(self) -> Sequence[PolicyVersion]:
        """Return the versions, the newest first."""
        return [_version(record) for record in reversed(self._records.list(KIND, workspace=WORKSPACE))]

    def get(self, number: int) -> PolicyVersion:
        """Return one version.

        Raises:
            NotFoundError: no version has that number, or no longer.
        """
        record = self._records.get(KIND, WORKSPACE, _key(number))
        if record is None:
            raise NotFoundError(f"There is no version {number} of the policies.", fix="The page Policies lists them.")
        return _version(record)

    def save(self, text: str, *, by: str, after: int, restores: int = 0) -> PolicyVersion:
        """Put a text in force as the next version.

        Args:
            text: the TOML.
            by: who saves it.
            after: the number of the version that it was made from, 0 for none.
            restores: the number of the version whose text it is.

        Raises:
            PolicyError: the text cannot be used; nothing is saved.
            ConflictError: somebody saved another version in between.
        """
        text = text.replace("\r\n", "\n")
        parse_policies(text, TITLE)
        if after != self.newest_number():
            raise ConflictError("Somebody else has changed the policies in the meantime.", fix=_AGAIN)
        number = after + 1
        data = {"text": text, "by": by, "restores": restores}
        told = {"version": number, "restores": restores}
        self._records.put(KIND, WORKSPACE, _key(number), data, expected_version=0, told=told)
        if number > MAX_VERSIONS:
            self._records.delete(KIND, WORKSPACE, _key(number - MAX_VERSIONS))
        return self.get(number)

    def restore(self, number: int, *, by: str, after: int) -> PolicyVersion:
        """Put the text of an earlier version in force again, as the next version; raises as `get` and `save`."""
        return self.save(self.get(number).text, by=by, after=after, restores=number)


def _key(number: int) -> str:
    return f"{number:08d}"


def _version(record: Record) -> PolicyVersion:
    data = record.data
    return PolicyVersion(int(record.key), data["text"], data["by"], record.updated_at, data.get("restores", 0))
