"""Cells, notes, headers, bookmarks, lists, and what of a document's structure must stay as it is."""

from integrations.documents import DocumentEdit, read_document
from tests.integrations.documents.build import (
    accepted,
    apply,
    body_of,
    changed,
    deleted,
    document,
    edit,
    field,
    ins,
    p,
    refusal,
    run,
    table,
    texts,
)
from tests.integrations.documents.parts import NOTE_SIGN, comments, endnotes, header, notes, old_box

CENTRED = '<w:jc w:val="center"/>'


def test_h10_cell_and_h11_nested_cell() -> None:
    inner = table([p(run("inner cell"))]) + p()
    data = document(table([p(run("outer cell")), inner]), p(run("behind")))
    places = [paragraph.table for paragraph in read_document(data).paragraphs]
    assert [(t.table, t.row, t.column, t.depth) for t in places if t] == [(0, 0, 0, 1), (1, 0, 0, 2), (0, 0, 1, 1)]
    out = changed(data, edit(data, "inner", text="changed cell"))
    assert texts(out) == ["outer cell", "changed cell", "", "behind"]


def test_h16_text_of_a_note() -> None:
    data = document(p(run("word"), NOTE_SIGN), parts=notes(p("<w:r><w:footnoteRef/></w:r>", run(" the note"))))
    assert [(paragraph.story, paragraph.text) for paragraph in read_document(data).paragraphs] == [
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
        "word/header1.xml": header("header", p(run("default header"))),
        "word/header2.xml": header("header", p(run("even header"))),
        "word/header3.xml": header("header", p(run("first header"))),
        "word/footer1.xml": header("footer", p(run("the footer"))),
    }
    data = document(p(run("body")), parts=parts)
    stories = [paragraph.story for paragraph in read_document(data).paragraphs]
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


def test_h21_comment_range_end_inside_the_range_stays() -> None:
    start, end = '<w:commentRangeStart w:id="5"/>', '<w:commentRangeEnd w:id="5"/>'
    sign = '<w:r><w:commentReference w:id="5"/></w:r>'
    data = document(p(start, run("one tw"), end, sign, run("o three")), parts=comments(5, p(run("why"))))
    out = changed(data, edit(data, "one", find="two", text="2"))
    assert texts(out)[0] == "one 2 three"
    for mark in (start, end, "<w:commentReference "):
        assert body_of(accepted(out)).count(mark) == 1
    assert [comment.text for comment in read_document(accepted(out)).comments] == ["why"]


def test_every_story_is_read_in_both_views() -> None:
    def text(story: str) -> str:
        return p(run(f"{story} "), ins(run("new")), deleted("old"))

    parts = {
        "word/header1.xml": header("header", text("header")),
        "word/footer1.xml": header("footer", text("footer")),
        **notes(text("footnote")),
        **endnotes(text("endnote")),
        **comments(1, text("comment")),
    }
    nested = table([text("cell") + table([text("inner")]) + p()])
    data = document(text("body"), nested, p(old_box(text("box"))), parts=parts)
    stories = {
        "body": "body",
        "cell": "body",
        "inner": "body",
        "box": "textboxes",
        "header": "header1",
        "footer": "footer1",
        "footnote": "footnotes",
        "endnote": "endnotes",
        "comment": "comments",
    }
    for view, word in (("current", "new"), ("original", "old")):
        rows = read_document(data, view=view).paragraphs  # type: ignore[arg-type]
        assert {row.text: row.story for row in rows if row.text.endswith(word)} == {
            f"{name} {word}": story for name, story in stories.items()
        }


def test_s8_list_item_keeps_its_numbering() -> None:
    numbering = '<w:numPr><w:ilvl w:val="2"/><w:numId w:val="3"/></w:numPr>'
    data = document(p(run("item"), properties=numbering), p(run("text"), properties='<w:pStyle w:val="ListBullet"/>'))
    assert [paragraph.list_level for paragraph in read_document(data).paragraphs] == [2, 1]
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
    heading = next(paragraph for paragraph in read_document(data).paragraphs if paragraph.heading_level == 1)
    out = changed(data, apply(data, DocumentEdit(id=heading.id, text="A title")))
    assert texts(out) == ["\ufffc\ufffcThe title\ufffc", "A title"]
