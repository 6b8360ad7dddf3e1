"""What a batch has planned is applied in an order in which no step shifts another."""

from integrations.documents import DocumentEdit, read_document
from tests.integrations.documents.build import (
    apply,
    changed,
    document,
    find,
    p,
    run,
    texts,
)


def test_s1_several_insertions_keep_their_order() -> None:
    data = document(p(run("a")), p(run("z")))
    first = find(data, "a").id
    wishes = [DocumentEdit(id=first, op="insert_after", text=text) for text in ("b", "c", "d")]
    out = changed(data, apply(data, *wishes, DocumentEdit(id=first, op="insert_before", text="_")))
    assert texts(out) == ["_", "a", "b", "c", "d", "z"]


def test_merge_goes_with_changes_of_both_texts() -> None:
    data = document(p(run("one ")), p(run("two")))
    first, second = find(data, "one").id, find(data, "two").id
    wishes = [DocumentEdit(id=first, op="merge"), DocumentEdit(id=first, text="1 "), DocumentEdit(id=second, text="2")]
    assert texts(changed(data, apply(data, *wishes))) == ["1 2"]


def test_insertions_on_both_sides_of_a_paragraph_end_have_different_times() -> None:
    """LibreOffice would join them, and the paragraphs with them when they are rejected."""
    data = document(p(run("one")), p(run("two")), p(run("three")))
    wishes = [("one", "one more"), ("two", "now two"), ("three", "three too")]
    out = changed(data, apply(data, *[DocumentEdit(id=find(data, old).id, text=new) for old, new in wishes]))
    dates = [row.date for row in read_document(out).revisions]
    assert dates == ["2026-11-24T12:30:00Z", "2026-11-24T12:28:00Z", "2026-11-24T12:30:00Z"]
