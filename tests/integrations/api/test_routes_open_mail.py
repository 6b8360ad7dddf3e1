"""Jobs about a mail that the caller has open, and the draft that waits for its thread."""

import json
from base64 import b64encode
from typing import Any

import httpx
import pytest

from core.drafts import Draft, DraftSource
from core.job import OpenMailTarget
from integrations.mail.accounts.open_mail import OpenMailSurface
from integrations.registry import Surfaces
from tests.integrations.api.running import RunningWeb

MAIL = {
    "message_id": "<one@kontor.example>",
    "references": ["<root@contoso.com>"],
    "subject": "Pumps",
    "sender": {"name": "Tom", "address": "tom@kontor.example"},
    "sent_on": "2026-11-25",
    "html": "<p>Can you deliver?</p>",
}


def asked(client: httpx.Client, recipe: str, key: str = "", about: Any = MAIL, **inputs: Any) -> httpx.Response:
    form = {"recipe": recipe, "inputs": inputs, "about": about, "surface": "outlook"}
    return client.post("/api/v1/jobs", json=form, headers={"Idempotency-Key": key} if key else {})


@pytest.mark.parametrize(
    ("recipe", "inputs", "gives", "into"),
    [
        ("reply", {"instruction": "yes"}, "reply", ""),
        ("ask", {"question": "When?"}, "passages", "passages"),
        ("summarize", {}, "text", "text"),
    ],
)
def test_a_job_keeps_the_mail_as_a_file_for_the_worker(
    web: RunningWeb, client: httpx.Client, recipe: str, inputs: dict[str, str], gives: str, into: str
) -> None:
    response = asked(client, recipe, **inputs)
    assert response.status_code == 202, response.text
    job = web.claim(response.json()["id"])
    assert job.surface == "outlook"
    assert {name: value for name, value in job.inputs.items() if value} == inputs
    assert (job.delivery["gives"], job.delivery["into"], job.delivery["subject"]) == (gives, into, MAIL["subject"])
    kept = json.loads(web.context.effects.get_file(job, OpenMailTarget.MAIL_FILE))
    assert (kept["html"], kept["sender"]) == (MAIL["html"], MAIL["sender"])
    surface = Surfaces().of(job)
    assert isinstance(surface, OpenMailSurface)
    assert "Can you deliver?" in str(surface.prepare(job, web.context))


def test_the_files_of_the_mail_are_kept_with_the_job_and_read_by_the_worker(
    web: RunningWeb, client: httpx.Client
) -> None:
    content = b64encode(b"The total is 4,380 pounds.").decode()
    files = [{"name": "Offer.txt", "content": content, "size_bytes": 26}, {"name": "Drive.docx"}]
    job = web.claim(asked(client, "reply", about={**MAIL, "attachments": files}).json()["id"])
    assert "4,380" not in str(job.inputs)
    surface = Surfaces().of(job)
    assert isinstance(surface, OpenMailSurface)
    assert "The total is 4,380 pounds." in surface.prepare(job, web.context)["attached"]


def test_what_those_who_are_to_get_a_draft_may_not_read_is_told_to_its_person(
    web: RunningWeb, client: httpx.Client
) -> None:
    job = web.claim(asked(client, "ask", question="When?").json()["id"])
    path, kim = f"/api/v1/jobs/{job.id}/remarks", {"name": "Kim Park", "address": "kim@x.example"}
    assert client.post(path, json={"to": [kim]}).status_code == 409  # there is no draft yet
    # What is not there any more, nobody may read.
    cited = DraftSource(number=1, title="Handbook", quote="On Monday.", place="987/0")
    web.finish(job, Draft(recipe="ask", text="On Monday. [1]", sources=(cited,)))
    said = ["Rests on “Handbook”, which kim@x.example may not read."]
    assert client.post(path, json={"to": [kim]}).json() == {"remarks": said}
    assert client.post(path, json={"to": [kim], "owner": kim}).json() == {"remarks": []}
    assert client.post(path, json={"to": []}).json() == {"remarks": []}


def test_the_same_key_with_another_mail_is_a_conflict(client: httpx.Client) -> None:
    first = asked(client, "summarize", "k").json()["id"]
    assert asked(client, "summarize", "k").json()["id"] == first
    assert asked(client, "summarize", "k", {**MAIL, "html": "<p>Other.</p>"}).status_code == 409


@pytest.mark.parametrize(
    ("recipe", "about", "further", "field"),
    [
        ("reply", {**MAIL, "sent_on": "2026-13-45"}, {}, "about.sent_on"),
        ("reply", {**MAIL, "html": "x" * 1_000_001}, {}, "about.html"),
        ("reply", {**MAIL, "to": [{"name": 1}]}, {}, "about.to.0.name"),
        ("reply", {**MAIL, "password": "x"}, {}, "about.password"),
        ("reply", {**MAIL, "attachments": [{"name": "a.txt"}] * 7}, {}, "about.attachments"),
        ("reply", MAIL, {"inputs": {"message": "Other."}}, "message"),
        ("ask", MAIL, {"inputs": {}}, "question"),
        ("summarize", MAIL, {"mail": {"to": []}}, "about"),
        ("summarize", MAIL, {"paragraphs": [{"id": "1", "hash": "", "text": "x"}]}, "about"),
        ("summarize", MAIL, {"surface": "elsewhere"}, "surface"),
    ],
)
def test_a_fault_is_named_by_its_field(
    client: httpx.Client, recipe: str, about: Any, further: dict[str, Any], field: str
) -> None:
    response = client.post("/api/v1/jobs", json={"recipe": recipe, "inputs": {}, "about": about, **further})
    assert response.status_code == 422, response.text
    assert field in response.json()["error"]["fields"]


def test_recipes_say_that_they_are_for_outlook(client: httpx.Client) -> None:
    recipes = {one["name"]: one["surfaces"] for one in client.get("/api/v1/recipes").json()["recipes"]}
    for name in ("reply", "ask", "summarize", "actions", "rewrite"):
        assert "outlook" in recipes[name]


def test_nobody_has_a_draft_that_waits_for_a_mail_of_nowhere(client: httpx.Client) -> None:
    asked_for = {"message_id": "<one@kontor.example>", "before": ["<root@contoso.com>"]}
    assert client.get("/api/v1/waiting-draft", params=asked_for).json() == {"job": None}
    assert client.get("/api/v1/waiting-draft").status_code == 422


def test_a_new_version_has_the_same_mail_and_surface(web: RunningWeb, client: httpx.Client) -> None:
    first = web.claim(asked(client, "reply", instruction="yes").json()["id"])
    web.finish(first, Draft(recipe="reply", text="Yes, on Monday.", model="org/Large"))
    response = client.post(f"/api/v1/jobs/{first.id}/refine", json={"wish": "shorter"})
    assert response.status_code == 202, response.text
    made = web.claim(response.json()["id"])
    assert (made.surface, made.refines, made.delivery) == ("outlook", first.id, first.delivery)
    assert "Can you deliver?" in str(OpenMailSurface().prepare(made, web.context)["message"])
