"""What the calls of models cost: one row per call, never a text, and the sums that budgets ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from core.audit.entries import AuditEvent
from core.job import new_id
from core.store.audit import append
from core.store.engine import Database
from core.store.prepared import Prepared
from core.store.rows import now
from core.store.tables import model_calls

# Two of them together are what a column takes; a server may say that it counted more.
MAX_TOKENS = 2**30


@dataclass(frozen=True)
class ModelCall:
    """One call of a model. `result` is "ok" or the code of the error; `endpoint` its name in the models file."""

    job_id: str
    workspace: str
    person: str
    recipe: str
    endpoint: str
    model: str
    is_local: bool
    input_tokens: int
    output_tokens: int
    usd: float
    seconds: float
    result: str


@dataclass(frozen=True)
class Spent:
    """What was used up in a stretch of time."""

    tokens: int
    usd: float


class UsageStore:
    """The calls of models.

    Args:
        database: where. Nothing here is sealed, for nothing here is text.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, calls: Sequence[ModelCall]) -> None:
        """Write down calls that were made, in one transaction.

        Raises:
            StoreOutage: none was stored.
        """
        if not calls:
            return
        rows: list[dict[str, object]] = [{**_stored(call), "id": new_id()} for call in calls]
        with self.database.write() as connection:
            connection.execute(sa.insert(model_calls).values(created_at=now), rows)

    def note_leaving(self, event: AuditEvent) -> None:
        """Write down, before it happens, that something is sent to a model elsewhere.

        Raises:
            StoreOutage: it was not written, so nothing may be sent.
        """
        with self.database.write() as connection:
            append(connection, event)

    def spent(self, workspace: str, *, since: float) -> Spent:
        """Return what a workspace used up since a moment (Unix seconds)."""
        return self._sum(_SPENT, {"place": workspace, "since": since})

    def spent_by(self, names: Sequence[tuple[str, str]], *, since: float) -> Spent:
        """Return what a person used up since a moment, by each of their (workspace, person)."""
        given: dict[str, object] = {"since": since}
        for number, (workspace, person) in enumerate(names):
            given |= {f"place_{number}": workspace, f"who_{number}": person}
        return self._sum(_spent_by(len(names)), given)

    def _sum(self, statement: Prepared, given: Mapping[str, object]) -> Spent:
        with self.database.read() as connection:
            used_tokens, usd = statement.one_or_none(connection, given)
        return Spent(int(used_tokens or 0), float(usd or 0.0))


def _stored(call: ModelCall) -> dict[str, object]:
    """Return a call as the table takes it, whatever a server said of it: one row must not keep back the others."""
    said = {name: getattr(call, name) for name in ModelCall.__dataclass_fields__}
    return {
        **{name: value.replace("\0", "") if isinstance(value, str) else value for name, value in said.items()},
        "is_local": int(call.is_local),
        "input_tokens": min(call.input_tokens, MAX_TOKENS),
        "output_tokens": min(call.output_tokens, MAX_TOKENS),
    }


def _spent(whose: sa.ColumnElement[bool]) -> Prepared:
    tokens = sa.func.sum(model_calls.c.input_tokens + model_calls.c.output_tokens)
    is_recent = model_calls.c.created_at >= sa.bindparam("since", type_=sa.Double())
    return Prepared(sa.select(tokens, sa.func.sum(model_calls.c.usd)).where(whose, is_recent))


_SPENT = _spent(model_calls.c.workspace == sa.bindparam("place", type_=sa.Text()))


@cache
def _spent_by(count: int) -> Prepared:
    """Return the statement for a person of so many names, built once."""
    workspace, person = model_calls.c.workspace, model_calls.c.person
    names = (
        sa.and_(workspace == sa.bindparam(f"place_{number}"), person == sa.bindparam(f"who_{number}"))
        for number in range(count)
    )
    return _spent(sa.or_(*names))
