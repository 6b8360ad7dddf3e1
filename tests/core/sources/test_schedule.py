"""Sources that are due are read in turn, by one thread of a process, and passages get their vectors after."""

import threading
from dataclasses import replace

import pytest

from core.errors import NotFoundError, StoreOutage
from core.job import LOCAL_WORKSPACE
from core.sources.model import Source
from core.sources.ports import Connector
from core.sources.schedule import EMBED_LOCK, SourceRounds
from core.store import Store
from tests.core.sources.making import due_of
from tests.core.sources.places import World
from tests.core.sources.test_search import Vectors
from tests.memory_index import MemoryPassageIndex


@pytest.fixture
def world(sqlite_store: Store) -> World:
    made = World(sqlite_store)
    made.place.items = {key: (f"text of {key}", "1") for key in "abcde"}
    made.place.page_items = 1
    return made


def rounds(world: World, slice_seconds: float = 1000.0, stopping: threading.Event | None = None) -> SourceRounds:
    sync = world.sync(slice_seconds)
    return SourceRounds(sync, world.store.records, stopping or threading.Event())


def test_what_is_due_is_read_to_its_end_in_turn(world: World) -> None:
    other = world.sources.add(Source("", "local", "bob", "place", "Other", {"path": "/other"}))
    turns: list[str] = []

    def take_time(key: str) -> None:
        world.seconds += 10
        turns.append(key)

    world.place.on_fetch = take_time
    rounds(world, slice_seconds=15).read_due()
    for source in (world.source, other):
        status = world.sources.get(source.id)
        assert (status.items, status.is_working) == (5, False)
        assert status.synced_at
    assert turns[:4] == ["a", "b", "a", "b"]
    assert due_of(world.store) == []


def test_one_that_cannot_be_read_keeps_no_other_waiting(world: World) -> None:
    other = world.sources.add(Source("", "local", "bob", "place", "Other", {"path": "/other"}))
    real = world.sync()

    def connector(name: str) -> Connector:
        raise ZeroDivisionError(name)

    broken = replace(real, connector=connector)
    SourceRounds(broken, world.store.records, threading.Event()).read_due()
    for source in (world.source, other):
        status = world.sources.get(source.id)
        assert status.error
        assert status.error["code"] == "unexpected"


class BusyIndex(MemoryPassageIndex):
    """An index that somebody else writes to."""

    def remove_source(self, source_id: str) -> None:
        raise StoreOutage("The index of knowledge is busy.", fix="Try again in a moment.")


def test_a_removal_that_fails_is_tried_again_and_keeps_no_other_waiting(world: World) -> None:
    world.index = BusyIndex()
    rounds(world).read_due()
    world.change(state="removing")
    other = world.sources.add(Source("", "local", "bob", "place", "Other", {"path": "/other"}))
    rounds(world).read_due()
    assert world.sources.get(other.id).synced_at
    status = world.sources.get(world.source.id)
    assert status.error
    assert status.due_at
    assert status.due_at > world.store.database.now_seconds()
    world.index = MemoryPassageIndex()
    world.sources.wake(world.source.id)
    rounds(world).read_due()
    with pytest.raises(NotFoundError):
        world.sources.get(world.source.id)


def test_a_round_goes_on_once_and_stops_when_the_process_does(world: World) -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def wait(_key: str) -> None:
        begun.set()
        assert goes_on.wait(20)

    world.place.on_fetch = wait
    stopping = threading.Event()
    made = rounds(world, stopping=stopping)
    assert made.begin()
    assert begun.wait(20)
    assert not made.begin()
    world.is_stopping = True
    stopping.set()
    goes_on.set()
    made.join()
    assert world.place.fetched == ["a"]
    assert not made.begin()


def test_passages_get_their_vectors_by_whoever_holds_the_lock(world: World) -> None:
    vectors = Vectors()
    sync = world.sync()
    made = SourceRounds(
        replace(sync, indexer=replace(sync.indexer, embedder=lambda: vectors)), world.store.records, threading.Event()
    )
    with world.store.records.lock(LOCAL_WORKSPACE, EMBED_LOCK, seconds=60):
        made.read_due()
    assert world.index.stats().passages == 5
    assert world.index.stats().embedder == ""
    vectors.is_out = True
    made.read_due()
    vectors.is_out = False
    made.read_due()
    assert (world.index.stats().embedder, world.index.stats().without_vector) == ("meaning", 0)
