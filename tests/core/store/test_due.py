"""Records that are due are taken by one worker at a time, in turn by workspace and server, on both databases."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest
import sqlalchemy as sa

from core.store import Store
from core.store.due import MAX_OF_SERVER, Due, DueIndex
from core.store.tables import records
from tests.core.store.counted import plan_of

KIND = "mailbox"


@pytest.fixture
def index(store: Store) -> DueIndex:
    return DueIndex(store.database)


def add(
    store: Store, key: str, *, workspace: str = "T1", server: str = "mail.example", in_seconds: float = 0.0
) -> None:
    store.records.put(KIND, workspace, key, {"of": key})
    DueIndex(store.database).bring(KIND, workspace, key, in_seconds=in_seconds, server=server)


def keys(found: list[Due] | tuple[Due, ...] | object) -> list[str]:
    assert isinstance(found, list)
    return [due.key for due in found]


def taken(index: DueIndex, *, lease_seconds: float = 60.0, limit: int = 99) -> list[Due]:
    return list(index.take(index.waiting([KIND], limit=limit), lease_seconds=lease_seconds))


def test_what_is_due_is_taken_once(store: Store, index: DueIndex) -> None:
    add(store, "now")
    add(store, "later", in_seconds=60.0)
    store.records.put(KIND, "T1", "never", {})
    assert keys(taken(index)) == ["now"]
    assert taken(index) == []


def test_what_a_dead_worker_holds_is_due_again_when_its_lease_ends(store: Store, index: DueIndex) -> None:
    add(store, "one")
    (first,) = taken(index, lease_seconds=-1.0)
    (second,) = taken(index)
    assert first.due_at < second.due_at
    assert not index.put_off(first, seconds=900.0), "the dead worker came back and put it off"
    assert index.put_off(second, seconds=-1.0)
    assert keys(taken(index)) == ["one"]


def test_what_is_brought_forward_while_it_is_worked_on_is_due_at_once_again(store: Store, index: DueIndex) -> None:
    add(store, "one")
    (held,) = taken(index)
    index.bring(KIND, "T1", "one")
    assert not index.put_off(held, seconds=900.0)
    assert keys(taken(index)) == ["one"]


def test_bringing_forward_puts_nothing_off(store: Store, index: DueIndex) -> None:
    add(store, "one")
    index.bring(KIND, "T1", "one", in_seconds=900.0)
    assert keys(taken(index)) == ["one"]


def test_a_changed_record_is_due_as_before(store: Store, index: DueIndex) -> None:
    add(store, "one", server="a")
    store.records.put(KIND, "T1", "one", {"of": "another"})
    (found,) = taken(index)
    assert found.server == "a"


def test_those_that_were_taken_by_another_are_left_out(store: Store, index: DueIndex) -> None:
    add(store, "one")
    add(store, "two")
    seen = index.waiting([KIND], limit=9)
    assert keys(index.take(list(seen)[:1], lease_seconds=60.0)) == ["one"]
    assert keys(index.take(seen, lease_seconds=60.0)) == ["two"]


def test_one_tenant_or_server_with_thousands_hides_no_other(store: Store, index: DueIndex) -> None:
    for number in range(40):
        add(store, f"many{number:02}")
    add(store, "other tenant", workspace="T2")
    add(store, "other server", server="elsewhere")
    found = [due.key for due in index.waiting([KIND], limit=9)]
    assert {"other tenant", "other server"} <= set(found[:3])
    assert found[0].startswith("many") or found[1].startswith("many") or found[2].startswith("many")


def test_five_thousand_that_are_added_at_once_hold_up_nobody_and_are_all_taken_in_turn(
    store: Store, index: DueIndex
) -> None:
    added = {"kind": KIND, "data": b"x", "updated_at": 0.0, "due_at": 1.0}
    rows = [
        {**added, "workspace": f"T{number % 50}", "key": f"new{number}", "server": f"server{number % 20}"}
        for number in range(5_000)
    ]
    with store.database.write() as connection:
        connection.execute(sa.insert(records), rows)
    add(store, "before", workspace="T7", server="mail.example", in_seconds=-1.0)
    first = index.waiting([KIND], limit=200)
    assert "before" in [due.key for due in first], "one that was there stands behind what was added"
    assert max(Counter((due.workspace, due.server) for due in first).values()) <= MAX_OF_SERVER
    found = Counter[str]()
    while got := taken(index, lease_seconds=3_600.0, limit=500):
        found.update(due.key for due in got)
    assert (len(found), set(found.values())) == (5_001, {1})


def test_of_one_server_the_one_that_waits_longest_comes_first(store: Store, index: DueIndex) -> None:
    for number in (3, 1, 2):
        add(store, f"box{number}")
        index.bring(KIND, "T1", f"box{number}", in_seconds=-float(number))
    assert keys(list(index.waiting([KIND], limit=9))) == ["box3", "box2", "box1"]
    assert all(first.due_at <= second.due_at for first, second in pairwise(index.waiting([KIND], limit=9)))


def test_records_without_a_time_and_the_backlog_are_counted(store: Store, index: DueIndex) -> None:
    assert index.backlog([KIND]) == (0, 0.0)
    store.records.put(KIND, "T1", "never", {})
    add(store, "one")
    index.bring(KIND, "T1", "one", in_seconds=-120.0)
    assert list(index.without_time(KIND)) == [("T1", "never")]
    count, seconds = index.backlog([KIND])
    assert count == 1
    assert 119 < seconds < 200


def test_many_workers_take_each_record_once(store: Store, index: DueIndex) -> None:
    for number in range(60):
        add(store, f"box{number:02}", workspace=f"T{number % 4}", server=f"server{number % 5}")
    found: list[str] = []

    def work() -> None:
        while got := taken(index, limit=7):
            found.extend(due.key for due in got)

    def left() -> bool:
        with store.database.read() as connection:
            due = sa.select(sa.func.count()).where(records.c.due_at < time.time() + 30)
            return bool(connection.execute(due).scalar_one())

    run_together(work, 4)
    while left():  # all that one round of a worker found was another's
        work()
    assert sorted(found) == [f"box{number:02}" for number in range(60)]


def run_together(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def test_what_is_due_soon_is_known_of_one_server_and_placed_anew_whenever_it_was_due(
    store: Store, index: DueIndex
) -> None:
    for key, server, seconds in (("b", "app", 20.0), ("a", "app", 10.0), ("late", "app", 90.0), ("c", "own", 5.0)):
        add(store, key, server=server, in_seconds=seconds)
    soon = list(index.soon(KIND, "app", within_seconds=60.0, limit=9))
    assert keys(soon) == ["a", "b"]
    assert keys(list(index.soon(KIND, "app", within_seconds=60.0, limit=1))) == ["a"]
    assert keys(list(index.take(soon, lease_seconds=120.0))) == ["a", "b"]
    assert list(index.take(soon, lease_seconds=120.0)) == []
    index.place(KIND, "T1", "a", in_seconds=30.0, server="app")
    index.place(KIND, "T1", "late", in_seconds=600.0, server="app")
    assert keys(list(index.soon(KIND, "app", within_seconds=300.0, limit=9))) == ["a", "b"]


def test_how_records_stand_is_known_without_opening_them(store: Store, index: DueIndex) -> None:
    add(store, "one", server="mail.example")
    store.records.put("other", "T1", "two", {})
    (before,) = index.standing(KIND)
    assert (before.workspace, before.key, before.server) == ("T1", "one", "mail.example")
    index.bring(KIND, "T1", "one")
    assert list(index.standing(KIND)) == [before], "its due time is not what it holds"
    store.records.put(KIND, "T1", "one", {"of": "another"})
    assert [state.version for state in index.standing(KIND)] == [before.version + 1]


@pytest.mark.parametrize("look", ["waiting", "backlog"])
def test_what_is_due_later_is_not_looked_through(store: Store, index: DueIndex, look: str) -> None:
    def ask() -> None:
        if look == "backlog":
            index.backlog([KIND])
        else:
            index.waiting([KIND], limit=9)

    assert any(re.search(r"record_due.*due_at<\?|Index Cond:.*due_at <=", line) for line in plan_of(store, ask))
