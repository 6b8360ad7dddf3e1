"""People in the console: known without their texts, put into teams, and deleted on every surface at once."""

import pytest

from core.drafts import Draft
from core.errors import NotFoundError
from core.job import JobRequest
from core.people import Identity, People
from core.settings import Settings
from core.store import open_store
from core.store.retention import Holds
from core.store.rows import Scope
from integrations.console.context import Visitor
from integrations.console.pages.people import PersonRow, names_looked_after
from integrations.mail.imap.accounts import Accounts, ImapAccount
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import microsoft_browser

SECRET = "the merger with Contoso"
RULE = {
    "key": "x",
    "wish": {"kind": "replace", "old": "Hi", "new": "Hello"},
    "state": "offered",
    "evidence": {"tried": 9, "before": 0.2, "after": 0.1, "better": 8, "worse": 1},
    "surfaces": ["word"],
    "learnt_at": 0.0,
}


def works(web: RunningWeb, person: Person) -> str:
    """Have somebody get a draft, and a mailbox record."""
    request = JobRequest("rewrite", {"text": SECRET}, "word", person.oid, workspace=person.microsoft.tenant)
    job, _ = web.services.store.jobs.add(request)
    web.finish(web.claim(job.id), Draft(recipe="rewrite", text=SECRET))
    web.services.store.records.put("preference", person.microsoft.tenant, f"{person.oid}/x", RULE, person=person.oid)
    return job.id


def test_an_administrator_deletes_one_person_and_nobody_else(shared: RunningWeb, alice: Person, bob: Person) -> None:
    works(shared, bob)
    alices = works(shared, alice)
    form = {"workspace": bob.microsoft.tenant, "person": bob.oid}
    with microsoft_browser(shared, bob) as bobs_browser, microsoft_browser(shared, alice) as client:
        page = client.get("/console/people").text
        mistyped = client.post("/console/people/purge", data=form | {"again": "somebody"})
        assert bobs_browser.get("/console").status_code == 200
        client.post("/console/people/purge", data=form | {"again": bob.oid})
        after = client.get("/console/people").text
        trail = client.get("/console/audit").text
        signed_out = bobs_browser.get("/console").status_code

    store = shared.services.store
    assert bob.address in page
    assert SECRET not in page
    assert mistyped.status_code == 422
    assert [job.id for job in store.jobs.list(limit=10)] == [alices]
    # Who signed in is known by their address on every surface.
    assert [one.person for one in store.records.list("preference")] == [alice.address]
    assert not [known for known in (bob.oid, bob.address) if known in after + trail]
    assert alice.address in after
    assert signed_out == 303
    assert "deleted all that was kept of a person" in trail
    assert "<code>person-" in trail


def test_with_a_person_their_mailboxes_go(shared: RunningWeb, alice: Person, bob: Person) -> None:
    accounts = Accounts(shared.services.store.records)
    for person in (alice, bob):
        tenant = person.microsoft.tenant
        accounts.save(ImapAccount("imap.example.org", 993, person.address, "x", "tls", person.oid, workspace=tenant))
    with microsoft_browser(shared, alice) as client:
        form = {"workspace": bob.microsoft.tenant, "person": bob.oid, "again": bob.oid}
        client.post("/console/people/purge", data=form)

    assert [one.person for one in accounts.list()] == [alice.oid]


def test_who_is_on_hold_keeps_their_mailboxes_too(shared: RunningWeb, alice: Person, bob: Person) -> None:
    store, tenant = shared.services.store, bob.microsoft.tenant
    job = works(shared, bob)
    accounts = Accounts(store.records)
    accounts.save(ImapAccount("imap.example.org", 993, bob.address, "x", "tls", bob.oid, workspace=tenant))
    Holds(store.records).put(Identity(tenant, bob.oid), reason="case 4711", by="Cara")
    with microsoft_browser(shared, alice) as client:
        answer = client.post("/console/people/purge", data={"workspace": tenant, "person": bob.oid, "again": bob.oid})
        assert answer.status_code == 409
        assert "case 4711" in answer.text
    assert [one.person for one in accounts.list()] == [bob.oid]
    assert [kept.id for kept in store.jobs.list()] == [job]


def test_a_team_is_given_and_shown(shared: RunningWeb, alice: Person, bob: Person) -> None:
    works(shared, bob)
    with microsoft_browser(shared, alice) as client:
        client.post(
            "/console/people/team", data={"workspace": bob.microsoft.tenant, "person": bob.oid, "team": "Sales"}
        )
        assert "Team: Sales" in client.get("/console/people").text


def test_an_act_leads_back_to_the_search_and_says_what_was_done(shared: RunningWeb, alice: Person, bob: Person) -> None:
    works(shared, bob)
    form = {"workspace": bob.microsoft.tenant, "person": bob.oid, "team": "Sales", "text": bob.oid, "before": "-"}
    with microsoft_browser(shared, alice) as client:
        answer = client.post("/console/people/team", data=form)
        page = client.get(answer.headers["Location"]).text
    assert answer.headers["Location"] == f"/console/people?text={bob.oid}&done=team&before=-"
    assert "The team is saved." in page
    assert f'<input type="hidden" name="text" value="{bob.oid}"><input type="hidden" name="before" value="-">' in page


def test_two_whose_names_differ_in_case_alone_have_a_place_each() -> None:
    rows = [PersonRow(Identity("local", name)) for name in ("Ann", "ann")]
    assert rows[0].key < rows[1].key


def test_nobody_else_sees_or_deletes_people(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> None:
    job = works(shared, bob)
    form = {"workspace": microsoft.tenant, "person": bob.oid, "again": bob.oid}
    with microsoft_browser(shared, microsoft.person("eve@example.org")) as client:
        refused = [client.get("/console/people"), client.post("/console/people/purge", data=form)]

    assert [one.status_code for one in refused] == [403, 403]
    assert shared.services.store.jobs.get(job).id == job


def test_an_administrator_of_one_tenant_deletes_what_a_person_decided_and_nothing_of_other_doors(
    settings: Settings,
) -> None:
    store = open_store(settings)
    people = People(store.records, tenants=("A", "B"))
    visitor = Visitor("A", "admin", is_admin=True, scope=Scope(frozenset({"A"})))
    people.remember("A", "ann", "ann@example.com")
    people.remember("B", "bob", "bob@example.com")
    assert set(names_looked_after(visitor, people, "A", "ann")) == {("A", "ann"), ("local", "ann@example.com")}
    people.merge(people.find("A/ann"), people.find("B/bob"))
    assert names_looked_after(visitor, people, "A", "ann") == [("A", "ann")]
    with pytest.raises(NotFoundError):
        names_looked_after(visitor, people, "local", "nobody@example.com")
    store.close()
