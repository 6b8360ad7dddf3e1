"""Sources in the database: leases, what is due, counts, and what is sealed."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from core.errors import LeaseLost, NotFoundError, OutageError
from core.privacy import Cipher
from core.privacy.encryption import new_key
from core.sources.model import Source
from core.sources.store import SourceStore
from core.store import Store
from core.store.tables import sources
from tests.core.sources.making import add_source, due_of, lease_of, source_store


def test_a_source_comes_back_as_it_was_added(store: Store) -> None:
    kept = source_store(store)
    added = kept.add(
        Source("", "T1", "U1", "web", "Intranet", {"url": "https://intra"}, every_seconds=3600, is_sealed=False)
    )
    assert added.id
    status = kept.get(added.id)
    assert status.source == added
    assert (status.items, status.passages, status.errors, status.synced_at, status.error) == (0, 0, 0, None, None)
    assert status.due_at is not None
    with pytest.raises(NotFoundError):
        kept.get("nothing")


def test_sources_are_listed_a_page_at_a_time_and_by_who_added_them(store: Store) -> None:
    kept = source_store(store)
    made = [add_source(store, person, title=f"{number}") for number, person in enumerate(("ann", "bob", "ann"))]
    # Ids of one millisecond come in any order.
    added = sorted(made, key=lambda source: source.id)
    assert [status.source.id for status in kept.list(limit=2)] == [added[0].id, added[1].id]
    assert [status.source.id for status in kept.list(after=added[1].id)] == [added[2].id]
    assert {status.source.title for status in kept.list(names=[("local", "ann"), ("T1", "U1")])} == {"0", "2"}
    assert kept.list(names=[]) == []


def test_names_and_places_are_sealed_and_a_lost_key_hides_one_source_only(store: Store) -> None:
    kept = source_store(store)
    source = add_source(store, title="Secret merger")
    kept.advance(lease_of(store, source), "cursor of the merger")
    with store.database.read() as connection:
        row = connection.execute(sa.select(sources)).one()
    assert all(b"merger" not in bytes(value) for value in row if isinstance(value, bytes))
    lost = SourceStore(store.database, Cipher([new_key()]))
    other = lost.add(Source("", "local", "bob", "folder", "Bob's"))
    assert [status.source.id for status in kept.list()] == [source.id]
    assert [status.source.id for status in lost.list()] == [other.id]


def test_one_works_on_a_source_at_a_time(store: Store) -> None:
    kept = source_store(store)
    source = add_source(store)
    lease = lease_of(store, source)
    assert kept.claim(source.id, lease_seconds=60) is None
    assert kept.get(source.id).is_working
    kept.release(lease, wait_seconds=0)
    assert not kept.get(source.id).is_working
    assert lease_of(store, source).fence > lease.fence


def test_whoever_lost_the_lease_writes_nothing(store: Store) -> None:
    kept = source_store(store)
    source = add_source(store)
    late = lease_of(store, source, seconds=-1)
    lease = lease_of(store, source)
    for act in (lambda: kept.advance(late, "late"), lambda: kept.begin_again(late), lambda: kept.forget(late)):
        with pytest.raises(LeaseLost):
            act()
    kept.release(late, wait_seconds=None, is_synced=True)
    kept.advance(lease, "right")
    status = kept.get(source.id)
    assert status.source.cursor == "right"
    assert status.synced_at is None


def test_who_waits_longest_is_first_and_has_one_worker(store: Store) -> None:
    kept = source_store(store)
    first, second, paused, later = (add_source(store, title=f"{number}") for number in range(4))
    kept.change(replace(paused, state="paused"))
    kept.release(lease_of(store, later), wait_seconds=3600)
    leases = [kept.claim_due(lease_seconds=60) for _ in range(3)]
    assert [lease and lease.source.id for lease in leases] == [first.id, second.id, None]
    assert leases[0]
    kept.release(leases[0], wait_seconds=None)
    kept.wake(first.id)
    kept.wake(later.id)
    assert due_of(store) == [first.id, later.id]
    kept.wake(paused.id)
    assert due_of(store) == [first.id, later.id]


def test_a_source_that_is_woken_while_it_is_read_is_read_again_at_once(store: Store) -> None:
    kept = source_store(store)
    source = add_source(store)
    for _ in range(2):  # the second time it was due an hour later, and somebody asked for it before
        lease = lease_of(store, source)
        kept.wake(source.id)
        kept.release(lease, wait_seconds=3600, is_synced=True)
        assert due_of(store) == [source.id]
        kept.release(lease_of(store, source), wait_seconds=3600, is_synced=True)
        assert due_of(store) == []


def test_a_worker_that_ends_while_it_works_leaves_the_source_to_the_next(store: Store) -> None:
    kept = source_store(store)
    source = add_source(store)
    ended = kept.claim_due(lease_seconds=-1)
    assert ended
    lease = kept.claim_due(lease_seconds=60)
    assert lease
    assert (lease.source.id, lease.fence) == (source.id, ended.fence + 1)


def test_a_paused_source_is_not_worked_on_and_goes_on_where_it_was(store: Store) -> None:
    kept = source_store(store)
    source = add_source(store)
    lease = kept.advance(lease_of(store, source), "half")
    kept.change(replace(source, state="paused"))
    kept.release(lease, wait_seconds=0)
    assert kept.get(source.id).due_at is None
    assert kept.claim(source.id, lease_seconds=60) is None
    kept.change(replace(source, state="active"))
    assert lease_of(store, source).source.cursor == "half"


def test_what_broke_off_says_why_until_it_goes_on(store: Store) -> None:
    kept = source_store(store)
    source = add_source(store)
    for failures in (1, 2):
        lease = lease_of(store, source)
        kept.release(lease, wait_seconds=60, error=OutageError("The site is down.", fix="Wait."))
        status = kept.get(source.id)
        assert status.failures == failures
        assert status.error == {"code": "outage", "message": "The site is down.", "fix": "Wait."}
    kept.release(lease_of(store, source), wait_seconds=None, is_synced=True)
    status = kept.get(source.id)
    assert (status.error, status.failures, status.due_at) == (None, 0, None)
    assert status.synced_at == pytest.approx(store.database.now_seconds(), abs=5)


def test_a_source_that_is_being_removed_is_nobodys_to_change(store: Store) -> None:
    kept = source_store(store)
    source = add_source(store)
    lease = lease_of(store, source)
    kept.change(replace(source, state="removing"))
    with pytest.raises(LeaseLost):
        kept.advance(lease, "on")
    with pytest.raises(NotFoundError):
        kept.change(replace(source, state="active"))
    kept.release(lease, wait_seconds=3600)
    assert due_of(store) == [source.id]
    kept.forget(lease_of(store, source))
    with pytest.raises(NotFoundError):
        kept.get(source.id)


def test_an_index_that_is_made_again_keeps_no_source_from_being_removed(store: Store) -> None:
    kept = source_store(store)
    removed, paused = add_source(store), add_source(store)
    kept.change(replace(removed, state="removing"))
    kept.change(replace(paused, state="paused"))
    for source in (removed, paused):
        kept.index_again(source.id)
    assert due_of(store) == [removed.id]


def test_changes_are_written_down(store: Store) -> None:
    kept = source_store(store)
    source = add_source(store)
    kept.change(replace(source, state="paused"))
    kept.change(replace(source, state="removing"))
    actions = [shown.entry.action for shown in store.audit.walk()]
    assert actions.count("source.changed") == 2
    assert actions.count("source.removed") == 1
