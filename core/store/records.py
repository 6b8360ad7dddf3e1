"""Sealed values by kind and key: installations and tokens, a person's settings, one-time marks, short locks.

What a surface has to remember and no report asks about lives here, so that a new surface needs no new table.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.audit.acting import current_actor
from core.audit.actions import RecordActions, record_actions
from core.audit.entries import AuditEvent, Name, Thing, the_person
from core.errors import ConflictError, LimitError, SettingsError
from core.logs import logger
from core.privacy import Cipher
from core.store.audit import append
from core.store.engine import Database
from core.store.prepared import Prepared
from core.store.rows import now
from core.store.tables import records

log = logger(__name__)

LOCK_KIND = "lock"
ONCE_KIND = "once"


@dataclass(frozen=True)
class Record:
    """One value. `version` grows with each change; `updated_at` is Unix seconds by the database's clock."""

    kind: str
    workspace: str
    key: str
    person: str
    data: Any
    version: int
    updated_at: float


class RecordStore:
    """Values by (kind, workspace, key).

    Args:
        database: where.
        cipher: seals every value, bound to its workspace.
    """

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self.database = database
        self.cipher = cipher

    def put(  # noqa: PLR0913 - the parts of a record
        self,
        kind: str,
        workspace: str,
        key: str,
        data: Any,
        *,
        person: str = "",
        expires_in_seconds: float | None = None,
        expected_version: int | None = None,
        told: Mapping[str, object] | None = None,
        action: str = "",
    ) -> int:
        """Store a value, in place of an earlier one, and return its version.

        `expected_version` is the version that was read, 0 for a key that must be new, None for whatever is there;
        `told` what the audit trail says of it, where it names the kind (`core.audit.actions`); `action` is another name
        for the change than the kind's.

        Raises:
            ConflictError: somebody changed it in between.
        """
        statement = _put(
            self.database.is_sqlite, expires=expires_in_seconds is not None, is_checked=expected_version is not None
        )
        values = self._values(kind, workspace, key, data, expires_in_seconds)
        values |= {"who": person, "expected": expected_version}
        with self.database.write() as connection:
            version = connection.execute(statement, values).scalar_one_or_none()
            if version is None or (expected_version and version != expected_version + 1):
                connection.rollback()
                raise ConflictError("Somebody else changed it in the meantime.", fix="Read it again and repeat.")
            if named := record_actions(kind):
                append(
                    connection,
                    _event(
                        named,
                        action or (version == 1 and named.added) or named.changed,
                        workspace,
                        (key, person),
                        {**(told or {}), "kind": kind},
                    ),
                )
        return int(version)

    def get(self, kind: str, workspace: str, key: str) -> Record | None:
        """Return the value, or None when there is none or it has expired."""
        with self.database.read() as connection:
            row = _GET.one_or_none(connection, {"sort": kind, "place": workspace, "named": key})
        return self._record(row) if row else None

    def list(
        self, kind: str, *, workspace: str | None = None, person: str | None = None, prefix: str = ""
    ) -> Sequence[Record]:
        """Return the living values of a kind, by key, with `prefix` those whose key begins so.

        Those that cannot be read are left out, with a line in the log: one lost key must not stop the mailboxes,
        sources or people beside it. `get` of such a value raises.
        """
        statement = _listed(in_workspace=workspace is not None, of_person=person is not None, by_prefix=bool(prefix))
        values = {"sort": kind, "place": workspace, "who": person, "beginning": _escaped(prefix)}
        with self.database.read() as connection:
            rows = connection.execute(statement, values).all()
        found = [record for row in rows if (record := self._readable(row))]
        if left_out := len(rows) - len(found):
            log.error("records left out: they cannot be read", kind=kind, count=left_out)
        return found

    def last_key(self, kind: str, workspace: str) -> str:
        """Return the last key of the living values of a kind by their order, or "" if there is none."""
        statement = sa.select(sa.func.max(records.c.key)).where(
            records.c.kind == kind, records.c.workspace == workspace, _is_alive()
        )
        with self.database.read() as connection:
            return connection.execute(statement).scalar_one() or ""

    def last_keys(self, kind: str, workspace: str, *, suffix_chars: int) -> Sequence[str]:
        """Return of the living values of a kind the last key of each group, in the order of characters.

        Keys are of one group that are the same but for their last `suffix_chars` characters.
        """
        key = records.c.key
        group = sa.func.substr(key, 1, sa.func.length(key) - suffix_chars)
        of_kind = sa.and_(records.c.kind == kind, records.c.workspace == workspace, _is_alive())
        statement = sa.select(sa.func.max(key)).where(of_kind).group_by(group)
        with self.database.read() as connection:
            return sorted(connection.execute(statement).scalars())

    def workspaces(self, kind: str) -> set[str]:
        """Return the workspaces that have values of a kind."""
        statement = sa.select(records.c.workspace).where(records.c.kind == kind).distinct()
        with self.database.read() as connection:
            return set(connection.execute(statement).scalars())

    def has_any(self, kinds: Sequence[str]) -> bool:
        """Return whether there is a value of one of some kinds."""
        statement = sa.select(records.c.kind).where(records.c.kind.in_(kinds)).limit(1)
        with self.database.read() as connection:
            return connection.execute(statement).one_or_none() is not None

    def delete(self, kind: str, workspace: str, key: str | None = None, *, person: str | None = None) -> int:
        """Delete one value, or all of the kind in the workspace (of one person). Returns how many."""
        statement = sa.delete(records).where(records.c.kind == kind, records.c.workspace == workspace)
        if key is not None:
            statement = statement.where(records.c.key == key)
        if person is not None:
            statement = statement.where(records.c.person == person)
        named = record_actions(kind)
        with self.database.write() as connection:
            if named is None:
                return connection.execute(statement).rowcount
            deleted = connection.execute(statement.returning(records.c.key, records.c.person)).all()
            what = {"kind": kind}
            append(connection, *(_event(named, named.removed, workspace, tuple(row), what) for row in deleted))
            return len(deleted)

    def first_time(self, workspace: str, key: str, *, within_seconds: float) -> bool:
        """Tell whether this key is seen for the first time within that time: replay and double-click guard."""
        return self._take(ONCE_KIND, workspace, key, within_seconds) > 0

    @contextmanager
    def lock(self, workspace: str, key: str, *, seconds: float) -> Iterator[None]:
        """Hold a lock that expires after `seconds`, across processes.

        Raises:
            LimitError: somebody holds it.
        """
        version = self._take(LOCK_KIND, workspace, key, seconds)
        if not version:
            raise LimitError("Somebody else is doing this right now.", fix="Try again in a moment.")
        try:
            yield
        finally:
            with self.database.write() as connection:
                connection.execute(_GIVE_BACK, {"sort": LOCK_KIND, "place": workspace, "named": key, "taken": version})

    def purge_expired(self) -> int:
        """Delete what has expired and return how many that were."""
        with self.database.write() as connection:
            return connection.execute(sa.delete(records).where(records.c.expires_at < now)).rowcount

    def _take(self, kind: str, workspace: str, key: str, seconds: float) -> int:
        """Insert, or replace what has expired, and return its version, by chance; 0 when a living value is there."""
        version = 1 + secrets.randbelow(2**31 - 1)
        values = self._values(kind, workspace, key, {}, seconds) | {"who": "", "taken": version}
        with self.database.write() as connection:
            return connection.execute(_taken(self.database.is_sqlite), values).scalar_one_or_none() or 0

    def _values(self, kind: str, workspace: str, key: str, data: Any, seconds: float | None) -> dict[str, object]:
        sealed = self.cipher.seal(workspace, data)
        return {"sort": kind, "place": workspace, "named": key, "sealed": sealed, "seconds": seconds}

    def _readable(self, row: Any) -> Record | None:
        try:
            return self._record(row)
        except (SettingsError, ValueError, TypeError):
            return None

    def _record(self, row: Any) -> Record:
        data = self.cipher.open(row.workspace, row.data)
        return Record(row.kind, row.workspace, row.key, row.person, data, row.version, row.updated_at)


