"""Every route that changes something leaves its entry in the audit trail; a new route without a row here fails."""

from collections.abc import Callable

import httpx
import pytest

from core.audit.actions import ACTIONS
from core.drafts import Draft
from core.job import Job, JobRequest
from core.sources.uploads import Upload
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import alone, browser, comes_in, model, new_code  # noqa: F401 - fixtures
from tests.integrations.console.pages.test_recipes import text_of

Client = httpx.Client
Act = Callable[[RunningWeb, Client], object]
PERSON = {"workspace": "local", "person": "bob@example.com"}


def own_job(web: RunningWeb, *, state: str) -> Job:
    """Make a job of the person at this machine."""
    store = web.services.store
    request = JobRequest("rewrite", {"text": "Hello"}, "api", web.settings.local_person)
    job = store.jobs.add(request)[0]
    if state == "cancelled":
        store.jobs.request_cancel(job.id)
    if state == "delivered":
        web.finish(web.claim(job.id), Draft(recipe="rewrite", text="Hello there"))
    return job


def on_job(client: Client, job: Job, path: str, **body: object) -> object:
    return client.post(path.format(job_id=job.id), **body)  # type: ignore[arg-type]


def saved_recipe(client: Client) -> str:
    """Return the text of a recipe as its page has it, a little changed."""
    return text_of(client.get("/console/recipes/rewrite").text) + "\n# changed\n"


def restore_policies(web: RunningWeb, client: httpx.Client) -> httpx.Response:
    web.services.api.policies.book.versions.save("[installation]", by="x", after=0)
    return client.post("/console/policies/restore", data={"number": "1", "after": "1"})


def revoke_one(web: RunningWeb, client: Client) -> object:
    token, _ = web.services.store.tokens.add("local", "ann", name="x", scopes=["jobs"], days=1)
    return client.post("/console/tokens/revoke", data={"token": token.id})


def end_a_session(web: RunningWeb, client: Client) -> object:
    with comes_in(web):
        page = client.get("/console/sessions").text
    sessions = [part.partition('"')[0] for part in page.split('name="session" value="')[1:]]
    return [client.post("/console/sessions/end", data={"session": one}) for one in sessions][:1]


def uploads_of(web: RunningWeb) -> str:
    """Return the id of a source of the person at this machine, with a file that waits."""
    uploads = web.services.api.sources.sources.uploads
    source = uploads.source_for("local", web.settings.local_person)
    uploads.put(source, [Upload("a.txt", b"text")])
    return source.id


