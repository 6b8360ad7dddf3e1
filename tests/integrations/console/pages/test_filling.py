"""A filled form on its page: values for open fields, what comes back when they cannot be taken, and the document."""

import re
from html import unescape

import pytest

from core.drafts import Draft, Gap, Item
from core.job import DocumentTarget, Job, JobRequest, TemplateTarget
from core.writing.documents import STEP
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import microsoft_browser

GAPS = (
    Gap(place="[[Kunde?]]", question="Kunde?"),
    Gap(place="[[delivery date?]]", question="delivery date?", choices=("12 May", "14 May")),
    Gap(place="Signature: ____", question="Signature: ____"),
)


@pytest.fixture
def form(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> Job:
    """Return a filled template of Bob's with two open fields and a blank."""
    store = shared.services.store
    request = JobRequest(
        "fill",
        {"brief": "Price: 9 euros"},
        "api",
        bob.oid,
        workspace=microsoft.tenant,
        target=TemplateTarget(subject="Angebot für Köln.docx"),
        blobs={TemplateTarget.DOCUMENT_FILE: b"template"},
    )
    made, _ = store.jobs.add(request)
    leased = shared.claim(made.id)
    store.effects.put_file(leased, TemplateTarget.RESULT_FILE, b"filled")
    shared.finish(leased, Draft(recipe="fill", items=(Item(field="price", text="9 euros"),), gaps=GAPS))
    return store.jobs.get(made.id)


@pytest.fixture
def edited(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> Job:
    """Return a job of Bob's that proofreads a document; a worker has it."""
    request = JobRequest(
        "proofread",
        {},
        "cli",
        bob.oid,
        workspace=microsoft.tenant,
        target=DocumentTarget(subject="Vertrag.docx"),
        blobs={DocumentTarget.DOCUMENT_FILE: b"document"},
    )
    return shared.claim(shared.services.store.jobs.add(request)[0].id)


def test_the_page_of_a_document_says_how_far_it_is(shared: RunningWeb, bob: Person, edited: Job) -> None:
    events = shared.services.events
    with microsoft_browser(shared, bob) as client:
        page = client.get(f"/console/jobs/{edited.id}").text
        assert f'hx-get="/console/jobs/{edited.id}/progress"' in page
        assert not client.get(f"/console/jobs/{edited.id}/progress").text.strip()
        events.publish(edited.id, "progress", {"text": STEP, "done": 40, "total": 2000})
        part = client.get(f"/console/jobs/{edited.id}/progress").text
    assert "Working through the paragraphs 40 of 2,000 done" in part
    assert '<progress value="40" max="2000"' in part


def test_the_page_of_a_finished_document_leads_to_word(shared: RunningWeb, bob: Person, edited: Job) -> None:
    shared.services.store.effects.put_file(edited, DocumentTarget.RESULT_FILE, b"changed")
    shared.finish(edited, Draft(recipe="proofread", edits=()))
    with microsoft_browser(shared, bob) as client:
        page = unescape(client.get(f"/console/jobs/{edited.id}").text)
        given = client.get(f"/console/jobs/{edited.id}/document")
    assert "In Word each change waits there to be accepted or rejected" in page
    assert "/word/taskpane.html?lang=en" in page
    assert given.content == b"changed"
    assert "Vertrag.docx" in given.headers["Content-Disposition"]


def fields(page: str) -> list[tuple[str, str]]:
    found = re.findall(r'<label>([^<]+)<input name="value"[^>]* value="([^"]*)"', page)
    return [(unescape(label), unescape(value)) for label, value in found]


def test_each_open_field_has_a_line_with_the_values_that_are_known_and_a_blank_has_none(
    shared: RunningWeb, bob: Person, form: Job
) -> None:
    with microsoft_browser(shared, bob) as client:
        page = client.get(f"/console/jobs/{form.id}").text
    assert fields(page) == [("Kunde", ""), ("Delivery date", "")]
    assert '<datalist id="known-1"><option value="12 May"><option value="14 May"></datalist>' in page
    assert "<li>Signature: ____</li>" in page


def test_values_fill_the_same_template_once_more_as_a_version_of_the_draft(
    shared: RunningWeb, bob: Person, form: Job
) -> None:
    store = shared.services.store
    with microsoft_browser(shared, bob) as client:
        led = client.post(f"/console/jobs/{form.id}/values", data={"value": [" Nordwind \r\n AG ", ""]})
        page = client.get(led.headers["Location"]).text
    made = store.jobs.get(led.headers["Location"].rpartition("/")[2])
    assert (made.inputs["brief"], made.inputs["given"]) == ("Price: 9 euros", "Kunde: Nordwind AG")
    assert store.effects.get_file(made, TemplateTarget.DOCUMENT_FILE) == b"template"
    assert (made.delivery["kind"], made.delivery["subject"]) == (TemplateTarget.KIND, "Angebot für Köln.docx")
    assert made.refines == form.id
    assert 'aria-current="page">With your values</strong>' in page
    assert [act.outcome for act in store.outcomes.acts_of([form.id])[form.id]] == ["regenerated"]


@pytest.mark.parametrize(
    ("typed", "said"), [(["", " "], "Nothing is filled in."), (["Nordwind", "x" * 401], "A value is too long.")]
)
def test_what_cannot_be_taken_comes_back_with_what_was_typed(
    shared: RunningWeb, bob: Person, form: Job, typed: list[str], said: str
) -> None:
    store = shared.services.store
    with microsoft_browser(shared, bob) as client:
        back = client.post(f"/console/jobs/{form.id}/values", data={"value": typed})
    assert back.status_code == 422
    assert said in back.text
    assert back.text.count(said) == 1
    assert [value for _label, value in fields(back.text)] == typed
    assert store.jobs.list(limit=1)[0].id == form.id
    assert store.outcomes.acts_of([form.id])[form.id] == []


def test_the_filled_document_is_a_file_of_its_owner_and_names_the_draft(
    shared: RunningWeb, alice: Person, bob: Person, form: Job
) -> None:
    with microsoft_browser(shared, bob) as client:
        page = client.get(f"/console/jobs/{form.id}").text
        got = client.get(f"/console/jobs/{form.id}/document")
        listed = client.get("/console/jobs").text
    with microsoft_browser(shared, alice) as client:
        assert client.get(f"/console/jobs/{form.id}/document").status_code == 404
        assert client.post(f"/console/jobs/{form.id}/values", data={"value": ["x"]}).status_code == 404
    assert f'href="/console/jobs/{form.id}/document"' in page
    assert (got.content, got.headers["Content-Disposition"].endswith("Angebot%20f%C3%BCr%20K%C3%B6ln.docx")) == (
        b"filled",
        True,
    )
    assert "<h1>Angebot für Köln.docx</h1>" in page
    assert "Angebot für Köln.docx</a>" in listed
