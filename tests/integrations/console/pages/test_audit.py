"""The audit trail in the console: filtered, a page at a time, and only what the administrator looks after."""

import re

import pytest

from core.audit.actions import ACTIONS
from core.audit.entries import Actor, AuditEvent, Thing
from core.drafts import Draft, Escalation
from core.errors import StoreOutage
from core.job import JobRequest
from integrations.console.pages.audit import ACTION_GROUPS, PAGE_ENTRIES
from tests.fakes.microsoft import Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import browser, microsoft_browser


def test_sign_ins_and_refusals_are_shown_with_their_address(shared: RunningWeb, alice: Person) -> None:
    with browser(shared) as stranger:
        assert stranger.post("/console/sign-in", data={"token": "wrong"}).status_code == 401
        assert stranger.get("/api/v1/jobs").status_code == 401
    with microsoft_browser(shared, alice) as client:
        page = client.get("/console/audit").text

    assert "Alice Ray" in page
    assert "signed in" in page
    assert page.count("was refused") == 2
    assert "console, 127.0.0.1" in page
    assert "API, 127.0.0.1" in page
    assert "/api/v1/jobs" in page


def test_the_trail_is_filtered_and_turned_over(shared: RunningWeb, alice: Person) -> None:
    trail = shared.services.store.audit
    tenant = alice.microsoft.tenant
    trail.write(
        *(AuditEvent("recipe.changed", Actor(tenant, "cleo"), Thing("recipe", f"r{n}")) for n in range(PAGE_ENTRIES))
    )
    trail.write(
        AuditEvent("recipe.changed", Actor("f" * 8 + "-1111-1111-1111-" + "f" * 12, "eve"), Thing("recipe", "theirs"))
    )
    with microsoft_browser(shared, alice) as client:
        first = client.get("/console/audit").text
        assert "Older entries" in first
        assert "<code>r99</code>" in first
        assert "<code>r0</code>" not in first
        older = first.partition('<p><a href="')[2].partition('"')[0].replace("&amp;", "&")
        assert "<code>r0</code>" in client.get(older).text
        assert "theirs" not in client.get("/console/audit", params={"who": "eve"}).text
        found = client.get("/console/audit", params={"who": "cleo", "thing": "r7", "action": "recipe", "days": 1}).text
        assert found.count("<code>r7</code>") == 1
        assert "No entry matches these filters" in client.get("/console/audit", params={"door": "slack"}).text


def test_every_action_is_in_a_group_of_the_filter() -> None:
    assert {name.partition(".")[0] for name in ACTIONS} == set(ACTION_GROUPS)


def test_details_are_told_in_words_and_a_draft_is_linked(shared: RunningWeb, alice: Person) -> None:
    request = JobRequest("rewrite", {"text": "x"}, "word", alice.oid, workspace=alice.microsoft.tenant)
    made, _ = shared.services.store.jobs.add(request)
    step = Escalation(source="small", to="skeleton", reason="It is too small.")
    draft = Draft(recipe="rewrite", text="[[What?]]", skeleton=True, escalations=(step,))
    shared.finish(shared.claim(made.id), draft)
    with microsoft_browser(shared, alice) as client:
        page = client.get("/console/audit").text
        german = client.get("/console/audit", headers={"Accept-Language": "de"}).text

    assert f'<a href="/console/jobs/{made.id}" title="{made.id}"><code>' in page
    assert "handed on to: the person; " in page
    assert "without a model" in page
    assert "recipe: Rewrite" in page
    assert not re.search(r"escalated_to|is_without_model|input_tokens|True", page)
    assert "weitergegeben an: die Person; " in german


def test_what_a_command_did_is_told_in_the_language_of_the_page(shared: RunningWeb, alice: Person) -> None:
    actor = Actor(alice.microsoft.tenant, "cleo")
    told = {"size_bytes": 3 * 2**19, "with_keys": True}
    shared.services.store.audit.write(
        AuditEvent("backup.made", actor, details=told),
        AuditEvent("job.requested", actor, details={"delivery": "cli", "surface": "template"}),
        AuditEvent("backup.restored", actor, details={"made_at": 1_780_000_000}),
        AuditEvent("result.decided", actor, details={"outcome": "rejected", "reasons": ["open_gaps", "not_needed"]}),
        AuditEvent("person.linked", actor, details={"way": "entra", "vouched_by": "mailbox"}),
        AuditEvent("signal.decided", actor, details={"state": "dismissed"}),
        AuditEvent("token.added", actor, details={"scopes": ["jobs"]}),
    )
    with microsoft_browser(shared, alice) as client:
        english = client.get("/console/audit", params={"who": "cleo"}).text
        german = client.get("/console/audit", params={"who": "cleo"}, headers={"Accept-Language": "de"}).text
    assert "size: 1.5 MB; with the keys" in english
    assert "Größe: 1,5 MB; mit den Schlüsseln" in german
    assert "Zustellung: Befehlszeile; aus: Dokumentvorlage" in german
    assert "1780000000" not in english
    assert "Gründe: mit offenen Fragen darin verwendet, Ich brauchte keinen Entwurf" in german
    assert "verbürgt durch: Postfach; auf dem Weg: Microsoft 365" in german
    assert "Stand: abgetan" in german
    assert "für: jobs" not in german


def test_a_long_id_is_shown_by_its_first_digits_with_the_whole_of_it_behind_them(
    shared: RunningWeb, alice: Person
) -> None:
    browser_id, job, version = "a1" * 32, "0c" * 32, "9f" * 32
    actor = Actor(alice.microsoft.tenant, "cleo")
    shared.services.store.audit.write(
        AuditEvent("session.ended", actor, Thing("session", browser_id), details={"version": version}),
        AuditEvent("job.requested", actor, Thing("job", job)),
    )
    with microsoft_browser(shared, alice) as client:
        page = client.get("/console/audit", params={"who": "cleo"}).text
        found = client.get("/console/audit", params={"thing": browser_id}).text
    for whole in (browser_id, version):
        shown = f'<summary title="{whole}"><code>{whole[:8]}…</code></summary><code>{whole}</code>'
        assert page.count(shown) == 1
    assert f'title="{job}"><code>{job[:8]}…</code></a>' in page
    assert f"{browser_id[:8]}…" in found


def test_a_look_at_everybodys_list_that_could_not_be_written_down_is_with_the_next(
    shared: RunningWeb, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail = shared.services.store.audit
    before = trail.head().sequence

    def fail(_trail: object, *_events: AuditEvent) -> None:
        raise StoreOutage("The database does not answer.", fix="Wait.")

    with microsoft_browser(shared, alice) as client:
        with monkeypatch.context() as broken:
            broken.setattr(type(trail), "write", fail)
            assert client.get("/console/jobs?whose=all").status_code == 503
        assert client.get("/console/jobs?whose=all").status_code == 200
    assert [one.entry.action for one in trail.walk(after=before)].count("job.listed") == 1
