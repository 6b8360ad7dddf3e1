"""The status of the connection to a mailbox, for listings, metrics and the console, and for what is due next."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from core.errors import ConflictError, OutageError
from core.store.records import RecordStore

_MAX_TRIES = 20


@dataclass(frozen=True)
class ConnectionStatus:
    """How a mailbox is connected. All times are Unix seconds, 0 when it has not happened.

    Args:
        mode: `idle` when the server announces new mail, `poll` when it is asked each minute; "" where nobody watches.
        connected_at: since when the watching connection stands.
        checked_at: when all folders were last read.
        noticed_at: when the server last announced something new.
        drafted_at: when the last draft was put there.
        settled_at: when the outcomes of drafts were last looked for.
        renews_at: when IDLE or the next subscription is due to be renewed.
        is_behind: whether announcements were missed, so that the folders have to be read soon.
        error: what went wrong last, as `InlaidError.to_json`; None while it works.
    """

    mode: Literal["", "idle", "poll"] = ""
    connected_at: float = 0.0
    checked_at: float = 0.0
    noticed_at: float = 0.0
    drafted_at: float = 0.0
    settled_at: float = 0.0
    renews_at: float = 0.0
    is_behind: bool = False
    error: dict[str, str] | None = None


def status_from(data: dict[str, Any]) -> ConnectionStatus:
    """Return a status as it was stored, by this version or an earlier one."""
    earlier = {"reissue_at": "renews_at"}
    return ConnectionStatus(**{earlier.get(name, name): value for name, value in data.items()})


@dataclass(frozen=True)
class StatusStore:
    """The statuses of one provider's mailboxes.

    Args:
        records: where they are kept.
        kind: the kind of their records.
    """

    records: RecordStore
    kind: str

    def get(self, workspace: str, name: str) -> ConnectionStatus:
        """Return the status of a mailbox."""
        record = self.records.get(self.kind, workspace, name)
        return status_from(record.data) if record else ConnectionStatus()

    def all(self) -> dict[tuple[str, str], ConnectionStatus]:
        """Return the statuses of all mailboxes that have one, by workspace and name."""
        return {(record.workspace, record.key): status_from(record.data) for record in self.records.list(self.kind)}

    def update(self, workspace: str, name: str, person: str, changes: dict[str, Any]) -> None:
        """Store what has changed; of what others store at the same time nothing is lost.

        Raises:
            OutageError: others keep changing it; try again later.
        """
        for _ in range(_MAX_TRIES):
            record = self.records.get(self.kind, workspace, name)
            before = status_from(record.data) if record else ConnectionStatus()
            version = record.version if record else 0
            value = asdict(replace(before, **changes))
            try:
                self.records.put(self.kind, workspace, name, value, person=person, expected_version=version)
            except ConflictError:
                continue
            return
        raise OutageError("Many workers update the status of a mailbox at once.", fix="Inlaid retries automatically.")
