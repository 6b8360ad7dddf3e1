"""Changes in documents that have tracked changes of other people, or of the same author, in them."""

import re

from integrations.documents import DocumentEdit, read_document, resolve_revisions
from tests.integrations.documents.build import (
    BOT,
    accepted,
    apply,
    body_of,
    changed,
    deleted,
    document,
    edit,
    find,
    ins,
    p,
    refusal,
    run,
    table,
    texts,
)

DATE = 'w:date="2026-01-01T00:00:00Z"'


def test_h12_inside_anothers_insertion() -> None:
    data = document(p(run("we "), ins(run("really must")), run(" go")))
    out = changed(data, edit(data, "we", find="really must", text="really should"))
    assert texts(out) == ["we really should go"]
    xml = body_of(out)
    assert f'<w:ins w:id="900" w:author="Ann" {DATE}><w:r><w:t xml:space="preserve">really </w:t></w:r><w:del ' in xml
    rest = resolve_revisions(out, accept=False, author="Ann")
    assert texts(accepted(rest)) == ["we should go"]


def test_h12_insertion_in_the_middle_of_anothers_insertion_parts_it() -> None:
    data = document(p(run("we "), ins(run("really must")), run(" go")))
    out = changed(data, edit(data, "we", text="we really truly must go"))
    assert body_of(out).count('w:author="Ann"') == 2
    assert texts(accepted(resolve_revisions(out, accept=False, author="Ann"))) == ["we truly  go"]


def test_h13_across_anothers_deletion_leaves_it_in_place() -> None:
    data = document(p(run("one "), deleted("two "), run("three four")))
    out = changed(data, edit(data, "one", find="one three", text="1 3"))
    xml = body_of(out)
    assert xml.index(">one ") < xml.index(">two ") < xml.index(">three")
    assert xml.count('w:author="Ann"') == 1
    assert [paragraph.text for paragraph in read_document(out, view="original").paragraphs] == ["one two three four"]


def test_h14_across_the_end_of_an_insertion() -> None:
    data = document(p(run("a "), ins(run("b c")), run(" d e")))
    out = changed(data, edit(data, "a", find="c d", text="X"))
    assert texts(out) == ["a b X e"]


def test_h14_insertion_behind_anothers_insertion_stands_outside() -> None:
    data = document(p(run("a "), ins(run("b")), run(" d")))
    out = changed(data, edit(data, "a", text="a b, c d"))
    assert body_of(out).count('w:author="Ann"') == 1


def test_h26_earlier_change_of_paragraph_format_is_kept() -> None:
    change = f'<w:jc w:val="center"/><w:pPrChange w:id="7" w:author="Ann" {DATE}><w:pPr/></w:pPrChange>'
    data = document(p(run("one two"), properties=change))
    out = changed(data, edit(data, "one", text="one 2"))
    assert body_of(out).count("<w:pPrChange ") == 1


def test_h27_earlier_change_of_format_is_kept_on_both_halves() -> None:
    look = f'<w:b/><w:rPrChange w:id="7" w:author="Ann" {DATE}><w:rPr/></w:rPrChange>'
    data = document(p(run("one two three", look)))
    out = apply(data, DocumentEdit(id=find(data, "one").id, text="one 2 three")).data
    assert out is not None
    xml = body_of(out)
    numbers = re.findall(r'<w:rPrChange w:id="(\d+)"', xml)
    assert len(numbers) == len(set(numbers)) == 3
    inserted = xml.split("<w:ins ")[1].split("</w:ins>")[0]
    assert "<w:b/>" in inserted
    assert "rPrChange" not in inserted


def test_r1_own_insertion_is_changed_in_place() -> None:
    data = document(p(run("we "), ins(run("really must"), author=BOT), run(" go")))
    out = apply(data, DocumentEdit(id=find(data, "we").id, text="we really should go")).data
    assert out is not None
    assert "<w:del " not in body_of(out)
    assert body_of(out).count("<w:ins ") == 1
    assert texts(out) == ["we really should go"]
    out = apply(data, DocumentEdit(id=find(data, "we").id, text="we  go")).data
    assert out is not None
    assert "<w:ins " not in body_of(out)


def test_r2_moved_text_can_be_edited_where_it_went() -> None:
    source = f'<w:moveFrom w:id="3" w:author="Ann" {DATE}>{run("moved words")}</w:moveFrom>'
    target = f'<w:moveTo w:id="4" w:author="Ann" {DATE}>{run("moved words")}</w:moveTo>'
    start = f'<w:moveFromRangeStart w:id="5" w:author="Ann" {DATE} w:name="m"/>{source}<w:moveFromRangeEnd w:id="5"/>'
    end = f'<w:moveToRangeStart w:id="6" w:author="Ann" {DATE} w:name="m"/>{target}<w:moveToRangeEnd w:id="6"/>'
    data = document(p(run("a "), start, run(" b")), p(run("c "), end, run(" d")))
    assert texts(data) == ["a  b", "c moved words d"]
    out = changed(data, edit(data, "c", text="c moved terms d"))
    assert texts(out) == ["a  b", "c moved terms d"]
    assert [paragraph.text for paragraph in read_document(out, view="original").paragraphs] == [
        "a moved words b",
        "c  d",
    ]
    for accept, wanted in ((True, ["a  b", "c moved terms d"]), (False, ["a moved words b", "c  d"])):
        resolved = resolve_revisions(out, accept=accept)
        assert texts(resolved) == wanted
        assert "<w:move" not in body_of(resolved)


