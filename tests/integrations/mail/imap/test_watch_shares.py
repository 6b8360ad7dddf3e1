"""Who watches which mailbox, while processes come, end and die."""

from core.store import Store
from integrations.mail.imap.watch_shares import Share

NAMES = [("local", f"box{number}@example.org") for number in range(900)]


def shared_out(store: Store, count: int) -> list[Share]:
    shares = [Share(store.records, seconds=60.0) for _ in range(count)]
    for _ in range(2):
        for share in shares:
            share.renew()
    return shares


def test_mailboxes_are_shared_out_evenly_and_move_only_from_who_died(sqlite_store: Store) -> None:
    shares = shared_out(sqlite_store, 3)
    before = [{name for name in NAMES if share.has(name)} for share in shares]
    assert sum(map(len, before)) == len(set().union(*before)) == 900
    assert all(200 < len(part) < 400 for part in before)
    shares[0].give_back()
    for number in (1, 2):
        shares[number].renew()
        assert before[number] < {name for name in NAMES if shares[number].has(name)}


def test_who_is_alone_watches_all_and_is_told_when_another_comes(sqlite_store: Store) -> None:
    (alone,) = shared_out(sqlite_store, 1)
    assert all(map(alone.has, NAMES))
    assert not alone.renew()
    Share(sqlite_store.records, seconds=60.0).renew()
    assert alone.renew()
    assert not all(map(alone.has, NAMES))
