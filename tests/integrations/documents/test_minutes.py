"""Minutes as Word document, read back by python-docx."""

import io

import pytest
from docx import Document

from core.drafts import Draft, Item
from core.writing.model_lane.direct import split_answer
from integrations.documents import read_document
from integrations.documents.minutes import minutes_document

TASKS, NO_TASKS = "Tasks", "Nobody took anything on."

ITEMS = (
    Item(text="Call the service", quote="I will call\nthe service tomorrow.", who="Grace", due="tomorrow"),
    Item(text="Pay the invoice"),
)
SUMMARY = "- **Ada**: The printer is broken."
LISTED = "- Call the service (Grace, tomorrow)\n- Pay the invoice"
TEXT = f"## Participants\n\nAda, Grace\n\n## Summary\n\n{SUMMARY}\n\n## {TASKS}\n\n{LISTED}"


def paragraphs(data: bytes) -> list[tuple[str, str]]:
    found = []
    for paragraph in Document(io.BytesIO(data)).paragraphs:
        style = paragraph.style.name if paragraph.style else ""
        found.append((style or "", paragraph.text))
    return found


def test_minutes_have_headings_a_table_of_tasks_and_their_quotes() -> None:
    data = minutes_document(Draft(recipe="minutes", subject="Minutes: The printer", text=TEXT, items=ITEMS))

    assert paragraphs(data) == [
        ("Title", "Minutes: The printer"),
        ("Heading 1", "Participants"),
        ("Normal", "Ada, Grace"),
        ("Heading 1", "Summary"),
        ("List Bullet", "Ada: The printer is broken."),
        ("Heading 1", TASKS),
        ("Heading 1", "Word for word"),
        ("Normal", "1. \u201cI will call the service tomorrow.\u201d"),
    ]
    [table] = Document(io.BytesIO(data)).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["No.", "Task", "Who", "Until when"],
        ["1", "Call the service", "Grace", "tomorrow"],
        ["2", "Pay the invoice", "", ""],
    ]
    assert read_document(data).paragraphs


def test_without_tasks_there_is_a_sentence_and_no_table() -> None:
    data = minutes_document(Draft(recipe="minutes", text=f"## {TASKS}\n\n{NO_TASKS}", items=()))

    assert paragraphs(data)[-1] == ("Normal", NO_TASKS)
    assert Document(io.BytesIO(data)).tables == []


def test_what_xml_cannot_hold_is_left_out() -> None:
    item = Item(text="Call\x00 \x1bher", quote="Call\ud800 <w:p/> her")
    data = minutes_document(Draft(recipe="minutes", subject="A\x0bB", text="Line\x08s", items=(item,)))

    assert [text for _, text in paragraphs(data)] == [
        "AB", "Lines", "Word for word", "1. \u201cCall <w:p/> her\u201d",
    ]  # fmt: skip


def test_the_document_is_in_the_language_of_its_headings() -> None:
    text = "## Aufgaben\n\n- Ich rufe an (Ada)\n\n## Offen\n\n- Die Frage ist noch nicht geklärt."
    data = minutes_document(Draft(recipe="minutes", text=text, items=(Item(text="Ich rufe an", quote="Ich rufe an."),)))

    [table] = Document(io.BytesIO(data)).tables
    assert [cell.text for cell in table.rows[0].cells] == ["Nr.", "Aufgabe", "Wer", "Bis wann"]
    assert ("Heading 1", "Wortlaut") in paragraphs(data)
    assert paragraphs(data)[0] == ("Title", "Protokoll")


def test_names_in_bold_are_bold() -> None:
    data = minutes_document(Draft(recipe="minutes", text="## Participants\n\n- **Ada**: Yes", items=()))
    last = Document(io.BytesIO(data)).paragraphs[-1]
    assert [(run.text, run.bold) for run in last.runs if run.text] == [("Ada", True), (": Yes", None)]


@pytest.mark.parametrize(
    ("answer", "row", "kept"),
    [
        (
            "Subject: Grue\n\n## Qui fait quoi\n\nEn accord avec le port :\n\n"
            "- [ ] **Ingolf** : commander la roue (aujourd'hui)"
            "\n- À revoir lundi.\n- [ ] Tove : prévenir le ketch (vendredi)",
            ["2", "prévenir le ketch", "Tove", "vendredi"], "À revoir lundi.",
        ),
        (
            "Betreff: Kran\n\n### Wer macht was\n\n"
            "* [ ] Ingolf: bestellt das Zahnrad (heute)\n* [ ] Tove: sagt es der Ketsch (Freitag)"
            "\n\n### Noch offen\n\n* Wer bezahlt das?",
            ["2", "sagt es der Ketsch", "Tove", "Freitag"], "Wer bezahlt das?",
        ),
    ],
)  # fmt: skip
def test_tasks_that_a_model_wrote_are_rows_whatever_stands_around_them(answer: str, row: list[str], kept: str) -> None:
    parts = split_answer(answer, ("subject", "tasks"))
    data = minutes_document(Draft(recipe="minutes", subject=parts.subject, text=parts.body, items=parts.tasks))

    rows = [[cell.text for cell in row.cells] for table in Document(io.BytesIO(data)).tables for row in table.rows]
    assert [row for row in rows if row[0] == "2"] == [row]
    assert [row[2] for row in rows if row[0] == "1"] == ["Ingolf"]
    assert ("List Bullet", kept) in paragraphs(data)
    assert not [text for _, text in paragraphs(data) if parts.tasks[0].text in text]


def test_tasks_that_a_person_changed_stand_as_they_were_changed() -> None:
    data = minutes_document(Draft(recipe="minutes", text="## Tasks\n\n- Call Ada (Grace)", items=ITEMS[1:]))
    assert ("List Bullet", "Call Ada (Grace)") in paragraphs(data)
    assert Document(io.BytesIO(data)).tables == []
