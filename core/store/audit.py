"""The audit trail in the database: one chain for every surface, command and process.

An entry is stored in the transaction of what it tells of: a crash leaves both or neither. There it waits without a
lock, and gets its place in the chain a moment later, in one transaction that holds the chain's head: by a worker, or by
whoever reads the trail. So nobody who stores a job waits for others who do. The names of persons stand in a table of
their own; deleting them leaves pseudonyms in the chain.
"""

import secrets
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.audit.actions import actions_called
from core.audit.entries import (
    Actor,
    AuditEvent,
    ChainHead,
    Entry,
    Name,
    ShownEntry,
    Thing,
    Verification,
    chained,
    person_name,
    said_by,
    verify,
)
from core.job import new_id
from core.settings.storage import DAY_SECONDS
from core.store.audit_expiry import delete_oldest, forget_unused_names
from core.store.engine import Database
from core.store.partitions import month_start
from core.store.prepared import Prepared
from core.store.rows import Scope, now
from core.store.tables import audit_entries as entries
from core.store.tables import audit_head, audit_names, audit_pending

PAGE_ROWS = 500
# In one transaction that holds the head, for which on SQLite every other writer waits: some ten milliseconds.
CHAIN_ROWS = 100
CHAIN_PAUSE_SECONDS = 0.02
MIN_KEPT_DAYS = 90
_MICROSECONDS = 1_000_000
_NAME = ("workspace", "person", "kind", "name")
# Every change that is stored asks these two: building the statement took longer than running it.
_NAMED = sa.select(audit_names).where(
    sa.tuple_(*(audit_names.c[part] for part in _NAME)).in_(sa.bindparam("keys", expanding=True))
)
_ADD = sa.insert(audit_pending).values(at_microseconds=sa.cast(now * _MICROSECONDS, sa.BigInteger))
_SAID = [column.name for column in audit_pending.c if column.name not in {"number", "at_microseconds"}]
Clock = Callable[[], float]


@dataclass(frozen=True)
class AuditFilter:
    """Which entries are asked for; what is empty chooses nothing out.

    Attributes:
        scope: the workspaces that the reader administers; None: all.
        who: name, label or pseudonym of who acted.
        thing: the same of what it was done to, or its identifier.
        action: a name of the vocabulary, its first part, such as `job`, or some of its words for people.
        door: through which it came: a surface, `console`, `cli`, `worker`.
        days: how far back.
    """

    scope: Scope | None = None
    who: str = ""
    thing: str = ""
    action: str = ""
    door: str = ""
    days: int = 0


def append(connection: sa.Connection, *events: AuditEvent, clock: Clock | None = None) -> None:
    """Write down what was done, within a transaction; by default at the time of the database."""
    if not events:
        return
    stands_for = pseudonyms(connection, {name for event in events for name in event.names()})
    rows: list[dict[str, object]] = [{"id": new_id(), **said_by(event, stands_for)} for event in events]
    at = int(clock() * _MICROSECONDS) if clock else None
    connection.execute(_ADD if at is None else sa.insert(audit_pending).values(at_microseconds=at), rows)


def with_entry(change: Any) -> sa.Executable:
    """Return a statement for PostgreSQL that makes a change and, where it changed a row, writes down what was done.

    The change returns some of its row, and so does the statement. What was done is given by `entry_values`.
    """
    changed = change.cte("changed")
    given = [sa.bindparam(f"told_{name}", type_=audit_pending.c[name].type).label(name) for name in _SAID]
    at = sa.cast(now * _MICROSECONDS, sa.BigInteger).label("at_microseconds")
    entry = sa.select(*given, at).select_from(changed)
    stored = sa.insert(audit_pending).from_select([*_SAID, "at_microseconds"], entry)
    return sa.select(changed).add_cte(stored.cte("told"))


_told = {name: sa.bindparam(f"told_{name}", type_=audit_pending.c[name].type) for name in _SAID}
# Writes down by itself, within a transaction, what `entry_values` gives.
ENTRY = Prepared(_ADD.values(_told).returning(audit_pending.c.id))


