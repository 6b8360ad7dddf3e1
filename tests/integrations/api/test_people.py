"""People over HTTP: for administrators, in their workspaces."""

import io
import zipfile

import httpx

from core.audit.ocsf import ocsf_event
from core.drafts import Draft
from core.job import JobRequest
from core.people import load_people
from tests.core.insight.making import finished_job
from tests.fakes.browsing import led_to
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import (
    alice,
    alone,
    bob,
    browser,
    microsoft,
    microsoft_browser,
    model,
    shared,
)

__all__ = ["alice", "alone", "bob", "microsoft", "model", "shared"]


def test_an_administrator_puts_people_together_and_tells_them_apart(
    shared: RunningWeb, microsoft: FakeMicrosoft, alice: Person, bob: Person
) -> None:
    other = microsoft.person("robert@example.org", "Robert Ray")
    names = [f"{microsoft.tenant}/{one.oid}" for one in (bob, other)]
    tokens = microsoft.entra.tokens
    for person in (bob, other):
        with shared.client(tokens.for_api(person)) as client:
            assert client.get("/api/v1/people").status_code == 403
            merge = client.post("/api/v1/people/merge", json={"person": names[0], "other": names[1]})
            assert merge.status_code == 403
    with shared.client(tokens.for_api(alice)) as client:
        known = {one["name"]: one for one in client.get("/api/v1/people").json()["people"]}
        assert set(known) >= {bob.address, other.address}
        merged = client.post("/api/v1/people/merge", json={"person": bob.address, "other": known[other.address]["id"]})
        assert merged.status_code == 200, merged.text
        assert set(merged.json()["addresses"]) == {bob.address, other.address}
        form = {"workspace": microsoft.tenant, "person": other.oid}
        assert client.post("/api/v1/people/split", json=form).json()["id"] != merged.json()["id"]
        assert client.post("/api/v1/people/split", json={**form, "person": "nobody"}).status_code == 404
        assert client.post("/api/v1/people/merge", json={"person": "x", "other": bob.address}).status_code == 404


def test_the_console_does_the_same_and_keeps_a_trail(shared: RunningWeb, alice: Person, bob: Person) -> None:
    people = load_people(shared.services.settings, shared.services.store.records)
    store = shared.services.store
    store.records.put("preference", "T1", "U1/x", {}, person="U1")
    people.enter("T1", "U1", "slack")
    with microsoft_browser(shared, bob) as client:
        assert client.post("/console/people/merge", data={"person": "x", "other": "y"}).status_code == 403
        people.enter(bob.microsoft.tenant, bob.oid, "entra")
    with microsoft_browser(shared, alice) as client:
        assert "U1 in T1" in client.get("/console/people").text
        client.post("/console/people/merge", data={"person": bob.address, "other": "T1/U1"})
        assert people.is_same(("T1", "U1"), (bob.microsoft.tenant, bob.oid))
        assert store.records.list("preference", workspace="local", person=bob.address)
        client.post("/console/people/split", data={"workspace": "T1", "person": "U1"})
        assert not people.is_same(("T1", "U1"), (bob.microsoft.tenant, bob.oid))
        trail = client.get("/console/audit").text
    assert "linked a sign-in with a person" in trail
    assert "vouched for by: administrator" in trail


def test_whose_access_is_ended_reaches_nothing_until_they_are_let_in_again(
    shared: RunningWeb, microsoft: FakeMicrosoft, alice: Person, bob: Person
) -> None:
    tokens = microsoft.entra.tokens
    job = {"recipe": "summarize", "inputs": {"text": "Please send the report by Friday."}}
    with (
        shared.client(tokens.for_api(alice)) as admin,
        shared.client(tokens.for_api(bob)) as person,
        microsoft_browser(shared, bob) as browser,
    ):
        made = person.post("/api/v1/jobs", json=job)
        assert made.status_code == 202, made.text
        form = {"person": bob.address}
        assert person.post("/api/v1/people/disable", json={"person": alice.address}).status_code == 403
        ended = admin.post("/api/v1/people/disable", json=form).json()
        assert {name: ended[name] for name in ("sessions", "jobs", "mailboxes")} == {
            "sessions": 1, "jobs": 1, "mailboxes": 0,
        }  # fmt: skip
        refused = person.get("/api/v1/jobs")
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")
        assert browser.get("/console").headers["Location"] == "/console/sign-in"
        assert shared.services.store.jobs.get(made.json()["id"]).state == "cancelled"
        assert [
            one["disabled"] for one in admin.get("/api/v1/people").json()["people"] if bob.address in one["addresses"]
        ]
        assert admin.post("/api/v1/people/enable", json=form).json()["disabled"] is False
        assert person.get("/api/v1/jobs").status_code == 200


def test_the_console_ends_access_and_says_so_at_the_sign_in(shared: RunningWeb, alice: Person, bob: Person) -> None:
    people = load_people(shared.services.settings, shared.services.store.records)
    with microsoft_browser(shared, bob) as person, microsoft_browser(shared, alice) as admin:
        assert person.post("/console/people/disable", data={"person": alice.address}).status_code == 403
        assert admin.post("/console/people/disable", data={"person": bob.address}).status_code == 303
        assert people.is_disabled(bob.microsoft.tenant, bob.oid)
        assert person.get("/console").status_code == 303
        begun = person.post("/console/sign-in/microsoft")
        cross_site = {"Sec-Fetch-Site": "cross-site", "Origin": bob.microsoft.url}
        form = bob.answers(led_to(begun))
        back = person.post("/console/signed-in", data=form, headers=cross_site)
        refused = person.get(back.headers["Location"], headers=cross_site)
        assert refused.status_code == 403
        assert "has been ended" in refused.text
        assert admin.post("/console/people/enable", data={"person": bob.address}).status_code == 303
    assert not people.is_disabled(bob.microsoft.tenant, bob.oid)


