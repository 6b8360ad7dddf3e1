"""Items in the database: batches, blocks, counts, what is gone, and what the index has to be told."""

import pytest
import sqlalchemy as sa

from core.errors import InputError, LeaseLost
from core.sources.items import ItemWrite
from core.sources.model import AccessList, ItemChange, Passage, Reader
from core.sources.reading import BLOCK
from core.store import Store
from core.store.tables import access_lists, source_blocks, source_items
from tests.core.sources.making import ALL, add_source, fill, item_store, lease_of, reader_of, source_store, written


def rows_of(store: Store, table: sa.Table) -> int:
    with store.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_an_item_comes_back_with_all_its_passages(store: Store) -> None:
    source = add_source(store)
    texts = [f"passage {number} é \ud800" for number in range(2 * BLOCK + 5)]
    fill(store, source, [written("a", *texts, heading="Leave"), written("b")])
    found = item_store(store).known(source, ["a", "b", "c"])
    assert found.keys() == {"a", "b"}
    assert found["a"].change == ItemChange("a", "1", "all", "A", "file:///a", 1_000.0)
    assert found["a"].passages == len(texts)
    assert reader_of(store).all_of("local", found["a"].id) == [Passage(text, "Leave") for text in texts]
    assert rows_of(store, source_blocks) == 3
    status = source_store(store).get(source.id)
    assert (status.items, status.passages, status.errors) == (2, len(texts), 0)


def test_nothing_that_people_wrote_stands_open(store: Store) -> None:
    fill(store, add_source(store), [written("merger", "the merger is off")])
    with store.database.read() as connection:
        for table in (source_items, source_blocks, access_lists):
            for row in connection.execute(sa.select(table)):
                assert "merger" not in "".join(map(str, row)).casefold()


def test_counts_follow_what_changes(store: Store) -> None:
    source, items = add_source(store), item_store(store)
    broken = InputError("It is encrypted.", fix="Store it without a password.")
    lease = lease_of(store, source)
    items.write(lease, [written("a", "1", "2"), written("b", "3")], [ALL])
    items.write(lease, [written("a", "1", version="2"), ItemWrite(ItemChange("b", "2", "all"), (), error=broken)])
    status = source_store(store).get(source.id)
    assert (status.items, status.passages, status.errors) == (2, 1, 1)
    found = items.page(source, with_errors=True)
    assert [(item.change.key, item.error, item.tries) for item in found] == [("b", broken.to_json(), 1)]
    items.write(lease, [ItemWrite(ItemChange("b", "2", "all"), (), error=broken), ItemWrite(ItemChange("a"))])
    status = source_store(store).get(source.id)
    assert (status.items, status.passages, status.errors) == (1, 0, 1)
    assert items.page(source, with_errors=True)[0].tries == 2
    items.write(lease, [written("b", "4"), written("a", "5")])
    status = source_store(store).get(source.id)
    assert (status.items, status.passages, status.errors) == (2, 2, 0)


def test_of_the_same_key_the_last_one_counts(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("a", "old"), written("b", "x"), ItemWrite(ItemChange("b")), written("a", "new")])
    found = item_store(store).known(source, ["a", "b"])
    assert found.keys() == {"a"}
    assert reader_of(store).all_of("local", found["a"].id) == [Passage("new")]


def test_what_is_gone_leaves_a_number_for_the_index_alone(store: Store) -> None:
    source, items = add_source(store), item_store(store)
    fill(store, source, [written("a", "secret")])
    number = items.known(source, ["a"])["a"].id
    fill(store, source, [ItemWrite(ItemChange("a")), ItemWrite(ItemChange("never"))])
    assert items.known(source, ["a"]) == {}
    assert items.page(source) == []
    assert rows_of(store, source_blocks) == 0
    (task,) = items.tasks(source, 10)
    assert (task.id, task.index_task, task.change.key) == (number, "remove", "")
    items.told(lease_of(store, source), [task])
    assert rows_of(store, source_items) == 0


def test_an_item_that_comes_again_before_the_index_heard_is_there(store: Store) -> None:
    source, items = add_source(store), item_store(store)
    fill(store, source, [written("a", "1")])
    fill(store, source, [ItemWrite(ItemChange("a"))])
    fill(store, source, [written("a", "2")])
    assert [(task.index_task, task.passages) for task in items.tasks(source, 10)] == [("put", 1)]
    assert source_store(store).get(source.id).items == 1