def entry_values(event: AuditEvent) -> dict[str, object]:
    """Return an event that names nobody as the values of `with_entry` and `ENTRY`."""
    said: dict[str, object] = {"id": new_id(), **said_by(event, {})}
    return {f"told_{name}": said[name] for name in _SAID}


def pseudonyms(connection: sa.Connection, names: Collection[Name]) -> dict[Name, str]:
    """Return what stands for each name in the chain, something new for a new name."""
    if not names:
        return {}
    keys = [astuple(name)[: len(_NAME)] for name in names]
    rows = connection.execute(_NAMED, {"keys": keys}).all()
    known = {tuple(getattr(row, part) for part in _NAME): row for row in rows}
    found: dict[Name, str] = {}
    # In one order everywhere: two transactions that bring the same new names do not wait for each other in a circle.
    for name in sorted(names, key=astuple):
        row = known.get(astuple(name)[: len(_NAME)])
        has_label = row is not None and (not name.label or row.label == name.label)
        found[name] = str(row.id) if row is not None and has_label else _stored(connection, name)
    return found


def rename(connection: sa.Connection, old: tuple[str, str], new: tuple[str, str]) -> None:
    """Let the names that one (workspace, person) owns be another's, so that a purge of that one finds them."""
    other = audit_names.alias()
    is_taken = sa.exists().where(
        other.c.workspace == new[0],
        other.c.person == new[1],
        other.c.kind == audit_names.c.kind,
        other.c.name == audit_names.c.name,
    )
    theirs = sa.and_(audit_names.c.workspace == old[0], audit_names.c.person == old[1], ~is_taken)
    connection.execute(sa.update(audit_names).where(theirs).values(workspace=new[0], person=new[1]))


def _stored(connection: sa.Connection, name: Name) -> str:
    values = {**asdict(name), "id": f"{name.kind}-{secrets.token_hex(8)}"}
    return str(connection.execute(_store_name(connection.dialect.name), values).scalar_one())


@cache
def _store_name(dialect: str) -> sa.Executable:
    insert = sqlite.insert(audit_names) if dialect == "sqlite" else postgresql.insert(audit_names)
    label = sa.func.coalesce(sa.func.nullif(insert.excluded.label, ""), audit_names.c.label)
    stored = insert.on_conflict_do_update(index_elements=_NAME, set_={"label": label})
    return stored.returning(audit_names.c.id)


