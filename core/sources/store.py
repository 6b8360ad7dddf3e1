"""Sources in the database: where knowledge comes from, how far each is read, and who works on it now.

A slice of work on a source is done under a lease with a fencing number, as for jobs (`core.store.leases`): whoever
lost it writes nothing any more. Counts stand in the row and change with the items, so that nothing has to be counted.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent, Name, Thing
from core.drafts import JsonObject
from core.errors import InlaidError, LeaseLost, NotFoundError, SettingsError, SourceBusy
from core.job import new_id
from core.logs import logger
from core.privacy import Cipher
from core.sources.model import Source
from core.store.audit import append
from core.store.engine import Database
from core.store.rows import is_past, now
from core.store.tables import source_items, sources

log = logger(__name__)
# A message to a worker that came to nothing is sent again after it.
PAGE = 100
# The name of no index.
INDEX_AGAIN = "again"


@dataclass(frozen=True)
class SourceStatus:
    """A source as it stands. Times are Unix seconds.

    Attributes:
        source: itself.
        items: how many items it holds, those that could not be read included.
        passages: how many passages.
        errors: how many items could not be read.
        error: why the last slice of work broke off, as `InlaidError.to_json`.
        failures: how many slices broke off, one after the other.
        is_working: whether somebody works on it now.
        created_at: when it was added.
        synced_at: when it was last read to its end, None for never.
        due_at: when it is read next, None for when somebody asks.
    """

    source: Source
    items: int
    passages: int
    errors: int
    error: Mapping[str, str] | None
    failures: int
    is_working: bool
    created_at: float
    synced_at: float | None
    due_at: float | None


@dataclass(frozen=True)
class SourceLease:
    """The right to work on a source for a while.

    Attributes:
        source: as it was when the lease was taken.
        fence: grows with each lease.
        pass_number: of the reading that goes on; it grows when a reading begins from the beginning.
        index_name: the index that holds the source's items, "" when none does.
        seconds: how long it lasts from each change on that is made under it.
        failures: how many slices broke off before this one, one after the other.
        due_at: when it was due as the lease was taken.
    """

    source: Source
    fence: int
    pass_number: int
    index_name: str
    seconds: float
    failures: int = 0
    due_at: float | None = None


class _Detail(TypedDict):
    title: str
    options: JsonObject


class SourceStore:
    """The sources of an installation.

    Args:
        database: where.
        cipher: seals what they are called and how they are found, bound to the workspace.
    """

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self.database = database
        self.cipher = cipher

    def add(self, source: Source) -> Source:
        """Store a new source, due at once, and return it with its id; one of that id that is there already stays."""
        made = replace(source, id=source.id or new_id())
        row = self._values(made) | {"id": made.id, "workspace": made.workspace, "person": made.person}
        insert = sqlite.insert(sources) if self.database.is_sqlite else postgresql.insert(sources)
        new = insert.values(**row, connector=made.connector, due_at=now, created_at=now).on_conflict_do_nothing()
        with self.database.write() as connection:
            if connection.execute(new).rowcount:
                append(connection, source_event("source.changed", made, {"connector": made.connector, "is_new": True}))
        return made

    def get(self, source_id: str) -> SourceStatus:
        """Return a source.

        Raises:
            NotFoundError: it does not exist.
            SettingsError: no listed key opens it.
        """
        with self.database.read() as connection:
            row = connection.execute(_ALL.where(sources.c.id == source_id)).one_or_none()
        if row is None:
            raise _not_found(source_id)
        return self._status(row)

    def list(
        self, *, names: Iterable[tuple[str, str]] | None = None, after: str = "", limit: int = PAGE
    ) -> Sequence[SourceStatus]:
        """Return sources by their age, those behind the id `after`; with `names` those that these sign-ins added.

        What no key opens is left out, with a line in the log.
        """
        statement = _ALL.where(sources.c.id > after).order_by(sources.c.id).limit(limit)
        if names is not None:
            statement = statement.where(sa.tuple_(sources.c.workspace, sources.c.person).in_([*map(tuple, names)]))
        with self.database.read() as connection:
            rows = connection.execute(statement).all()
        return [status for row in rows if (status := self._readable(row))]

    def of_ids(self, ids: Collection[str]) -> Sequence[SourceStatus]:
        """Return the sources of these ids that there are, by their age."""
        with self.database.read() as connection:
            rows = connection.execute(_ALL.where(sources.c.id.in_(sorted(ids))).order_by(sources.c.id)).all()
        return [status for row in rows if (status := self._readable(row))]

    def every(self) -> Iterator[Source]:
        """Yield all sources by their age; what no key opens is left out, with a line in the log."""
        rows: Sequence[Any] = []
        while True:
            with self.database.read() as connection:
                later = _ALL.where(sources.c.id > (rows[-1].id if rows else "")).order_by(sources.c.id).limit(PAGE)
                rows = connection.execute(later).all()
            yield from (status.source for row in rows if (status := self._readable(row)))
            if len(rows) < PAGE:
                return

    def change(self, source: Source) -> None:
        """Store title, options, state, rhythm and seal of a source; a paused one is read no more, an active one again.

        Raises:
            NotFoundError: there is none, or it is being removed.
        """
        due = None if source.state == "paused" else now
        living = sa.and_(sources.c.id == source.id, sources.c.state != "removing")
        changed = sa.update(sources).where(living).values(**self._values(source), due_at=due, failures=0)
        with self.database.write() as connection:
            if connection.execute(changed).rowcount == 0:
                raise _not_found(source.id)
            action = "source.removed" if source.state == "removing" else "source.changed"
            append(connection, source_event(action, source, {"connector": source.connector, "state": source.state}))

    def wake(self, source_id: str) -> None:
        """Have a source read as soon as somebody can, from where it stands; a paused one stays so."""
        values = {"due_at": sa.case((sources.c.state == "paused", sa.null()), else_=now), "failures": 0}
        with self.database.write() as connection:
            connection.execute(sa.update(sources).where(sources.c.id == source_id).values(values))

    def index_again(self, source_id: str) -> None:
        """Have the index be told of everything that a source holds, at its next slice of work."""
        values = {"index_name": INDEX_AGAIN, "due_at": sa.case((sources.c.state == "paused", sa.null()), else_=now)}
        with self.database.write() as connection:
            connection.execute(sa.update(sources).where(sources.c.id == source_id).values(values))

    def wake_of_other_index(self, index_names: Collection[str]) -> int:
        """Have the sources read that stand in another index than these, but for those that failed; return how many."""
        if not self.has_other_index(index_names):
            return 0
        waits = sa.or_(sources.c.due_at.is_(None), sources.c.due_at > now)
        theirs = sa.and_(_stands_elsewhere(index_names), waits)
        with self.database.write() as connection:
            return connection.execute(sa.update(sources).where(theirs).values(due_at=now)).rowcount

    def has_other_index(self, index_names: Collection[str]) -> bool:
        """Whether a source stands in another index than these, and is still to be told to one of them."""
        found = sa.select(sources.c.id).where(_stands_elsewhere(index_names)).limit(1)
        with self.database.read() as connection:
            return connection.execute(found).first() is not None

    def claim_due(self, *, lease_seconds: float) -> SourceLease | None:
        """Take the lease of the source that has been due for longest; None when none is due that nobody works on.

        Raises:
            SettingsError: no listed key opens the source.
        """
        is_due = sa.and_(sources.c.due_at.is_not(None), sources.c.due_at <= now, _is_free())
        found = sa.select(sources.c.id).where(is_due).order_by(sources.c.due_at, sources.c.id).limit(1)
        with self.database.read() as connection:
            if connection.execute(found).first() is None:
                return None
        with self.database.write() as connection:
            source_id = connection.execute(found.with_for_update(skip_locked=True)).scalar_one_or_none()
            if source_id is None:
                return None
            row = connection.execute(_claiming(source_id, lease_seconds)).one_or_none()
        return None if row is None else self._lease(row, lease_seconds)

    def claim(self, source_id: str, *, lease_seconds: float) -> SourceLease | None:
        """Take the lease of a source that is active or being removed; None when somebody has it, or there is nothing.

        Raises:
            SettingsError: no listed key opens the source.
        """
        with self.database.write() as connection:
            row = connection.execute(_claiming(source_id, lease_seconds)).one_or_none()
        return None if row is None else self._lease(row, lease_seconds)

    def begin_again(self, lease: SourceLease) -> SourceLease:
        """Begin to read from the beginning: what this reading does not name will be gone.

        Raises:
            LeaseLost: somebody else works on it.
        """
        number = lease.pass_number + 1
        self._change(lease, cursor=None, pass_number=number)
        return replace(lease, pass_number=number, source=replace(lease.source, cursor=""))

    def advance(self, lease: SourceLease, cursor: str) -> SourceLease:
        """Store where the reading goes on: all before it is stored.

        Raises:
            LeaseLost: somebody else works on it.
        """
        self._change(lease, cursor=self.cipher.seal(lease.source.workspace, cursor))
        return replace(lease, source=replace(lease.source, cursor=cursor))

    def use_index(self, lease: SourceLease, index_name: str) -> SourceLease:
        """Note which index holds the source's items, or will when it was told of those that wait.

        Raises:
            LeaseLost: somebody else works on it.
        """
        self._change(lease, index_name=index_name)
        return replace(lease, index_name=index_name)

    def release(
        self,
        lease: SourceLease,
        *,
        wait_seconds: float | None,
        is_synced: bool = False,
        error: InlaidError | None = None,
    ) -> None:
        """Give the lease back.

        Args:
            lease: the lease; when it was lost nothing happens.
            wait_seconds: until the next slice of work, None for when somebody asks.
            is_synced: whether the source was read to its end.
            error: why the work broke off, None when it did not.
        """
        due = None if wait_seconds is None else now + wait_seconds
        has_failed = error is not None and not isinstance(error, SourceBusy)
        values: dict[str, object] = {"lease_until": None, "failures": lease.failures + 1 if has_failed else 0}
        values["error"] = self.cipher.seal(lease.source.workspace, error.to_json()) if error else None
        if is_synced:
            values["synced_at"] = now
        # Who paused, removed or woke it while this slice went on is right.
        is_same = sa.and_(sources.c.state == lease.source.state, sources.c.due_at.is_not_distinct_from(lease.due_at))
        values["due_at"] = sa.case((is_same, due), else_=sources.c.due_at)
        held = sa.and_(sources.c.id == lease.source.id, sources.c.fence == lease.fence)
        with self.database.write() as connection:
            connection.execute(sa.update(sources).where(held).values(values))

    def next_retry(self, lease: SourceLease) -> float | None:
        """Return in how many seconds an item is tried again that could not be read, None for none."""
        failed = sa.and_(source_items.c.source_id == lease.source.id, source_items.c.error.is_not(None))
        with self.database.read() as connection:
            found = connection.execute(sa.select(sa.func.min(source_items.c.retry_at) - now).where(failed)).scalar()
        return None if found is None else max(0.0, float(found))

    def forget(self, lease: SourceLease) -> None:
        """Delete the row of a source whose items are gone.

        Raises:
            LeaseLost: somebody else works on it.
        """
        held = sa.and_(sources.c.id == lease.source.id, sources.c.fence == lease.fence)
        with self.database.write() as connection:
            if connection.execute(sa.delete(sources).where(held)).rowcount == 0:
                raise _lost()

    def _change(self, lease: SourceLease, **values: Any) -> None:
        with self.database.write() as connection:
            hold(connection, lease, **values)

    def _values(self, source: Source) -> dict[str, object]:
        detail: _Detail = {"title": source.title, "options": source.options}
        return {
            "state": source.state,
            "every_seconds": source.every_seconds,
            "is_sealed": int(source.is_sealed),
            "detail": self.cipher.seal(source.workspace, detail),
        }

    def _readable(self, row: Any) -> SourceStatus | None:
        try:
            return self._status(row)
        except (SettingsError, ValueError, TypeError):
            log.error("a source is left out: it cannot be read", source=row.id)
            return None

    def _status(self, row: Any) -> SourceStatus:
        error = self.cipher.open(row.workspace, row.error) if row.error else None
        counts = {
            "failures": row.failures,
            "items": row.item_count,
            "passages": row.passage_count,
            "errors": row.error_count,
        }
        times = {"created_at": row.created_at, "synced_at": row.synced_at, "due_at": row.due_at}
        return SourceStatus(self._source(row), error=error, is_working=bool(row.is_working), **counts, **times)

    def _lease(self, row: Any, seconds: float) -> SourceLease:
        source = self._source(row)
        return SourceLease(source, row.fence, row.pass_number, row.index_name, seconds, row.failures, row.due_at)

    def _source(self, row: Any) -> Source:
        detail: _Detail = self.cipher.open(row.workspace, row.detail)
        return Source(
            id=row.id,
            workspace=row.workspace,
            person=row.person,
            connector=row.connector,
            title=detail["title"],
            options=detail["options"],
            state=row.state,
            every_seconds=row.every_seconds,
            cursor=self.cipher.open(row.workspace, row.cursor) if row.cursor else "",
            is_sealed=bool(row.is_sealed),
        )


_is_working = sa.and_(sources.c.lease_until.is_not(None), sa.not_(is_past(sources.c.lease_until)))
_ALL = sa.select(*sources.c, sa.case((_is_working, 1), else_=0).label("is_working"))


def hold(connection: sa.Connection, lease: SourceLease, **values: Any) -> None:
    """Change the row of a source within a transaction, where the lease is still the newest, and make it last longer.

    Raises:
        LeaseLost: somebody else works on it, or it was paused or removed meanwhile.
    """
    held = sa.and_(sources.c.id == lease.source.id, sources.c.fence == lease.fence)
    same = sources.c.state == lease.source.state
    until = now + lease.seconds
    if connection.execute(sa.update(sources).where(held, same).values(**values, lease_until=until)).rowcount == 0:
        raise _lost()


def _stands_elsewhere(names: Collection[str]) -> sa.ColumnElement[bool]:
    is_other = sa.and_(sources.c.index_name != "", sources.c.index_name.not_in(sorted(names)))
    return sa.and_(sources.c.state == "active", sources.c.failures == 0, is_other)


def _is_free() -> sa.ColumnElement[bool]:
    return sa.or_(sources.c.lease_until.is_(None), is_past(sources.c.lease_until))


def _claiming(source_id: str, lease_seconds: float) -> sa.sql.dml.ReturningUpdate[Any]:
    is_claimable = sa.and_(sources.c.id == source_id, sources.c.state != "paused", _is_free())
    values = {"fence": sources.c.fence + 1, "lease_until": now + lease_seconds}
    return sa.update(sources).where(is_claimable).values(values).returning(*sources.c)


def _lost() -> LeaseLost:
    return LeaseLost("Somebody else works on this source now.")


def _not_found(source_id: str) -> NotFoundError:
    return NotFoundError(f"There is no source {source_id[:40]}.", fix="List them with: inlaid sources list")


def source_event(action: str, source: Source, told: Mapping[str, object]) -> AuditEvent:
    """Return what the audit trail says of an act on a source."""
    actor = current_actor(source.workspace)
    thing = Thing("source", Name(source.workspace, source.person or actor.person, "source", source.id))
    return AuditEvent(action, actor, thing, details=told, workspace=source.workspace)
