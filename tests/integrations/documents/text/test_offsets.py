"""Changes in and beside links, fields, content controls, smart tags, equations and text boxes."""

import pytest

from integrations.documents import read_document
from tests.integrations.documents.build import (
    accepted,
    body_of,
    changed,
    document,
    edit,
    field,
    p,
    refusal,
    run,
    texts,
)
from tests.integrations.documents.parts import box, control, link

LINK_LOOK = '<w:rStyle w:val="Hyperlink"/>'


def test_h3_inside_a_link_stays_inside() -> None:
    data = document(p(run("see "), link(run("this old page", LINK_LOOK)), run(" now")))
    out = changed(data, edit(data, "see", find="old", text="new"))
    inner = body_of(accepted(out)).split("<w:hyperlink")[1].split("</w:hyperlink>")[0]
    assert "new" in inner
    assert texts(out) == ["see this new page now"]


def test_h4_across_the_start_of_a_link() -> None:
    data = document(p(run("see "), link(run("this page", LINK_LOOK)), run(" now")))
    out = changed(data, edit(data, "see", find="see this", text="read that"))
    before, inner = body_of(accepted(out)).split("<w:hyperlink")
    assert "read" in before
    assert "that" in inner.split("</w:hyperlink>")[0]


def test_h4_a_link_is_never_left_without_text() -> None:
    data = document(p(run("see "), link(run("this", LINK_LOOK)), run(" now")))
    assert "without any text" in refusal(edit(data, "see", find="see this now", text="nothing"))
    assert "without any text" in refusal(edit(data, "see", find="this", text=""))


def test_text_behind_a_link_does_not_become_part_of_it() -> None:
    data = document(p(run("see "), link(run("this", f'{LINK_LOOK}<w:i/><w:u w:val="single"/>'))))
    out = changed(data, edit(data, "see", text="see this, please"))
    behind = body_of(out).split("</w:hyperlink>")[1]
    assert "please" in behind
    assert "Hyperlink" not in behind
    assert "<w:i/>" in behind
    assert "<w:u " not in behind


def test_text_in_front_of_a_link_at_the_start_does_not_become_part_of_it() -> None:
    data = document(p(link(run("this", LINK_LOOK))))
    out = changed(data, edit(data, "this", text="See this"))
    assert "See" in body_of(out).split("<w:hyperlink")[0]


def test_h5_beside_a_simple_field() -> None:
    data = document(p(run("page "), f'<w:fldSimple w:instr=" PAGE ">{run("7")}</w:fldSimple>', run(" of it")))
    out = changed(data, edit(data, "page", text="leaf 7 of all"))
    assert texts(out) == ["leaf 7 of all"]
    assert "PAGE field" in refusal(edit(data, "page", text="page 8 of it"))


def test_h5_at_the_edges_of_a_simple_field() -> None:
    data = document(p(f'<w:fldSimple w:instr=" PAGE ">{run("7")}</w:fldSimple>'))
    out = changed(data, edit(data, "7", text="7 of 9"))
    assert "of 9" in body_of(out).split("</w:fldSimple>")[1]
    out = changed(data, edit(data, "7", text="page 7"))
    assert "page" in body_of(out).split("<w:fldSimple")[0]


def test_h6_after_a_complex_field() -> None:
    data = document(p(run("on "), field("DATE", run("Monday")), run(" we met")))
    assert texts(data) == ["on \ufffc\ufffcMonday\ufffc we met"]
    out = changed(data, edit(data, "on", find=" we met", text=", at noon, we met"))
    assert texts(out) == ["on \ufffc\ufffcMonday\ufffc, at noon, we met"]


def test_h6_result_of_a_computed_field_is_refused() -> None:
    data = document(p(run("on "), field("DATE", run("Monday")), run(" we met")))
    assert "DATE field" in refusal(edit(data, "on", find="Monday", text="Tuesday"))


@pytest.mark.parametrize("new", ["on x\ufffc\ufffcMonday\ufffc we met", "on \ufffcx\ufffcMonday\ufffc we met"])
def test_nothing_is_written_into_the_code_of_a_field(new: str) -> None:
    data = document(p(run("on "), field("DATE", run("Monday")), run(" we met")))
    result = edit(data, "on", text=new)
    if new.startswith("on x"):
        out = changed(data, result)
        assert body_of(out).index(">x<") < body_of(out).index('"begin"')
    else:
        assert "field's code" in refusal(result)


def test_h7_result_of_a_hyperlink_field_can_be_edited() -> None:
    data = document(p(run("see "), field('HYPERLINK "http://example.org"', run("the old page")), run(".")))
    out = changed(data, edit(data, "see", find="old", text="new"))
    assert texts(out) == ["see \ufffc\ufffcthe new page\ufffc."]
    assert "without any text" in refusal(edit(data, "see", find="the old page", text=""))


