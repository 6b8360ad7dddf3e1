"""The audit trail: one chain, which nobody changes, and which survives that people are forgotten."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from core.audit.entries import Actor, AuditEvent, ChainHead, Thing, the_person
from core.errors import InlaidError
from core.settings import Settings
from core.store import Store, open_store
from core.store.audit import AuditFilter, AuditTrail, append
from core.store.purge import bring_earlier, purge_person
from core.store.rows import Scope
from core.store.tables import audit_entries, audit_head, audit_names, audit_pending
from tests.core.insight.making import finished_job
from tests.in_memory import MemoryAuditTrail

ANN = Actor("local", "ann@example.com", "console", "192.0.2.7", "Ann Lee")
BOB = Actor("local", "bob@example.com", "cli")
DAY = 86_400.0


def acts() -> list[AuditEvent]:
    return [
        AuditEvent("recipe.changed", ANN, Thing("recipe", "reply")),
        AuditEvent("team.joined", ANN, the_person("local", "bob@example.com"), details={"team": "Sales"}),
        AuditEvent("job.requested", BOB, Thing("job", "1"), details={"recipe": "reply", "files": 2}),
        AuditEvent("access.refused", Actor("", "", "api", "198.51.100.3"), outcome="failure"),
    ]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def trail(request: pytest.FixtureRequest, settings: Settings) -> Iterator[AuditTrail | MemoryAuditTrail]:
    """Each implementation of the port, empty."""
    if request.param == "memory":
        yield MemoryAuditTrail()
        return
    if request.param == "postgresql":
        from tests.servers.postgres import with_server

        settings = with_server(settings, request.getfixturevalue("postgres_url"))
    opened = open_store(settings)
    yield opened.audit
    opened.close()


def test_entries_stand_in_one_chain_with_the_names_beside_it(trail: AuditTrail | MemoryAuditTrail) -> None:
    trail.write(*acts()[:2])
    trail.write(*acts()[2:])
    found = list(trail.walk())
    assert [one.entry.sequence for one in found] == [1, 2, 3, 4]
    assert [one.entry.previous for one in found[1:]] == [one.entry.hash for one in found[:-1]]
    assert [(one.actor, one.address, one.thing) for one in found] == [
        ("Ann Lee", "192.0.2.7", "reply"),
        ("Ann Lee", "192.0.2.7", "bob@example.com"),
        ("bob@example.com", "", "1"),
        ("", "198.51.100.3", ""),
    ]
    assert found[1].entry.thing == found[2].entry.actor  # the same person has the same pseudonym
    chain = str([one.entry for one in found])
    assert not [name for name in ("ann", "bob", "Ann", "192.0.2.7", "example") if name in chain]
    assert trail.verify().problems == []
    assert trail.verify().count == 4
    assert trail.verify(trail.head()).problems == []


def test_entries_are_found_by_who_what_and_where(trail: AuditTrail | MemoryAuditTrail) -> None:
    trail.write(*acts())

    def found(chosen: AuditFilter, limit: int = 10, before: int | None = None) -> list[int]:
        return [one.entry.sequence for one in trail.newest(chosen, limit=limit, before=before)]

    assert found(AuditFilter()) == [4, 3, 2, 1]
    assert found(AuditFilter(), limit=2) == [4, 3]
    assert found(AuditFilter(), limit=2, before=3) == [2, 1]
    assert found(AuditFilter(who="ANN LEE")) == found(AuditFilter(who="ann@example.com")) == [2, 1]
    assert found(AuditFilter(thing="bob@example.com")) == [2]
    assert found(AuditFilter(thing="reply")) == [1]
    assert found(AuditFilter(action="job")) == found(AuditFilter(action="job.requested")) == [3]
    assert found(AuditFilter(door="cli")) == [3]
    assert found(AuditFilter(days=1)) == [4, 3, 2, 1]
    assert found(AuditFilter(scope=Scope(frozenset({"local"})))) == [3, 2, 1]
    assert found(AuditFilter(scope=Scope())) == []
    assert found(AuditFilter(who="nobody")) == []


def test_a_forgotten_person_is_a_pseudonym_and_the_chain_holds(trail: AuditTrail | MemoryAuditTrail) -> None:
    trail.write(*acts())
    before = trail.head()
    stands_for = trail.forget([("local", "ann@example.com")], ANN, {"jobs": 3})
    found = list(trail.walk())
    assert [one.actor for one in found[:2]] == [stands_for, stands_for]
    assert found[0].address.startswith("address-")
    assert found[1].thing == "bob@example.com"
    assert (found[-1].entry.action, found[-1].actor, found[-1].thing) == ("person.purged", stands_for, stands_for)
    assert trail.verify(before).problems == []
    trail.write(AuditEvent("recipe.restored", ANN, Thing("recipe", "reply")))
    assert list(trail.walk())[-1].entry.actor != stands_for  # whoever comes again is somebody new


def test_details_hold_no_sentence_and_no_address(trail: AuditTrail | MemoryAuditTrail) -> None:
    told = {"a": "please call me", "b": "ann@example.com", "c": ["NAME=2", "a b"], "d": True, "e": "x" * 200}
    trail.write(AuditEvent("job.finished", BOB, details=told))
    details = next(iter(trail.walk())).to_json()["details"]
    assert details == {
        "a": "[withheld]",
        "b": "[withheld]",
        "c": ["NAME=2", "[withheld]"],
        "d": True,
        "e": "[withheld]",
    }
    with pytest.raises(ValueError, match="vocabulary"):
        AuditEvent("recipe.invented", BOB)


OTHER_HEAD = {"id": 2, "sequence": 0, "hash": "", "kept_from": 9, "kept_previous": ""}
STATEMENTS: list[Callable[[sa.Connection], object]] = [
    lambda connection: connection.execute(sa.update(audit_entries).values(actor="somebody")),
    lambda connection: connection.execute(sa.delete(audit_entries)),
    lambda connection: connection.execute(sa.delete(audit_entries).where(audit_entries.c.sequence == 4)),
    lambda connection: connection.execute(sa.update(audit_head).values(sequence=2)),
    lambda connection: connection.execute(sa.update(audit_head).values(kept_from=3)),
    lambda connection: connection.execute(sa.delete(audit_head)),
    lambda connection: connection.execute(sa.update(audit_pending).values(actor="somebody")),
    lambda connection: connection.execute(sa.delete(audit_pending)),
    lambda connection: connection.execute(sa.insert(audit_head).values(OTHER_HEAD)),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(STATEMENTS)))
def test_no_statement_changes_the_trail(store: Store, number: int) -> None:
    store.audit.write(*acts())
    before = list(store.audit.walk())
    with store.database.write() as connection:
        append(connection, acts()[0])
    with pytest.raises((DatabaseError, InlaidError)), store.database.write() as connection:
        STATEMENTS[number](connection)
    if not store.database.is_sqlite:
        with pytest.raises((DatabaseError, InlaidError)), store.database.write() as connection:
            connection.execute(sa.text("TRUNCATE audit_entry"))
    assert list(store.audit.walk())[:-1] == before
    assert store.audit.verify().problems == []


def without_triggers(store: Store, *statements: str) -> None:
    """Do what the owner of the database can do."""
    with store.database.write() as connection:
        for table in ("audit_entry", "audit_head"):
            if store.database.is_sqlite:
                names = connection.execute(
                    sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
                    {"table": table},
                ).scalars()
                for name in names.all():
                    connection.execute(sa.text(f"DROP TRIGGER {name}"))
            else:
                connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("statements", "problem"),
    [
        (["UPDATE audit_entry SET outcome = 'failure' WHERE sequence = 2"], "Entry 2 was changed."),
        (["DELETE FROM audit_entry WHERE sequence = 2"], "Between 1 and 3 entries are missing."),
        (["DELETE FROM audit_entry WHERE sequence = 1"], "Between 0 and 2 entries are missing."),
        (
            [
                "UPDATE audit_entry SET sequence = 9 WHERE sequence = 2",
                "UPDATE audit_entry SET sequence = 2 WHERE sequence = 3",
                "UPDATE audit_entry SET sequence = 3 WHERE sequence = 9",
            ],
            "Entry 2 does not follow on the one before it.",
        ),
        (["DELETE FROM audit_entry WHERE sequence > 2"], "The trail ends with entry 2, but 4 were written."),
    ],
)
def test_what_the_owner_of_the_database_does_to_it_is_found(store: Store, statements: list[str], problem: str) -> None:
    store.audit.write(*acts())
    store.audit.chain()
    without_triggers(store, *statements)
    assert problem in store.audit.verify().problems


def test_a_tail_that_is_cut_off_and_covered_up_is_found_by_a_head_kept_outside(store: Store) -> None:
    store.audit.write(*acts())
    known = store.audit.head()
    third = list(store.audit.walk())[2].entry
    without_triggers(
        store,
        "DELETE FROM audit_entry WHERE sequence = 4",
        "UPDATE audit_head SET sequence = 3, hash = (SELECT hash FROM audit_entry WHERE sequence = 3)",
    )
    store.audit.write(AuditEvent("recipe.restored", BOB, Thing("recipe", "reply")))
    assert store.audit.verify().problems == []
    assert store.audit.verify(ChainHead(3, third.hash)).problems == []
    assert "Entry 4 is not the one that was noted" in str(store.audit.verify(known).problems)


def test_entries_of_many_writers_stand_in_one_chain(store: Store) -> None:
    """Two stores with connections of their own, as two processes have them, eight threads each."""
    other = AuditTrail(store.database)
    start = threading.Barrier(16)

    def write(number: int) -> None:
        start.wait(10)
        for turn in range(10):
            actor = Actor("local", f"p{(number + turn) % 5}", "api", f"192.0.2.{turn}")
            (other if number % 2 else store.audit).write(
                AuditEvent("job.requested", actor, the_person("local", f"p{turn}"))
            )

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(write, range(16)))
    checked = store.audit.verify()
    assert (checked.problems, checked.count) == ([], 160)
    with store.database.read() as connection:
        people = sa.select(sa.func.count()).select_from(audit_names).where(audit_names.c.kind == "person")
        assert connection.execute(people).scalar_one() == 10


def test_what_is_rolled_back_leaves_no_entry(store: Store) -> None:
    with store.database.write() as connection:
        append(connection, *acts())
        connection.rollback()
    assert list(store.audit.walk()) == []
    store.audit.write(*acts())
    assert store.audit.verify().problems == []


def write_at(store: Store, *days: float) -> None:
    """Write and chain an entry for each number of days ago."""
    at_seconds = store.database.now_seconds()
    for ago in days:
        AuditTrail(store.database, clock=partial(float, at_seconds - ago * DAY)).write(acts()[0])
        store.audit.chain()


def test_an_entry_of_the_future_keeps_nothing_after_it_from_its_end(store: Store) -> None:
    write_at(store, 300, -900, 260, 200, 0)
    assert store.audit.expire(keep_days=150) == 4
    assert store.audit.verify().problems == []
    assert next(iter(store.audit.walk())).entry.sequence == 5


def test_an_entry_of_the_future_stays_with_what_is_young_before_it(store: Store) -> None:
    write_at(store, 300, 0, -900)
    assert store.audit.expire(keep_days=150) == 1
    forget = sa.update(audit_head).values(kept_from=3)
    with pytest.raises(sa.exc.DatabaseError, match="never changed"), store.database.write() as connection:
        connection.execute(forget)
    assert [entry.entry.sequence for entry in store.audit.walk()][:2] == [2, 3]


def test_only_whole_months_that_are_old_enough_are_deleted(store: Store) -> None:
    now = store.database.now_seconds()
    for days in (300, 260, 100, 40, 0):
        AuditTrail(store.database, clock=partial(float, now - days * DAY)).write(acts()[0])
    known = next(iter(store.audit.walk())).entry
    assert store.audit.expire(keep_days=150) == 2
    assert store.audit.expire(keep_days=150) == 0
    checked = store.audit.verify()
    assert checked.problems == []
    assert list(store.audit.walk())[-1].entry.action == "audit.expired"
    store.audit.expire(keep_days=1)  # nothing younger than a quarter of a year, whatever is asked
    ages = [(now - one.at_seconds) / DAY for one in store.audit.walk()]
    assert [round(age) for age in ages if age > 1] in ([100, 40], [40])
    assert "take a newer head" in str(store.audit.verify(ChainHead(known.sequence, known.hash)).problems)
    assert store.audit.verify().problems == []


def test_a_purge_leaves_what_was_done_and_forgets_who_it_was(store: Store) -> None:
    finished_job(store, person="ann@example.com")
    store.audit.write(*acts())
    done = purge_person(store.records, [("local", "ann@example.com"), ("console", "ann@example.com")])
    found = list(store.audit.walk())
    assert found[-1].entry.action == "person.purged"
    assert found[-1].to_json()["details"]["jobs"] == 1
    assert done.named == found[-1].thing
    assert "ann" not in str(found).casefold()
    assert store.audit.verify().problems == []


def test_what_an_earlier_version_wrote_down_comes_along(store: Store) -> None:
    said = {"at": 1_790_000_000.5, "workspace": "local", "who": "ann", "what": "put a person into the team Sales"}
    store.records.put("audit", "console", "1", {**said, "which": "bob@example.com"})
    assert bring_earlier(store.records) == 1
    assert bring_earlier(store.records) == 0
    (found,) = store.audit.walk()
    assert (found.actor, found.thing) == ("ann", "put a person into the team Sales: bob@example.com")
    assert found.to_json()["details"] == {"at": 1_790_000_000}
    purge_person(store.records, [("local", "bob@example.com")])
    assert "bob" not in str(list(store.audit.walk()))
