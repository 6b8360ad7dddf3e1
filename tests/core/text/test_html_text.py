"""The text of an HTML mail is what a person sees, laid out as they see it."""

import pytest

from core.text.html_text import visible_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>One</p><p>Two <b>bold</b></p>", "One\n\nTwo bold"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("One<br>Two&nbsp;&amp; three", "One\nTwo & three"),
        ("<ul><li>a</li><li>b</li></ul><ol><li>c<li>d</ol>", "- a\n- b\n\n1. c\n2. d"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc"),
        ("Yes<blockquote>Coming?<blockquote>deep</blockquote></blockquote>", "Yes\n\n> Coming?\n>\n> > deep"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<div>Ann</div><div>-- <br>Ann Lee</div>", "Ann\n-- \nAnn Lee"),
        ("<script>x</script><style>y</style><title>z</title>seen", "seen"),
        ("no tags at all", "no tags at all"),
        ("<ol start=3><li><p>c</p></li><li></li><li>d</ol>", "3. c\n5. d"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<div style='white-space:pre-wrap'>a\n\n b</div>", "a\n\n b"),
        ("<div>One</div><div>&nbsp;</div><div>Two</div>", "One\n\nTwo"),
        ("<p>Great<img alt='\U0001f600'><img alt='logo'><img alt='日本'></p>", "Great\U0001f600"),
        ("Terms:<blockquote style='margin:0 0 0 40px;border:none;padding:0'>30 days</blockquote>", "Terms:\n\n30 days"),
        ("<b>unclosed", "unclosed"),
        ("", ""),
    ],
)
def test_lays_out_text(source: str, text: str) -> None:
    assert visible_text(source).text == text


def test_characters_without_width_are_dropped() -> None:
    assert visible_text("pass\u200bword \U000e0041\U000e0042\u202eok\u2060").text == "password ok"


def test_what_stands_behind_the_end_of_the_page_is_read() -> None:
    assert (
        visible_text("<html><body><p>Hello</p></body></html><p>Sent by a gateway").text == "Hello\n\nSent by a gateway"
    )
