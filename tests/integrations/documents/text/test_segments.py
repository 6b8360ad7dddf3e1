"""Changes of text in runs: formatting, signs, spaces, scripts. Numbers are those of the project's list of cases."""

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
    texts,
)


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
