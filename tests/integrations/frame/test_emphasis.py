"""Markdown's emphasis on pages, and nothing else of a text."""

import pytest

from integrations.frame.emphasis import emphasised, has_emphasis, with_marks, without_emphasis


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**Ann**: we *must* go", "<strong>Ann</strong>: we <em>must</em> go"),
        ("2 * 3 * 4, snake_case_name and 5**2", "2 * 3 * 4, snake_case_name and 5**2"),
        ("**<b>** & <script>", "<strong>&lt;b&gt;</strong> &amp; &lt;script&gt;"),
        ("[a](javascript:1) `x` # y", "[a](javascript:1) `x` # y"),
        ("one\ntwo", "one\ntwo"),
        ("**A sentence of two.", "A sentence of two."),
        ("The second.**", "The second."),
        ("## Décisions \n\n- one", "<strong>Décisions</strong>\n\n- one"),
        ("## **Tâches :**\n- *one*", "<strong>Tâches :</strong>\n- <em>one</em>"),
        ("# 5 stays, #2 too", "# 5 stays, #2 too"),
        ("", ""),
    ],
)
def test_emphasis_is_shown_and_all_else_stays(text: str, html: str) -> None:
    assert emphasised(text) == html


def test_a_cited_part_is_marked_wherever_it_begins_in_what_is_emphasised() -> None:
    assert with_marks([("**", False), ("The office opens", True), ("** today", False)]) == (
        "<strong><mark>The office opens</mark></strong> today"
    )
    assert with_marks([("It **op", False), ("ens** at", True), (" 8.", False)]) == (
        "It <strong>op<mark>ens</mark></strong><mark> at</mark> 8."
    )


def test_a_text_is_emphatic_where_a_page_shows_it_otherwise() -> None:
    assert has_emphasis("**Ann**: we go")
    assert not has_emphasis("2 * 3 & <4>")


def test_a_title_has_no_signs_of_emphasis() -> None:
    assert without_emphasis("**Ann**:\n  we <go> & *stay*") == "Ann: we <go> & stay"