A_FILE = {"file": ("a.txt", b"The printer stands in room 204.")}
NEW_JOB = {"recipe": "rewrite", "inputs": {"text": "Hello there, this is a text."}}
# What is done, and the action whose entry it leaves. The client is signed in to the console, and bears a token.
DONE: dict[str, tuple[str, Act]] = {
    "/api/v1/jobs": ("job.requested", lambda _, c: c.post("/api/v1/jobs", json=NEW_JOB)),
    "/api/v1/jobs/{job_id}/cancel": (
        "job.cancelled",
        lambda web, c: on_job(c, own_job(web, state="queued"), "/api/v1/jobs/{job_id}/cancel"),
    ),
    "/api/v1/jobs/{job_id}/retry": (
        "job.retried",
        lambda web, c: on_job(c, own_job(web, state="cancelled"), "/api/v1/jobs/{job_id}/retry"),
    ),
    "/api/v1/jobs/{job_id}/outcome": (
        "result.decided",
        lambda web, c: on_job(
            c, own_job(web, state="delivered"), "/api/v1/jobs/{job_id}/outcome", json={"outcome": "accepted"}
        ),
    ),
    "/api/v1/session": ("session.opened", lambda _, c: c.post("/api/v1/session")),
    "/console/sign-in": ("access.refused", lambda _, c: c.post("/console/sign-in", data={"token": "wrong"})),
    "/console/sign-in/here": (
        "session.opened",
        lambda web, c: c.post("/console/sign-in/here", data={"code": new_code(web)}),
    ),
    "/console/sign-out": ("session.ended", lambda _, c: c.post("/console/sign-out")),
    "/console/jobs/{job_id}/cancel": (
        "job.cancelled",
        lambda web, c: on_job(c, own_job(web, state="queued"), "/console/jobs/{job_id}/cancel"),
    ),
    "/console/jobs/{job_id}/retry": (
        "job.retried",
        lambda web, c: on_job(c, own_job(web, state="cancelled"), "/console/jobs/{job_id}/retry"),
    ),
    "/console/jobs/{job_id}/use": (
        "result.decided",
        lambda web, c: on_job(
            c, own_job(web, state="delivered"), "/console/jobs/{job_id}/use", data={"text": "Hello there"}
        ),
    ),
    "/console/learned/share": (
        "consent.changed",
        lambda _, c: c.post("/console/learned/share", data={"shares": "true"}),
    ),
    "/console/recipes/{name}/try": (
        "job.requested",
        lambda _, c: c.post("/console/recipes/summarize/try", data={"text": "Hello there, this is a text."}),
    ),
    "/console/recipes/{name}/save": (
        "recipe.changed",
        lambda _, c: c.post("/console/recipes/rewrite/save", data={"text": saved_recipe(c)}),
    ),
    "/console/recipes/{name}/restore": (
        "recipe.restored",
        lambda _, c: (
            c.post("/console/recipes/rewrite/save", data={"text": saved_recipe(c)}),
            c.post("/console/recipes/rewrite/restore"),
        ),
    ),
    "/console/people/team": (
        "team.joined",
        lambda web, c: (
            web.services.store.jobs.add(JobRequest("rewrite", {"text": "x"}, "api", PERSON["person"])),
            c.post("/console/people/team", data={**PERSON, "team": "Sales"}),
        ),
    ),
    "/console/people/purge": (
        "person.purged",
        lambda web, c: (
            web.services.store.jobs.add(JobRequest("rewrite", {"text": "x"}, "api", PERSON["person"])),
            c.post("/console/people/purge", data={**PERSON, "again": PERSON["person"]}),
        ),
    ),
    "/console/people/export": (
        "person.exported",
        lambda web, c: (
            web.services.store.jobs.add(JobRequest("rewrite", {"text": "x"}, "api", PERSON["person"])),
            c.post("/console/people/export", data=PERSON),
        ),
    ),
    "/console/people/export/own": ("person.exported", lambda _, c: c.post("/console/people/export/own")),
    "/api/v1/people/export": ("person.exported", lambda _, c: c.post("/api/v1/people/export", json={"person": ""})),
    "/console/sessions/end": ("session.ended", end_a_session),
    "/console/tokens": (
        "token.added",
        lambda _, c: c.post("/console/tokens", data={"name": "ci", "scopes": "jobs", "days": "3"}),
    ),
    "/console/tokens/revoke": ("token.revoked", revoke_one),
    "/api/v1/sources": (
        "source.changed",
        lambda web, c: c.post(
            "/api/v1/sources", json={"connector": "folder", "options": {"path": str(web.settings.home.parent)}}
        ),
    ),
    "/api/v1/sources/uploads": ("source.changed", lambda _, c: c.post("/api/v1/sources/uploads", files=A_FILE)),
    "/api/v1/sources/{source_id}/state": (
        "source.changed",
        lambda web, c: c.post(f"/api/v1/sources/{uploads_of(web)}/state", json={"state": "paused"}),
    ),
    "/api/v1/sources/{source_id}/documents": (
        "source.changed",
        lambda web, c: c.delete(f"/api/v1/sources/{uploads_of(web)}/documents", params={"key": "a.txt\n"}),
    ),
    "/api/v1/sources/{source_id}": (
        "source.removed",
        lambda web, c: c.delete(f"/api/v1/sources/{uploads_of(web)}"),
    ),
    "/console/sources/add": (
        "source.changed",
        lambda web, c: c.post("/console/sources/add", data={"place": str(web.settings.home.parent)}),
    ),
    "/console/sources/upload": ("source.changed", lambda _, c: c.post("/console/sources/upload", files=A_FILE)),
    "/console/sources/pause": (
        "source.changed",
        lambda web, c: c.post("/console/sources/pause", data={"source": uploads_of(web)}),
    ),
    "/console/sources/remove": (
        "source.removed",
        lambda web, c: c.post("/console/sources/remove", data={"source": uploads_of(web)}),
    ),
    "/console/sources/remove-document": (
        "source.changed",
        lambda web, c: c.post("/console/sources/remove-document", data={"source": uploads_of(web), "key": "a.txt\n"}),
    ),
    "/console/policies/save": (
        "policy.changed",
        lambda _, c: c.post("/console/policies/save", data={"text": "[installation]", "after": "0"}),
    ),
    "/console/policies/restore": ("policy.changed", restore_policies),
    "/report/data.csv": ("report.exported", lambda _, c: c.get("/report/data.csv")),
    "/report/data.json": ("report.exported", lambda _, c: c.get("/report/data.json")),
    "/console/learned/export": ("preference.exported", lambda _, c: c.get("/console/learned/export")),
}
# What needs another server, or a state that takes long to make: what it stores writes the entry (a record of this kind,
# or the job), and the tests of the page show that it is stored.
STORED = {
    "/api/v1/webhooks/outcome": "result.decided",
    "/api/v1/documents/edit": "job.requested",
    "/api/v1/documents/fill": "job.requested",
    "/api/v1/documents/drive": "job.requested",
    "/slack/events": "job.requested",
    "/graph/notifications": "job.requested",
    "/graph/signed-in": "connection.changed",
    "/console/connections/imap": "connection.changed",
    "/console/connections/mailbox/settings": "connection.set",
    "/console/connections/mailbox/login": "connection.changed",
    "/console/connections/mailbox/check": "job.requested",
    "/console/connections/mailbox/voice": "style.learnt",
    "/console/connections/mailbox/remove": "connection.removed",
    "/console/learned/find": "preference.changed",
    "/console/learned/edit": "preference.changed",
    "/console/learned/switch": "preference.changed",
    "/console/learned/forget": "preference.removed",
    "/console/recipes/{name}/variants/{variant}": "variant.decided",
    "/console/sign-in/microsoft": "session.opened",
    "/api/v1/signals/{signal_id}/decide": "signal.decided",
    "/api/v1/scans": "scan.changed",
    "/api/v1/scans/{scan_id}": "scan.removed",
    "/api/v1/scans/{scan_id}/run": "job.requested",
    "/api/v1/people/merge": "person.linked",
    "/api/v1/people/disable": "person.disabled",
    "/api/v1/people/enable": "person.enabled",
    "/console/people/disable": "person.disabled",
    "/console/people/enable": "person.enabled",
    "/api/v1/people/split": "person.linked",
    "/console/people/merge": "person.linked",
    "/console/people/split": "person.linked",
    "/console/signed-in": "session.opened",
}
# What changes nothing.
READS = {
    "/api/v1/jobs/{job_id}/document",  # the chosen changes of one's own document
    "/console/connections/microsoft",  # gives a link
    "/console/jobs/{job_id}/fill",
    "/console/models/{name}/test",
    "/console/policies/check",
    "/console/recipes/{name}/check",
    "/api/v1/sources/{source_id}/sync",  # reads what is there
    "/console/sources/sync",
    "/graph/lifecycle",  # has a subscription renewed
}


def test_every_route_that_changes_something_has_a_row(alone: RunningWeb) -> None:  # noqa: F811
    changing = {route.path for route in alone.routes if (route.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}}
    rows = DONE.keys() | STORED.keys() | READS
    assert changing - rows == set()
    assert not DONE.keys() & STORED.keys()
    assert {action for action, _ in DONE.values()} | set(STORED.values()) <= ACTIONS.keys()


@pytest.mark.parametrize("path", DONE)
def test_what_a_route_does_is_written_down(alone: RunningWeb, path: str) -> None:  # noqa: F811
    action, act = DONE[path]
    trail = alone.services.store.audit
    token = (alone.settings.home / "api.token").read_text().strip()
    with comes_in(alone) as client:
        if path.startswith(("/api/v1/jobs", "/api/v1/people", "/api/v1/sources", "/report")):
            client.headers["Authorization"] = f"Bearer {token}"
        before = trail.head().sequence
        act(alone, client)
        added = [one for one in trail.walk(after=before) if one.entry.action == action]
    assert added, path
    last = added[-1]
    assert last.address == "127.0.0.1" or action == "session.opened"
    if action != "access.refused":
        assert last.actor, path
    assert trail.verify().problems == []
