"""How every route of the web process is asked about what somebody has. A route without a row here fails the test.

`whose` says what a route is about: one's own things, those of everybody that an administrator looks after, or nothing
of any person. Where a request names a thing by its id, the same is asked about an id that does not exist: whoever must
not see the thing gets the same answer.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

from tests.isolation.belongings import Belongings, docx
from tests.isolation.installations import HOST
from tests.isolation.targets import Target
from tests.isolation.worlds import Actor

Credential = Literal["token", "session", "none"]
Whose = Literal["own", "administered", "nobody"]
BOUNDARY = "boundary"


@dataclass(frozen=True)
class Sent:
    """A request as it is sent."""

    path: str = ""
    query: str = ""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Build = Callable[[Target], Sent]


@dataclass(frozen=True)
class Row:
    """How a route is asked.

    Attributes:
        build: the request about a target.
        whose: what it is about.
        credential: what the caller shows.
        names: whether it names a thing by its id, so that others' things and none have to look the same.
        own: statuses that its owner gets; a page of theirs also holds a marker where `shows`.
        shows: whether what its owner gets holds something of theirs.
    """

    build: Build
    whose: Whose
    credential: Credential
    names: bool = False
    own: tuple[int, ...] = (200, 202, 204, 303)
    shows: bool = False


def _plain(_target: Target) -> Sent:
    return Sent()


def _at(**query: str) -> Build:
    return lambda target: Sent(query=urlencode({name: _filled(value, target) for name, value in query.items()}))


def _json(**body: object) -> Build:
    def build(target: Target) -> Sent:
        filled = {name: _filled(value, target) for name, value in body.items()}
        return Sent(body=json.dumps(filled).encode(), headers={"Content-Type": "application/json"})

    return build


def _mcp(tool: str, **arguments: str) -> Build:
    """A call of a tool, as JSON-RPC."""

    def build(target: Target) -> Sent:
        filled = {name: _filled(value, target) for name, value in arguments.items()}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": filled}}
        kinds = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        return Sent(body=json.dumps(call).encode(), headers=kinds)

    return build


def _form(**fields: str) -> Build:
    def build(target: Target) -> Sent:
        filled = {name: _filled(value, target) for name, value in fields.items()}
        return Sent(body=urlencode(filled).encode(), headers={"Content-Type": "application/x-www-form-urlencoded"})

    return build


def _filled(value: object, target: Target) -> object:
    if not isinstance(value, str):
        return value
    return value.format(
        job=target.job, mailbox=target.mailbox, person=target.person, rule=target.rule, token=target.token,
        session=target.session, source=target.source, signal=target.signal, scan=target.scan,
        workspace=target.person_key[0], key="/".join(target.person_key),
    )  # fmt: skip


def _document(**fields: str) -> Build:
    """A form with a file."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + docx("Hello") + f"\r\n--{BOUNDARY}--\r\n".encode()
    return lambda _target: Sent(body=body, headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})


def _own(build: Build, *, shows: bool = False, names: bool = True, own: tuple[int, ...] = (200, 202, 204, 303)) -> Row:
    return Row(build, "own", "session", names=names, own=own, shows=shows)


def _own_by_token(
    build: Build, *, shows: bool = False, names: bool = True, own: tuple[int, ...] = (200, 202, 204)
) -> Row:
    return Row(build, "own", "token", names=names, own=own, shows=shows)


def _administered(build: Build, credential: Credential = "session", *, names: bool = True) -> Row:
    return Row(build, "administered", credential, names=names, own=(200, 303))


def _open(build: Build = _plain) -> Row:
    return Row(build, "nobody", "none")


def _by_anybody(build: Build, credential: Credential = "session") -> Row:
    return Row(build, "nobody", credential)


