"""Reading a source: what is new, changed, gone or broken, and how a slice that ends anywhere goes on."""

import pytest

from core.errors import CredentialError, DocumentError, InputError, NotFoundError, OutageError, SourceBusy
from core.sources.sync import MAX_OUTAGES
from core.store import Store
from tests.core.sources.making import due_of
from tests.core.sources.places import World
from tests.memory_index import MemoryPassageIndex


@pytest.fixture
def world(store: Store) -> World:
    made = World(store)
    made.place.items = {key: (f"text of {key}", "1") for key in "abcdefg"}
    return made


def test_a_first_reading_stores_and_indexes_everything(world: World) -> None:
    done = world.work()
    assert (done.more, done.seen, done.stored, done.failed, done.error) == (False, 7, 7, 0, None)
    assert world.texts() == {key: f"text of {key}" for key in "abcdefg"}
    assert world.index.stats().passages == 7
    status = world.sources.get(world.source.id)
    assert (status.items, status.passages, status.errors, status.is_working) == (7, 7, 0, False)
    assert status.synced_at is not None
    assert status.due_at is None


def test_what_has_not_changed_is_not_fetched_again(world: World) -> None:
    world.work()
    world.place.fetched.clear()
    world.place.items["c"] = ("another text", "2")
    world.place.items["d"] = ("text of d", "touched")
    world.place.items["h"] = ("text of h", "1")
    del world.place.items["a"]
    done = world.work()
    assert world.place.fetched == ["c", "d", "h"]
    assert (done.stored, done.removed) == (2, 1)
    assert world.texts() == {key: world.place.items[key][0] for key in "bcdefgh"}
    assert world.index.stats().passages == 7
    world.place.fetched.clear()
    world.work()
    assert world.place.fetched == []


def test_a_listing_that_names_nothing_at_all_deletes_nothing(world: World) -> None:
    world.work()
    kept, world.place.items = world.place.items, {}
    done = world.work()
    assert isinstance(done.error, InputError)
    assert "7 items" in done.error.message
    assert len(world.texts()) == 7
    world.place.items = {"a": kept["a"]}
    assert world.work().removed == 6
    assert world.texts().keys() == {"a"}


def test_an_empty_place_is_no_error(world: World) -> None:
    world.place.items = {}
    done = world.work()
    assert (done.error, done.more) == (None, False)


def test_a_cursor_that_has_expired_begins_again(world: World) -> None:
    world.place.expired = True
    done = world.work()
    assert done.error is None
    assert len(world.texts()) == 7
    assert world.place.fetched == [*"abcdefg"]


def test_a_place_that_is_down_is_read_later_from_the_same_page(world: World) -> None:
    def fall(key: str) -> None:
        if key == "d":
            world.place.down = OutageError("The site is down.")

    world.place.on_fetch = fall
    done = world.work()
    assert isinstance(done.error, OutageError)
    assert not done.more
    status = world.sources.get(world.source.id)
    assert status.error is not None
    assert status.due_at is not None
    assert status.source.cursor == "f"
    assert world.index.stats().passages == 6
    world.place.down = None
    world.place.on_fetch = lambda _key: None
    assert world.work().error is None
    assert world.place.fetched == [*"abcdefg"]


def test_each_slice_that_breaks_off_is_followed_by_a_longer_wait(world: World) -> None:
    world.place.down = OutageError("The site is down.")
    waits = []
    for _ in range(3):
        world.work()
        due = world.sources.get(world.source.id).due_at
        assert due
        waits.append(due - world.store.database.now_seconds())
    assert waits == pytest.approx([60, 240, 960], abs=5)


def test_a_place_that_asks_for_a_longer_wait_gets_it(world: World) -> None:
    world.place.down = OutageError("The site is busy.", retry_after_seconds=500)
    world.work()
    due = world.sources.get(world.source.id).due_at
    assert due
    assert due - world.store.database.now_seconds() == pytest.approx(500, abs=5)