@dataclass(frozen=True)
class AuditTrail:
    """The trail of a database.

    Args:
        database: where.
        clock: Unix seconds; None: the database's.
        wait: called with the seconds for which others may write.
    """

    database: Database
    clock: Clock | None = None
    wait: Callable[[float], None] = time.sleep

    def write(self, *events: AuditEvent) -> None:
        """Write down what was done, in a transaction of its own.

        Raises:
            StoreOutage: nothing was written.
        """
        with self.database.write() as connection:
            append(connection, *events, clock=self.clock)

    def chain(self) -> int:
        """Give what waits its place in the chain, and return how many entries that were.

        Raises:
            StoreOutage: what has no place by now keeps waiting.
        """
        count = 0
        while self._has_pending():
            with self.database.write() as connection:
                head = _hold_head(connection)
                columns = [column for column in audit_pending.c if column.name != "number"]
                waiting = sa.select(*columns).order_by(audit_pending.c.number).limit(CHAIN_ROWS)
                rows = [dict(row._mapping) for row in connection.execute(waiting)]
                if not rows:
                    break
                added = [asdict(entry) for entry in chained(rows, head)]
                connection.execute(sa.insert(entries), added)
                connection.execute(sa.delete(audit_pending).where(audit_pending.c.id.in_([row["id"] for row in rows])))
                ends = {"sequence": added[-1]["sequence"], "hash": added[-1]["hash"]}
                connection.execute(sa.update(audit_head).values(ends))
                count += len(added)
            if len(added) == CHAIN_ROWS:
                self.wait(CHAIN_PAUSE_SECONDS)  # let others write
        return count

    def _has_pending(self) -> bool:
        with self.database.read() as connection:
            return connection.execute(sa.select(audit_pending.c.number).limit(1)).one_or_none() is not None

    def head(self) -> ChainHead:
        """Return where the chain ends."""
        self.chain()
        with self.database.read() as connection:
            return ChainHead(*connection.execute(sa.select(audit_head.c.sequence, audit_head.c.hash)).one())

    def newest(self, chosen: AuditFilter, *, limit: int, before: int | None = None) -> Sequence[ShownEntry]:
        """Return the newest entries that are chosen, with the names that are still known.

        Args:
            chosen: which.
            limit: how many at most.
            before: only entries with a lower sequence number, for the next page.
        """
        self.chain()
        statement = sa.select(entries).order_by(entries.c.sequence.desc()).limit(limit)
        if before is not None:
            statement = statement.where(entries.c.sequence < before)
        with self.database.read() as connection:
            rows = connection.execute(statement.where(*_conditions(chosen, self._now_seconds()))).all()
            return _shown(connection, [_entry(row) for row in rows])

    def walk(self, *, after: int = 0, chosen: AuditFilter | None = None) -> Iterator[ShownEntry]:
        """Yield entries in their order, a page at a time."""
        self.chain()
        conditions = _conditions(chosen, self._now_seconds()) if chosen else ()
        while True:
            statement = sa.select(entries).where(entries.c.sequence > after, *conditions)
            with self.database.read() as connection:
                rows = connection.execute(statement.order_by(entries.c.sequence).limit(PAGE_ROWS)).all()
                page = _shown(connection, [_entry(row) for row in rows])
            yield from page
            if len(page) < PAGE_ROWS:
                return
            after = page[-1].entry.sequence

    def of_person(self, names: Sequence[tuple[str, str]]) -> Iterator[ShownEntry]:
        """Yield the entries of what somebody did, and of what was done to them, oldest first.

        Others in these entries stay pseudonyms.
        """
        self.chain()
        theirs = sa.or_(*(sa.and_(audit_names.c.workspace == at, audit_names.c.person == who) for at, who in names))
        with self.database.read() as connection:
            found = connection.execute(sa.select(audit_names.c.id, audit_names.c.name).where(theirs))
            known = {row.id: row.name for row in found}
        ids = sa.select(audit_names.c.id).where(theirs)
        is_about = sa.or_(*(entries.c[part].in_(ids) for part in ("actor", "address", "thing")))
        after = 0
        while True:
            page = sa.select(entries).where(entries.c.sequence > after, is_about).order_by(entries.c.sequence)
            with self.database.read() as connection:
                rows = [_entry(row) for row in connection.execute(page.limit(PAGE_ROWS))]
            for entry in rows:
                parts = (known.get(part, part) for part in (entry.actor, entry.address, entry.thing))
                yield ShownEntry(entry, *parts)
            if len(rows) < PAGE_ROWS:
                return
            after = rows[-1].sequence

    def verify(self, known: ChainHead | None = None) -> Verification:
        """Check every entry; `known` is a head that was kept outside. What is written meanwhile is left out."""
        self.chain()
        with self.database.read() as connection:
            row = connection.execute(sa.select(audit_head)).one()
        start, head = ChainHead(row.kept_from - 1, row.kept_previous), ChainHead(row.sequence, row.hash)
        kept = (shown.entry for shown in self.walk() if shown.entry.sequence <= head.sequence)
        return verify(kept, start=start, head=head, known=known)

    def forget(self, names: Sequence[tuple[str, str]], actor: Actor, details: Mapping[str, object]) -> str:
        """Delete what tells who each (workspace, person) was, and return the pseudonym of the first.

        That somebody was deleted, by whom, and how much, is the last entry that is written before: it may be of the
        person's own doing. Of whom nothing was deleted and nothing is known, there is no entry, and "" is returned.
        """
        with self.database.write() as connection:
            if not any(details.values()) and not _has_names(connection, names):
                return ""
            people = [person_name(*name) for name in names]
            known = pseudonyms(connection, people)
            stands_for = [known[person] for person in people]
            thing = Thing("person", stands_for[0])
            append(
                connection,
                AuditEvent(
                    "person.purged", actor, thing, details={**details, "names": stands_for}, workspace=names[0][0]
                ),
                clock=self.clock,
            )
            for workspace, person in names:
                connection.execute(sa.delete(audit_names).where(_tells_of(workspace, person)))
        return stands_for[0]

    def expire(self, *, keep_days: int) -> int:
        """Delete the whole months that ended before so many days, and return how many entries that were."""
        until = month_start(self._now_seconds() - max(keep_days, MIN_KEPT_DAYS) * DAY_SECONDS)
        self.chain()
        total = 0
        while True:
            with self.database.write() as connection:
                count, last = delete_oldest(connection, until)
                if count:
                    expired = AuditEvent(
                        "audit.expired", Actor(""), Thing("entry", str(last)), details={"count": count}
                    )
                    append(connection, expired, clock=self.clock)
            if not count:
                break
            total += count
            self.wait(CHAIN_PAUSE_SECONDS)  # let others write
        if total:
            forget_unused_names(self.database)
        return total

    def _now_seconds(self) -> float:
        return (self.clock or time.time)()


