"""Runs are parted, and their text written, without a change of what was shown."""

import pytest

from tests.integrations.documents.build import (
    accepted,
    body_of,
    changed,
    document,
    edit,
    p,
    refusal,
    run,
    shape,
    texts,
)

BOLD = "<w:b/>"


def test_h1_replace_across_bold_boundary() -> None:
    data = document(p(run("A quick "), run("brown", BOLD), run(" fox.")))
    out = changed(data, edit(data, "A quick", find="quick brown", text="slow red"))
    assert texts(out) == ["A slow red fox."]
    assert shape(accepted(out)) == shape(document(p(run("A slow "), run("red", BOLD), run(" fox."))))


def test_h2_one_word_in_three_runs() -> None:
    data = document(p(run("see the ele"), run("pha", BOLD), run("nt now")))
    out = changed(data, edit(data, "see", text="see the tiger now"))
    assert texts(out) == ["see the tiger now"]
    assert body_of(out).count("<w:ins ") == body_of(out).count("<w:del ") == 1


def test_h19_run_with_tab_and_break_keeps_them() -> None:
    inner = "<w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r>"
    data = document(p(inner))
    out = changed(data, edit(data, "one", text="one\t2\nthree"))
    assert texts(out) == ["one\t2\nthree"]
    assert body_of(accepted(out)).count("<w:tab/>") == body_of(accepted(out)).count("<w:br/>") == 1


def test_h19_written_tabs_and_breaks_become_elements() -> None:
    data = document(p(run("one")))
    out = changed(data, edit(data, "one", text="one\ttwo\nthree"))
    assert "<w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t>" in body_of(out)


@pytest.mark.parametrize("kind", ["page", "column"])
def test_h19_page_break_is_not_deleted(kind: str) -> None:
    data = document(p(run("one"), f'<w:r><w:br w:type="{kind}"/></w:r>', run("two")))
    assert f"{kind} break" in refusal(edit(data, "one", text="onetwo"))


@pytest.mark.parametrize("new", [" one  two ", "one two", "one  two  three", "one\u00a0 two", "  one  two"])
def test_t1_spaces_are_kept_exactly(new: str) -> None:
    data = document(p(run("one  two")))
    out = changed(data, edit(data, "one", text=new))
    assert texts(out) == [new]
    assert texts(accepted(out)) == [new]


def test_t1_hidden_white_space_stays_hidden() -> None:
    """Word trims a w:t without xml:space; parting it must not bring that white space to light."""
    data = document(p("<w:r><w:t> one two three </w:t></w:r>"))
    out = changed(data, edit(data, " one", find="two", text="2"))
    assert "<w:t> one</w:t>" in body_of(out)
    assert "<w:t>three </w:t>" in body_of(out)


def test_t4_markup_signs_are_text() -> None:
    data = document(p(run("one")))
    out = changed(data, edit(data, "one", text='a < b & c > "d" </w:t>'))
    assert texts(out) == ['a < b & c > "d" </w:t>']


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
