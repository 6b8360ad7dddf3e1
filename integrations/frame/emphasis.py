"""The emphasis of Markdown on pages: `**bold**` and headings are shown bold. All else stays as it was written."""

import functools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

# Of a private use area, which no text of people has: where a part of a text ends and the next begins.
_CUT = "\ue000"
_STRONG = "**"
_HEADING = r"(?m)^#{2,6} +(?:\*\*)?(?P<heading>[^\s#*](?:[^\n*]*[^\s*])?)(?:\*\*)?[ \t]*$"
_TAGS = {
    "strong_open": Markup("<strong>"),
    "strong_close": Markup("</strong>"),
    "em_open": Markup("<em>"),
    "em_close": Markup("</em>"),
}


def emphasised(text: str) -> Markup:
    """Return a text as HTML, with what Markdown emphasises as such."""
    return with_marks([(re.sub(_HEADING, rf"{_STRONG}\g<heading>{_STRONG}", text), False)])


def with_marks(parts: Sequence[tuple[str, bool]]) -> Markup:
    """Return the parts of a text as HTML; those that are said to be are highlighted."""
    text = _CUT.join(words.replace(_CUT, "") for words, _is_marked in parts)
    html, at = Markup(), 0
    for token in _emphasis().parseInline(_without_torn(text))[0].children or ():
        if token.type != "text":
            html += _TAGS[token.type]
            continue
        for number, words in enumerate(token.content.split(_CUT)):
            at += number > 0
            html += Markup("<mark>{}</mark>").format(words) if words and parts[at][1] else escape(words)
    return html


def without_emphasis(text: str) -> str:
    """Return a text in one line, without the signs that emphasise."""
    return emphasised(text).striptags()


def has_emphasis(text: str) -> bool:
    """Tell whether Markdown emphasises something in a text."""
    return emphasised(text) != escape(text)


def _without_torn(text: str) -> str:
    """Return a text without the sign whose other half is in the sentence before or after it."""
    is_torn = text.count(_STRONG) == 1
    return text.removeprefix(_STRONG).removesuffix(_STRONG) if is_torn else text


@functools.cache
def _emphasis() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("zero").enable(["emphasis"])