def test_a_place_that_asks_to_wait_is_read_after_that_and_nothing_has_failed(world: World) -> None:
    def wait(key: str) -> None:
        if key == "d":
            world.place.down = SourceBusy("Too fast.", fix="It goes on.", retry_after_seconds=17)

    world.place.on_fetch = wait
    assert isinstance(world.work().error, SourceBusy)
    status = world.sources.get(world.source.id)
    assert (status.failures, status.errors) == (0, 0)
    assert status.error
    assert status.error["code"] == "source_busy"
    assert status.due_at
    assert status.due_at - world.store.database.now_seconds() == pytest.approx(17, abs=5)
    world.place.down, world.place.on_fetch = None, lambda _key: None
    assert world.work().error is None
    assert len(world.texts()) == 7


def test_an_item_that_is_the_same_as_another_is_known_and_holds_nothing(world: World) -> None:
    world.place.twins = {"b": "a"}
    done = world.work()
    assert (done.stored, done.failed, done.error) == (7, 0, None)
    assert world.index.stats().passages == 6
    assert world.texts()["b"] == ""
    remarks = {item.change.key: item.remark for item in world.items.page(world.source)}
    assert remarks["b"] == "The same as a."


def test_what_cannot_be_read_is_shown_and_the_others_go_on(world: World) -> None:
    world.place.errors = {"b": DocumentError("It is encrypted.", fix="Save it without a password.")}
    world.place.items["e"] = ("", "1")
    done = world.work()
    assert (done.stored, done.failed, done.error) == (5, 2, None)
    failed = {item.change.key: item.error for item in world.items.page(world.source, with_errors=True)}
    assert failed["b"] == {"code": "document", "message": "It is encrypted.", "fix": "Save it without a password."}
    assert world.sources.get(world.source.id).errors == 2
    world.place.fetched.clear()
    world.work()
    assert world.place.fetched == []
    world.place.errors.clear()
    world.place.items["b"] = ("open now", "2")
    world.work()
    assert world.texts()["b"] == "open now"
    assert world.sources.get(world.source.id).errors == 1


def test_the_text_of_what_can_no_longer_be_read_is_gone(world: World) -> None:
    world.work()
    world.place.items["b"] = ("text of b", "2")
    world.place.errors = {"b": DocumentError("It is encrypted.")}
    world.work()
    assert world.texts()["b"] == ""
    assert world.index.stats().passages == 6
    world.place.errors.clear()
    world.place.items["b"] = ("text of b", "3")
    world.work()
    assert world.texts()["b"] == "text of b"
    assert world.index.stats().passages == 7


def test_an_item_that_is_out_keeps_its_text_and_is_tried_again(world: World) -> None:
    world.work()
    world.place.items["b"] = ("new text", "2")
    world.place.errors = {"b": OutageError("Busy.", retry_after_seconds=-1e6)}
    world.work()
    assert world.texts()["b"] == "text of b"
    (failed,) = world.items.page(world.source, with_errors=True)
    assert failed.tries == 1
    status = world.sources.get(world.source.id)
    assert status.due_at == pytest.approx(world.store.database.now_seconds() + 60, abs=5)
    world.place.errors.clear()
    _make_due(world)
    world.work()
    assert world.texts()["b"] == "new text"
    assert world.sources.get(world.source.id).errors == 0


def _make_due(world: World) -> None:
    from core.store.tables import source_items

    with world.store.database.write() as connection:
        connection.execute(source_items.update().values(retry_at=0.0))


def test_when_item_after_item_is_out_the_place_is(world: World) -> None:
    world.place.errors = {key: OutageError("Busy.") for key in "abcdefg"}
    done = world.work()
    assert isinstance(done.error, OutageError)
    assert len(world.place.fetched) == MAX_OUTAGES
    world.place.errors.clear()
    _make_due(world)
    world.work()
    assert world.texts() == {key: f"text of {key}" for key in "abcdefg"}


def test_a_refused_sign_in_stops_the_source_and_says_so(world: World) -> None:
    world.place.errors = {"a": CredentialError("The token was refused.", fix="Connect it again.")}
    done = world.work()
    assert isinstance(done.error, CredentialError)
    status = world.sources.get(world.source.id)
    assert status.error
    assert status.error["fix"] == "Connect it again."


