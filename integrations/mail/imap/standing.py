"""How the connection to a mailbox stands, for listings, metrics and the console."""

from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from core.errors import ConflictError
from core.store.records import RecordStore
from integrations.mail.imap.accounts import STANDING_KIND, Account

_MOST_TRIES = 5


@dataclass(frozen=True)
class Standing:
    """How a mailbox is watched. All times are Unix seconds, 0 when it has not happened.

    Args:
        mode: `idle` the server tells of new mail at once; `poll` it is asked each minute.
        connected_at: since when the watching connection stands.
        noticed_at: when the server last told of something new.
        reissue_at: when IDLE is due to be issued anew.
        drafted_at: when the last draft was put into the folder.
        error: why watching broke off, as `InlaidError.to_json`; None while it works.
    """

    mode: Literal["", "idle", "poll"] = ""
    connected_at: float = 0.0
    noticed_at: float = 0.0
    reissue_at: float = 0.0
    drafted_at: float = 0.0
    error: dict[str, str] | None = None


def load_standing(records: RecordStore, account: Account) -> Standing:
    """Return how the connection stands."""
    record = records.get(STANDING_KIND, account.workspace, account.name)
    return Standing(**record.data) if record else Standing()


def note(records: RecordStore, account: Account, **changes: Any) -> None:
    """Store what has changed. It is a courtesy: when others write all the time, it is left out."""
    for _ in range(_MOST_TRIES):
        record = records.get(STANDING_KIND, account.workspace, account.name)
        before = Standing(**record.data) if record else Standing()
        version = record.version if record else 0
        with suppress(ConflictError):
            value = asdict(replace(before, **changes))
            records.put(
                STANDING_KIND, account.workspace, account.name, value, person=account.person, expected_version=version
            )
            return