NEW_JOB = {"recipe": "rewrite", "inputs": {"text": "Hello there, this is a text."}}
UNREACHABLE = (303, 422, 503)  # what a mailbox says whose server does not answer
A_DOCUMENT = (200, 202, 404, 409, 422)  # a job of some other kind has none
WHILE_REMOVED = (201, 303, 404)  # a source that is being removed takes nothing
# A scan or source that was removed by an earlier request of the same world is gone for its owner, too.
OF_SCANS = (200, 202, 204, 303, 404)
OF_SOURCES = (200, 202, 303, 404, 409, 422)  # who has none gets 404
OF_QUESTIONS = (200, 303, 404)  # a job of some other kind is no question
ASK_PARTS = ("", "/answer", "/passages/{number}")
RECIPE_ROUTES: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("POST", "recipes", {"text": "x"}), ("GET", "recipes/{name}", {}), ("DELETE", "recipes/{name}", {}),
    ("PUT", "recipes/{name}", {"text": "x", "after": 0}), ("GET", "recipes/{name}/versions", {}),
    ("GET", "recipes/{name}/versions/{number}", {}), ("POST", "recipes/{name}/trials", {"count": 1}),
    ("POST", "recipes/{name}/rollback", {"version": 9, "after": 0}), ("GET", "recipe-trials/{trial_id}", {}),
    ("POST", "recipe-trials/{trial_id}/cancel", {}),
)  # fmt: skip