def test_a_fault_of_ours_at_one_item_does_not_stop_the_others(world: World) -> None:
    def break_down(key: str) -> None:
        if key == "c":
            raise ZeroDivisionError

    world.place.on_fetch = break_down
    done = world.work()
    assert (done.stored, done.failed, done.error) == (6, 1, None)


def test_a_slice_ends_in_time_and_the_next_goes_on(world: World) -> None:
    def take_time(_key: str) -> None:
        world.seconds += 10

    world.place.on_fetch = take_time
    slices = [world.work(slice_seconds=25)]
    while slices[-1].more:
        slices.append(world.work(slice_seconds=25))
    assert len(slices) > 2
    assert world.place.fetched == [*"abcdefg"]
    assert world.texts().keys() == set("abcdefg")
    assert world.index.stats().passages == 7


def test_a_worker_that_stops_gives_the_source_back_at_once(world: World) -> None:
    def stop(key: str) -> None:
        world.is_stopping = key == "b"

    world.place.on_fetch = stop
    assert world.work().more
    world.is_stopping = False
    world.place.on_fetch = lambda _key: None
    assert due_of(world.store) == [world.source.id]
    assert not world.work().more
    assert world.place.fetched == [*"abcdefg"]


def test_a_source_that_is_paused_while_it_is_read_stops(world: World) -> None:
    world.place.on_fetch = lambda key: world.change(state="paused") if key == "d" else None
    world.work()
    status = world.sources.get(world.source.id)
    assert (status.source.state, status.is_working, status.due_at) == ("paused", False, None)
    assert world.sync().work(world.source.id) is None
    world.place.on_fetch = lambda _key: None
    world.change(state="active")
    assert world.work().error is None
    assert len(world.texts()) == 7


def test_a_source_that_is_removed_while_it_is_read_is_gone_at_last(world: World) -> None:
    world.place.on_fetch = lambda key: world.change(state="removing") if key == "e" else None
    world.work()
    assert world.index.stats().passages > 0
    assert due_of(world.store) == [world.source.id]
    done = world.work()
    assert done.removed > 0
    assert world.index.stats().passages == 0
    with pytest.raises(NotFoundError):
        world.sources.get(world.source.id)
    assert world.sync().work(world.source.id) is None


def test_an_index_that_was_made_anew_is_told_of_everything(world: World) -> None:
    world.work()
    world.index = MemoryPassageIndex()
    world.place.fetched.clear()
    world.work()
    assert world.index.stats().passages == 7
    assert world.place.fetched == []


def test_while_the_index_is_out_nothing_is_lost(world: World) -> None:
    assert isinstance(world.index, MemoryPassageIndex)
    world.work()
    world.place.items["b"] = ("new text", "2")
    del world.place.items["c"]
    world.index.is_out = True
    done = world.work()
    assert done.error is not None
    assert done.error.retryable
    world.index.is_out = False
    world.work()
    assert world.texts()["b"] == "new text"
    assert world.index.stats().passages == 6


def test_a_change_of_the_seal_indexes_again(world: World) -> None:
    world.work()
    sealed = world.indexer().name_for(world.source)
    world.change(is_sealed=False)
    assert world.indexer().name_for(world.source) != sealed
    world.place.fetched.clear()
    world.work()
    assert world.place.fetched == []
    assert world.items.tasks(world.source, 10) == []


def test_the_same_text_in_many_files_is_held_once_in_each(world: World) -> None:
    world.place.items = {f"{number:03}": ("the same text", "1") for number in range(200)}
    world.place.page_items = 70
    world.work()
    status = world.sources.get(world.source.id)
    assert (status.items, status.passages) == (200, 200)


def test_what_is_due_again_is_known_when_a_rhythm_is_set(world: World) -> None:
    world.change(every_seconds=3600)
    world.work()
    due = world.sources.get(world.source.id).due_at
    assert due == pytest.approx(world.store.database.now_seconds() + 3600, abs=5)
