"""From the HTML of a mail or a page to the text that a person sees: pure.

One walk over the tree both leaves out what cannot be seen and lays out the rest: paragraphs, lists,
tables as lines, quotes with `> `. A Markdown converter would add escapes and marks that nobody wrote.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from lxml import etree, html

from core.drafts import Value
from core.text import html_style
from core.text.charsets import clean_text
from core.text.forms import single_spaced, with_single_blank_lines
from core.text.html_style import Look, StyleSheet

MAX_HTML_CHARS = 2_000_000
# Longer HTML is quoted as its text.
MAX_QUOTED_CHARS = 300_000
_MAX_QUOTE_DEPTH = 20

_SILENT = frozenset(
    {"head", "script", "style", "title", "template", "noscript", "object", "svg", "select", "iframe", "textarea"}
)
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre", "hr"})
_LINE_NAMES = "div li tr dt dd center section article header footer form body address main"
_LINES = frozenset(_LINE_NAMES.split())
_LISTS = frozenset({"ol", "ul"})
# Attributes of old HTML, and what CSS calls them.
_STYLED = {"color": "color", "text": "color", "bgcolor": "background-color"}
_BLANKS = str.maketrans("\t\n\f", "   ")
_TAG = re.compile(r"<[^<>]{0,2000}>")
# Attributes by the thousand: the parser's time grows with their square.
_SWOLLEN_TAG = re.compile(r"<[a-zA-Z](?:[^<>\"'\s]++|\s++|\"[^\"]*+\"|'[^']*+'){2000,}")
# Mail programs show what stands behind it, the parser drops it.
_END_OF_PAGE = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
# What WebKit and Blink write for text that is indented: no quote.
_INDENTED = ("border:none", "border:0")


class HtmlText(Value):
    """The visible text, whether anything was hidden, and whether the HTML was too much to read it all."""

    text: str
    hidden: bool = False
    cut: bool = False


@dataclass(slots=True)
class _Page:
    """The text so far: finished lines, the line being written, and the depth of quotation."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    quotes: int = 0
    items: list[int] = field(default_factory=list)  # how many items each open list has so far
    mark: str = ""  # of a list item that has no text yet
    unseen: list[tuple[etree._Element, str]] = field(default_factory=list)  # what is left out: `all`, `text` or `tail`
    cut: bool = False

    @property
    def hidden(self) -> bool:
        """Whether text was left out that a person cannot see."""
        return any(element.tag not in _SILENT and _text_of(element, part) for element, part in self.unseen)

    def write(self, text: str, *, preformatted: bool = False) -> None:
        if preformatted and (self.line or not text.isspace()):
            first, *rest = text.split("\n")
            self.line.append(first)
            for node in rest:
                self.end_line(force=True)
                self.line.append(node)
            return
        text = single_spaced(text.translate(_BLANKS))
        if text.startswith(" ") and (not self.line or self.line[-1].endswith(" ")):
            text = text[1:]
        if text:
            self.line.append(text)

    def end_line(self, *, force: bool = False) -> None:
        text = "".join(self.line)
        blank = "\xa0" in text  # Outlook's empty lines hold such a one
        text = text.rstrip() if text.rstrip() != "--" else text  # the blank of a signature's `-- ` counts
        if text.strip():
            text, self.mark = self.mark + text, ""
        if text.strip() or force or blank:
            self.lines.append("> " * self.quotes + text)
        self.line = []

    def blank_line(self) -> None:
        self.end_line()
        blank = ("> " * self.quotes).rstrip()
        if self.lines and self.lines[-1].rstrip() != blank and not self.mark:
            self.lines.append(blank)


def visible_text(source: str) -> HtmlText:
    """Return what a person sees of an HTML mail.

    Text that is hidden (`display:none`, white on white, no size, off the screen) is left out.
    """
    cut = len(source) > MAX_HTML_CHARS
    tree, too_deep = _parse(source)
    if tree is None:
        return HtmlText(text=clean_text(_TAG.sub(" ", source[:MAX_HTML_CHARS])).strip(), cut=cut)
    page = _Page()
    _walk(tree, page)
    page.end_line()
    text = clean_text("\n".join(page.lines))
    return HtmlText(text=with_single_blank_lines(text).strip("\n"), hidden=page.hidden, cut=cut or too_deep or page.cut)


def visible_tree(source: str) -> html.HtmlElement | None:
    """Return an HTML mail as a tree without what a person does not see; None when it cannot be read, or not whole."""
    tree, too_deep = _parse(source)
    if tree is None or too_deep or len(source) > MAX_HTML_CHARS:
        return None
    page = _Page()
    _walk(tree, page)
    for element, part in page.unseen:
        if element is tree:
            return None
        if part != "all":
            setattr(element, part, "")
        elif isinstance(element, html.HtmlElement):
            element.drop_tree()
    return None if page.cut else tree


