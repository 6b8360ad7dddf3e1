"""Where comments are anchored in the text."""

import pytest

from integrations.documents import read_document
from tests.integrations.documents.build import (
    NAMESPACES,
    accepted,
    body_of,
    changed,
    deleted,
    document,
    edit,
    ins,
    p,
    refusal,
    run,
    texts,
)
from tests.integrations.documents.comments.threads import anchored
from tests.integrations.documents.parts import comments


def test_c3_anchor_over_several_runs_and_whole_paragraph() -> None:
    data = document(p(run("one "), run("two ", "<w:b/>"), run("three")))
    out = changed(data, edit(data, "one", op="comment", find="e two th", comment="Here"))
    assert anchored(out) == "e two th"
    out = changed(data, edit(data, "one", op="comment", comment="All"))
    assert anchored(out) == "one two three"
    assert texts(out)[0] == "one two three"


def test_c3_anchor_inside_a_link_stands_around_it() -> None:
    link = f'<w:hyperlink w:anchor="x">{run("link text")}</w:hyperlink>'
    data = document(p(run("see "), link, run(" end")))
    out = changed(data, edit(data, "see", op="comment", find="text", comment="Here"))
    assert anchored(out) == "link text"
    assert "comment" not in body_of(out).split("<w:hyperlink")[1].split("</w:hyperlink>")[0]


def test_c3_anchor_beside_deleted_and_inserted_text() -> None:
    data = document(p(run("a "), deleted("b "), ins(run("c ")), run("d")))
    out = changed(data, edit(data, "a", op="comment", find="c", comment="Here"))
    assert "c" in anchored(out)
    out = changed(data, edit(data, "a", text="a c", comment="Gone"))
    assert "[d]" in anchored(out)
    assert "commentReference" in body_of(accepted(out))


def test_c3_comment_on_a_pure_insertion_and_an_empty_paragraph() -> None:
    data = document(p(run("one two")), p())
    out = changed(data, edit(data, "one", text="one and two", comment="Added"))
    assert "and" in anchored(out)
    out = changed(data, edit(data, "", op="comment", comment="Empty"))
    assert anchored(out) == ""


def test_c3_comments_that_span_paragraphs_are_kept() -> None:
    start, end = (
        '<w:commentRangeStart w:id="4"/>',
        '<w:commentRangeEnd w:id="4"/><w:r><w:commentReference w:id="4"/></w:r>',
    )
    data = document(p(run("one "), start, run("two")), p(run("three"), end), parts=comments(4, p(run("hm"))))
    assert read_document(data).comments[0].anchor == "two\nthree"
    out = changed(data, edit(data, "one", text="1 2"))
    assert anchored(out, "4") == "[two]2three"
    assert read_document(out).comments[0].anchor == "2\nthree"


@pytest.mark.parametrize("kind", ["header", "footer"])
def test_comments_stand_in_the_body_only(kind: str) -> None:
    root = "hdr" if kind == "header" else "ftr"
    parts = {f"word/{kind}1.xml": (kind, f"<w:{root} {NAMESPACES}>{p(run('above all'))}</w:{root}>")}
    data = document(p(run("body")), parts=parts)
    assert "body only" in refusal(edit(data, "above", op="comment", comment="x"))
    result = edit(data, "above", text="over all", comment="x")
    assert result.results[0].status == "applied"
    assert "left out" in result.results[0].reason


def test_comments_of_a_new_and_a_deleted_paragraph() -> None:
    data = document(p(run("one")), p(run("two")), p(run("three")))
    out = changed(data, edit(data, "one", op="insert_after", text="new", comment="Why new"))
    assert anchored(out) == "new"
    out = changed(data, edit(data, "two", op="delete", comment="Why gone"))
    assert anchored(out) == "[two]"
