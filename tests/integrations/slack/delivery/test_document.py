"""Minutes as a Word document: in the asker's messages, once, under a name that every machine takes."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from docx import Document

from core.drafts import Draft, Item
from core.text.catalogues import speaking
from integrations.documents.minutes import minutes_document
from integrations.slack.delivery.document import DOCUMENT_EFFECT, document_name
from integrations.slack.surface import SlackSurface
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.delivery.test_answer import kill_worker
from tests.integrations.slack.screen import quiet_text, shown_text

TEXT = "## Summary\n\nThe printer is broken.\n\n## Actions\n\n- Call the service (Grace Hopper)"
ITEM = Item(text="Call the service", quote="I will call the service", who="Grace Hopper")
MINUTES = Draft(recipe="minutes", subject="Minutes: The printer", text=TEXT, items=(ITEM,))


@pytest.fixture
def writing(office: Office) -> Office:
    office.answers = [MINUTES]
    office.surface = SlackSurface(office.recipes, make_document=minutes_document)
    return office


def ask(office: Office) -> None:
    root = office.ada.writes("The printer is broken.", office.general)
    office.grace.writes("I will call the service", office.general, root.ts)
    assert office.ada.shortcut("minutes_as_document", root).ok


def documents(office: Office) -> list[bytes]:
    return [upload.data or b"" for upload in office.slack.uploads.by_id.values() if upload.done]


def test_the_document_comes_into_the_askers_messages_alone(writing: Office) -> None:
    ask(writing)
    [job] = writing.work()

    [data] = documents(writing)
    [upload] = writing.slack.uploads.by_id.values()
    answer = writing.last(writing.ada, writing.general)
    assert job.state == "delivered"
    assert writing.read[0]["text"].splitlines()[1] == "Grace Hopper: I will call the service"
    assert Document(io.BytesIO(data)).tables[0].cell(1, 2).text == "Grace Hopper"
    day = datetime.fromtimestamp(job.created_at, ZoneInfo("Europe/Berlin")).date()  # Ada's time zone
    assert upload.name == f"Minutes The printer {day} {job.id[-8:]}.docx"
    assert len(upload.channels) == 1
    assert writing.general.id not in upload.channels
    assert answer.only_for == writing.ada.id
    assert "The printer is broken." in shown_text(answer)
    assert "in your messages with me" in quiet_text(answer)
    assert writing.slack.ledger.refusals == []


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Offer 4/5: <go>", "Offer 4 5 go"),
        ("..\\..\\x", "x"),
        ("Plan\u202e\u200b\x7f\ud800 B\tC", "Plan B C"),
        ("..", "Protokoll"),
        ("", "Protokoll"),
    ],
)
def test_the_document_is_called_by_its_subject_and_day(writing: Office, subject: str, name: str) -> None:
    ask(writing)
    job = replace(writing.store.jobs.get(writing.queued[0]), created_at=23.5 * 3600)
    with speaking("de"):
        assert document_name(job, subject, ZoneInfo("Europe/Berlin")) == f"{name} 1970-01-02 {job.id[-8:]}.docx"


def test_a_long_name_is_one_that_a_file_system_takes(writing: Office) -> None:
    ask(writing)
    job = writing.store.jobs.get(writing.queued[0])
    assert len(document_name(job, "\U0001f600" * 100, UTC).encode()) <= 255


def test_a_document_of_the_same_subject_and_day_is_not_taken_for_it(writing: Office) -> None:
    ask(writing)
    kill_worker(writing, f"after intending {DOCUMENT_EFFECT}")
    [first] = writing.queued
    writing.hold(first)
    ask(writing)
    writing.work()
    writing.go_on(first)

    [again] = writing.work()

    assert again.id == first
    assert len(documents(writing)) == 2


def test_a_worker_killed_after_the_upload_leaves_one_document(writing: Office) -> None:
    ask(writing)
    kill_worker(writing, f"before confirming {DOCUMENT_EFFECT}")
    assert len(documents(writing)) == 1

    [again] = writing.work()

    assert again.state == "delivered"
    assert len(documents(writing)) == 1


def test_the_shortcut_without_a_maker_of_documents_answers_in_text(office: Office) -> None:
    office.answers = [MINUTES]
    ask(office)
    office.work()

    assert documents(office) == []
    assert "The printer is broken." in shown_text(office.last(office.ada, office.general))


def test_an_edit_starts_from_the_whole_text(writing: Office) -> None:
    ask(writing)
    writing.work()
    writing.ada.click(writing.last(writing.ada, writing.general), "edit")

    assert writing.ada.modal is not None
    assert writing.ada.modal.blocks[0]["element"]["initial_value"] == TEXT
