"""Jobs on paragraphs that the caller holds, and the choice among the edits of a document."""

import io
from collections.abc import Mapping
from typing import Any

import docx
import httpx
import pytest

from core.drafts import Draft, Edit
from integrations.documents import read_document
from integrations.documents.reading import editable_paragraphs
from integrations.documents.surface import DocumentSurface
from integrations.registry import Surfaces
from integrations.word import surface
from tests.integrations.api.running import RunningWeb
from tests.integrations.api.test_documents import a_document, sent

ONE = {"id": "P1", "hash": "h1", "text": "Teh report is late."}
TWO = {"id": "P2", "hash": "h2", "text": "It comes untill Monday."}


def asked(client: httpx.Client, *given: Mapping[str, object], key: str = "", **form: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post("/api/v1/jobs", json={"recipe": "proofread", "paragraphs": given, **form}, headers=headers)


def test_paragraphs_become_a_job_of_the_surface_word_that_keeps_them_in_a_file(
    web: RunningWeb, client: httpx.Client
) -> None:
    heading = {
        **ONE,
        "heading_level": 2,
        "row": "1 0",
        "column": 1,
        "is_margin": True,
        "remarks": [["Teh", "Check this."]],
    }
    response = asked(client, heading, TWO, recipe="rewrite", inputs={"tone": "formal"}, model="org/Large")
    assert response.status_code == 202, response.text
    job = web.claim(response.json()["id"])
    assert (job.surface, job.recipe, job.inputs) == ("word", "rewrite", {"tone": "formal"})
    assert job.delivery == {"kind": "word", "subject": ONE["text"]}
    found = Surfaces().of(job)
    assert isinstance(found, surface.WordSurface)
    assert found.prepare(job, web.context) == {"paragraphs": [heading, TWO]}
    found.deliver(job, web.context)


def test_a_mail_that_is_written_is_named_by_its_subject(web: RunningWeb, client: httpx.Client) -> None:
    response = asked(client, ONE, subject="The lease", surface="outlook")
    assert web.claim(response.json()["id"]).delivery["subject"] == "The lease"


def test_the_same_key_with_other_paragraphs_is_a_conflict(client: httpx.Client) -> None:
    first = asked(client, ONE, key="k").json()["id"]
    assert asked(client, ONE, key="k").json()["id"] == first
    assert asked(client, TWO, key="k").status_code == 409


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"paragraphs": []}, "paragraphs"),
        ({"paragraphs": [ONE, ONE]}, "paragraphs"),
        ({"paragraphs": [{**ONE, "heading_level": 10}]}, "paragraphs.0.heading_level"),
        ({"paragraphs": [{**ONE, "remarks": [["Teh"]]}]}, "paragraphs.0.remarks.0"),
        ({"paragraphs": [{**ONE, "id": ""}]}, "paragraphs.0.id"),
        ({"paragraphs": [{**ONE, "text": 1}]}, "paragraphs.0.text"),
        ({"paragraphs": [{**ONE, "style": "Body"}]}, "paragraphs.0.style"),
        ({"paragraphs": [ONE], "inputs": {"text": "Other."}}, "text"),
        ({"paragraphs": [ONE], "inputs": {"tone": "polite"}}, "tone"),
    ],
)
def test_what_cannot_be_used_is_named(client: httpx.Client, form: dict[str, Any], field: str) -> None:
    response = client.post("/api/v1/jobs", json={"recipe": "proofread", **form})
    assert response.status_code == 422
    assert field in response.json()["error"]["fields"]


def test_a_long_document_is_taken(client: httpx.Client) -> None:
    """Five hundred pages are about 1.5 million characters."""
    many = [{"id": f"P{number}", "hash": "h", "text": "word " * 60} for number in range(5_000)]
    assert asked(client, *many).status_code == 202


def test_further_inputs_come_with_a_document(web: RunningWeb, client: httpx.Client) -> None:
    response = sent(client, a_document(), recipe="rewrite", inputs='{"tone": "formal"}', surface="word")
    job = web.claim(response.json()["id"])
    assert (job.surface, job.inputs) == ("word", {"tone": "formal"})
    for wrong in ("[1]", "{", '{"text": "x"}'):
        assert sent(client, a_document(), inputs=wrong).status_code == 422
    assert sent(client, a_document(), surface="mail").status_code == 422


