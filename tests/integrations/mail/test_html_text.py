"""The text of an HTML mail is what a person sees, laid out as they see it."""

import pytest

from integrations.mail.html_text import visible_text


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
        ("<b>unclosed", "unclosed"),
        ("", ""),
    ],
)
def test_lays_out_text(source: str, text: str) -> None:
    assert visible_text(source).text == text


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">SECRET</p>',
        '<p style="DISPLAY: none !important">SECRET</p>',
        '<p style="visibility:hidden">SECRET</p>',
        '<p style="font-size:0px">SECRET</p>',
        '<p style="font:0.5px Arial">SECRET</p>',
        '<p style="opacity:0">SECRET</p>',
        '<p style="max-height:0;overflow:hidden">SECRET</p>',
        '<p style="mso-hide:all">SECRET</p>',
        '<p style="position:absolute;left:-9999px">SECRET</p>',
        '<p style="text-indent:-9999px">SECRET</p>',
        '<p style="color:#fff">SECRET</p>',
        '<p style="color:rgb(254, 254, 254)">SECRET</p>',
        '<p style="color:rgba(0,0,0,0)">SECRET</p>',
        '<font color="white">SECRET</font>',
        '<font size="0">SECRET</font>',
        '<table bgcolor="#000000"><tr><td style="color:black">SECRET</td></tr></table>',
        '<div style="background:#123456"><span style="color:#123457">SECRET</span></div>',
        "<p hidden>SECRET</p>",
        "<style>.gone{display:none}</style><p class='a gone'>SECRET</p>",
        "<style>#gone, i {font-size:0}</style><p id=gone>SECRET</p>",
        "<!-- SECRET -->",
        "<template>SECRET</template>",
    ],
)
def test_leaves_out_what_a_person_cannot_see(hidden: str) -> None:
    seen = visible_text(f"<body>Can you{hidden} come?</body>")
    assert "SECRET" not in seen.text
    assert "Can you" in seen.text
    assert "come?" in seen.text
    assert seen.hidden or "<!--" in hidden or "<template" in hidden


@pytest.mark.parametrize(
    "shown",
    [
        '<table bgcolor="#003366"><tr><td><font color="white">SEEN</font></td></tr></table>',
        '<td background="sky.png"><font color="white">SEEN</font></td>',
        '<div style="background:url(x)"><p style="color:white">SEEN</p></div>',
        '<div style="display:none"></div>SEEN',
        "<style>@media (max-width:600px){.wide{display:none}}</style><p class=wide>SEEN</p>",
        '<p style="font-size:10px;line-height:0">SEEN</p>',
        '<p style="height:0">SEEN</p>',
        '<p style="color:nonsense;background:;font-size:huge">SEEN</p>',
    ],
)
def test_keeps_what_a_person_sees(shown: str) -> None:
    assert "SEEN" in visible_text(shown).text


def test_characters_without_width_are_dropped() -> None:
    assert visible_text("pass\u200bword \U000e0041\U000e0042\u202eok\u2060").text == "password ok"
