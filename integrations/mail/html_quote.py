"""The HTML of a mail as it may stand quoted in a reply: its look kept, nothing that acts, loads or hides. Pure."""

import nh3
from lxml import html

from integrations.mail.html_text import MOST_QUOTED_CHARS, visible_tree

_TAG_NAMES = (
    "a b blockquote br caption code div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s small span strong sub sup table tbody"
    " td tfoot th thead tr u ul"
)
_TAGS = set(_TAG_NAMES.split())
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}


def quotable_html(source: str) -> str:
    """Return an HTML mail as a fragment to be quoted; "" when it cannot be, and its text has to stand for it.

    Kept are paragraphs, lists, tables, emphasis and links of the web and to addresses. Pictures are left out, since
    most are somewhere else and tell that a mail was opened; what they show in words stays.
    """
    if not source or len(source) > MOST_QUOTED_CHARS:
        return ""
    try:
        shown = _shown(source)
    except ValueError:  # lxml moves no text that holds control characters; no mail program writes such
        return ""
    return nh3.clean(shown, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None).strip()


def _shown(source: str) -> str:
    """Return the HTML of what a person sees, with words in place of pictures, not yet safe."""
    tree = visible_tree(source)
    if tree is None:
        return ""
    for picture in list(tree.iter("img")):
        words = " ".join((picture.get("alt") or "").split())[:200]
        picture.tail = f"{words}{picture.tail or ''}"
        picture.drop_tree()
    return str(html.tostring(tree, encoding="unicode", with_tail=False))
