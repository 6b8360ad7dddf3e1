"""Text that CSS hides from a person is found, and what they see is kept."""

import pytest

from core.text.html_text import visible_text


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
        '<p style="opacity:.05">SECRET</p>',
        '<p style="filter:opacity(0)">SECRET</p>',
        '<p style="transform:scale(0)">SECRET</p>',
        '<p style="position:absolute;clip:rect(0,0,0,0)">SECRET</p>',
        '<p style="clip-path:inset(100%)">SECRET</p>',
        '<p style="width:1px;height:1px;overflow:hidden">SECRET</p>',
        '<p style="max-height:0;overflow-y:hidden">SECRET</p>',
        '<p style="margin-left:-9999px">SECRET</p>',
        '<p style="position:relative;left:-100vw">SECRET</p>',
        '<p style="position:absolute;left:9999px">SECRET</p>',
        '<p style="color:hsl(0, 0%, 100%)">SECRET</p>',
        '<p style="color:rgb(100%,100%,100%)">SECRET</p>',
        '<p style="color:rgb(300,300,300)">SECRET</p>',
        '<p style="color:rgba(0,0,0,0.01)">SECRET</p>',
        '<p style="color:rgba(0,0,0,0.00001)">SECRET</p>',
        '<p style="color:rgb(0 0 0 / 0.00001%)">SECRET</p>',
        '<p style="color:#00000000">SECRET</p>',
        '<p style="color:azure">SECRET</p>',
        '<p style="-webkit-text-fill-color:transparent">SECRET</p>',
        '<p style="display:none !important;display:block">SECRET</p>',
        '<p style="display:/*x*/none">SECRET</p>',
        '<p style="d\\69splay:none">SECRET</p>',
        "<style>.w{color:#fff}</style><p class=w>SECRET</p>",
        "<style>.d{background:#000}</style><p class=d style='color:#000'>SECRET</p>",
        "<style>.a .b{display:none}</style><div class=a><p><b class=b>SECRET</b></p></div>",
        "<style>p.a.b{display:none}</style><p class='b a'>SECRET</p>",
        "<style>p[class=a]{display:none}</style><p class=a>SECRET</p>",
        "<style>@media screen{.a{display:none}}</style><p class=a>SECRET</p>",
        "<style>.a{display:none!important}</style><p class=a style='display:block'>SECRET</p>",
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
        "<style>.d{background:#111}</style><p class=d style='color:#fff'>SEEN</p>",
        "<style>.d{background-image:url(x)}</style><p class=d style='color:#fff'>SEEN</p>",
        "<style>p{display:none} p{display:block}</style><p>SEEN</p>",
        "<style>#a{display:block} p{display:none}</style><p id=a>SEEN</p>",
        "<style>.a .b{display:none}</style><p class=b>SEEN</p>",
        "<style>.a{display:none}</style><p class=a style='display:block'>SEEN</p>",
        '<table style="font-size:0"><tr><td style="font-size:14px">SEEN</td></tr></table>',
        '<div style="visibility:hidden">x<b style="visibility:visible">SEEN</b></div>',
        '<p style="color:nonsense;background:;font-size:huge">SEEN</p>',
        '<p style="color:rgb(255, 255deg, 255)">SEEN</p>',
    ],
)
def test_keeps_what_a_person_sees(shown: str) -> None:
    assert "SEEN" in visible_text(shown).text
