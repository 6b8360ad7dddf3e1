"""Documents in a child process: the same results, and a hostile one stops nobody else."""

from datetime import UTC, datetime

import pytest

from core.errors import DocumentError
from integrations.documents import DocumentEdit, isolated
from integrations.documents import apply_edits as apply_here
from integrations.documents import compare_documents as compare_here
from integrations.documents import read_document as read_here
from integrations.documents import resolve_revisions as resolve_here
from integrations.documents.reading import editable_paragraphs as editable_here
from integrations.documents.templates import fill_template as fill_here
from tests.integrations.documents.build import document, p, run, texts

SMALL = document(p(run("Teh house.")), p(run("It is red."), properties='<w:pStyle w:val="Heading1"/>'))


NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_every_function_gives_what_it_gives_in_this_process() -> None:
    first = read_here(SMALL).paragraphs[0]
    edits = [DocumentEdit(id=first.id, hash=first.hash, text="The house.")]
    changed = apply_here(SMALL, edits, author="Ann", date=NOW)
    assert changed.data
    assert isolated.read_document(SMALL) == read_here(SMALL)
    assert isolated.editable_paragraphs(SMALL) == editable_here(SMALL)
    assert isolated.apply_edits(SMALL, edits, author="Ann", date=NOW) == changed
    assert isolated.resolve_revisions(changed.data, accept=True) == resolve_here(changed.data, accept=True)
    other = document(p(run("The house.")))
    assert isolated.compare_documents(SMALL, other, author="Ann", date=NOW).results == (
        compare_here(SMALL, other, author="Ann", date=NOW).results
    )
    template = document(p(run("Dear {{ name }}")))
    assert isolated.read_template(template).fields == ["name"]
    assert texts(isolated.fill_template(template, {"name": "Ann"})) == texts(fill_here(template, {"name": "Ann"}))
    isolated.check_document(SMALL)


def test_paragraphs_say_whether_they_are_headings() -> None:
    assert [paragraph["heading_level"] for paragraph in isolated.editable_paragraphs(SMALL)] == [
        paragraph.heading_level or 0 for paragraph in read_here(SMALL).paragraphs
    ]


@pytest.mark.parametrize("data", [b"", b"PK", b"%PDF-1.7", SMALL[:200]])
def test_what_is_refused_here_is_refused_there_with_the_same_words(data: bytes) -> None:
    with pytest.raises(DocumentError) as here:
        read_here(data)
    with pytest.raises(DocumentError) as there:
        isolated.read_document(data)
    assert (there.value.message, there.value.fix) == (here.value.message, here.value.fix)