def exported(answer: httpx.Response) -> str:
    """Return all text of an export."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def test_everybody_gets_their_own_export_and_an_administrator_those_of_their_people(
    shared: RunningWeb, microsoft: FakeMicrosoft, alice: Person, bob: Person
) -> None:
    tokens, texts = microsoft.entra.tokens, {}
    for person in (alice, bob):
        texts[person.oid] = f"what {person.address} wrote"
        request = JobRequest("rewrite", {"text": texts[person.oid]}, "word", person.oid, workspace=microsoft.tenant)
        job, _ = shared.services.store.jobs.add(request)
        shared.finish(shared.claim(job.id), Draft(recipe="rewrite", text="Rewritten."))
    with shared.client(tokens.for_api(bob)) as client:
        own = exported(client.post("/api/v1/people/export", json={"person": ""}))
        assert client.post("/api/v1/people/export", json={"person": ""}).status_code == 429
        others = client.post("/api/v1/people/export", json={"person": f"{microsoft.tenant}/{alice.oid}"})
    assert texts[bob.oid] in own
    assert texts[alice.oid] not in own
    assert others.status_code == 403
    with shared.client(tokens.for_api(alice)) as client:
        client.get("/api/v1/people")
        assert client.post("/api/v1/people/export", json={"person": "nobody"}).status_code == 404
        of_alice = exported(client.post("/api/v1/people/export", json={"person": alice.address}))
    assert texts[alice.oid] in of_alice
    assert texts[bob.oid] not in of_alice


def test_the_console_exports_as_well(shared: RunningWeb, microsoft: FakeMicrosoft, alice: Person, bob: Person) -> None:
    request = JobRequest("rewrite", {"text": "what bob wrote"}, "word", bob.oid, workspace=microsoft.tenant)
    shared.services.store.jobs.add(request)
    form = {"workspace": microsoft.tenant, "person": bob.oid}
    with microsoft_browser(shared, bob) as client:
        assert "/console/people/export/own" in client.get("/console/learned").text
        assert "what bob wrote" in exported(client.post("/console/people/export/own"))
        assert client.post("/console/people/export", data=form).status_code == 403
    with microsoft_browser(shared, alice) as client:
        assert "/console/people/export" in client.get("/console/people").text
        assert client.post("/console/people/export", data={**form, "person": "nobody"}).status_code == 404
        assert client.post("/console/people/export", data=form).status_code in {200, 429}
        assert "exported all that is kept of a person" in client.get("/console/audit").text


def test_a_token_of_somebody_else_on_one_persons_machine_is_no_administrators(alone: RunningWeb) -> None:
    store = alone.services.store
    store.jobs.add(JobRequest("rewrite", {"text": "mine"}, "api", alone.settings.local_person))
    _, text = store.tokens.add("local", "bob@example.com", name="guest", scopes=["admin", "jobs", "report"], days=1)
    with browser(alone) as client:
        assert client.post("/console/sign-in", data={"token": text}).status_code == 303
        assert client.get("/console").status_code == 200
        assert [client.get(f"/console/{page}").status_code for page in ("people", "audit", "models")] == [403] * 3
        assert "every" not in client.get("/console/jobs?whose=all").text.partition("<main")[2][:200]
    with alone.client(text) as client:
        assert client.get("/api/v1/people").status_code == 403
    with alone.client("wrong") as client:
        assert client.get("/api/v1/people").status_code == 401
    refused = [shown for shown in store.audit.walk() if shown.entry.action.startswith("access.")]
    assert [(shown.entry.action, shown.actor) for shown in refused] == [
        *[("access.forbidden", "bob@example.com")] * 4,  # no failed sign-in: they had come in
        ("access.refused", ""),
    ]
    assert ocsf_event(refused[0])["class_name"] == "API Activity"


def test_what_came_through_another_door_of_ones_own_can_be_decided_and_ended(shared: RunningWeb, bob: Person) -> None:
    """A person is one whatever the door: their drafts can be judged, and their tokens revoked, from each."""
    store, people = shared.services.store, load_people(shared.services.settings, shared.services.store.records)
    home = people.enter("local", bob.address, "local", vouched_by="token")
    job = finished_job(store, person=home.person)
    token, text = store.tokens.add("local", bob.address, name="ci", scopes=["jobs"], days=1)
    with microsoft_browser(shared, bob) as client, shared.client(text) as by_token:
        used = client.post(f"/console/jobs/{job.id}/use", data={"text": "Hello Ann, see you at 4 pm."})
        assert used.status_code == 303, used.text
        entra_job = finished_job(store, person=bob.oid, workspace=bob.microsoft.tenant)
        judged = by_token.post(f"/api/v1/jobs/{entra_job.id}/outcome", json={"outcome": "accepted"})
        assert judged.status_code == 200, judged.text
        assert token.id in client.get("/console/tokens").text
        assert client.post("/console/tokens/revoke", data={"token": token.id}).status_code == 303
    assert store.tokens.list(names=[("local", bob.address)]) == []
