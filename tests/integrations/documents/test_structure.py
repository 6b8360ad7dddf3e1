"""Cells, notes, headers, bookmarks, and changes of whole paragraphs."""

import pytest

from integrations.documents import DocumentEdit, read_document, resolve_revisions
from tests.integrations.documents.build import (
    BOT,
    NAMESPACES,
    accepted,
    apply,
    body_of,
    changed,
    document,
    edit,
    field,
    find,
    p,
    refusal,
    run,
    shape,
    table,
    texts,
)

CENTRED = '<w:jc w:val="center"/>'
NOTE_SIGN = '<w:r><w:footnoteReference w:id="2"/></w:r>'


def notes(*content: str) -> dict[str, tuple[str, str]]:
    """Return a footnotes part with a separator and one note."""
    separator = '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    note = f'<w:footnote w:id="2">{"".join(content)}</w:footnote>'
    xml = f"<w:footnotes {NAMESPACES}>{separator}{note}</w:footnotes>"
    return {"word/footnotes.xml": ("footnotes", xml)}


def header(kind: str, text: str) -> tuple[str, str]:
    """Return a header or footer part."""
    root = "hdr" if kind == "header" else "ftr"
    return kind, f"<w:{root} {NAMESPACES}>{p(run(text))}</w:{root}>"


def test_h10_cell_and_h11_nested_cell() -> None:
    inner = table([p(run("inner cell"))]) + p()
    data = document(table([p(run("outer cell")), inner]), p(run("behind")))
    places = [one.table for one in read_document(data).paragraphs]
    assert [(t.table, t.row, t.column, t.depth) for t in places if t] == [(0, 0, 0, 1), (1, 0, 0, 2), (0, 0, 1, 1)]
    out = changed(data, edit(data, "inner", text="changed cell"))
    assert texts(out) == ["outer cell", "changed cell", "", "behind"]


def test_h16_text_of_a_note() -> None:
    data = document(p(run("word"), NOTE_SIGN), parts=notes(p("<w:r><w:footnoteRef/></w:r>", run(" the note"))))
    assert [(one.story, one.text) for one in read_document(data).paragraphs] == [
        ("body", "word\ufffc"),
        ("footnotes", "\ufffc the note"),
    ]
    out = changed(data, edit(data, "\ufffc", find="the note", text="a remark"), "word/footnotes.xml")
    assert texts(out) == ["word\ufffc", "\ufffc a remark"]
    assert body_of(out) == body_of(data)


def test_h15_beside_a_note_sign_and_n1_across_one() -> None:
    data = document(p(run("first"), NOTE_SIGN, run(" second")), parts=notes(p(run("note"))))
    out = changed(data, edit(data, "first", text="1st\ufffc 2nd"))
    assert texts(out)[0] == "1st\ufffc 2nd"
    assert "object sign" in refusal(edit(data, "first", text="first second"))
    assert "object sign" in refusal(edit(data, "first", find="first\ufffc second", text="one"))


def test_h17_headers_and_footers_of_all_kinds() -> None:
    parts = {
        "word/header1.xml": header("header", "default header"),
        "word/header2.xml": header("header", "even header"),
        "word/header3.xml": header("header", "first header"),
        "word/footer1.xml": header("footer", "the footer"),
    }
    data = document(p(run("body")), parts=parts)
    stories = [one.story for one in read_document(data).paragraphs]
    assert stories == ["body", "header1", "header2", "header3", "footer1"]
    out = changed(data, edit(data, "even", text="odd header"), "word/header2.xml")
    assert "odd header" in texts(out)


def test_h20_bookmark_start_inside_the_range_stays() -> None:
    start = '<w:bookmarkStart w:id="0" w:name="b"/>'
    data = document(p(run("one "), start, run("two"), '<w:bookmarkEnd w:id="0"/>', run(" three")))
    out = changed(data, edit(data, "one", find="one two", text="1"))
    assert texts(out) == ["1 three"]
    assert "bookmarkStart" in body_of(accepted(out))
    assert "bookmarkEnd" in body_of(accepted(out))


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


def test_s8_list_item_keeps_its_numbering() -> None:
    numbering = '<w:numPr><w:ilvl w:val="2"/><w:numId w:val="3"/></w:numPr>'
    data = document(p(run("item"), properties=numbering), p(run("text"), properties='<w:pStyle w:val="ListBullet"/>'))
    assert [one.list_level for one in read_document(data).paragraphs] == [2, 1]
    out = changed(data, edit(data, "item", op="insert_after", text="next item"))
    assert body_of(accepted(out)).count(numbering) == 2
    changed(data, edit(data, "item", text="thing"))


def test_s9_merged_cells_keep_their_shape() -> None:
    spans = '<w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/></w:tcPr>{}</w:tc>'
    goes_on = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
    rows = f"<w:tr>{spans.format(p(run('wide')))}</w:tr><w:tr>{goes_on}</w:tr>"
    data = document(f"<w:tbl><w:tblPr/><w:tblGrid/>{rows}</w:tbl>", p())
    out = changed(data, edit(data, "wide", text="broad"))
    assert texts(out) == ["broad", "", ""]


def test_s10_permission_marks_and_custom_xml_stay() -> None:
    custom = f'<w:customXml w:uri="u" w:element="e">{run("wrapped")}</w:customXml>'
    marks = f'<w:permStart w:id="1" w:edGrp="everyone"/>{run("free ")}<w:permEnd w:id="1"/>'
    data = document(p(run("a "), marks, custom))
    out = changed(data, edit(data, "a", text="b open wrapped"))
    xml = body_of(accepted(out))
    assert "permStart" in xml
    assert "permEnd" in xml
    assert "customXml" in xml


def test_s11_imported_text_is_named_and_never_merged_over() -> None:
    data = document(p(run("above")), '<w:altChunk r:id="rIdX"/>', p(run("below"), '<w:subDoc r:id="rIdY"/>'))
    warnings = " ".join(read_document(data).warnings)
    assert "altChunk" in warnings
    assert "master document" in warnings
    assert "No paragraph follows" in refusal(edit(data, "above", op="merge"))
    assert "object sign" in refusal(edit(data, "below", text="below"))


def test_s12_heading_edit_leaves_the_table_of_contents_alone() -> None:
    data = document(p(field("TOC", run("The title"))), p(run("The title"), properties='<w:pStyle w:val="Heading1"/>'))
    heading = next(one for one in read_document(data).paragraphs if one.heading_level == 1)
    out = changed(data, apply(data, DocumentEdit(id=heading.id, text="A title")))
    assert texts(out) == ["\ufffc\ufffcThe title\ufffc", "A title"]


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
