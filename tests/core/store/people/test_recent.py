"""What was read of people a moment ago."""

import itertools

from core.store import Store
from core.store.people import linking
from core.store.people.recent import RecentSignIns
from core.store.people.rows import Identity
from core.store.people.store import SignInStore
from tests.core.store.counted import statements_of

ANN = Identity("local", "ann@example.org")


def test_a_person_is_read_once_for_a_job(store: Store) -> None:
    stored = SignInStore(store.database, store.records.cipher)
    stored.change(lambda rows: linking.enter(rows, ANN, "local"))
    recent = RecentSignIns(stored)

    def ask() -> None:
        for _ in range(3):
            known = recent.find(ANN)
            assert known
            assert recent.at_home(known.person.home) == known.person
            assert [one.name for one in recent.of(known.person.id)] == [ANN]

    assert len(statements_of(store, ask)) == 3


def test_what_is_changed_through_it_counts_at_once(store: Store) -> None:
    recent = RecentSignIns(SignInStore(store.database, store.records.cipher))
    assert recent.find(ANN) is None
    recent.change(lambda rows: linking.enter(rows, ANN, "local"))
    assert recent.find(ANN)
    recent.forget([ANN])
    assert recent.find(ANN) is None


def test_what_others_change_counts_when_its_time_is_over(store: Store) -> None:
    stored = SignInStore(store.database, store.records.cipher)
    recent, at_once = RecentSignIns(stored, keep_seconds=3600.0), RecentSignIns(stored, keep_seconds=0.0)
    assert recent.find(ANN) is None
    assert at_once.find(ANN) is None
    stored.change(lambda rows: linking.enter(rows, ANN, "local"))
    assert recent.find(ANN) is None
    assert at_once.find(ANN)


def test_what_ends_while_it_is_looked_up_is_read_again(store: Store) -> None:
    stored = SignInStore(store.database, store.records.cipher)
    stored.change(lambda rows: linking.enter(rows, ANN, "local"))
    recent = RecentSignIns(stored, keep_seconds=1.0, clock=itertools.count(step=0.3).__next__)
    for _ in range(20):
        assert recent.find(ANN)