class RecordsAtOnce(RecordStore):
    """Records as they stand when a kind is first asked for: for whoever reads one of each of thousands, and then ends.

    Args:
        records: where they are.
    """

    def __init__(self, records: RecordStore) -> None:
        super().__init__(records.database, records.cipher)
        self._read: dict[str, dict[tuple[str, str], Record]] = {}

    def get(self, kind: str, workspace: str, key: str) -> Record | None:
        """Return the value as it was when one of its kind was first asked for; what cannot be read is None."""
        if kind not in self._read:
            self._read[kind] = {(record.workspace, record.key): record for record in self.list(kind)}
        return self._read[kind].get((workspace, key))


def _event(
    named: RecordActions, action: str, workspace: str, row: tuple[str, str], told: Mapping[str, object]
) -> AuditEvent:
    """Return what the audit trail says of a change to the record of a (key, person)."""
    key, person = row
    actor = current_actor(workspace)
    owner = person or actor.person
    thing = Thing(named.thing, Name(workspace, owner, named.thing, key) if named.is_personal else key)
    if named.is_home:
        at_home, _, whom = key.partition("/")
        thing = the_person(at_home, whom)
    return AuditEvent(action, actor, thing, details=told, workspace="" if named.is_of_actor else workspace)


def _is_alive() -> sa.ColumnElement[bool]:
    return sa.or_(records.c.expires_at.is_(None), records.c.expires_at >= now)