def edited(web: RunningWeb, client: httpx.Client, *remarks: Edit) -> str:
    """Return a delivered job with two edits of a document, and remarks."""
    made = docx.Document()
    for one in (ONE, TWO):
        made.add_paragraph(one["text"])
    out = io.BytesIO()
    made.save(out)
    job = web.claim(sent(client, out.getvalue()).json()["id"])
    first, second = editable_paragraphs(out.getvalue())
    edits = (
        Edit(id=first["id"], hash=first["hash"], text="The report is late."),
        Edit(id=second["id"], hash=second["hash"], text="It comes until Monday."),
        *remarks,
    )
    ready = web.services.store.leases.finish(job, Draft(recipe="proofread", edits=edits))
    DocumentSurface().deliver(ready, web.context)
    return job.id


def test_a_document_is_given_with_the_chosen_edits_alone(web: RunningWeb, client: httpx.Client) -> None:
    job_id = edited(web, client)
    chosen = client.post(f"/api/v1/jobs/{job_id}/document", json={"edits": ["1"]})
    assert chosen.status_code == 200
    assert [paragraph.text for paragraph in read_document(chosen.content).paragraphs] == [
        ONE["text"],
        "It comes until Monday.",
    ]
    nothing = client.post(f"/api/v1/jobs/{job_id}/document", json={"edits": []})
    assert [paragraph.text for paragraph in read_document(nothing.content).paragraphs] == [ONE["text"], TWO["text"]]
    everything = client.post(f"/api/v1/jobs/{job_id}/document", json={"edits": ["1", "0", "1"]})
    assert everything.content == client.get(f"/api/v1/jobs/{job_id}/document").content


def test_a_chosen_edit_may_hold_some_of_its_changes(web: RunningWeb, client: httpx.Client) -> None:
    job_id = edited(web, client)
    asked = {"edits": ["0"], "texts": {"0": "The report is late, as told."}}
    chosen = client.post(f"/api/v1/jobs/{job_id}/document", json=asked)
    texts = [paragraph.text for paragraph in read_document(chosen.content).paragraphs]
    assert texts == ["The report is late, as told.", TWO["text"]]


@pytest.mark.parametrize("place", ["1", "7"])
def test_a_text_for_an_edit_that_was_not_chosen_is_refused(web: RunningWeb, client: httpx.Client, place: str) -> None:
    asked = {"edits": ["0"], "texts": {"0": "The report is late.", place: "It comes until May."}}
    refused = client.post(f"/api/v1/jobs/{edited(web, client)}/document", json=asked)
    assert refused.status_code == 422
    assert place in refused.json()["error"]["fields"]["texts"]


def test_a_text_for_a_remark_is_refused(web: RunningWeb, client: httpx.Client) -> None:
    job_id = edited(web, client, Edit(id="1", hash="1", before=ONE["text"], comment="Clause 4 says so."))
    refused = client.post(f"/api/v1/jobs/{job_id}/document", json={"edits": ["2"], "texts": {"2": "It is."}})
    assert (refused.status_code, "remark" in refused.text) == (422, True)


def test_the_text_of_a_document_can_be_read_when_its_job_is_delivered(
    web: RunningWeb, client: httpx.Client, other_client: httpx.Client
) -> None:
    early = sent(client, a_document()).json()["id"]
    assert client.get(f"/api/v1/jobs/{early}/paragraphs").status_code == 404
    assert client.post(f"/api/v1/jobs/{early}/document", json={"edits": []}).status_code == 409
    job_id = edited(web, client)
    shown = client.get(f"/api/v1/jobs/{job_id}/paragraphs").json()["paragraphs"]
    assert [one["text"] for one in shown] == [ONE["text"], TWO["text"]]
    assert other_client.get(f"/api/v1/jobs/{job_id}/paragraphs").status_code == 404
    assert other_client.post(f"/api/v1/jobs/{job_id}/document", json={"edits": []}).status_code == 404


@pytest.mark.parametrize("places", [["2"], ["-1"], ["01"], [0], ["x"]])
def test_an_edit_that_is_not_there_cannot_be_chosen(web: RunningWeb, client: httpx.Client, places: list[Any]) -> None:
    job_id = edited(web, client)
    assert client.post(f"/api/v1/jobs/{job_id}/document", json={"edits": places}).status_code == 422


def test_an_outcome_can_be_about_one_edit(web: RunningWeb, client: httpx.Client) -> None:
    job_id = edited(web, client)
    path = f"/api/v1/jobs/{job_id}/outcome"
    assert client.post(path, json={"outcome": "accepted", "edit": "0"}).json()["distance"] == 0
    changed = client.post(path, json={"outcome": "edited", "edit": "1", "text": "It comes until Tuesday."}).json()
    assert 0 < changed["distance"] < 0.5
    assert client.post(path, json={"outcome": "rejected", "edit": "2"}).status_code == 422
    acts = web.services.store.effects.outcomes.acts_of([job_id])[job_id]
    assert [act.outcome for act in acts] == ["accepted", "edited"]
