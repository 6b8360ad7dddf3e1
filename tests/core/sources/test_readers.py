"""Who a reader is follows the person when a name of theirs changes."""

from core.people import Identity, load_people
from core.settings import Settings
from core.sources.model import AccessList, person_principal
from core.sources.readers import reader_of
from core.store import Store
from core.store.people.store import SignInStore
from tests.core.sources.making import add_source, fill, item_store, source_store, written

OLD, NEW = Identity("local", "ann@old.example"), Identity("local", "ann@example.com")


def test_what_somebody_may_read_goes_with_a_name_that_changes(store: Store, settings: Settings) -> None:
    source = add_source(store, OLD.person)
    both = AccessList("both", frozenset({person_principal(*OLD), person_principal(*NEW)}))
    own = AccessList("own", frozenset({person_principal(*OLD)}))
    fill(store, source, [written("a", "x", access="own")], [own, both])
    SignInStore(store.database, store.records.cipher).change(lambda rows: rows.rename(OLD, NEW))
    people = load_people(settings, store.records)
    assert len(item_store(store).access_ids([reader_of(people, store.records, *NEW)])) == 2
    assert source_store(store).get(source.id).source.person == NEW.person
    old = reader_of(people, store.records, "local", OLD.person)
    assert person_principal(*OLD) in old.principals
    assert item_store(store).access_ids([old]) == frozenset()


def test_nobody_in_particular_has_what_their_workspace_has(store: Store, settings: Settings) -> None:
    people = load_people(settings, store.records)
    assert reader_of(people, store.records, "T1", "").principals == {"workspace:T1"}
