"""With a person go the sources that are theirs alone; what they added for others stays, without their name."""

import json

import pytest

from core.errors import LeaseLost
from core.principals import EVERYBODY, person_principal
from core.store import Store
from core.store.purge import purge_person
from tests.core.sources.making import due_of, fill, item_store, source_store, written
from tests.core.store.leaving_traces import add_to_knowledge, rows_of

ANN, BOB = person_principal("local", "ann"), person_principal("local", "bob")


def test_sources_of_one_person_go_and_those_for_others_stay_without_their_name(store: Store) -> None:
    own = add_to_knowledge(store, "local", "ann", "diary of ann", [ANN])
    shared = add_to_knowledge(store, "local", "ann", "handbook", [ANN, BOB])
    for_all = add_to_knowledge(store, "local", "ann", "rules", [EVERYBODY])
    for source in (own, shared, for_all):
        fill(store, source, [written("page", f"text of the {source.title}", access="own")], [])
    lease = source_store(store).claim(own.id, lease_seconds=60)
    assert lease
    purge_person(store.records, [("local", "ann")])

    left = json.dumps(rows_of(store))
    assert "diary" not in left
    assert ANN not in left
    assert "text of the handbook" in left
    assert "text of the rules" in left
    status = source_store(store).get(own.id)
    assert (status.source.state, status.source.person, status.items) == ("removing", "", 0)
    assert [item.index_task for item in item_store(store).tasks(status.source, 10)] == ["remove"]
    assert own.id in due_of(store) or status.is_working
    assert {source_store(store).get(one.id).source.person for one in (shared, for_all)} == {""}


def test_who_reads_a_source_while_its_person_is_purged_writes_nothing_more(store: Store) -> None:
    own = add_to_knowledge(store, "local", "ann", "diary of ann", [ANN])
    lease = source_store(store).claim(own.id, lease_seconds=60)
    assert lease
    purge_person(store.records, [("local", "ann")])
    with pytest.raises(LeaseLost):
        item_store(store).write(lease, [written("page", "text of the diary", access="own")])