def row(kind: str, text: str) -> str:
    """Return a table row that is tracked as inserted or deleted."""
    content = ins(run(text)) if kind == "ins" else deleted(text)
    mark = f'<w:rPr><w:{kind} w:id="21" w:author="Ann" {DATE}/></w:rPr>'
    tracked = f'<w:trPr><w:{kind} w:id="20" w:author="Ann" {DATE}/></w:trPr>'
    return f"<w:tr>{tracked}<w:tc>{p(content, properties=mark)}</w:tc></w:tr>"


def test_r3_rows_and_cells_that_are_tracked() -> None:
    rows = f"<w:tr><w:tc>{p(run('stays'))}</w:tc></w:tr>{row('ins', 'new row')}{row('del', 'old row')}"
    data = document(f"<w:tbl><w:tblPr/><w:tblGrid/>{rows}</w:tbl>", p())
    assert texts(data) == ["stays", "new row", ""]
    assert [paragraph.text for paragraph in read_document(data, view="original").paragraphs] == ["stays", "old row", ""]
    assert texts(resolve_revisions(data, accept=True)) == ["stays", "new row", ""]
    assert texts(resolve_revisions(data, accept=False)) == ["stays", "old row", ""]
    cell = f'<w:tc><w:tcPr><w:cellIns w:id="30" w:author="Ann" {DATE}/></w:tcPr>{p(run("cell"))}</w:tc>'
    data = document(f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc>{p(run('a'))}</w:tc>{cell}</w:tr></w:tbl>", p())
    assert texts(resolve_revisions(data, accept=False)) == ["a", ""]
    assert texts(resolve_revisions(data, accept=True)) == ["a", "cell", ""]


def test_r4_deletion_inside_an_insertion() -> None:
    nested = ins(run("keep "), deleted("gone ", author="Ben", number=40))
    data = document(p(run("a "), nested, run("b")))
    assert texts(data) == ["a keep b"]
    out = changed(data, edit(data, "a", find="keep", text="hold"))
    assert texts(out) == ["a hold b"]
    assert texts(resolve_revisions(data, accept=False, author="Ben")) == ["a keep gone b"]
    assert texts(resolve_revisions(data, accept=False)) == ["a b"]


def markup(kind: str, number: int, edge: str) -> str:
    """Return a mark of a tracked change of markup."""
    stamp = f' w:author="Ann" {DATE}' if edge == "Start" else ""
    return f'<w:customXml{kind}Range{edge} w:id="{number}"{stamp}/>'


def tagged(kind: str, content: str) -> str:
    """Return custom XML whose start and end tag are tracked, as Word writes it."""
    opened = f"{markup(kind, 60, 'Start')}<w:customXml w:element='e'>{markup(kind, 60, 'End')}"
    return f"{opened}{content}{markup(kind, 61, 'Start')}</w:customXml>{markup(kind, 61, 'End')}"


def test_r5_marks_of_markup_and_numbering_are_kept_by_edits() -> None:
    numbering = (
        f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/><w:numberingChange w:id="8" w:author="Ann" {DATE}/></w:numPr>'
    )
    data = document(p(tagged("Ins", run("one")), run(" two"), properties=numbering))
    out = changed(data, edit(data, "one", text="one 2"))
    assert body_of(out).count("customXmlInsRange") == 4
    assert body_of(out).count("<w:numberingChange ") == 1
    assert [row.kind for row in read_document(data).revisions] == ["numbering", "markup_insertion", "markup_insertion"]


def test_change_of_text_in_a_wrapper_inside_an_insertion() -> None:
    tag = f'<w:smartTag w:uri="u" w:element="e">{run("wrapped words")}</w:smartTag>'
    data = document(p(run("a "), ins(tag), run(" b")))
    out = changed(data, edit(data, "a", find=" words", text=""))
    assert texts(out) == ["a wrapped b"]
    assert "no change can be tracked" in refusal(edit(data, "a", find="words", text="terms"))


def test_paragraph_inserted_by_another_keeps_its_end() -> None:
    mark = f'<w:rPr><w:ins w:id="60" w:author="Ann" {DATE}/></w:rPr>'
    data = document(p(run("first")), p(ins(run("second")), properties=mark), p(run("third")))
    result = edit(data, "second", op="delete")
    assert "Ann inserted it" in result.results[0].reason
    assert texts(changed(data, result)) == ["first", "", "third"]
    assert "cannot be merged" in refusal(edit(data, "second", op="merge"))


def test_paragraphs_whose_end_is_deleted_read_as_one() -> None:
    mark = f'<w:rPr><w:del w:id="61" w:author="Ann" {DATE}/></w:rPr>'
    data = document(p(run("first "), properties=mark), p(run("second part")), table([p(run("cell"))]), p())
    assert texts(data) == ["first second part", "cell", ""]
    out = changed(data, edit(data, "first", find="first second", text="1st 2nd"))
    assert texts(out) == ["1st 2nd part", "cell", ""]
    assert texts(accepted(out)) == ["1st 2nd part", "cell", ""]


def test_an_amount_keeps_its_formatting_where_the_words_before_it_change_too() -> None:
    data = document(p(run("fixé au montant de "), run("12 480,50 € HT", "<w:b/>"), run(", payable.")))
    out = changed(data, edit(data, "fixé", text="fixé à 13 900,00 € HT, payable."))
    (written,) = re.findall(r"<w:ins .*?</w:ins>", body_of(out))
    assert re.sub(r' xml:space="preserve"|</?w:ins.*?>', "", written) == (
        "<w:r><w:t>à </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>13 900,00</w:t></w:r>"
    )
