"""How a connected mailbox is doing: what its server tells, what was read and looked for, and what went wrong."""

import time
from dataclasses import asdict, dataclass, replace
from typing import Literal, TypedDict

from core.drafts import JsonObject
from core.errors import ConflictError, OutageError
from core.store.records import RecordStore

_MAX_TRIES = 20
# So long after the server told of a sent mail it can be found in its folder.
APPEARS_SECONDS = 10.0


@dataclass(frozen=True)
class ConnectionStatus:
    """How a mailbox is connected. All times are Unix seconds, 0 when it has not happened.

    Args:
        mode: `idle` when the server announces new mail, `poll` when it is asked each minute; "" where nobody watches.
        connected_at: since when the watching connection stands.
        checked_at: when all folders were last read.
        noticed_at: when the server last announced something new.
        answered_at: the `noticed_at` up to which mail was read; -1 has it read whatever was announced. At Gmail when
            mail was last read for a notice.
        drafted_at: when the last draft was put there.
        settled_at: when the outcomes of drafts were last looked for.
        outcome_at: when the server last told that one can be looked for.
        doubted_at: when it was last found that one may have been missed, or that a look left something open.
        settled_for: the `told` up to which outcomes were looked for.
        tells_of_drafts: whether the watching connection tells when the folders of drafts and of sent mail change.
        renews_at: when IDLE or the next subscription is due to be renewed.
        is_behind: whether announcements were missed, so that the folders have to be read soon.
        error: what went wrong last, as `InlaidError.to_json`; None while it works.
    """

    mode: Literal["", "idle", "poll"] = ""
    connected_at: float = 0.0
    checked_at: float = 0.0
    noticed_at: float = 0.0
    answered_at: float = 0.0
    drafted_at: float = 0.0
    settled_at: float = 0.0
    outcome_at: float = 0.0
    doubted_at: float = 0.0
    settled_for: tuple[float, float, float] = (0.0, 0.0, 0.0)
    tells_of_drafts: bool = False
    renews_at: float = 0.0
    is_behind: bool = False
    error: dict[str, str] | None = None

    @property
    def told(self) -> tuple[float, float, float]:
        """What speaks for a look, to be compared with `settled_for`: whose clock wrote each does not matter so."""
        return self.outcome_at, self.doubted_at, self.drafted_at

    def settles_seconds(self, every_seconds: float) -> float:
        """Return after how long outcomes of drafts are to be looked for.

        That is at once where one was told of, once more when it should be found everywhere, and else so often.
        """
        at = time.time()
        if self.outcome_at >= self.settled_at:
            return 0.0
        if self.outcome_at + APPEARS_SECONDS >= self.settled_at:
            return self.outcome_at + APPEARS_SECONDS - at
        return self.settled_at + every_seconds - at


class StatusChanges(TypedDict, total=False):
    """What changes of a `ConnectionStatus`."""

    mode: Literal["", "idle", "poll"]
    connected_at: float
    checked_at: float
    noticed_at: float
    answered_at: float
    drafted_at: float
    settled_at: float
    outcome_at: float
    doubted_at: float
    settled_for: tuple[float, float, float]
    tells_of_drafts: bool
    renews_at: float
    is_behind: bool
    error: dict[str, str] | None


def status_from(data: JsonObject) -> ConnectionStatus:
    """Return a status as it was stored, by this version or an earlier one."""
    earlier = {"reissue_at": "renews_at"}
    values = {earlier.get(name, name): value for name, value in data.items()}
    return ConnectionStatus(**{**values, "settled_for": tuple(values.get("settled_for", (0.0, 0.0, 0.0)))})


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

    def update(self, workspace: str, name: str, person: str, changes: StatusChanges) -> None:
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
