"""What the web process gives the API of other integrations: documents that are read without harm."""

import pytest

from core.drafts import Edit
from core.errors import DocumentError
from integrations.documents import read_document
from integrations.web.wiring import OpenedDocuments, check_document
from tests.integrations.documents.build import document, p, run

DATA = document(p(run("The hall is closed on Monday.")), p(run("Bring a chair.")))


def test_a_document_passes_and_anything_else_is_refused_before_it_is_opened() -> None:
    check_document(DATA)
    for data in (b"", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)):
        with pytest.raises(DocumentError):
            check_document(data)


def test_paragraphs_come_with_what_an_edit_needs() -> None:
    paragraphs = OpenedDocuments().paragraphs(DATA)
    assert [paragraph["text"] for paragraph in paragraphs] == ["The hall is closed on Monday.", "Bring a chair."]
    assert {frozenset(paragraph) for paragraph in paragraphs} == {frozenset({"id", "hash", "text", "is_margin"})}


def test_chosen_edits_become_tracked_changes_and_none_leave_the_document_alone() -> None:
    documents = OpenedDocuments()
    first = documents.paragraphs(DATA)[0]
    edit = Edit(id=first["id"], hash=first["hash"], before=first["text"], text="The hall is closed on Tuesday.")
    changed = documents.with_edits(DATA, [edit], 1_700_000_000.0)
    assert read_document(changed).revisions
    assert read_document(changed, view="original").paragraphs[0].text == first["text"]
    assert documents.with_edits(DATA, [], 1_700_000_000.0) == DATA