ROWS: dict[tuple[str, str], Row] = {
    ("POST", "/api/v1/jobs"): _own_by_token(_json(**NEW_JOB), names=False),
    ("GET", "/api/v1/jobs"): _own_by_token(_at(limit="200"), shows=True, names=False),
    ("GET", "/api/v1/jobs/{job_id}"): _own_by_token(_plain),
    ("GET", "/api/v1/jobs/{job_id}/events"): _own_by_token(
        lambda _target: Sent(headers={"Last-Event-ID": "0-0/end"}), own=(200, 204)
    ),
    ("GET", "/api/v1/jobs/{job_id}/passages/{number}"): _own_by_token(_plain, own=OF_QUESTIONS),
    ("POST", "/api/v1/jobs/{job_id}/remarks"): _own_by_token(_json(to=[{"address": "x@example.org"}]), own=(200, 409)),
    ("POST", "/api/v1/jobs/{job_id}/cancel"): _own_by_token(_plain, own=(200, 409)),
    ("POST", "/api/v1/jobs/{job_id}/retry"): _own_by_token(_plain, own=(202, 409)),
    ("POST", "/api/v1/jobs/{job_id}/outcome"): _own_by_token(_json(outcome="accepted"), own=(200, 409)),
    ("POST", "/api/v1/jobs/{job_id}/refine"): _own_by_token(_json(wish="shorter"), own=(200, 202, 409, 422)),
    ("POST", "/api/v1/jobs/{job_id}/values"): _own_by_token(_json(values=["Hello"]), own=(202, 409)),
    ("GET", "/api/v1/jobs/{job_id}/versions"): _own_by_token(_plain),
    ("POST", "/api/v1/documents/edit"): _own_by_token(_document(recipe="proofread"), names=False, own=(202,)),
    ("POST", "/api/v1/documents/fill"): _own_by_token(_document(brief="Fill it."), names=False, own=(202,)),
    ("GET", "/api/v1/jobs/{job_id}/document"): _own_by_token(_plain, own=A_DOCUMENT),
    ("POST", "/api/v1/jobs/{job_id}/document"): _own_by_token(_json(edits=[]), own=A_DOCUMENT),
    ("GET", "/api/v1/jobs/{job_id}/paragraphs"): _own_by_token(_plain, own=A_DOCUMENT),
    ("POST", "/api/v1/documents/drive"): _own_by_token(
        _json(link="https://drive.example.com/x", recipe="proofread"), names=False, own=(401,)
    ),
    ("GET", "/api/v1/waiting-draft"): _own_by_token(_at(message_id="<m1@example.com>"), names=False),
    ("GET", "/api/v1/jobs/{job_id}/saved"): _own_by_token(_plain, own=(409,)),
    ("GET", "/api/v1/sources"): _own_by_token(_plain, names=False),
    ("POST", "/api/v1/sources"): _own_by_token(
        _json(connector="folder", options={"path": "/nowhere"}), names=False, own=(201, 403, 422, 503)
    ),
    ("POST", "/api/v1/sources/uploads"): _own_by_token(_document(title="mine"), names=False, own=WHILE_REMOVED),
    ("GET", "/api/v1/sources/{source_id}"): _own_by_token(_plain, own=OF_SOURCES),
    ("DELETE", "/api/v1/sources/{source_id}"): _own_by_token(_plain, own=OF_SOURCES),
    ("POST", "/api/v1/sources/{source_id}/sync"): _own_by_token(_plain, own=OF_SOURCES),
    ("POST", "/api/v1/sources/{source_id}/state"): _own_by_token(_json(state="paused"), own=OF_SOURCES),
    ("DELETE", "/api/v1/sources/{source_id}/documents"): _own_by_token(_at(key="bonus.md"), own=OF_SOURCES),
    **{("GET", f"/console/signals{page}"): _own(_plain, names=False, shows=True) for page in ("", "/export")},
    ("GET", "/console/signals/signal"): _own(_at(signal="{signal}"), own=OF_SCANS),
    ("GET", "/console/signals/passage"): _own(_at(signal="{signal}", quote="1-0"), own=OF_SCANS),
    ("GET", "/console/signals/digest"): _own(_at(scan="{scan}"), own=OF_SCANS),
    ("POST", "/console/signals/decide"): _own(_form(signal="{signal}", state="confirmed"), own=OF_SCANS),
    ("POST", "/console/signals/scan"): _own(_form(title="Weekly"), names=False, own=(303, 422)),
    ("POST", "/console/signals/pause"): _own(_form(scan="{scan}", active="false"), own=OF_SCANS),
    **{("POST", f"/console/signals/{act}"): _own(_form(scan="{scan}"), own=OF_SCANS) for act in ("run", "remove")},
    ("GET", "/console/ask"): _own(_plain, names=False),
    ("POST", "/console/ask"): _own(_form(question="Whose is it?", follows="{job}"), own=OF_QUESTIONS),
    **{("GET", f"/console/ask/{{job_id}}{part}"): _own(_plain, own=OF_QUESTIONS) for part in ASK_PARTS},
    ("GET", "/console/sources"): _own(_plain, names=False),
    ("GET", "/console/sources/source"): _own(_at(source="{source}"), own=OF_SOURCES),
    ("POST", "/console/sources/add"): _own(_form(place="/nowhere"), names=False, own=(303, 403, 422, 503)),
    ("POST", "/console/sources/onedrive"): _own(_form(folder="Travel"), names=False, own=(204, 422)),
    ("POST", "/console/sources/sharepoint"): _own(
        _form(site="https://nowhere.example/sites/HR"), names=False, own=(204, 422)
    ),
    ("POST", "/console/sources/upload"): _own(_document(), names=False, own=WHILE_REMOVED),
    ("POST", "/console/sources/sync"): _own(_form(source="{source}"), own=OF_SOURCES),
    ("POST", "/console/sources/pause"): _own(_form(source="{source}"), own=OF_SOURCES),
    ("POST", "/console/sources/seal"): _own(_form(source="{source}", sealed="false"), own=(*OF_SOURCES, 409)),
    ("POST", "/console/sources/remove"): _own(_form(source="{source}"), own=OF_SOURCES),
    ("POST", "/console/sources/remove-document"): _own(_form(source="{source}", key="bonus.md"), own=OF_SOURCES),
    ("GET", "/api/v1/mailboxes"): _own_by_token(_plain, names=False),
    ("PATCH", "/api/v1/mailboxes"): _own_by_token(_json(name="{mailbox}", paused=True), own=(200, 404)),
    ("GET", "/api/v1/facts"): _own_by_token(_plain, names=False),
    ("PUT", "/api/v1/facts"): _own_by_token(_json(name="room", text="4"), names=False),
    ("DELETE", "/api/v1/facts"): _own_by_token(_at(name="{rule}"), own=(200, 404)),
    ("PUT", "/api/v1/facts/use"): _own_by_token(_json(use=True), names=False),
    ("GET", "/api/v1/recipes"): _own_by_token(_plain, names=False),
    ("GET", "/api/v1/people"): _administered(_plain, "token", names=False),
    ("POST", "/api/v1/people/merge"): _administered(_json(person="{key}", other="nobody@x.example"), "token"),
    ("POST", "/api/v1/people/split"): _administered(_json(workspace="{workspace}", person="{person}"), "token"),
    ("POST", "/api/v1/people/disable"): _administered(_json(person="{key}"), "token"),
    ("POST", "/api/v1/people/enable"): _administered(_json(person="{key}"), "token"),
    ("POST", "/api/v1/people/export"): Row(_json(person="{key}"), "administered", "token", names=True),
    ("GET", "/api/v1/signals"): _own_by_token(_plain, shows=True, names=False),
    ("GET", "/api/v1/signals/{signal_id}"): _own_by_token(_plain, own=OF_SCANS),
    ("POST", "/api/v1/signals/{signal_id}/decide"): _own_by_token(_json(state="confirmed"), own=OF_SCANS),
    ("POST", "/mcp"): _own_by_token(_mcp("result", job_id="{job}")),
    ("GET", "/mcp"): _by_anybody(_plain),
    ("DELETE", "/mcp"): _by_anybody(_plain),
    ("GET", "/api/v1/scans"): _own_by_token(_plain, names=False),
    ("POST", "/api/v1/scans"): _own_by_token(_json(title="Weekly"), names=False, own=(201,)),
    ("GET", "/api/v1/scans/{scan_id}/digest"): _own_by_token(_plain, own=OF_SCANS),
    ("POST", "/api/v1/scans/{scan_id}/run"): _own_by_token(_plain, own=OF_SCANS),
    ("DELETE", "/api/v1/scans/{scan_id}"): _own_by_token(_plain, own=OF_SCANS),
    ("GET", "/api/v1/policy/why"): _administered(_at(person="{key}"), "token"),
    ("GET", "/console/policies"): _own(_plain, names=False),
    ("POST", "/console/policies/check"): _by_anybody(_form(text="[installation]")),
    ("POST", "/console/policies/save"): _by_anybody(_form(text="[[", after="0")),
    ("POST", "/console/policies/restore"): _by_anybody(_form(number="1", after="0")),
    ("POST", "/api/v1/webhooks/outcome"): _open(_json(job="{job}", event="click")),
    ("POST", "/api/v1/session"): _open(),
    ("GET", "/report"): _own(_at(since="1y"), names=False),
    ("GET", "/report/charts/{name}.svg"): _own(_at(since="1y"), names=False, own=(200, 404)),
    ("GET", "/report/data.json"): _own(_at(since="1y"), names=False),
    ("GET", "/report/data.csv"): _own(_at(since="1y"), names=False),
    ("GET", "/report/jobs"): _own(_at(since="1y"), names=False),
    ("GET", "/report/jobs/{job_id}"): _own(_plain),
    ("GET", "/console"): _own(_plain, names=False),
    ("GET", "/console/jobs"): _own(_plain, names=False),
    ("GET", "/console/jobs/{job_id}"): _own(_plain),
    ("GET", "/console/jobs/{job_id}/result"): _own(_plain),
    ("GET", "/console/jobs/{job_id}/progress"): _own(_plain, own=(200, 204)),
    ("POST", "/console/jobs/{job_id}/cancel"): _own(_plain, own=(303, 409)),
    ("POST", "/console/jobs/{job_id}/retry"): _own(_plain, own=(303, 409)),
    ("POST", "/console/jobs/{job_id}/refine"): _own(_form(wish="shorter"), own=(200, 303, 422)),
    ("POST", "/console/jobs/{job_id}/fill"): _own(_form(text="Hello")),
    ("POST", "/console/jobs/{job_id}/values"): _own(_form(value="Hello"), own=(303, 422)),
    ("GET", "/console/jobs/{job_id}/document"): _own(_plain, own=(200, 404)),
    ("POST", "/console/jobs/{job_id}/use"): _own(_form(text="Hello"), own=(303, 422)),
    ("POST", "/console/jobs/{job_id}/unuse"): _own(_plain, own=(303, 409)),
    ("POST", "/console/jobs/{job_id}/discard"): _own(_form(reason="tone"), own=(303, 422)),
    ("GET", "/console/connections"): _own(_plain, names=False, shows=True),
    ("POST", "/console/connections/imap"): _own(
        _form(host="127.0.0.1", port="9", user="{mailbox}", password="x", security="none"), own=(409, *UNREACHABLE)
    ),
    ("POST", "/console/connections/microsoft"): _own(_plain, names=False, own=(204, 422)),
    ("POST", "/console/connections/google"): _own(_plain, names=False, own=(204, 422)),
    ("POST", "/console/connections/groups"): _by_anybody(_form(group="Sales")),
    ("POST", "/console/connections/groups/end"): _by_anybody(_form(group="Sales")),
    ("GET", "/console/connections/mailbox"): _own(_at(name="{mailbox}"), own=(200, 404), shows=True),
    ("POST", "/console/connections/mailbox/settings"): _own(_form(name="{mailbox}", paused="true"), own=(303, 404)),
    ("POST", "/console/connections/mailbox/login"): _own(
        _form(name="{mailbox}", password="y"), own=(404, *UNREACHABLE)
    ),
    ("POST", "/console/connections/mailbox/check"): _own(_form(name="{mailbox}"), own=(404, *UNREACHABLE)),
    ("POST", "/console/connections/mailbox/draft-anyway"): _own(
        _form(name="{mailbox}", mail="1"), own=(404, *UNREACHABLE)
    ),
    ("POST", "/console/connections/mailbox/known"): _own(_form(name="{mailbox}", mail="1"), own=(404,)),
    ("POST", "/console/connections/mailbox/voice"): _own(_form(name="{mailbox}", learn="false"), own=(303, 404)),
    ("POST", "/console/connections/mailbox/remove"): _own(_form(name="{mailbox}"), own=(303, 404)),
    **{("GET", f"/console/learned{part}"): _own(_plain, names=False, shows=True) for part in ("", "/export")},
    ("POST", "/console/learned/find"): _own(_plain, names=False),
    ("POST", "/console/learned/edit"): _own(_form(key="{rule}", old="a", new="b")),
    ("POST", "/console/learned/switch"): _own(_form(key="{rule}", use="true")),
    ("POST", "/console/learned/forget"): _own(_form(key="{rule}")),
    ("POST", "/console/learned/share"): _own(_form(shares="true"), names=False),
    ("POST", "/console/learned/facts"): _own(_form(name="room", text="4"), names=False),
    ("POST", "/console/learned/facts/remove"): _own(_form(name="{rule}"), own=(303, 404)),
    ("POST", "/console/learned/grounds"): _own(_form(use="true"), names=False),
    ("GET", "/console/sessions"): _own(_plain, names=False, shows=True),
    ("POST", "/console/sessions/language"): _own(_form(language="de"), names=False),
    ("POST", "/console/sessions/end"): _own(_form(session="{session}")),
    ("GET", "/console/tokens"): _own(_plain, names=False, shows=True),
    ("POST", "/console/tokens"): _own(_form(name="ci", scopes="jobs", days="1"), names=False),
    ("POST", "/console/tokens/revoke"): _own(_form(token="{token}")),
    ("GET", "/console/recipes"): _own(_plain, names=False),
    ("GET", "/console/recipes/{name}"): _own(_plain, names=False),
    ("POST", "/console/recipes/{name}/try"): _own(_form(text="Hello there."), names=False),
    # Whose a trial is: tests/core/recipes/test_trials.py.
    **{
        (method, f"/console/{path}"): _by_anybody(_form(text="x", number="9", after="0"))
        for method, path in (
            ("POST", "recipes/{name}/check"), ("POST", "recipes/{name}/save"), ("POST", "recipes/{name}/restore"),
            ("POST", "recipes/{name}/off"), ("POST", "recipes/{name}/trial"), ("GET", "recipes/{name}/versions"),
            ("GET", "new-recipe"), ("POST", "new-recipe"), ("POST", "new-recipe/check"),
            ("GET", "recipe-trials/{trial_id}"), ("GET", "recipe-trials/{trial_id}/results"),
            ("POST", "recipe-trials/{trial_id}/cancel"),
        )
    },
    **{(method, f"/api/v1/{path}"): _by_anybody(_json(**body), "token") for method, path, body in RECIPE_ROUTES},
    ("POST", "/console/recipes/{name}/variants/{variant}"): _by_anybody(_form(decision="pinned")),
    **{("GET", f"/console/{page}"): _administered(_plain, names=False) for page in ("models", "health")},
    ("POST", "/console/models/{name}/test"): _by_anybody(_plain),
    ("GET", "/console/people"): _administered(_plain, names=False),
    ("POST", "/console/people/merge"): _administered(_form(person="{key}", other="nobody@x.example")),
    ("POST", "/console/people/disable"): _administered(_form(person="{key}")),
    ("POST", "/console/people/enable"): _administered(_form(person="{key}")),
    ("POST", "/console/people/split"): _administered(_form(workspace="{workspace}", person="{person}")),
    ("POST", "/console/people/team"): _administered(_form(workspace="{workspace}", person="{person}", team="X")),
    ("POST", "/console/people/purge"): _administered(
        _form(workspace="{workspace}", person="{person}", again="{person}")
    ),
    ("POST", "/console/people/export"): _administered(_form(workspace="{workspace}", person="{person}")),
    ("POST", "/console/people/export/own"): _own(_plain, names=False, shows=True, own=(200, 429)),
    ("GET", "/console/audit"): _administered(_plain, names=False),
    ("POST", "/console/sign-out"): _own(_plain, names=False),
    **{
        ("GET", path): _open()
        for path in (
            "/", "/api/v1/openapi.json", "/healthz", "/readyz",
             "/metrics", "/slack/install", "/slack/oauth_redirect", "/outlook/{name}.html", "/outlook/{name}.js",
            "/outlook/assets/{name}", "/outlook/icons/{name}", "/outlook/manifest.xml", "/outlook/manifest.json",
            "/word/{name}.html", "/word/{name}.js", "/word/assets/{name}", "/word/icons/{name}", "/word/config.json",
            "/word/manifest.xml", "/word/manifest.json", "/graph/sign-in", "/graph/signed-in", "/gmail/sign-in",
            "/gmail/signed-in", "/console/sign-in", "/console/signed-in",
            "/console/signed-in/openid", "/console/static/{name}",
        )
    },
    **{
        ("POST", path): _open()
        for path in (
            "/slack/events", "/graph/notifications", "/graph/lifecycle", "/graph/sign-in", "/graph/signed-in",
            "/graph/signed-in/answer", "/gmail/sign-in", "/gmail/signed-in/answer", "/console/sign-in",
            "/console/sign-in/here", "/console/sign-in/microsoft", "/console/sign-in/openid", "/console/signed-in",
        )
    },
}  # fmt: skip
PATH_NAMES = {
    "/outlook/{name}.html": "taskpane", "/outlook/{name}.js": "onsend", "/outlook/assets/{name}": "taskpane.js",
    "/outlook/icons/{name}": "icon-16.png", "/word/{name}.js": "start",
    "/word/{name}.html": "taskpane", "/word/assets/{name}": "taskpane.js", "/word/icons/{name}": "icon-16.png",
    "/console/static/{name}": "inlaid.css", "/report/charts/{name}.svg": "trend",
    "/console/models/{name}/test": "none",
}  # fmt: skip


def request_of(route: tuple[str, str], target: Target) -> Sent:
    """Return the request to a route about a target."""
    sent = ROWS[route].build(target)
    name = PATH_NAMES.get(route[1], "rewrite")
    return Sent(
        route[1].format(
            job_id=target.job, source_id=target.source, signal_id=target.signal, scan_id=target.scan, name=name,
            variant="main", number=0, trial_id=target.job,
        ),
        sent.query, sent.body, sent.headers,
    )  # fmt: skip


def credential_of(actor: Actor, has: Belongings, credential: Credential) -> dict[str, str]:
    """Return the headers by which somebody says who they are."""
    own_page = {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"}
    if credential == "token":
        return {"Authorization": f"Bearer {has.tokens[actor.door.key][1]}"}
    if credential == "session":
        return {**own_page, "Cookie": f"inlaid_console={has.sessions[actor.door.key][1]}"}
    return own_page
