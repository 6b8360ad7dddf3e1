"""Changes of whole paragraphs: insert, delete, split, merge, move, at every odd place."""

import pytest

from integrations.documents import DocumentEdit, read_document, resolve_revisions
from tests.integrations.documents.build import (
    BOT,
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
    shape,
    table,
    texts,
)
from tests.integrations.documents.parts import NOTE_SIGN, notes

CENTRED = '<w:jc w:val="center"/>'


def test_s1_insert_a_paragraph() -> None:
    data = document(p(run("first"), properties=CENTRED), p(run("last")))
    out = changed(data, edit(data, "first", op="insert_after", text="second"))
    assert texts(out) == ["first", "second", "last"]
    centred = [p(run(text), properties=CENTRED) for text in ("first", "second")]
    assert shape(accepted(out)) == shape(document(*centred, p(run("last"))))
    out = changed(data, edit(data, "first", op="insert_before", text="zeroth"))
    assert texts(out) == ["zeroth", "first", "last"]


def test_s1_new_paragraph_does_not_copy_bold_of_the_last_run() -> None:
    data = document(p(run("plain "), run("bold", "<w:b/>")), p(run("x")))
    out = changed(data, edit(data, "plain", op="insert_after", text="new"))
    assert "<w:r><w:t>new</w:t></w:r>" in body_of(out)


def test_s1_several_insertions_keep_their_order() -> None:
    data = document(p(run("a")), p(run("z")))
    first = find(data, "a").id
    wishes = [DocumentEdit(id=first, op="insert_after", text=text) for text in ("b", "c", "d")]
    out = changed(data, apply(data, *wishes, DocumentEdit(id=first, op="insert_before", text="_")))
    assert texts(out) == ["_", "a", "b", "c", "d", "z"]


def test_s1_new_paragraph_with_a_style() -> None:
    data = document(p(run("first")), p(run("last")))
    out = changed(data, edit(data, "first", op="insert_after", text="Title", style="Heading 1"))
    assert [one.style for one in read_document(out).paragraphs] == ["Normal", "Heading 1", "Normal"]
    assert [one.style for one in read_document(accepted(out)).paragraphs] == ["Normal", "Heading 1", "Normal"]
    assert "no paragraph style" in refusal(edit(data, "first", op="insert_after", text="x", style="Nope"))


def test_s2_delete_a_paragraph() -> None:
    data = document(p(run("first")), p(run("se"), run("cond", "<w:b/>"), properties=CENTRED), p(run("last")))
    out = changed(data, edit(data, "second", op="delete"))
    assert texts(out) == ["first", "last"]
    assert shape(accepted(out)) == shape(document(p(run("first")), p(run("last"))))


def test_s2_deleted_paragraph_may_hold_a_whole_field_and_notes() -> None:
    code = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
    field = f'{code}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    data = document(p(run("first")), p(run("on "), field, NOTE_SIGN), p(run("last")), parts=notes(p(run("n"))))
    out = changed(data, edit(data, "on", op="delete"))
    assert "delInstrText" in body_of(out)
    assert texts(accepted(out))[:2] == ["first", "last"]


def test_s3_split_a_paragraph() -> None:
    data = document(p(run("one "), run("two three", "<w:b/>"), properties=CENTRED), p(run("last")))
    out = changed(data, apply(data, DocumentEdit(id=find(data, "one").id, op="split", at=8)))
    assert texts(out) == ["one two ", "three", "last"]
    halves = [
        p(run("one "), run("two ", "<w:b/>"), properties=CENTRED),
        p(run("three", "<w:b/>"), properties=CENTRED),
    ]
    assert shape(accepted(out)) == shape(document(*halves, p(run("last"))))
    out = changed(data, edit(data, "one", op="split", find="one "))
    assert texts(out) == ["one ", "two three", "last"]


def test_s3_split_is_refused_inside_links_and_at_the_ends() -> None:
    data = document(p(run("a "), f'<w:hyperlink w:anchor="x">{run("link text")}</w:hyperlink>', run(" b")))
    link = find(data, "a")
    for at in (0, len(link.text)):
        assert "between two" in refusal(apply(data, DocumentEdit(id=link.id, op="split", at=at)))
    assert "inside a link" in refusal(apply(data, DocumentEdit(id=link.id, op="split", at=5)))
    out = changed(data, apply(data, DocumentEdit(id=link.id, op="split", at=2)))
    assert texts(out) == ["a ", "link text b"]


def test_s4_merge_two_paragraphs() -> None:
    data = document(p(run("one "), properties=CENTRED), p(run("two")), p(run("three")))
    out = changed(data, edit(data, "one", op="merge"))
    assert texts(out) == ["one two", "three"]
    assert CENTRED not in body_of(accepted(out)), "the merged paragraph has the properties of the second, as in Word"


def test_s5_move_a_paragraph() -> None:
    data = document(p(run("one")), p(run("t"), run("wo", "<w:b/>"), properties=CENTRED), p(run("three")))
    out = changed(data, edit(data, "two", op="move", target=find(data, "three").id))
    assert texts(out) == ["one", "three", "two"]
    wanted = [p(run("one")), p(run("three")), p(run("t"), run("wo", "<w:b/>"), properties=CENTRED)]
    assert shape(accepted(out)) == shape(document(*wanted))
    assert "already stands" in refusal(edit(data, "two", op="move", target=find(data, "one").id))