def test_h8_inline_content_control() -> None:
    data = document(p(run("Dear "), control(run("Ann Lee")), run(", hello")))
    out = changed(data, edit(data, "Dear", find="Lee", text="Roe"))
    assert "Roe" in body_of(out).split("<w:sdtContent>")[1].split("</w:sdtContent>")[0]


@pytest.mark.parametrize("is_block", [False, True])
def test_a_content_control_with_new_text_shows_its_placeholder_no_more(*, is_block: bool) -> None:
    shown, properties = run("Click or tap here to enter text."), "<w:showingPlcHdr/>"
    inner = control(p(shown), properties) if is_block else p(control(shown, properties))
    data = document(inner, p(control(run("other"), properties)))
    out = edit(data, "Click", text="Claire").data
    assert out is not None
    assert (texts(accepted(out)), body_of(out).count("showingPlcHdr")) == (["Claire", "other"], 1)


def test_h9_block_content_control() -> None:
    data = document(control(p(run("inside it"))), p(run("outside")))
    out = changed(data, edit(data, "inside", text="within it"))
    assert texts(out) == ["within it", "outside"]


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ('<w:lock w:val="contentLocked"/>', "locked"),
        ('<w:lock w:val="sdtContentLocked"/>', "locked"),
        ('<w:dataBinding w:xpath="/a" w:storeItemID="x"/>', "filled from data"),
        ("<w:dropDownList/>", "dropDownList"),
        ("<w:comboBox/>", "comboBox"),
        ("<w:date/>", "date"),
        ("<w14:checkbox/>", "checkbox"),
    ],
)
def test_w1_locked_and_bound_content_controls_are_refused(properties: str, reason: str) -> None:
    data = document(p(run("Dear "), control(run("Ann Lee"), properties), run(", hello")))
    assert reason in refusal(edit(data, "Dear", find="Lee", text="Roe"))
    changed(data, edit(data, "Dear", find="hello", text="bye"))
    data = document(control(p(run("inside it")), properties), p(run("outside")))
    assert reason in refusal(edit(data, "inside", text="within it"))


def test_h22_smart_tags_are_kept() -> None:
    tag = '<w:smartTag w:uri="urn:x" w:element="City">{}</w:smartTag>'
    data = document(p(run("in "), tag.format(tag.format(run("Old Paris"))), run(" today")))
    out = changed(data, edit(data, "in", text="in New Paris today"))
    assert body_of(accepted(out)).count("<w:smartTag ") == 2
    assert texts(out) == ["in New Paris today"]


def test_h28_beside_an_equation() -> None:
    data = document(p(run("let "), "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>", run(" be big")))
    assert texts(data) == ["let \ufffc be big"]
    out = changed(data, edit(data, "let", text="let \ufffc, always, be big"))
    assert texts(out) == ["let \ufffc, always, be big"]
    assert "object sign" in refusal(edit(data, "let", text="let x be big"))


def test_h18_text_box_changes_both_copies() -> None:
    data = document(p(run("around "), box("old words here")))
    assert [paragraph.story for paragraph in read_document(data).paragraphs] == ["body", "textboxes"]
    out = changed(data, edit(data, "old", text="new words here"))
    assert texts(out) == ["around \ufffc", "new words here"]
    assert body_of(out).count("<w:ins ") == 2


def test_h18_copies_that_differ_are_refused() -> None:
    data = document(p(run("around "), box("old words here", "old words")))
    assert "copy for older versions" in refusal(edit(data, "old", text="new words here"))


def test_w2_table_of_contents_is_refused() -> None:
    toc = field('TOC \\o "1-3"', run("Heading one") + run("\t3"))
    data = document(p(toc), p(run("text")))
    assert "table of contents" in refusal(edit(data, "\ufffc", find="one", text="two"))


def test_w3_nested_fields_take_the_rule_of_each() -> None:
    inner = field('HYPERLINK \\l "a"', run("Chapter one"))
    data = document(p(field('TOC \\o "1-3"', inner)))
    assert "table of contents" in refusal(edit(data, "\ufffc", find="one", text="two"))
    code = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> IF </w:instrText></w:r>'
    nested = f"{code}{field('PAGE', run('3'))}" + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    data = document(p(nested, run("shown"), end))
    assert texts(data) == ["\ufffc" * 5 + "shown\ufffc"]


def test_w4_field_that_spans_paragraphs() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC </w:instrText></w:r>'
    begin += '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    data = document(p(begin, run("first entry")), p(run("second entry")), p(end), p(run("after it")))
    assert "table of contents" in refusal(edit(data, "second", text="other entry"))
    changed(data, edit(data, "after", text="behind it"))
    assert "spans several" in refusal(edit(data, "second", op="delete"))


def test_placeholder_of_a_content_control_is_not_lost() -> None:
    data = document(p(control(run("Click here."), "<w:showingPlcHdr/>"), run(" end")))
    out = changed(data, edit(data, "Click", find="end", text="finish"))
    assert "showingPlcHdr" in body_of(out)
