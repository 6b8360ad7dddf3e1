"""Access lists: how long what was told of who may read holds."""

import pytest
import sqlalchemy as sa

from core.sources.access import MAX_BELIEVED_SECONDS, is_on_any, lists_of
from core.sources.model import AccessList, Reader
from core.store import Store
from core.store.tables import access_lists
from tests.core.sources.making import add_source, fill, item_store, reader_of, written

ANN = Reader(frozenset({"person:local/ann"}))


def told(believed_seconds: float) -> AccessList:
    return AccessList("team", ANN.principals, believed_seconds)


def move_end(store: Store, seconds: float) -> None:
    """Let the time pass, or go back, until the list ends that far from now."""
    with store.database.write() as connection:
        until = store.database.now_seconds() + seconds
        connection.execute(sa.update(access_lists).values(believed_until=until))


def may_read(store: Store, source_id: str) -> bool:
    found = item_store(store).access_ids([ANN])
    with store.database.read() as connection:
        assert is_on_any(connection, source_id, ANN) == bool(found)
        assert lists_of(connection, ANN) == found
    assert bool(reader_of(store).read({1: [0]}, [ANN])) == bool(found)
    return bool(found)


def test_what_was_told_for_a_time_is_nobodys_then_until_it_is_told_again(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("a", "Text.", access="team")], [told(3600)])
    assert may_read(store, source.id)
    move_end(store, -1)
    assert not may_read(store, source.id)
    fill(store, source, [], [told(3600)])
    assert may_read(store, source.id)


@pytest.mark.parametrize(("seconds", "holds"), [(60.0, True), (MAX_BELIEVED_SECONDS + 60, False)])
def test_an_end_that_a_wrong_clock_has_written_does_not_hold(store: Store, seconds: float, holds: bool) -> None:
    source = add_source(store)
    fill(store, source, [written("a", "Text.", access="team")], [told(3600)])
    move_end(store, seconds)
    assert may_read(store, source.id) == holds


def test_what_was_told_for_good_holds(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("a", "Text.", access="team")], [told(3600)])
    move_end(store, -1)
    fill(store, source, [], [told(0)])
    assert may_read(store, source.id)
