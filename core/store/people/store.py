"""People and sign-ins in the database, changed by one process after the other."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent, the_person
from core.errors import SettingsError
from core.principals import person_principal
from core.privacy import Cipher
from core.store.audit import append, rename
from core.store.engine import Database
from core.store.people.rows import Identity, Person, SignInRow, SignInRows, T, Way
from core.store.prepared import Prepared
from core.store.rows import now
from core.store.tables import access_principals, jobs, model_calls, people, records, sign_ins, sources, tallies, trials

LOCK_NUMBER = 0x1A1E
# What somebody decided; the key is theirs, or begins with it.
DECIDED_KINDS = (
    "preference",
    "learning_consent",
    "team",
    "slack_profile",
    "standing_fact",
    "grounds_choice",
    "language_choice",
)
_home = (people.c.workspace.label("home_workspace"), people.c.key, people.c.created_at.label("person_created_at"))
_joined = sa.select(sign_ins, *_home).join(people, people.c.id == sign_ins.c.person_id)
# Built once: building costs more than running them, and each job asks.
_named = sa.and_(sign_ins.c.workspace == sa.bindparam("place"), sign_ins.c.subject == sa.bindparam("named"))
_FIND = Prepared(_joined.where(_named))
_OF = _joined.where(people.c.id == sa.bindparam("who")).order_by(sign_ins.c.created_at, sign_ins.c.subject)
_at_home = sa.and_(people.c.workspace == sa.bindparam("place"), people.c.key == sa.bindparam("named"))
_AT_HOME = Prepared(sa.select(people).where(_at_home))


class SignInStore:
    """See `core.store.people.rows.SignIns`.

    Args:
        database: where.
        cipher: seals again what moves to another workspace.
    """

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    def find(self, name: Identity) -> SignInRow | None:
        """Return the sign-in of that name."""
        with self._database.read() as connection:
            return _Rows(connection, self._cipher).find(name)

    def of(self, person_id: str) -> Sequence[SignInRow]:
        """Return the sign-ins of a person, the oldest first."""
        with self._database.read() as connection:
            return _Rows(connection, self._cipher).of(person_id)

    def at_home(self, home: Identity) -> Person | None:
        """Return the person whose home it is."""
        with self._database.read() as connection:
            return _Rows(connection, self._cipher).at_home(home)

    def everybody(self) -> Sequence[SignInRow]:
        """Return all sign-ins, by person and age."""
        ordered = _joined.order_by(people.c.created_at, people.c.id, sign_ins.c.created_at, sign_ins.c.subject)
        with self._database.read() as connection:
            return [_sign_in(row) for row in connection.execute(ordered)]

    def places(self, way: Way) -> set[tuple[str, str]]:
        """Return each workspace with the organisation that has sign-ins of that kind."""
        columns = sign_ins.c
        statement = sa.select(columns.workspace, columns.enterprise).where(columns.way == way).distinct()
        with self._database.read() as connection:
            return {(row.workspace, row.enterprise) for row in connection.execute(statement)}

    def forget(self, names: Iterable[tuple[str, str]]) -> None:
        """Delete sign-ins, and the people of whom none is left."""
        with self._database.write() as connection:
            for name in names:
                connection.execute(sa.delete(sign_ins).where(_is(sign_ins, Identity(*name), "subject")))
            left = sa.select(sign_ins.c.person_id).where(sign_ins.c.person_id == people.c.id)
            connection.execute(sa.delete(people).where(~left.exists()))

    def change(self, act: Callable[[SignInRows], T]) -> T:
        """Have something changed as a whole, one process after the other, and return what the act returns."""
        with self._database.write() as connection:
            if not self._database.is_sqlite:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})
            return act(_Rows(connection, self._cipher))


class _Rows:
    """See `core.store.people.rows.SignInRows`."""

    def __init__(self, connection: sa.Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    def find(self, name: Identity) -> SignInRow | None:
        row = _FIND.one_or_none(self._connection, {"place": name.workspace, "named": name.person})
        return _sign_in(row) if row else None

    def of(self, person_id: str) -> list[SignInRow]:
        return [_sign_in(row) for row in self._connection.execute(_OF, {"who": person_id})]

    def at_home(self, home: Identity) -> Person | None:
        row = _AT_HOME.one_or_none(self._connection, {"place": home.workspace, "named": home.person})
        return Person(row.id, Identity(row.workspace, row.key), row.created_at) if row else None

    def add(self, home: Identity) -> Person:
        person = Person(secrets.token_hex(8), home)
        values = {"id": person.id, "workspace": home.workspace, "key": home.person, "created_at": now}
        self._connection.execute(sa.insert(people).values(values))
        return person

    def put(self, sign_in: SignInRow) -> None:
        values = {
            "person_id": sign_in.person.id,
            "way": sign_in.way,
            "address": sign_in.address,
            "enterprise": sign_in.enterprise,
            "vouched_by": sign_in.vouched_by,
        }
        theirs = _is(sign_ins, sign_in.name, "subject")
        if self._connection.execute(sa.update(sign_ins).where(theirs).values(values)).rowcount == 0:
            name = {"workspace": sign_in.name.workspace, "subject": sign_in.name.person, "created_at": now}
            self._connection.execute(sa.insert(sign_ins).values(**name, **values))
        self._write_down("person.linked", sign_in.name, {"way": sign_in.way, "vouched_by": sign_in.vouched_by})

    def remove(self, name: Identity) -> None:
        self._connection.execute(sa.delete(sign_ins).where(_is(sign_ins, name, "subject")))
        self._write_down("person.unlinked", name, {})

    def move_home(self, person: Person, home: Identity) -> Person:
        self.bring(person.home, home)
        moved = sa.update(people).where(people.c.id == person.id)
        self._connection.execute(moved.values(workspace=home.workspace, key=home.person))
        return replace(person, home=home)

    def absorb(self, kept: Person, other: Person) -> None:
        self.bring(other.home, kept.home)
        moved = sa.update(sign_ins).where(sign_ins.c.person_id == other.id).values(person_id=kept.id)
        self._connection.execute(moved)
        self._connection.execute(sa.delete(people).where(people.c.id == other.id))

    def rename(self, old: Identity, new: Identity) -> None:
        assert old.workspace == new.workspace  # sealed values are bound to it
        self.bring(old, new)
        rename(self._connection, old, new)
        for table in (jobs, model_calls, tallies, trials, records, sources):
            theirs = _is(table, old, "person")
            self._connection.execute(sa.update(table).where(theirs).values(person=new.person))
        before, after = person_principal(*old), person_principal(*new)
        lists = sa.select(access_principals.c.access_id).where(access_principals.c.principal == after)
        mine = sa.and_(access_principals.c.principal == before, access_principals.c.access_id.not_in(lists))
        self._connection.execute(sa.update(access_principals).where(mine).values(principal=after))
        self._connection.execute(sa.delete(access_principals).where(access_principals.c.principal == before))

    def _write_down(self, action: str, name: Identity, told: Mapping[str, object]) -> None:
        actor = current_actor(name.workspace)
        event = AuditEvent(action, actor, the_person(*name), details=told, workspace=name.workspace)
        append(self._connection, event)

    def bring(self, old: Identity, new: Identity) -> None:
        if old == new:
            return
        kept = sa.select(records).where(_is(records, old, "person"), records.c.kind.in_(DECIDED_KINDS))
        for row in self._connection.execute(kept).all():
            # A team's key is the person, a preference's begins with it.
            key = new.person + row.key.removeprefix(old.person)
            where = _is(records, Identity(new.workspace, key), "key")
            taken = sa.select(records.c.key).where(records.c.kind == row.kind, where)
            own = sa.and_(records.c.kind == row.kind, _is(records, Identity(old.workspace, row.key), "key"))
            if self._connection.execute(taken).one_or_none():
                self._connection.execute(sa.delete(records).where(own))
                continue
            values: dict[str, object] = {"workspace": new.workspace, "key": key, "person": new.person}
            if old.workspace != new.workspace:
                try:
                    opened = self._cipher.open(old.workspace, row.data)
                except (SettingsError, ValueError, TypeError):
                    continue  # no key opens it: one lost preference must not keep two sign-ins apart
                values["data"] = self._cipher.seal(new.workspace, opened)
            self._connection.execute(sa.update(records).where(own).values(values))


def _is(table: sa.Table, name: Identity, column: str) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.workspace == name.workspace, table.c[column] == name.person)


def _sign_in(row: Any) -> SignInRow:
    person = Person(row.person_id, Identity(row.home_workspace, row.key), row.person_created_at)
    name = Identity(row.workspace, row.subject)
    return SignInRow(name, row.way, person, row.address, row.enterprise, row.vouched_by)
