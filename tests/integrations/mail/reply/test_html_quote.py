"""A quote keeps the look of the original, and nothing in it acts, loads or hides."""

import pytest

from core.text.html_text import MAX_QUOTED_CHARS, visible_text
from integrations.mail.reply.greeting import quotable_html


def test_what_a_mail_looks_like_is_kept() -> None:
    source = (
        "<p>See <b>row</b> 4:</p><table><tr><th colspan=2>Sum</th></tr><tr><td>1</td></tr></table><ul><li>one</li></ul>"
    )
    quoted = quotable_html(f"<html><body style='color:red'>{source}</body></html>")
    for part in ("<b>row</b>", '<th colspan="2">Sum</th>', "<td>1</td>", "<li>one</li>"):
        assert part in quoted
    assert "style" not in quoted


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=https://track.example/1.gif alt='Logo'>",
        "<a href=javascript:alert(1)>x</a>",
        "<p onclick=alert(1)>x</p>",
        "<iframe src=https://a.example></iframe>",
        "<style>p{color:red}</style>",
        "<form action=https://a.example><input name=a></form>",
        "<svg onload=alert(1)></svg>",
        "<object data=x></object>",
        "<a href='data:text/html,x'>x</a>",
        "<base href=https://a.example>",
        "<link rel=stylesheet href=https://a.example>",
        "<p style='background:url(https://track.example)'>x</p>",
        "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
    ],
)
def test_what_acts_or_loads_is_gone(hostile: str) -> None:
    quoted = quotable_html(f"<body><p>Hello Bob</p>{hostile}</body>")
    assert "Hello Bob" in quoted
    for word in (
        "script",
        "src",
        "onclick",
        "onload",
        "onerror",
        "iframe",
        "style",
        "form",
        "data:",
        "track.example",
        "base",
    ):
        assert word not in quoted.lower(), quoted


@pytest.mark.parametrize(
    "hidden",
    [
        "<p style='display:none'>SECRET</p>", "<font color=white>SECRET</font>", "<div hidden>SECRET</div>",
        "<span style='visibility:hidden'>SECRET</span>", "<!-- SECRET -->",
    ],
)  # fmt: skip
def test_what_a_person_cannot_see_is_not_quoted(hidden: str) -> None:
    quoted = quotable_html(f"<body bgcolor=white><p>Hello</p>{hidden}<p>Bye</p></body>")
    assert "SECRET" not in quoted
    assert "Hello" in quoted
    assert "Bye" in quoted


def test_a_picture_is_quoted_by_its_words_and_a_link_by_its_address() -> None:
    quoted = quotable_html(
        '<body><img src="cid:1" alt="Our house"> at <a href="https://a.example/x?y=1&amp;z=2">home</a></body>'
    )
    assert quoted == 'Our house at <a href="https://a.example/x?y=1&amp;z=2">home</a>'


def test_no_tag_of_the_original_ends_the_quote() -> None:
    assert quotable_html("<body></div></blockquote><p>Hello</body></html><p>more") == "<p>Hello</p><p>more</p>"


@pytest.mark.parametrize(
    "source",
    [
        "<body><p>a<img alt='x&#1;y'>b</p></body>",
        "<body><p>a</p><span style='display:none'>s</span>t&#2;u</body>",
        "\0<body>a<img alt='q\x01'>\x02z</body>",
    ],
)
def test_control_characters_break_nothing(source: str) -> None:
    assert quotable_html(source) == ""


@pytest.mark.parametrize("source", ["", "<html hidden><body>x</body></html>", "<p>" + "x" * MAX_QUOTED_CHARS])
def test_what_cannot_be_quoted_as_it_looks_is_left_to_its_text(source: str) -> None:
    assert quotable_html(source) == ""


def test_the_quote_says_what_the_text_says() -> None:
    source = "<body><p>One<br>two</p><blockquote>three</blockquote><ol start=4><li>four</ol></body>"
    assert visible_text(quotable_html(source)).text == visible_text(source).text