def _tells_of(workspace: str, person: str) -> sa.ColumnElement[bool]:
    theirs = sa.and_(audit_names.c.workspace == workspace, audit_names.c.person == person)
    # So an earlier version called whom a hold is about, as a name of who set it.
    held = sa.and_(audit_names.c.kind == "person", audit_names.c.name == f"{workspace}/{person}")
    return sa.or_(theirs, held)


def _has_names(connection: sa.Connection, names: Sequence[tuple[str, str]]) -> bool:
    found = sa.select(audit_names.c.id).where(sa.or_(*(_tells_of(*name) for name in names))).limit(1)
    return connection.execute(found).first() is not None


def _hold_head(connection: sa.Connection) -> ChainHead:
    held = sa.select(audit_head.c.sequence, audit_head.c.hash).with_for_update()
    return ChainHead(*connection.execute(held).one())


def _conditions(chosen: AuditFilter, now_seconds: float) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if chosen.scope is not None:
        found.append(chosen.scope.rows(entries.c.workspace))
    if chosen.who:
        found.append(entries.c.actor.in_(_named(chosen.who)))
    if chosen.thing:
        found.append(sa.or_(entries.c.thing == chosen.thing, entries.c.thing.in_(_named(chosen.thing))))
    if chosen.action:
        prefix, called = chosen.action.rstrip("*."), entries.c.action.in_(actions_called(chosen.action))
        found.append(sa.or_(entries.c.action == chosen.action, entries.c.action.startswith(f"{prefix}."), called))
    if chosen.door:
        found.append(entries.c.door == chosen.door)
    if chosen.days:
        found.append(entries.c.at_microseconds >= int((now_seconds - chosen.days * 86_400) * _MICROSECONDS))
    return found


def _named(text: str) -> sa.CompoundSelect[Any]:
    """Return the pseudonyms of a name, a label or a pseudonym."""
    folded = text.casefold()
    columns = (audit_names.c.name, audit_names.c.label)
    is_it = sa.or_(audit_names.c.id == text, *(sa.func.lower(column) == folded for column in columns))
    return sa.select(audit_names.c.id).where(is_it).union(sa.select(sa.literal(text)))


def _entry(row: Any) -> Entry:
    return Entry(**row._mapping)


def _shown(connection: sa.Connection, page: Sequence[Entry]) -> list[ShownEntry]:
    ids = {part for entry in page for part in (entry.actor, entry.address, entry.thing) if part}
    known: dict[str, str] = {}
    if ids:
        statement = sa.select(audit_names.c.id, audit_names.c.name, audit_names.c.label)
        for row in connection.execute(statement.where(audit_names.c.id.in_(ids))):
            known[row.id] = row.label or row.name
    return [
        ShownEntry(entry, *(known.get(part, part) for part in (entry.actor, entry.address, entry.thing)))
        for entry in page
    ]
