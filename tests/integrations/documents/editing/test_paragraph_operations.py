"""Operations on whole paragraphs that cannot be done are rejected with the reason."""

from integrations.documents import DocumentEdit, read_document
from tests.integrations.documents.build import (
    accepted,
    apply,
    body_of,
    changed,
    document,
    edit,
    find,
    p,
    refusal,
    run,
    table,
    texts,
)
from tests.integrations.documents.parts import NOTE_SIGN, notes


def test_s3_split_is_refused_inside_links_and_at_the_ends() -> None:
    data = document(p(run("a "), f'<w:hyperlink w:anchor="x">{run("link text")}</w:hyperlink>', run(" b")))
    link = find(data, "a")
    for at in (0, len(link.text)):
        assert "between two" in refusal(apply(data, DocumentEdit(id=link.id, op="split", at=at)))
    assert "inside a link" in refusal(apply(data, DocumentEdit(id=link.id, op="split", at=5)))
    out = changed(data, apply(data, DocumentEdit(id=link.id, op="split", at=2)))
    assert texts(out) == ["a ", "link text b"]


def test_s5_paragraph_with_more_than_text_is_not_moved() -> None:
    data = document(p(run("one")), p(run("two"), NOTE_SIGN), p(run("three")), parts=notes(p(run("n"))))
    assert "cannot be moved" in refusal(edit(data, "two", op="move", target=find(data, "three").id))
    data = document(p(run("one")), p(run("two"), '<w:bookmarkStart w:id="1" w:name="b"/>'), p(run("three")))
    assert "bookmark" in refusal(edit(data, "two", op="move", target=find(data, "three").id))


def test_s6_only_paragraph_and_one_before_a_table_keep_their_mark() -> None:
    data = document(p(run("only")))
    result = edit(data, "only", op="delete")
    assert "empty paragraph stays" in result.results[0].reason
    assert texts(changed(data, result)) == [""]
    data = document(p(run("above")), table([p(run("cell"))]), p(run("below")))
    assert texts(changed(data, edit(data, "above", op="delete"))) == ["", "cell", "below"]
    assert "No paragraph follows" in refusal(edit(data, "above", op="merge"))


def test_s7_paragraph_with_a_section_break() -> None:
    data = document(p(run("one two"), properties="<w:sectPr/>"), p(run("after")))
    for op in ("delete", "merge"):
        assert "section break" in refusal(edit(data, "one", op=op))
    out = changed(data, edit(data, "one", op="insert_after", text="more"))
    assert texts(out) == ["one two", "more", "after"]
    assert body_of(out).count("<w:sectPr/>") == 2
    out = changed(data, edit(data, "one", op="split", find="one "))
    assert body_of(accepted(out)).count("<w:sectPr/>") == 2


def test_operations_that_exclude_each_other_are_refused() -> None:
    data = document(p(run("one")), p(run("two")), p(run("three")))
    first, second = find(data, "one").id, find(data, "two").id
    pairs = [
        (DocumentEdit(id=first, op="delete"), DocumentEdit(id=first, text="1")),
        (DocumentEdit(id=first, text="1"), DocumentEdit(id=first, op="delete")),
        (DocumentEdit(id=first, op="merge"), DocumentEdit(id=second, op="delete")),
        (DocumentEdit(id=second, op="delete"), DocumentEdit(id=first, op="merge")),
        (DocumentEdit(id=first, op="insert_after", text="x"), DocumentEdit(id=first, op="delete")),
        (DocumentEdit(id=first, op="delete"), DocumentEdit(id=first, op="insert_after", text="x")),
    ]
    for pair, other in pairs:
        result = apply(data, pair, other)
        assert [row.status for row in result.results] == ["applied", "refused"]
        assert "of this batch" in result.results[1].reason


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
