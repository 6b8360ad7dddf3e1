"""Signals are chosen by where they were said, how severe they are and who takes care of them."""

import sqlalchemy as sa

from core.signals.model import SignalFilter
from core.signals.readable import seen
from core.store import Store
from core.store.tables.signals import signal_quotes, signals
from tests.core.signals.scanned import add_scan, board_of, scanned
from tests.core.signals.test_board import BOILER, BOILER_AGAIN, COFFEE, EVERYTHING
from tests.core.sources.making import add_source, fill, written


def test_signals_are_chosen_by_source_severity_and_owner(store: Store) -> None:
    minutes, memos = add_source(store), add_source(store)
    fill(store, minutes, [written("minutes", BOILER, COFFEE)])
    fill(store, memos, [written("memo", BOILER_AGAIN)])
    scanned(store, add_scan(store, minutes, memos))
    board = board_of(store)

    def counts(wanted: SignalFilter) -> list[tuple[str, int]]:
        return [(signal.kind, signal.count) for signal in board.find("local", "ann", wanted)]

    assert counts(EVERYTHING) == [("risk", 2), ("idea", 1)]
    # What another source says of a matter is not counted.
    for source, title in ((memos, "Memo"), (minutes, "Minutes")):
        (risk, *_) = board.find("local", "ann", SignalFilter(kinds=("risk",), source_ids=(source.id,)))
        assert (risk.count, [quote.title for quote in risk.quotes]) == (1, [title])
    assert counts(SignalFilter(least_severity=2)) == [("risk", 2)]
    board.decide("local", "ann", board.find("local", "ann")[1].id, "open", owner="Kim Park")
    assert counts(SignalFilter(owner="kim")) == [("idea", 1)]
    assert counts(SignalFilter(owner="Bo")) == []
    assert board.kinds("local", "ann") == ["idea", "risk"]
    assert board.kinds("local", "bob") == []
    assert [signal.owner for signal in board.find("local", "ann", SignalFilter(owner="PARK"), limit=1)] == ["Kim Park"]


def test_the_database_finds_a_signal_as_severe_as_the_list_calls_it(store: Store) -> None:
    minutes = add_source(store)
    texts = (BOILER, COFFEE, BOILER_AGAIN, "RISK: The lift may cost 4,000 EUR.", "COMPLAINT: The door is stuck.")
    fill(store, minutes, [written(f"minutes {number}", text) for number, text in enumerate(texts)])
    scanned(store, add_scan(store, minutes))
    board = board_of(store)
    found = board.find("local", "ann")
    assert {signal.severity for signal in found} >= {1, 2, 3}
    for least in (1, 2, 3):
        chosen = board.find("local", "ann", SignalFilter(least_severity=least))
        assert {signal.id for signal in chosen} == {signal.id for signal in found if signal.severity >= least}


def test_the_severe_ones_are_chosen_before_the_list_is_cut_off(store: Store) -> None:
    minutes = add_source(store)
    fill(store, minutes, [written("minutes", BOILER), written("memo", COFFEE)])
    scan = add_scan(store, minutes)
    scanned(store, scan)
    board = board_of(store)
    with store.database.write() as connection:
        old = connection.execute(sa.select(signals.c.id).where(signals.c.kind == "risk")).scalar_one()
        mine = signal_quotes.c.signal_id == old
        said_at = sa.case((mine, 1_000.0), else_=2_000.0)
        connection.execute(sa.update(signal_quotes).values(said_at=said_at))
        readers = [board.reader_of("local", "ann")]
        newest, severe = (
            connection.execute(seen(readers, [scan.id], SignalFilter(least_severity=least)).limit(1)).one()
            for least in (1, 2)
        )
    assert (newest.kind, severe.kind) == ("idea", "risk")


def test_weeks_count_the_quotes_that_the_reader_may_read_of_what_is_wanted(store: Store) -> None:
    minutes, memos = add_source(store), add_source(store)
    fill(store, minutes, [written("minutes", BOILER, COFFEE)])
    fill(store, memos, [written("memo", BOILER_AGAIN)])
    scanned(store, add_scan(store, minutes, memos))
    with store.database.write() as connection:
        last = connection.execute(sa.select(sa.func.max(signal_quotes.c.said_at))).scalar_one()
    board, at = board_of(store), last + 8 * 86_400
    said = {kind: counts[-2] for kind, counts in board.weeks("local", "ann", EVERYTHING, at).items()}
    assert said == {"risk": 2, "idea": 1}
    assert board.weeks("local", "ann", SignalFilter(kinds=("idea",)), at) == {"idea": (0, 0, 0, 0, 0, 0, 1, 0)}
    assert board.weeks("local", "ann", SignalFilter(source_ids=(memos.id,)), at)["risk"][-2] == 1
    assert board.weeks("local", "ann", EVERYTHING, at + 8 * 7 * 86_400) == {}
    assert board.weeks("local", "bob", EVERYTHING, at) == {}