def _parse(source: str) -> tuple[html.HtmlElement | None, bool]:
    """Return the tree, and whether it is nested too deeply to be read whole."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    source = _END_OF_PAGE.sub("", _SWOLLEN_TAG.sub("<a", source[:MAX_HTML_CHARS]))
    try:
        tree = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None, False
    return tree, any("depth" in entry.message for entry in parser.error_log)


def _text_of(element: etree._Element, part: str) -> str:
    text = "".join(str(piece) for piece in element.itertext()) if part == "all" else getattr(element, part) or ""
    return text.strip()


def _walk(tree: html.HtmlElement, page: _Page) -> None:
    """Write the tree's text, without recursion: hostile HTML nests deeply."""
    css = "\n".join(element.text or "" for element in tree.iter("style"))
    sheet = StyleSheet(css) if css else None
    looks = [Look()]
    path: list[frozenset[str]] = []  # the names of the open elements
    skipped: etree._Element | None = None
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start" and skipped is None:
            if sheet:
                path.append(_names(element))
            look = _look(element, looks[-1], sheet.styles(path) if sheet else [])
            looks.append(look)
            if element.tag in _SILENT or look.hidden:
                page.unseen.append((element, "all"))
                skipped = element
                continue
            _open(element, page)
            _write(element, "text", look, page)
        elif event == "end" and (skipped is None or skipped is element):
            if skipped is None:
                _close(element, page)
            looks.pop()
            if path:
                path.pop()
            skipped = None
            if element is not tree:
                _write(element, "tail", looks[-1], page)
    page.cut = sheet is not None and sheet.exhausted


def _write(element: etree._Element, part: str, look: Look, page: _Page) -> None:
    text = getattr(element, part)
    if not text:
        return
    if look.visible:
        page.write(text, preformatted=look.preformatted)
    else:
        page.unseen.append((element, part))


def _names(element: etree._Element) -> frozenset[str]:
    """Return what a style sheet can call the element."""
    classes = (f".{name}" for name in element.get("class", "").lower().split()[:50])
    return frozenset(("*", str(element.tag), f"#{element.get('id', '').lower()}", *classes))


def _look(element: etree._Element, look: Look, styles: list[dict[str, str]]) -> Look:
    if "hidden" in element.attrib:
        return replace(look, hidden=True)
    own = {_STYLED[name]: value.strip().lower() for name in _STYLED if (value := element.get(name))}
    if element.get("background"):
        own["background-color"] = "url()"
    if element.tag == "font" and element.get("size") == "0":
        own["font-size"] = "0"
    if element.tag == "pre":
        own["white-space"] = "pre"
    inline = element.get("style")
    if not own and not styles and not inline:
        return look
    return html_style.apply(look, html_style.cascade((own, *styles, html_style.declarations(inline or ""))))


def _is_quote(element: etree._Element) -> bool:
    style = "".join(element.get("style", "").lower().split())
    return bool(element.get("type") or element.get("class")) or not any(sign in style for sign in _INDENTED)


def _start_quote(element: etree._Element, page: _Page) -> None:
    page.blank_line()
    page.quotes = min(page.quotes + _is_quote(element), _MAX_QUOTE_DEPTH)


def _start_list(element: etree._Element, page: _Page) -> None:
    if page.items:
        page.end_line()
    else:
        page.blank_line()
    start = element.get("start", "")[:6]
    page.items.append(int(start) - 1 if start.isdecimal() else 0)


def _start_item(element: etree._Element, page: _Page) -> None:
    page.end_line()
    parent = element.getparent()
    if page.items:
        page.items[-1] += 1
    numbered = page.items and parent is not None and parent.tag == "ol"
    page.mark = "  " * min(len(page.items) - 1, _MAX_QUOTE_DEPTH) + (f"{page.items[-1]}. " if numbered else "- ")


def _start_image(element: etree._Element, page: _Page) -> None:
    """Write an emoji that is a picture."""
    alt = element.get("alt", "")[:20]
    if not alt.isascii() and not any(map(str.isalnum, alt)):
        page.line.append(alt)


def _start_cell(element: etree._Element, page: _Page) -> None:
    if page.line and not page.line[-1].endswith((" ", "\t")):
        page.line.append("\t")


_OPENERS: dict[str, Callable[[etree._Element, _Page], None]] = {
    "blockquote": _start_quote,
    "li": _start_item,
    "ol": _start_list,
    "ul": _start_list,
    "img": _start_image,
    "td": _start_cell,
    "th": _start_cell,
    "br": lambda _element, page: page.end_line(force=True),
}


def _open(element: etree._Element, page: _Page) -> None:
    tag = str(element.tag)
    if opener := _OPENERS.get(tag):
        opener(element, page)
    elif tag in _PARAGRAPHS:
        page.blank_line()
    elif tag in _LINES:
        page.end_line()


def _close(element: etree._Element, page: _Page) -> None:
    tag = str(element.tag)
    if tag == "blockquote":
        page.end_line()
        page.quotes = max(0, page.quotes - _is_quote(element))
        page.lines.append("")
    elif tag in _PARAGRAPHS:
        if tag in _LISTS and page.items:
            page.items.pop()
        if page.items:
            page.end_line()
        else:
            page.blank_line()
    elif tag in _LINES:
        page.end_line()
        page.mark = "" if tag == "li" else page.mark
