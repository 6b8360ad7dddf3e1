"""The ids of paragraphs, and documents that are protected against edits."""

import pytest

from integrations.documents import DocumentEdit, read_document
from tests.integrations.documents.build import (
    apply,
    changed,
    document,
    edit,
    find,
    p,
    refusal,
    run,
    texts,
)
from tests.integrations.documents.parts import settings


@pytest.mark.parametrize(
    ("kind", "word"), [("readOnly", "read-only"), ("forms", "form fields"), ("comments", "comments")]
)
def test_p7_protected_documents_are_not_edited(kind: str, word: str) -> None:
    protection = f'<w:documentProtection w:edit="{kind}" w:enforcement="1"/>'
    data = document(p(run("one two")), settings=settings(protection))
    assert word in " ".join(read_document(data).warnings)
    assert word in refusal(edit(data, "one", text="one 2"))
    comment = edit(data, "one", op="comment", comment="hm")
    assert comment.results[0].status == ("applied" if kind == "comments" else "refused")


def test_p7_protection_that_only_tracks_or_is_off_allows_edits() -> None:
    for protection in ('w:edit="trackedChanges" w:enforcement="1"', 'w:edit="readOnly" w:enforcement="0"'):
        data = document(p(run("one two")), settings=settings(f"<w:documentProtection {protection}/>"))
        changed(data, edit(data, "one", text="one 2"))


def test_ids_outlive_edits_elsewhere() -> None:
    data = document(p(run("one")), p(run("two")), p(run("same")), p(run("same")))
    two = find(data, "two")
    out = apply(data, DocumentEdit(id=find(data, "one").id, op="insert_before", text="zero")).data
    assert out is not None
    assert find(out, "two").id == two.id
    again = apply(out, DocumentEdit(id=two.id, hash=two.hash, text="2")).data
    assert again is not None
    assert texts(again)[:3] == ["zero", "one", "2"]


def test_paragraphs_of_equal_text_have_ids_of_their_own() -> None:
    data = document(p(run("same")), p(run("x")), p(run("same")))
    first, _, last = read_document(data).paragraphs
    assert first.id != last.id
    out = changed(data, apply(data, DocumentEdit(id=last.id, text="other")))
    assert texts(out) == ["same", "x", "other"]