def test_s5_paragraph_with_more_than_text_is_not_moved() -> None:
    data = document(p(run("one")), p(run("two"), NOTE_SIGN), p(run("three")), parts=notes(p(run("n"))))
    assert "cannot be moved" in refusal(edit(data, "two", op="move", target=find(data, "three").id))
    data = document(p(run("one")), p(run("two"), '<w:bookmarkStart w:id="1" w:name="b"/>'), p(run("three")))
    assert "bookmark" in refusal(edit(data, "two", op="move", target=find(data, "three").id))


@pytest.mark.parametrize("beginning", ["first", "last"])
def test_s6_first_and_last_paragraph(beginning: str) -> None:
    data = document(p(run("first"), properties=CENTRED), p(run("last")))
    rest = "last" if beginning == "first" else "first"
    out = changed(data, edit(data, beginning, op="delete"))
    assert texts(out) == [rest]
    properties = CENTRED if rest == "first" else ""
    assert shape(accepted(out)) == shape(document(p(run(rest), properties=properties)))


def test_s6_only_paragraph_and_one_before_a_table_keep_their_mark() -> None:
    data = document(p(run("only")))
    result = edit(data, "only", op="delete")
    assert "empty paragraph stays" in result.results[0].reason
    assert texts(changed(data, result)) == [""]
    data = document(p(run("above")), table([p(run("cell"))]), p(run("below")))
    assert texts(changed(data, edit(data, "above", op="delete"))) == ["", "cell", "below"]
    assert "No paragraph follows" in refusal(edit(data, "above", op="merge"))


def test_s6_last_paragraph_of_a_cell() -> None:
    data = document(table([p(run("one")) + p(run("two"), properties=CENTRED)]), p(run("below")))
    out = changed(data, edit(data, "two", op="delete"))
    assert texts(out) == ["one", "below"]
    assert CENTRED not in body_of(accepted(out))
    out = changed(data, edit(data, "two", op="insert_after", text="three"))
    assert texts(out) == ["one", "two", "three", "below"]
    assert texts(accepted(out)) == ["one", "two", "three", "below"]


def test_s6_all_paragraphs_of_a_cell() -> None:
    data = document(table([p(run("one")) + p(run("two"))]), p(run("below")))
    out = changed(data, apply(data, *[DocumentEdit(id=find(data, t).id, op="delete") for t in ("one", "two")]))
    assert texts(accepted(out)) == ["", "below"]


def test_s6_several_last_paragraphs() -> None:
    data = document(p(run("one")), p(run("two")), p(run("three")))
    out = changed(data, apply(data, *[DocumentEdit(id=find(data, t).id, op="delete") for t in ("two", "three")]))
    assert texts(out) == ["one"]
    assert texts(accepted(out)) == ["one"]


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
    for one, other in pairs:
        result = apply(data, one, other)
        assert [row.status for row in result.results] == ["applied", "refused"]
        assert "of this batch" in result.results[1].reason


def test_merge_goes_with_changes_of_both_texts() -> None:
    data = document(p(run("one ")), p(run("two")))
    first, second = find(data, "one").id, find(data, "two").id
    wishes = [DocumentEdit(id=first, op="merge"), DocumentEdit(id=first, text="1 "), DocumentEdit(id=second, text="2")]
    assert texts(changed(data, apply(data, *wishes))) == ["1 2"]


def test_own_insertion_can_be_taken_back() -> None:
    data = document(p(run("first")), p(run("last")))
    out = changed(data, edit(data, "first", op="insert_after", text="second"))
    again = edit(out, "second", op="delete")
    assert again.data is not None
    assert texts(again.data) == ["first", "last"]
    assert [one.text for one in read_document(again.data, view="original").paragraphs] == ["first", "last"]


def test_bookmark_of_a_deleted_paragraph_survives() -> None:
    data = document(
        p(run("one")), p('<w:bookmarkStart w:id="1" w:name="b"/>', run("two"), '<w:bookmarkEnd w:id="1"/>'), p()
    )
    out = changed(data, edit(data, "two", op="delete"))
    assert 'w:name="b"' in body_of(accepted(out))


def test_resolving_single_changes_by_id() -> None:
    data = document(p(run("one two three")))
    out = changed(data, edit(data, "one", text="1 two 3"))
    numbers = [one.id for one in read_document(out).revisions if one.kind == "insertion"]
    kept = resolve_revisions(out, accept=True, ids=numbers[:1])
    assert {one.author for one in read_document(kept).revisions} == {BOT}
    assert len(read_document(kept).revisions) == len(read_document(out).revisions) - 1


def test_insertions_on_both_sides_of_a_paragraph_end_have_different_times() -> None:
    """LibreOffice would join them, and the paragraphs with them when they are rejected."""
    data = document(p(run("one")), p(run("two")), p(run("three")))
    wishes = [("one", "one more"), ("two", "now two"), ("three", "three too")]
    out = changed(data, apply(data, *[DocumentEdit(id=find(data, old).id, text=new) for old, new in wishes]))
    dates = [row.date for row in read_document(out).revisions]
    assert dates == ["2026-11-24T12:30:00Z", "2026-11-24T12:28:00Z", "2026-11-24T12:30:00Z"]