def test_numbers_are_never_given_twice(store: Store) -> None:
    source, items = add_source(store), item_store(store)
    fill(store, source, [written("a", "1")])
    number = items.known(source, ["a"])["a"].id
    fill(store, source, [ItemWrite(ItemChange("a"))])
    lease = lease_of(store, source)
    items.told(lease, items.tasks(source, 10))
    items.write(lease, [written("b", "2")])
    assert items.known(source, ["b"])["b"].id > number


def test_the_index_is_told_of_what_changed_for_it_only(store: Store) -> None:
    source, items = add_source(store), item_store(store)
    few = AccessList("few", frozenset({"person:local/ann"}))
    lease = lease_of(store, source)
    items.write(lease, [written(key, "text") for key in "abc"], [ALL, few])
    assert {task.index_task for task in items.tasks(source, 10)} == {"put"}
    items.told(lease, items.tasks(source, 10))
    changes = [ItemChange("a", "2", "all", "Renamed", "", 1_000.0), ItemChange("b", "2", "few", "B", "", 1_000.0)]
    items.write(lease, [ItemWrite(change) for change in changes])
    assert [(task.change.key, task.index_task) for task in items.tasks(source, 10)] == [("b", "move")]
    items.write(lease, [written("b", "other text", version="3")])
    assert [(task.change.key, task.index_task) for task in items.tasks(source, 10)] == [("b", "put")]
    items.told(lease, items.tasks(source, 10))
    first = items.numbers(source, 0, 2)
    items.tell_again(lease, first)
    assert len(items.tasks(source, 10)) == 2
    assert len(items.numbers(source, first[-1], 2)) == 1
    assert items.numbers(source, 10**9, 2) == []


def test_what_a_whole_reading_did_not_name_is_removed_a_batch_at_a_time(store: Store) -> None:
    source, items = add_source(store), item_store(store)
    lease = lease_of(store, source)
    items.write(lease, [written(key, "text") for key in "abcde"], [ALL])
    lease = source_store(store).begin_again(lease)
    items.write(lease, [ItemWrite(ItemChange("b", "1", "all"))])
    assert [items.remove_unnamed(lease, 3), items.remove_unnamed(lease, 3), items.remove_unnamed(lease, 3)] == [3, 1, 0]
    assert [item.change.key for item in items.page(source)] == ["b"]
    assert source_store(store).get(source.id).items == 1


def test_readers_are_on_the_lists_of_their_principals_now(store: Store) -> None:
    source, items = add_source(store), item_store(store)
    lease = lease_of(store, source)
    ann, bob = (Reader(frozenset({f"person:local/{name}"})) for name in ("ann", "bob"))
    both = AccessList("both", ann.principals | bob.principals)
    items.write(lease, [], [both, AccessList("ann", ann.principals), AccessList("nobody", frozenset())])
    assert len(items.access_ids([ann])) == 2
    assert items.access_ids([ann, bob]) == items.access_ids([bob]) != frozenset()
    assert items.access_ids([]) == frozenset()
    items.write(lease, [], [AccessList("both", ann.principals)])
    assert items.access_ids([bob]) == frozenset()
    assert len(items.access_ids([ann])) == 2


def test_an_item_under_an_unknown_list_is_nobodys(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("a", "text", access="never told")])
    assert item_store(store).known(source, ["a"])["a"].access_id == 0


def test_what_could_not_be_read_is_tried_again_when_it_is_time(store: Store) -> None:
    source, items = add_source(store), item_store(store)
    error = InputError("Broken.")
    changes = [ItemChange(key, "1", "all") for key in ("now", "later", "never")]
    waits = (-1.0, 600.0, None)
    writes = [
        ItemWrite(change, (), error=error, retry_in_seconds=wait) for change, wait in zip(changes, waits, strict=True)
    ]
    fill(store, source, writes)
    assert [item.change.key for item in items.retries(source, 10)] == ["now"]


def test_whoever_lost_the_lease_stores_no_item(store: Store) -> None:
    source, items = add_source(store), item_store(store)
    late = lease_of(store, source, seconds=-1)
    lease_of(store, source)
    with pytest.raises(LeaseLost):
        items.write(late, [written("a", "text")], [ALL])
    assert rows_of(store, source_items) == rows_of(store, access_lists) == 0


def test_with_the_source_goes_everything(store: Store) -> None:
    source, other = add_source(store), add_source(store)
    for each in (source, other):
        fill(store, each, [written(key, "text") for key in "abc"])
    lease = lease_of(store, source)
    assert [item_store(store).remove_any(lease, 2), item_store(store).remove_any(lease, 2)] == [2, 1]
    source_store(store).forget(lease)
    assert rows_of(store, source_items) == rows_of(store, source_blocks) == 3
    assert rows_of(store, access_lists) == 1
