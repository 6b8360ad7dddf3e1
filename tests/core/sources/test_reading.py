"""Texts are read for whoever may read them at that moment."""

from dataclasses import replace

from core.sources.items import ItemWrite
from core.sources.model import AccessList, ItemChange, Reader
from core.sources.reading import BLOCK
from core.store import Store
from tests.core.sources.making import add_source, fill, item_store, lease_of, reader_of, source_store, written

ANN, BOB = (Reader(frozenset({f"person:local/{name}"})) for name in ("ann", "bob"))
BOTH = AccessList("both", ANN.principals | BOB.principals)
ANNS = AccessList("anns", ANN.principals)


def test_a_few_passages_are_read_without_the_others(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("a", *(f"text {number}" for number in range(3 * BLOCK)), access="both")], [BOTH])
    number = item_store(store).known(source, ["a"])["a"].id
    found = reader_of(store).read({number: {-1, 0, BLOCK, 3 * BLOCK}, number + 1: {0}}, [ANN])
    assert [*found] == [number]
    assert {at: passage.text for at, passage in found[number].passages.items()} == {0: "text 0", BLOCK: f"text {BLOCK}"}
    assert (found[number].title, found[number].link, found[number].source_id) == ("A", "file:///a", source.id)


def test_what_one_of_the_readers_may_not_read_is_not_read(store: Store) -> None:
    source = add_source(store)
    items = [written("all", "x", access="both"), written("mine", "x", access="anns"), written("lost", access="never")]
    fill(store, source, items, [BOTH, ANNS])
    ids = {key: item.id for key, item in item_store(store).known(source, ["all", "mine", "lost"]).items()}
    wanted = {number: {0} for number in ids.values()}

    def keys(*readers: Reader) -> set[str]:
        return {item.key for item in reader_of(store).read(wanted, readers).values()}

    assert keys(ANN) == {"all", "mine"}
    assert keys(BOB) == keys(ANN, BOB) == {"all"}
    assert keys() == keys(Reader(frozenset())) == set()
    assert len(reader_of(store).read(wanted)) == 3


def test_a_right_that_was_withdrawn_holds_at_once(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("a", "x", access="both")], [BOTH])
    number = item_store(store).known(source, ["a"])["a"].id
    fill(store, source, [], [replace(BOTH, principals=ANN.principals)])
    assert reader_of(store).read({number: {0}}, [BOB]) == {}
    fill(store, source, [ItemWrite(ItemChange("a", "2", "nobody"))])
    assert reader_of(store).read({number: {0}}, [ANN]) == {}


def test_what_is_gone_or_going_is_not_read(store: Store) -> None:
    source, other = add_source(store), add_source(store)
    for each in (source, other):
        fill(store, each, [written("a", "x", access="both")], [BOTH])
    ids = [item_store(store).known(each, ["a"])["a"].id for each in (source, other)]
    fill(store, source, [ItemWrite(ItemChange("a"))])
    source_store(store).change(replace(other, state="removing"))
    assert reader_of(store).read({number: {0} for number in ids}, [ANN]) == {}
    lease_of(store, other)
