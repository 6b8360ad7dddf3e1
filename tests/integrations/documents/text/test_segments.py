"""Changes of text in runs: formatting, signs, spaces, scripts. Numbers are those of the project's list of cases."""

import pytest

from tests.integrations.documents.build import (
    BOT,
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


def test_h1_uneven_replacement_takes_the_look_of_its_first_word() -> None:
    data = document(p(run("A "), run("quick", BOLD), run(" brown fox.")))
    out = changed(data, edit(data, "A quick", find="quick brown", text="slow"))
    assert shape(accepted(out)) == shape(document(p(run("A "), run("slow", BOLD), run(" fox."))))


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


def test_h25_non_breaking_hyphen_is_one_character() -> None:
    data = document(p("<w:r><w:t>e</w:t><w:noBreakHyphen/><w:t>mail now</w:t></w:r>"))
    assert texts(data) == ["e\u2011mail now"]
    out = changed(data, edit(data, "e", find="now", text="later"))
    assert texts(out) == ["e\u2011mail later"]
    out = changed(data, edit(data, "e", find="e\u2011mail", text="x\u2011ray"))
    assert body_of(accepted(out)).count("<w:noBreakHyphen/>") == 1


def test_h29_soft_hyphen_and_hidden_text_in_the_range() -> None:
    data = document(
        p(
            "<w:r><w:t>num</w:t><w:softHyphen/><w:t xml:space='preserve'>ber </w:t></w:r>",
            run("secret ", "<w:vanish/>"),
            run("end"),
        )
    )
    assert texts(data) == ["number secret end"]
    out = changed(data, edit(data, "number", find="number secret end", text="all new words"))
    assert "vanish" not in body_of(accepted(out))
    data = document(p(run("secret ", "<w:vanish/>"), run("shown")))
    out = changed(data, edit(data, "secret", find="secret shown", text="visible"))
    assert "vanish" not in body_of(accepted(out))


def test_h30_same_phrase_twice_needs_more_context() -> None:
    data = document(p(run("the cat and the cat sat")))
    assert "2 times" in refusal(edit(data, "the", find="the cat", text="a dog"))
    out = changed(data, edit(data, "the", find="the cat sat", text="the dog sat"))
    assert texts(out) == ["the cat and the dog sat"]
    out = changed(data, edit(data, "the", text="the cat and the cow sat"))
    assert body_of(out).index("<w:del ") > body_of(out).index("the cat and the ")


def test_h30_overlapping_places_count_as_several() -> None:
    data = document(p(run("aaa")))
    assert "2 times" in refusal(edit(data, "aaa", find="aa", text="b"))


def test_h24_cjk_changes_single_characters() -> None:
    data = document(p(run("\u6771\u4eac\u90fd\u306b\u4f4f\u3080")))
    out = changed(data, edit(data, "\u6771", text="\u4eac\u90fd\u5e9c\u306b\u4f4f\u3080"))
    assert texts(out) == ["\u4eac\u90fd\u5e9c\u306b\u4f4f\u3080"]
    assert "\u306b\u4f4f\u3080</w:t>" in body_of(out)


def test_h23_right_to_left_run_keeps_its_properties() -> None:
    look = "<w:bCs/><w:rtl/>"
    data = document(p(run("\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd", look), properties="<w:bidi/>"))
    out = changed(data, edit(data, "\u05e9", text="\u05e9\u05dc\u05d5\u05dd \u05dc\u05db\u05dd"))
    assert body_of(accepted(out)).count(look) == 2


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


def test_t2_astral_characters_and_combining_marks_stay_whole() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    data = document(p(run(f"go {family} cafe\u0301 \U0001d49c end")))
    out = changed(data, edit(data, "go", text=f"walk {family} cafe \U0001d49c end"))
    assert f" {family} </w:t>" in body_of(out)
    assert ">cafe\u0301</w:delText>" in body_of(out)


def test_t2_the_same_letter_in_two_forms_is_no_change_unless_meant() -> None:
    data = document(p(run("cafe\u0301 one")))
    out = changed(data, edit(data, "cafe", text="caf\u00e9 two"))
    assert "cafe\u0301" in body_of(out)
    assert body_of(out).count("<w:del ") == 1
    out = changed(data, edit(data, "cafe", text="caf\u00e9 one"))
    assert texts(out) == ["caf\u00e9 one"]


@pytest.mark.parametrize(
    "inner",
    [
        '<w:sym w:font="Wingdings" w:char="F04A"/>',
        '<w:ptab w:relativeTo="margin" w:alignment="center" w:leader="none"/>',
        "<w:ruby><w:rubyPr/><w:rt><w:r><w:t>up</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>x</w:t></w:r></w:rubyBase></w:ruby>",
    ],
)
def test_t3_signs_are_atoms_that_stay(inner: str) -> None:
    data = document(p(run("before "), f"<w:r>{inner}</w:r>", run(" after")))
    assert texts(data) == ["before \ufffc after"]
    out = changed(data, edit(data, "before", text="in front \ufffc behind"))
    assert texts(out) == ["in front \ufffc behind"]
    assert "object sign" in refusal(edit(data, "before", text="before after"))


def test_t4_markup_signs_are_text() -> None:
    data = document(p(run("one")))
    out = changed(data, edit(data, "one", text='a < b & c > "d" </w:t>'))
    assert texts(out) == ['a < b & c > "d" </w:t>']


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x0b", "\x0c", "\x1b", "\ud800", "\ufffe", "\x85\x9f"])
def test_t4_control_characters_are_refused(bad: str) -> None:
    data = document(p(run("one")))
    assert "control character" in refusal(edit(data, "one", text=f"one{bad}"))


def test_smart_quotes_and_hard_spaces_that_were_flattened_are_kept() -> None:
    data = document(p(run("She said \u201cdon\u2019t\u201d at 10\u00a0km, twice")))
    out = changed(data, edit(data, "She", text="She said \"don't\" at 10 km, 'once'"))
    assert texts(out) == ["She said \u201cdon\u2019t\u201d at 10\u00a0km, \u2018once\u2019"]


def test_quotes_are_changed_when_nothing_else_is() -> None:
    data = document(p(run("\u201cyes\u201d")))
    out = changed(data, edit(data, "\u201c", text='"yes"'))
    assert texts(out) == ['"yes"']


def test_find_matches_flattened_quotes() -> None:
    data = document(p(run("It isn\u2019t so")))
    out = changed(data, edit(data, "It", find="isn't", text="is"))
    assert texts(out) == ["It is so"]


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


def test_changes_are_stamped_with_author_and_utc_second() -> None:
    data = document(p(run("one two")))
    out = changed(data, edit(data, "one", text="one 2"))
    assert body_of(out).count(f'w:author="{BOT}" w:date="2026-11-24T12:30:00Z"') == 2