# Built once, since building costs more than running, and each job reads several records.
_ESCAPE = "/"
_of_kind = records.c.kind == sa.bindparam("sort")
_in_workspace = records.c.workspace == sa.bindparam("place")
_is_named = records.c.key == sa.bindparam("named")
_GET = Prepared(sa.select(records).where(_of_kind, _in_workspace, _is_named, _is_alive()))


@cache
def _listed(*, in_workspace: bool, of_person: bool, by_prefix: bool) -> sa.Select[Any]:
    statement = sa.select(records).where(_of_kind, _is_alive()).order_by(records.c.key)
    if in_workspace:
        statement = statement.where(_in_workspace)
    if by_prefix:
        statement = statement.where(records.c.key.startswith(sa.bindparam("beginning"), escape=_ESCAPE))
    return statement.where(records.c.person == sa.bindparam("who")) if of_person else statement


def _escaped(prefix: str) -> str:
    """Return a prefix as LIKE takes it word for word."""
    for character in (_ESCAPE, "%", "_"):
        prefix = prefix.replace(character, _ESCAPE + character)
    return prefix


@cache
def _put(is_sqlite: bool, *, expires: bool, is_checked: bool) -> Any:
    insert, values = _inserted(is_sqlite, expires=expires)
    return insert.on_conflict_do_update(
        index_elements=["kind", "workspace", "key"],
        set_={**values, "version": records.c.version + 1},
        where=records.c.version == sa.bindparam("expected") if is_checked else None,
    ).returning(records.c.version)


@cache
def _taken(is_sqlite: bool) -> Any:
    insert, values = _inserted(is_sqlite, expires=True)
    # By its version only the holder gives it back: after the lock has expired another may hold it.
    version: dict[str, object] = {"version": sa.bindparam("taken")}
    return (
        insert.values(version)
        .on_conflict_do_update(
            index_elements=["kind", "workspace", "key"], set_={**values, **version}, where=records.c.expires_at < now
        )
        .returning(records.c.version)
    )


def _inserted(is_sqlite: bool, *, expires: bool) -> tuple[Any, dict[str, object]]:
    values: dict[str, object] = {
        "person": sa.bindparam("who"),
        "data": sa.bindparam("sealed"),
        "updated_at": now,
        "expires_at": now + sa.bindparam("seconds") if expires else sa.null(),
    }
    insert = sqlite.insert(records) if is_sqlite else postgresql.insert(records)
    named = insert.values(kind=sa.bindparam("sort"), workspace=sa.bindparam("place"), key=sa.bindparam("named"))
    return named.values(values), values


_GIVE_BACK = sa.delete(records).where(_of_kind, _in_workspace, _is_named, records.c.version == sa.bindparam("taken"))
