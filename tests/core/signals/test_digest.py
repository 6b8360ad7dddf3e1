"""What a digest tells: what is new, what has grown, what nobody spoke of again; to each what they may read."""

import pytest

from core.errors import InputError
from core.signals.digest import read_wish
from core.signals.model import DigestWish, Scan
from core.sources.model import AccessList, person_principal
from core.store import Store
from tests.core.signals.scanned import board_of, ran
from tests.core.sources.making import ALL, add_source, fill, item_store, lease_of, written

BOILER = "RISK: The boiler in the north wing may fail soon."
BOILER_AGAIN = "RISK: The boiler in the north wing may well fail quite soon."
COFFEE = "IDEA: We could sell coffee at the reception."
TEA = "IDEA: Somebody might serve tea upstairs in winter."


def only(*people: str) -> AccessList:
    return AccessList("some", frozenset(person_principal("local", person) for person in people))


def scheduled(store: Store, *items: str, access: str = "all", is_shared: bool = False) -> Scan:
    source = add_source(store)
    texts = [written(f"m{number}", text, access=access) for number, text in enumerate(items)]
    fill(store, source, texts, [ALL, only("ann")])
    asked = Scan("", "local", "ann", "Weekly", (source.id,), schedule="monday 08:00", is_shared=is_shared)
    return board_of(store).add(asked)


def add(store: Store, scan: Scan, key: str, text: str, access: str = "all") -> None:
    source = board_of(store).scanner.sources.get(scan.source_ids[0]).source
    fill(store, source, [written(key, text, access=access)], [ALL, only("ann")])


def test_a_digest_tells_what_came_since_the_last_one(store: Store) -> None:
    scan = scheduled(store, BOILER, COFFEE)
    board = board_of(store)
    assert board.digest(scan, ("local", "ann")).is_empty is True
    ran(store, scan)
    first = board.digest(scan, ("local", "ann"))
    assert [(told.movement, told.fresh) for told in first.told] == [("new", 1), ("new", 1)]
    assert (first.since, first.headline) == (None, "Weekly: 2 new.")

    add(store, scan, "again", BOILER_AGAIN)
    add(store, scan, "tea", TEA)
    ran(store, scan)
    second = board.digest(scan, ("local", "ann"))
    assert {(told.signal.kind, told.movement, told.fresh) for told in second.told} == {
        ("risk", "grown", 1),
        ("idea", "new", 1),
    }
    assert [signal.text for signal in second.quiet] == [COFFEE.partition(": ")[2]]
    text = second.to_text("https://inlaid.example/console/signals")
    assert "2 places, 1 of them new" in text
    assert f"“{BOILER_AGAIN}”" in text or f"“{BOILER}”" in text
    assert "Without news: We could sell coffee at the reception.\n" in text
    assert text.endswith("All of it: https://inlaid.example/console/signals")

    ran(store, scan)
    third = board.digest(scan, ("local", "ann"))
    assert third.is_empty
    assert third.headline.startswith("Weekly: nothing new since ")
    assert third.to_text() == third.headline


def test_a_mail_tells_the_first_ones_and_where_the_rest_is(store: Store) -> None:
    matters = [
        "The boiler leaks",
        "Rust on the pump",
        "A wet cable",
        "Mice in the attic",
        "Loose tiles",
        "Ice",
        "Mould",
    ]
    scan = scheduled(store, *(f"RISK: {matter}." for matter in matters))
    ran(store, scan)
    digest = board_of(store).digest(scan, ("local", "ann"))
    text = digest.to_text("https://inlaid.example/console/signals")
    assert sum(f"“RISK: {matter}.”" in text for matter in matters) == 5
    assert "\nAnd 2 more.\n" in text
    assert text.endswith("All of it: https://inlaid.example/console/signals")
    assert digest.to_text().endswith("\nAnd 2 more: inlaid signals list")


def test_what_was_decided_on_is_not_told_again(store: Store) -> None:
    scan = scheduled(store, BOILER)
    ran(store, scan)
    board = board_of(store)
    board.decide("local", "ann", board.find("local", "ann")[0].id, "dismissed")
    assert board.digest(scan, ("local", "ann")).is_empty


def test_a_digest_tells_each_reader_what_they_may_read(store: Store) -> None:
    scan = scheduled(store, BOILER, is_shared=True)
    ran(store, scan)
    add(store, scan, "secret", BOILER_AGAIN, access="some")
    ran(store, scan)
    board = board_of(store)
    (for_ann,) = board.digest(scan, ("local", "ann")).told
    assert (for_ann.movement, for_ann.signal.items, for_ann.fresh) == ("grown", 2, 1)
    for_bob = board.digest(scan, ("local", "bob"))
    assert for_bob.told == []
    assert [signal.items for signal in for_bob.quiet] == [1]
    assert "well fail" not in repr(for_bob)
    # With who else will read it, too.
    assert board.digest(scan, ("local", "ann"), others=[board.reader_of("local", "bob")]).told == []


def test_who_loses_a_right_loses_the_quote_and_the_count(store: Store) -> None:
    scan = scheduled(store, BOILER, access="some")
    ran(store, scan)
    board = board_of(store)
    assert len(board.digest(scan, ("local", "ann")).told) == 1
    source = board.scanner.sources.get(scan.source_ids[0]).source
    item_store(store).write(lease_of(store, source), [], [only("cyd")])
    lost = board.digest(scan, ("local", "ann"))
    assert (lost.told, lost.quiet, lost.headline) == ([], [], "Weekly: nothing new.")


def test_where_a_digest_goes_is_read_from_words() -> None:
    assert read_wish([], only_news=False) == DigestWish()
    assert read_wish(["slack", " mail "], only_news=True) == DigestWish(slack=True, mail=True, only_news=True)
    assert read_wish(["C0123ABCD"], only_news=False) == DigestWish(slack=True, channel="C0123ABCD")
    assert read_wish(["#support"], only_news=False) == DigestWish(slack=True, channel="#support")
    for place in ("#", "#" + "x" * 81, "teams", "C01 23", "c0123"):
        with pytest.raises(InputError) as caught:
            read_wish([place], only_news=False)
        assert "#support" in caught.value.fix
