"""Under which names anything is stored, found by steps through an index; the same in SQLite and PostgreSQL."""

from core.store import Store
from core.store.people.stored_names import job_counts, stored_names
from core.store.rows import Scope
from tests.both_databases import store
from tests.core.insight.making import finished_job

__all__ = ["store"]
TENANT = "00000000-0000-4000-8000-000000000001"
WIDE = Scope(is_wide=True)


def test_each_name_is_found_once_however_many_rows_it_has(store: Store) -> None:
    for person in ("ann", "bob", "ann", "Zoë", "ann"):
        finished_job(store, person=person)
    finished_job(store, person="U1", workspace="T1")
    store.records.put("preference", "local", "cleo/x", {}, person="cleo")
    store.records.put("team", "local", "everybody", {})
    found = stored_names(store.database, WIDE, other_than=())
    assert found == {("local", "ann"), ("local", "bob"), ("local", "Zoë"), ("T1", "U1"), ("local", "cleo")}


def test_records_that_are_not_about_a_person_and_other_workspaces_do_not_count(store: Store) -> None:
    store.records.put("variant", "local", "reply/short", {}, person="ann")
    store.records.put("preference", TENANT, "eve/x", {}, person="eve")
    finished_job(store, person="mallory", workspace=TENANT)
    assert stored_names(store.database, WIDE, other_than=("variant",)) == set()
    assert stored_names(store.database, WIDE, other_than=()) == {("local", "ann")}
    assert stored_names(store.database, Scope(frozenset({TENANT})), other_than=()) == {
        (TENANT, "eve"),
        (TENANT, "mallory"),
    }


def test_an_empty_store_has_no_names(store: Store) -> None:
    assert stored_names(store.database, WIDE, other_than=()) == set()


def test_jobs_are_counted_by_where_they_came_from(store: Store) -> None:
    finished_job(store, person="ann", surface="slack")
    finished_job(store, person="ann", surface="slack")
    finished_job(store, person="ann")
    finished_job(store, person="bob")
    assert job_counts(store.database, [("local", "ann")]) == {("local", "ann", "slack"): 2, ("local", "ann", "api"): 1}
