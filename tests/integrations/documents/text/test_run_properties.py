"""New text has the formatting of what it replaces or stands beside."""

from tests.integrations.documents.build import (
    accepted,
    body_of,
    changed,
    document,
    edit,
    p,
    run,
    shape,
)

BOLD = "<w:b/>"


def test_h1_uneven_replacement_takes_the_look_of_its_first_word() -> None:
    data = document(p(run("A "), run("quick", BOLD), run(" brown fox.")))
    out = changed(data, edit(data, "A quick", find="quick brown", text="slow"))
    assert shape(accepted(out)) == shape(document(p(run("A "), run("slow", BOLD), run(" fox."))))


def test_h23_right_to_left_run_keeps_its_properties() -> None:
    look = "<w:bCs/><w:rtl/>"
    data = document(p(run("\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd", look), properties="<w:bidi/>"))
    out = changed(data, edit(data, "\u05e9", text="\u05e9\u05dc\u05d5\u05dd \u05dc\u05db\u05dd"))
    assert body_of(accepted(out)).count(look) == 2


def test_insertion_takes_the_look_of_the_left_but_not_of_a_note_sign() -> None:
    note = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="2"/></w:r>'
    data = document(p(run("word", BOLD), note, run(" end")))
    out = changed(data, edit(data, "word", find="\ufffc end", text="\ufffc, the end"))
    assert body_of(accepted(out)).count("superscript") == 1
    out = changed(data, edit(data, "word", find="word", text="words more"))
    assert body_of(accepted(out)).count("<w:b/>") >= 1


def test_empty_paragraph_takes_the_look_of_its_mark() -> None:
    data = document(p(properties=f"<w:rPr>{BOLD}</w:rPr>"), p(run("x")))
    out = changed(data, edit(data, "", text="new"))
    assert "<w:r><w:rPr><w:b/></w:rPr><w:t>new</w:t></w:r></w:ins>" in body_of(out)
