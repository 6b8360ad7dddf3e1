"""Rows of people: several processes at once, what is stored under a name, and what an earlier version kept."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest

from core.job import JobRequest
from core.people import Identity, People
from core.settings import Settings
from core.store import Store, open_store
from core.store.migrate import HEAD
from core.store.people import former
from core.store.people.linking import link
from core.store.people.store import SignInStore
from tests.core.store.migrating import migrate_to
from tests.servers.postgres import with_server

TENANT, OTHER = "4f80db28-4452-4cf2-aa21-9d7956f317fa", "00000000-0000-4000-8000-000000000009"
ANN = "ann@example.com"
PEOPLE = 25


def come_in(url: str, home: Settings, door: int) -> int:
    """Link every person at one of the doors; in a process of its own."""
    store = open_store(with_server(home, url) if url.startswith("postgresql") else home)
    sign_ins = SignInStore(store.database, store.records.cipher)
    for number in range(PEOPLE):
        address = f"p{number}@example.com"
        name, way = (Identity(f"T{door}", f"U{number}"), "slack") if door else (Identity(TENANT, f"o{number}"), "entra")
        sign_ins.change(lambda rows, n=name, w=way, a=address: link(rows, n, w, address=a))  # type: ignore[misc]
    store.close()
    return door


@pytest.mark.processes
def test_people_who_come_in_by_several_doors_at_once_are_one_each(store: Store, settings: Settings) -> None:
    url = store.database.url.render_as_string(hide_password=False).replace("+psycopg", "")
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(come_in, [url] * 3, [settings] * 3, range(3))) == [0, 1, 2]
    sign_ins = SignInStore(store.database, store.records.cipher)
    everybody = sign_ins.everybody()
    assert len({one.person.id for one in everybody}) == PEOPLE
    assert len(everybody) == PEOPLE * 4  # three doors and the address
    assert {one.person.home for one in everybody} == {Identity("local", f"p{n}@example.com") for n in range(PEOPLE)}


def test_what_came_by_an_address_stays_with_who_had_it(store: Store) -> None:
    sign_ins = SignInStore(store.database, store.records.cipher)
    people = People(store.records, tenants=(TENANT,))
    people.remember(TENANT, "left", ANN)
    job, _ = store.jobs.add(JobRequest("reply", {"message": "Hi"}, "mail", ANN))
    store.records.put("source", "local", "secret", {"title": "My notes"}, person=ANN)
    people.remember(TENANT, "came", ANN)
    [was] = [name for name in people.names(TENANT, "left") if name.workspace == "local"]
    assert was.person != ANN
    assert store.jobs.get(job.id).person == was.person
    assert store.records.list("source", workspace="local", person=ANN) == []
    assert [one.key for one in store.records.list("source", workspace="local", person=was.person)] == ["secret"]
    assert ("local", ANN) in people.names(TENANT, "came")
    assert sign_ins.of(people.find(ANN).person.id)


def test_a_database_of_before_people_had_rows_is_brought_over(store: Store, settings: Settings) -> None:
    records = store.records
    records.put("person_address", "local", ANN, [TENANT, "oid"], person=ANN)
    for name, data in (
        ((TENANT, "oid"), {"address": ANN, "enterprise": ""}),
        ((OTHER, "oid9"), {"address": ANN, "enterprise": ""}),
        (("T1", "U1"), {"address": ANN, "enterprise": "E1"}),
        (("T2", "U2"), "bob@example.com"),
    ):
        records.put("person_link", *name, data, person=name[1])
        records.put("person_name", "local", "/".join(name), list(name), person=ANN)
    records.put("person_names_listed", "local", "all", True)
    records.put("preference", "local", f"{ANN}/no_emoji", "no emoji", person=ANN)
    records.put("source", TENANT, "notes", {"title": "Notes"}, person="oid")
    for workspace, person in (("T1", "U1"), (TENANT, "oid"), ("local", ANN), ("T2", "U2")):
        store.jobs.add(JobRequest("reply", {"message": person}, "api", person, workspace=workspace))
    migrate_to(store.database, "0006")
    migrate_to(store.database, HEAD)
    if store.database.is_sqlite:
        opened = open_store(settings)
    else:
        former.adopt_former_links(store.database, store.records.cipher)
        opened = store
    people = People(opened.records, slack=("T1", "E1", "T2"), tenants=(TENANT, OTHER))
    home = people.identity("T1", "U1")
    assert home == people.identity(TENANT, "oid") == people.identity("local", ANN) == ("local", ANN)
    assert set(people.names_of(home)) == {("local", ANN), (TENANT, "oid"), ("T1", "U1")}
    assert [one.data for one in opened.records.list("preference", workspace="local", person=home.person)] == [
        "no emoji"
    ]
    assert sum(len(opened.jobs.list(workspace=name[0], person=name[1])) for name in people.names_of(home)) == 3
    assert people.identity("T2", "U2") == ("local", "bob@example.com")
    assert people.identity(OTHER, "oid9") == (OTHER, "oid9")
    assert people.is_own("T1", "U1")
    assert all(opened.records.list(kind) == [] for kind in former.KINDS)
    assert former.adopt_former_links(opened.database, opened.records.cipher) == 0
    opened.close()
