"""What a place told of by itself waits until it is seen to, and goes with its source."""

from dataclasses import replace

from core.sources.notices import Notices
from core.store import Store
from core.store.tables import source_uploads
from tests.core.sources.making import add_source, due_of, source_store


def count(store: Store) -> int:
    with store.database.read() as connection:
        return len(connection.execute(source_uploads.select()).all())


def test_a_notice_waits_wakes_its_source_and_goes_when_it_was_seen_to(store: Store) -> None:
    notices, source = Notices(store.database, store.records.cipher), add_source(store)
    lease = source_store(store).claim(source.id, lease_seconds=9)
    assert lease
    source_store(store).release(lease, wait_seconds=None)
    assert due_of(store) == []
    for number in range(3):
        notices.put(source, {"ts": str(number)})
    assert due_of(store) == [source.id]
    waiting = notices.after(source, 0, 2)
    assert [notice.data["ts"] for notice in waiting] == ["0", "1"]
    assert count(store) == 3
    [last] = notices.after(source, waiting[-1].number, 9)
    assert last.data == {"ts": "2"}
    assert count(store) == 1


def test_nothing_waits_for_a_source_that_is_paused_or_gone(store: Store) -> None:
    notices, source = Notices(store.database, store.records.cipher), add_source(store)
    source_store(store).change(replace(source, state="paused"))
    notices.put(source, {"ts": "1"})
    notices.put(replace(source, id="gone"), {"ts": "1"})
    assert count(store) == 0
