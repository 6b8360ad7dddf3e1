"""Every route that changes something, as it is asked for real to find its entry in the audit trail.

Whatever somebody wrote holds the word SECRET, which must be nowhere in the trail.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx

from core.drafts import Draft
from core.job import JobRequest
from integrations.api.outcomes import sign
from integrations.mail.graph.groups import MailGroup, MailGroups
from tests.core.audit.written import SECRET
from tests.fakes.slack import FakeSlack
from tests.integrations.console.conftest import browser
from tests.integrations.console.pages.test_connections import filled
from tests.integrations.documents.build import document, p, run
from tests.integrations.web.acting import BOB, MAILBOX, NEW_JOB, OF_BOB, SUMMARY, WEBHOOK_SECRET, Answer, Bench, Kind
from tests.integrations.web.audited_mailboxes import checks_mailbox, drafts_anyway, learns_voice
from tests.integrations.web.audited_sign_ins import (
    by_microsoft,
    by_openid,
    drive,
    gmail_mailbox,
    gmail_mailbox_after_a_question,
    graph_mailbox,
    graph_mailbox_after_a_question,
    group_of_entra,
    here,
    installs,
)


@dataclass(frozen=True)
class Case:
    """A route.

    Attributes:
        action: whose entry it leaves.
        act: asks it.
        door: through which the entry says that it came; `workspace` whose administrators see it.
        has_thing: whether the entry says to what it was done.
        is_known: whether somebody is signed in, so that the entry names them.
        entries: how many entries of this action its calls leave at least.
    """

    action: str
    act: Callable[[Bench], object]
    door: str = "console"
    workspace: str = "local"
    has_thing: bool = True
    is_known: bool = True
    kind: Kind = "alone"
    entries: int = 1
    status: tuple[int, ...] = field(default=(200, 201, 202, 204, 303))


A_FILE = {"file": (f"{SECRET}.txt", f"The printer stands in room 204, says {SECRET}.".encode())}


def _document(**fields: str) -> Callable[[Bench], Answer]:
    data = document(p(run(f"We will recieve the {SECRET} chairs for {{{{ customer }}}} on Friday.")))

    def act(bench: Bench) -> Answer:
        path = "fill" if "brief" in fields else "edit"
        return bench.call(f"/api/v1/documents/{path}", files={"file": ("given.docx", data)}, data=fields)

    return act


def _webhook(bench: Bench) -> Answer:
    body = json.dumps({"job": bench.job().id, "event": "sale", "value": 1.0}).encode()
    stamp = int(time.time())
    headers = {
        "webhook-id": "msg_1", "webhook-timestamp": str(stamp),
        "webhook-signature": sign(WEBHOOK_SECRET, "msg_1", stamp, body),
    }  # fmt: skip
    return httpx.post(f"{bench.web.url}/api/v1/webhooks/outcome", content=body, headers=headers, trust_env=False)


def _slack(bench: Bench) -> Answer:
    slack: FakeSlack = bench.outside("slack")
    acme = slack.workspace("Acme")
    form = {"command": "/rewrite", "text": SECRET, "team_id": acme.id, "user_id": "U1", "channel_id": "D1"}
    body, stamp = urlencode({**form, "trigger_id": "1.2"}), str(int(time.time()))
    key = bench.web.settings.slack_signing_secret.get_secret_value().encode()
    digest = hmac.new(key, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}",
    }  # fmt: skip
    return httpx.post(f"{bench.web.url}/slack/events", content=body, headers=headers, trust_env=False)


def _ends_group(bench: Bench) -> Answer:
    MailGroups(bench.web.services.store.records).save(MailGroup("94da1e01-bbab", SECRET))
    return bench.post("/console/connections/groups/end", group=SECRET)


def _forgets_fact(bench: Bench) -> Answer:
    bench.post("/console/learned/facts", name=SECRET, text="4")
    return bench.post("/console/learned/facts/remove", name=SECRET)


def _find_wishes(bench: Bench) -> Answer:
    store, owner = bench.web.services.store, bench.web.settings.local_person
    for number in range(12):
        job = store.jobs.add(JobRequest("rewrite", {"text": SECRET}, "api", owner))[0]
        bench.web.finish(bench.web.claim(job.id), Draft(recipe="rewrite", text=f"{SECRET} {number} is done! Good."))
        text = f"{SECRET} {number} is done. Good."
        store.outcomes.add(store.jobs.get(job.id), "edited", person=owner, distance=None, detail={"text": text})
    bench.browse(lambda client: client.get("/report"))  # counts what was done
    return bench.post("/console/learned/find")


def _ends_a_session(bench: Bench) -> Answer:
    def act(client: httpx.Client) -> Answer:
        page = client.get("/console/sessions").text
        return client.post("/console/sessions/end", data={"session": page.split('name="session" value="')[1][:64]})

    return bench.browse(act)


def _revokes(bench: Bench) -> Answer:
    token, _ = bench.web.services.store.tokens.add("local", "ann", name="x", scopes=["jobs"], days=1)
    return bench.post("/console/tokens/revoke", token=token.id)


def _restores_policies(bench: Bench) -> Answer:
    bench.web.services.api.policies.book.versions.save("[installation]", by="x", after=0)
    return bench.post("/console/policies/restore", number="1", after="1")


def _takes_back_use(bench: Bench) -> Answer:
    job = bench.job()
    assert bench.post(f"/console/jobs/{job.id}/use", text=f"Dear {SECRET}").status_code == 303
    return bench.post(f"/console/jobs/{job.id}/unuse")


def _gets(path: str) -> Callable[[Bench], Answer]:
    return lambda bench: bench.browse(lambda client: client.get(path))


def _wrong_token(bench: Bench) -> Answer:
    with browser(bench.web) as client:
        return client.post("/console/sign-in", data={"token": SECRET})


CASES: dict[str, Case] = {
    "/api/v1/jobs": Case("job.requested", lambda b: b.call("/api/v1/jobs", NEW_JOB), "api"),
    "/api/v1/jobs/{job_id}/cancel": Case(
        "job.cancelled", lambda b: b.call(f"/api/v1/jobs/{b.job('queued').id}/cancel"), "api"
    ),
    "/api/v1/jobs/{job_id}/retry": Case(
        "job.retried", lambda b: b.call(f"/api/v1/jobs/{b.job('cancelled').id}/retry"), "api"
    ),
    "/api/v1/jobs/{job_id}/outcome": Case(
        "result.decided",
        lambda b: b.call(f"/api/v1/jobs/{b.job().id}/outcome", {"outcome": "edited", "text": SECRET, "reason": SECRET}),
        "api",
    ),
    "/api/v1/webhooks/outcome": Case("result.decided", _webhook, "api", is_known=False),
    "/api/v1/documents/edit": Case("job.requested", _document(recipe="proofread"), "api"),
    "/api/v1/documents/fill": Case("job.requested", _document(brief=f"The customer is {SECRET}."), "api"),
    "/api/v1/documents/drive": Case("job.requested", drive, "api", workspace="tenant", kind="microsoft"),
    "/api/v1/people/merge": Case(
        "person.linked",
        lambda b: b.call("/api/v1/people/merge", {"person": b.bob(), "other": b.other()}),
        "api",
        workspace="T1",
    ),
    "/api/v1/people/split": Case(
        "person.linked", lambda b: b.call("/api/v1/people/split", b.merged()), "api", workspace="T1"
    ),
    "/api/v1/people/disable": Case(
        "person.disabled", lambda b: b.call("/api/v1/people/disable", {"person": b.bob()}), "api"
    ),
    "/api/v1/people/enable": Case(
        "person.enabled",
        lambda b: (
            b.call("/api/v1/people/disable", {"person": b.bob()}),
            b.call("/api/v1/people/enable", {"person": BOB}),
        )[1],
        "api",
    ),
    "/api/v1/people/export": Case(
        "person.exported", lambda b: (b.job(), b.call("/api/v1/people/export", {"person": ""}))[1], "api"
    ),
    "/api/v1/session": Case("session.opened", lambda b: b.browse(lambda c: c.post("/api/v1/session")), "api"),
    "/console/sign-in": Case("access.refused", _wrong_token, has_thing=False, is_known=False, status=(401,)),
    "/console/sign-in/here": Case("session.opened", here),
    "/console/sign-in/microsoft": Case("session.opened", by_microsoft, workspace="tenant", kind="microsoft"),
    "/console/signed-in": Case("session.opened", by_microsoft, workspace="tenant", kind="microsoft"),
    "/console/sign-in/openid": Case("session.opened", by_openid, workspace="realm", kind="openid"),
    "/console/signed-in/openid": Case("session.opened", by_openid, workspace="realm", kind="openid"),
    "/console/sign-out": Case("session.ended", lambda b: b.post("/console/sign-out")),
    "/console/jobs/{job_id}/cancel": Case(
        "job.cancelled", lambda b: b.post(f"/console/jobs/{b.job('queued').id}/cancel")
    ),
    "/console/jobs/{job_id}/retry": Case(
        "job.retried", lambda b: b.post(f"/console/jobs/{b.job('cancelled').id}/retry")
    ),
    "/console/jobs/{job_id}/use": Case(
        "result.decided", lambda b: b.post(f"/console/jobs/{b.job().id}/use", text=f"Dear {SECRET}")
    ),
    "/console/jobs/{job_id}/unuse": Case("result.decided", _takes_back_use, entries=2),
    "/console/jobs/{job_id}/discard": Case(
        "result.decided", lambda b: b.post(f"/console/jobs/{b.job().id}/discard", reason="tone")
    ),
    "/console/connections/imap": Case(
        "connection.changed",
        lambda b: b.post("/console/connections/imap", **filled(b.outside("dovecot"), f"{b.name}@example.org")),
    ),
    "/console/connections/groups": Case("connection.changed", group_of_entra, kind="microsoft"),
    "/console/connections/groups/end": Case("connection.removed", _ends_group),
    f"{MAILBOX}/settings": Case(
        "connection.set",
        lambda b: b.post(f"{MAILBOX}/settings", name=b.mailbox(), aliases=f"{SECRET}@x.org"),
    ),
    f"{MAILBOX}/login": Case(
        "connection.changed",
        lambda b: b.post(f"{MAILBOX}/login", name=b.mailbox(), password=filled(b.outside("dovecot"), "")["password"]),
    ),
    f"{MAILBOX}/check": Case("job.requested", checks_mailbox),
    f"{MAILBOX}/draft-anyway": Case("job.requested", drafts_anyway),
    f"{MAILBOX}/voice": Case("style.learnt", learns_voice),
    f"{MAILBOX}/remove": Case("connection.removed", lambda b: b.post(f"{MAILBOX}/remove", name=b.mailbox())),
    "/console/learned/find": Case("preference.changed", _find_wishes),
    "/console/learned/edit": Case(
        "preference.changed", lambda b: b.post("/console/learned/edit", key=b.wish(), old=f"{SECRET} 2", new="x")
    ),
    "/console/learned/switch": Case(
        "preference.changed", lambda b: b.post("/console/learned/switch", key=b.wish(), use="true")
    ),
    "/console/learned/forget": Case("preference.removed", lambda b: b.post("/console/learned/forget", key=b.wish())),
    "/console/learned/share": Case("consent.changed", lambda b: b.post("/console/learned/share", shares="true")),
    "/api/v1/mailboxes": Case(
        "connection.set",
        lambda b: b.call("/api/v1/mailboxes", {"name": b.mailbox(), "signatures": {"en": SECRET}}, method="PATCH"),
        "api",
    ),
    "/api/v1/facts": Case(
        "fact.changed", lambda b: b.call("/api/v1/facts", {"name": SECRET, "text": "4"}, method="PUT"), "api"
    ),
    "/api/v1/facts/use": Case(
        "preference.changed", lambda b: b.call("/api/v1/facts/use", {"use": False}, method="PUT"), "api"
    ),
    "/console/learned/facts": Case("fact.changed", lambda b: b.post("/console/learned/facts", name=SECRET, text="4")),
    "/console/learned/facts/remove": Case("fact.removed", _forgets_fact),
    "/console/learned/grounds": Case("preference.changed", lambda b: b.post("/console/learned/grounds", use="true")),
    "/console/learned/export": Case("preference.exported", _gets("/console/learned/export"), has_thing=False),
    "/console/ask": Case("job.requested", lambda b: b.post("/console/ask", question=f"Where is {SECRET}?")),
    "/console/recipes/{name}/try": Case("job.requested", lambda b: b.post("/console/recipes/summarize/try", **SUMMARY)),
    "/console/recipes/{name}/variants/{variant}": Case(
        "variant.decided", lambda b: b.post("/console/recipes/variants/variants/plain", decision="pinned")
    ),
    "/console/people/team": Case(
        "team.joined", lambda b: b.post("/console/people/team", **{**OF_BOB, "person": b.bob(), "team": "Sales"})
    ),
    "/console/people/purge": Case(
        "person.purged", lambda b: b.post("/console/people/purge", **{**OF_BOB, "person": b.bob(), "again": BOB})
    ),
    "/console/people/export": Case(
        "person.exported", lambda b: b.post("/console/people/export", **{**OF_BOB, "person": b.bob()})
    ),
    "/console/people/export/own": Case("person.exported", lambda b: b.post("/console/people/export/own")),
    "/console/people/merge": Case(
        "person.linked", lambda b: b.post("/console/people/merge", person=b.bob(), other=b.other()), workspace="T1"
    ),
    "/console/people/split": Case(
        "person.linked", lambda b: b.post("/console/people/split", **b.merged()), workspace="T1"
    ),
    "/console/people/disable": Case("person.disabled", lambda b: b.post("/console/people/disable", person=b.bob())),
    "/console/people/enable": Case(
        "person.enabled",
        lambda b: (
            b.post("/console/people/disable", person=b.bob()),
            b.post("/console/people/enable", person=BOB),
        )[1],
    ),
    "/console/sessions/language": Case(
        "preference.changed", lambda b: b.post("/console/sessions/language", language="de")
    ),
    "/console/sessions/end": Case("session.ended", _ends_a_session),
    "/console/tokens": Case("token.added", lambda b: b.post("/console/tokens", name="ci", scopes="jobs", days="3")),
    "/console/tokens/revoke": Case("token.revoked", _revokes),
    "/report/data.csv": Case("report.exported", _gets("/report/data.csv"), has_thing=False),
    "/report/data.json": Case("report.exported", _gets("/report/data.json"), has_thing=False),
    "/api/v1/sources": Case("source.changed", lambda b: b.call("/api/v1/sources", b.folder("api")), "api"),
    "/api/v1/sources/uploads": Case(
        "source.changed", lambda b: b.call("/api/v1/sources/uploads", files=A_FILE, data={"title": SECRET}), "api"
    ),
    "/api/v1/sources/{source_id}/state": Case(
        "source.changed", lambda b: b.call(f"/api/v1/sources/{b.uploads()}/state", {"state": "paused"}), "api"
    ),
    "/api/v1/sources/{source_id}/documents": Case(
        "source.changed", lambda b: b.delete(f"/api/v1/sources/{b.uploads()}/documents", key=f"{SECRET}\n"), "api"
    ),
    "/api/v1/sources/{source_id}": Case("source.removed", lambda b: b.delete(f"/api/v1/sources/{b.uploads()}"), "api"),
    "/console/sources/add": Case(
        "source.changed", lambda b: b.post("/console/sources/add", place=b.folder("console")["options"]["path"])
    ),
    "/console/sources/upload": Case(
        "source.changed", lambda b: b.browse(lambda c: c.post("/console/sources/upload", files=A_FILE))
    ),
    "/console/sources/pause": Case("source.changed", lambda b: b.post("/console/sources/pause", source=b.uploads())),
    "/console/sources/seal": Case(
        "source.changed", lambda b: b.post("/console/sources/seal", source=b.uploads(), sealed="false")
    ),
    "/console/sources/remove": Case("source.removed", lambda b: b.post("/console/sources/remove", source=b.uploads())),
    "/console/sources/remove-document": Case(
        "source.changed", lambda b: b.post("/console/sources/remove-document", source=b.uploads(), key=f"{SECRET}\n")
    ),
    "/api/v1/signals/{signal_id}/decide": Case(
        "signal.decided", lambda b: b.call(f"/api/v1/signals/{b.scan()[1]}/decide", {"state": "confirmed"}), "api"
    ),
    "/api/v1/scans": Case(
        "scan.changed", lambda b: b.call("/api/v1/scans", {"title": SECRET, "sources": [b.uploads()]}), "api"
    ),
    "/api/v1/scans/{scan_id}": Case("scan.removed", lambda b: b.delete(f"/api/v1/scans/{b.scan()[0]}"), "api"),
    "/console/signals/decide": Case(
        "signal.decided", lambda b: b.post("/console/signals/decide", signal=b.scan()[1], state="done", owner=SECRET)
    ),
    "/console/signals/scan": Case(
        "scan.changed", lambda b: b.post("/console/signals/scan", title=SECRET, source=b.uploads())
    ),
    "/console/signals/pause": Case(
        "scan.changed", lambda b: b.post("/console/signals/pause", scan=b.scan()[0], active="false")
    ),
    "/console/signals/remove": Case("scan.removed", lambda b: b.post("/console/signals/remove", scan=b.scan()[0])),
    "/console/signals/export": Case(
        "signals.exported", lambda b: b.browse(lambda c: c.get("/console/signals/export")), has_thing=False
    ),
    "/console/policies/save": Case(
        "policy.changed",
        lambda b: b.post("/console/policies/save", text="[installation]", after="0"),
        workspace="policies",
    ),
    "/console/policies/restore": Case("policy.changed", _restores_policies, workspace="policies"),
    "/slack/events": Case("job.requested", _slack, "slack", workspace="slack"),
    "/slack/oauth_redirect": Case(
        "installation.changed", installs, "slack", workspace="slack", is_known=False, kind="slack"
    ),
    "/gmail/signed-in": Case("connection.changed", gmail_mailbox, "mail", is_known=False, kind="google"),
    "/gmail/signed-in/answer": Case(
        "connection.changed", gmail_mailbox_after_a_question, "mail", is_known=False, kind="google"
    ),
    "/graph/signed-in/answer": Case(
        "connection.changed", graph_mailbox_after_a_question, "mail", is_known=False, kind="microsoft"
    ),
    "/graph/signed-in": Case(
        "connection.changed", graph_mailbox, "mail", workspace="tenant", is_known=False, kind="microsoft"
    ),
}
# What changes nothing that is written down: it shows, gives a link, or wakes a worker, who writes down what it does.
READS = {
    "/api/v1/jobs/{job_id}/remarks",
    "/api/v1/jobs/{job_id}/document",  # the chosen changes of one's own document
    "/console/connections/microsoft",  # gives a link
    "/console/connections/google",  # so does this
    "/console/sources/onedrive",  # gives a link; the source is written down when somebody has signed in
    "/console/sources/sharepoint",  # so does this, or the source is written down as by /api/v1/sources
    "/console/jobs/{job_id}/fill",
    "/console/models/{name}/test",
    "/console/recipes/{name}/check",
    "/console/new-recipe/check",
    "/graph/sign-in",  # leads to the sign-in
    "/gmail/sign-in",
    "/graph/lifecycle",  # has a subscription renewed
    "/graph/notifications",  # has a mailbox read
    "/api/v1/sources/{source_id}/sync",  # has what is there read
    "/console/sources/sync",
    "/console/connections/mailbox/known",  # a warning is shown no more
    "/console/signals/run",
    "/console/policies/check",
    "/api/v1/scans/{scan_id}/run",  # nothing, where nothing is new; what it asks for is written down as a job
    "/mcp",  # its tools ask for jobs as the API does; tests/integrations/web/test_assistants.py
}
