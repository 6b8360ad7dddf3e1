"""Word documents come in as files of a job and go out with tracked changes."""

import io

import docx
import httpx
import pytest

from core.drafts import Draft
from integrations.api import documents
from integrations.documents import surface
from tests.integrations.api.running import RunningWeb


def a_document(text: str = "Teh report is late.") -> bytes:
    made = docx.Document()
    made.add_paragraph(text)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def sent(client: httpx.Client, data: bytes, **form: str) -> httpx.Response:
    key = {"Idempotency-Key": form.pop("key")} if "key" in form else {}
    files = {"file": ("report.docx", data, documents.MEDIA_TYPE)}
    return client.post("/api/v1/documents/edit", files=files, data={"recipe": "proofread", **form}, headers=key)


def test_a_document_becomes_a_job_that_its_delivery_can_work_on(web: RunningWeb, client: httpx.Client) -> None:
    data = a_document()
    response = sent(client, data, recipe="rewrite", instruction="More friendly", max_change="0.3", model="small")
    assert response.status_code == 202, response.text
    job = web.claim(response.json()["id"])
    assert (job.surface, job.recipe, job.model) == ("api", "rewrite", "small")
    assert job.inputs == {"instruction": "More friendly", "max_change": 0.3}
    assert job.delivery == {"kind": "document", "subject": "report.docx"}
    assert web.services.store.effects.get_file(job, "document.docx") == data
    (paragraph,) = surface.DocumentSurface().prepare(job, web.context)["paragraphs"]
    assert paragraph["text"] == "Teh report is late."


def test_the_result_is_there_when_the_job_is_delivered(
    web: RunningWeb, client: httpx.Client, other_client: httpx.Client
) -> None:
    job = web.claim(sent(client, a_document()).json()["id"])
    early = client.get(f"/api/v1/jobs/{job.id}/document")
    assert (early.status_code, early.json()["error"]["code"]) == (404, "not_found")
    ready = web.services.store.leases.finish(job, Draft(recipe="proofread", edits=()))
    surface.DocumentSurface().deliver(ready, web.context)
    result = client.get(f"/api/v1/jobs/{job.id}/document")
    assert result.headers["Content-Type"] == documents.MEDIA_TYPE
    assert result.headers["Content-Disposition"].startswith("attachment")
    assert docx.Document(io.BytesIO(result.content)).paragraphs[0].text == "Teh report is late."
    assert other_client.get(f"/api/v1/jobs/{job.id}/document").status_code == 404


def test_the_same_key_and_document_is_the_same_job(client: httpx.Client) -> None:
    data = a_document()
    first = sent(client, data, key="k").json()["id"]
    assert sent(client, data, key="k").json()["id"] == first
    assert sent(client, a_document("Other."), key="k").status_code == 409
    assert sent(client, data, key="k", recipe="shorten").status_code == 409


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"Just text", "not a Word document"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"{\\rtf1 ...", "RTF"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 500, "not a .docx"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)
def test_what_is_no_word_document_is_refused_with_the_reason(client: httpx.Client, data: bytes, sentence: str) -> None:
    response = sent(client, data)
    assert response.status_code == 422
    error = response.json()["error"]
    assert error["code"] == "document"
    assert sentence in error["message"]
    assert client.get("/api/v1/jobs").json()["jobs"] == []


@pytest.mark.parametrize(
    ("form", "status", "field"),
    [
        ({"recipe": "nothing"}, 404, ""),
        ({"max_change": "0"}, 422, "max_change"),
        ({"max_change": "1.01"}, 422, "max_change"),
        ({"max_change": "nan"}, 422, "max_change"),
        ({"recipe": "proofread", "instruction": "Be kind"}, 422, "instruction"),
        ({"recipe": "rewrite", "instruction": "x" * 100_000}, 422, "instruction"),
        ({"model": "no model\u0000"}, 422, "model"),
        ({"key": "two words"}, 422, "Idempotency-Key"),
    ],
)
def test_a_form_that_cannot_be_used_is_refused_by_field(
    client: httpx.Client, form: dict[str, str], status: int, field: str
) -> None:
    response = sent(client, a_document(), **form)
    assert response.status_code == status, response.text
    assert set(response.json()["error"].get("fields", {"": ""})) == {field}


def test_a_form_without_a_file_is_refused(client: httpx.Client) -> None:
    response = client.post("/api/v1/documents/edit", data={"recipe": "proofread"})
    assert "file" in response.json()["error"]["fields"]
    response = client.post("/api/v1/documents/edit", files={"file": (None, "text")}, data={"recipe": "proofread"})
    assert response.status_code == 422


def test_a_document_beyond_the_limit_is_refused(client: httpx.Client) -> None:
    response = sent(client, b"PK" + b"\0" * (31 * 2**20))
    assert response.status_code == 413
    assert "30 MB" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("https://x.sharepoint.com/sites/a/Shared%20Documents/My%20report.docx?web=1", "My report.docx"),
        ("https://x.sharepoint.com/:w:/r/_layouts/15/Doc.aspx?sourcedoc=%7B1%7D&file=Report.docx", "Report.docx"),
        (f"https://x.sharepoint.com/Doc.aspx?file={'Report ' * 30}.docx", f"{'Report ' * 13}….docx"),
        ("https://x.sharepoint.com/:w:/g/personal/ann/EaBcD", ""),
    ],
)
def test_a_document_of_a_drive_is_named_where_its_link_says_how(link: str, name: str) -> None:
    assert documents.name_in(link) == name
