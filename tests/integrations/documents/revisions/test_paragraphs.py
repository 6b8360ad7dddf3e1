"""Changes of whole paragraphs: insert, delete, split, merge, move, at every odd place."""

import pytest

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


def test_s1_new_paragraph_with_a_style() -> None:
    data = document(p(run("first")), p(run("last")))
    out = changed(data, edit(data, "first", op="insert_after", text="Title", style="Heading 1"))
    assert [paragraph.style for paragraph in read_document(out).paragraphs] == ["Normal", "Heading 1", "Normal"]
    assert [paragraph.style for paragraph in read_document(accepted(out)).paragraphs] == [
        "Normal",
        "Heading 1",
        "Normal",
    ]
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


@pytest.mark.parametrize("beginning", ["first", "last"])
def test_s6_first_and_last_paragraph(beginning: str) -> None:
    data = document(p(run("first"), properties=CENTRED), p(run("last")))
    rest = "last" if beginning == "first" else "first"
    out = changed(data, edit(data, beginning, op="delete"))
    assert texts(out) == [rest]
    properties = CENTRED if rest == "first" else ""
    assert shape(accepted(out)) == shape(document(p(run(rest), properties=properties)))


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


def test_bookmark_of_a_deleted_paragraph_survives() -> None:
    data = document(
        p(run("one")), p('<w:bookmarkStart w:id="1" w:name="b"/>', run("two"), '<w:bookmarkEnd w:id="1"/>'), p()
    )
    out = changed(data, edit(data, "two", op="delete"))
    assert 'w:name="b"' in body_of(accepted(out))
