"""Batches of edits: conflicts, authors, edits without effect."""

from integrations.documents import DocumentEdit, read_document
from tests.integrations.documents.build import (
    apply,
    document,
    edit,
    find,
    p,
    refusal,
    run,
    texts,
)


def test_edits_of_unknown_and_changed_paragraphs_are_refused() -> None:
    data = document(p(run("one two")))
    one = find(data, "one")
    for bad in ("", "x", "body:", "body", "nowhere:123", "body:000000000000", "body:" + "f" * 5000):
        assert refusal(apply(data, DocumentEdit(id=bad, text="x")))
    assert "changed since" in refusal(apply(data, DocumentEdit(id=one.id, hash="000000000000", text="x")))
    later = edit(data, "one", text="one 2").data
    assert later is not None
    assert "changed since" in refusal(apply(later, DocumentEdit(id=one.id, hash=one.hash, text="x")))


def test_overlapping_edits_the_later_is_refused() -> None:
    data = document(p(run("one two three four")))
    one = find(data, "one").id
    result = apply(
        data,
        DocumentEdit(id=one, find="one two", text="1 2"),
        DocumentEdit(id=one, find="two three", text="II III"),
        DocumentEdit(id=one, find="four", text="4"),
    )
    assert [row.status for row in result.results] == ["applied", "refused", "applied"]
    assert "overlaps with edit 1" in result.results[1].reason
    assert result.data is not None
    assert texts(result.data) == ["1 2 three 4"]


def test_neighbouring_edits_of_several_authors() -> None:
    data = document(p(run("onetwo three")))
    one = find(data, "onetwo").id
    wishes = [
        DocumentEdit(id=one, find="one", text="1", author="Ann"),
        DocumentEdit(id=one, find="two", text="2", author="Ben"),
    ]
    out = apply(data, *wishes).data
    assert out is not None
    assert texts(out) == ["12 three"]
    assert {row.author for row in read_document(out).revisions} == {"Ann", "Ben"}


def test_edits_that_undo_each_other_and_the_same_edit_twice() -> None:
    data = document(p(run("the cat sat")))
    one = find(data, "the").id
    forth, back = DocumentEdit(id=one, find="cat", text="dog"), DocumentEdit(id=one, find="dog", text="cat")
    result = apply(data, forth, back)
    assert [row.status for row in result.results] == ["applied", "refused"]
    assert "is not in the paragraph" in result.results[1].reason
    result = apply(data, forth, forth)
    assert [row.status for row in result.results] == ["applied", "refused"]
    whole = DocumentEdit(id=one, text="the dog sat")
    result = apply(data, whole, whole, forth)
    assert [row.status for row in result.results] == ["applied", "refused", "refused"]


def test_an_edit_without_effect_is_said_to_have_none() -> None:
    data = document(p(run("one")))
    assert "nothing to change" in refusal(edit(data, "one", text="one"))
    assert "neither" in refusal(apply(data, DocumentEdit(id=find(data, "one").id)))
    assert "is empty" in refusal(edit(data, "one", find="", text="x"))
