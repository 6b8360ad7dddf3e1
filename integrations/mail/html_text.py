"""From the HTML of a mail to the text that a person sees: pure.

One walk over the tree both leaves out what cannot be seen and lays out the rest: paragraphs, lists,
tables as lines, quotes with `> `. A Markdown converter would add escapes and marks that nobody wrote.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree, html

from core.drafts import Value
from integrations.mail import html_style
from integrations.mail.charsets import clean_text
from integrations.mail.html_style import Look

MAX_HTML_CHARS = 2_000_000
_MAX_QUOTE_DEPTH = 20

_SILENT = frozenset({"head", "script", "style", "title", "template", "noscript", "object", "svg", "select", "textarea"})
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre", "hr"})
_LINES = frozenset(
    {
        "div",
        "li",
        "tr",
        "dt",
        "dd",
        "center",
        "section",
        "article",
        "header",
        "footer",
        "form",
        "body",
        "address",
        "main",
    }
)
_LISTS = frozenset({"ol", "ul"})
# Attributes of old HTML, and what CSS calls them.
_STYLED = {"color": "color", "text": "color", "bgcolor": "background-color"}
_BLANKS = re.compile(r"[ \t\n\f]+")
_TAG = re.compile(r"<[^<>]{0,2000}>")


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
    preformatted: int = 0
    items: list[int] = field(default_factory=list)  # how many items each open list has so far
    hidden: bool = False

    def write(self, text: str) -> None:
        if self.preformatted:
            first, *rest = text.split("\n")
            self.line.append(first)
            for one in rest:
                self.end_line(force=True)
                self.line.append(one)
            return
        text = _BLANKS.sub(" ", text)
        if text.startswith(" ") and (not self.line or self.line[-1].endswith(" ")):
            text = text[1:]
        if text:
            self.line.append(text)

    def end_line(self, *, force: bool = False) -> None:
        text = "".join(self.line)
        text = text.rstrip() if text.rstrip() != "--" else text  # the blank of a signature's `-- ` counts
        if text.strip() or force:
            self.lines.append("> " * self.quotes + text)
        self.line = []

    def blank_line(self) -> None:
        self.end_line()
        blank = ("> " * self.quotes).rstrip()
        if self.lines and self.lines[-1].rstrip() != blank:
            self.lines.append(blank)


def visible_text(source: str) -> HtmlText:
    """Return what a person sees of an HTML mail.

    Text that is hidden (`display:none`, white on white, no size, off the screen) is left out.
    """
    cut = len(source) > MAX_HTML_CHARS
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(source[:MAX_HTML_CHARS].encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return HtmlText(text=clean_text(_TAG.sub(" ", source[:MAX_HTML_CHARS])).strip(), cut=cut)
    too_deep = any("depth" in entry.message for entry in parser.error_log)
    page = _Page()
    _walk(tree, page)
    page.end_line()
    text = clean_text("\n".join(page.lines))
    return HtmlText(text=re.sub(r"\n{3,}", "\n\n", text).strip("\n"), hidden=page.hidden, cut=cut or too_deep)


def _walk(tree: html.HtmlElement, page: _Page) -> None:
    """Write the tree's text, without recursion: hostile HTML nests deeply."""
    styles = "\n".join(element.text or "" for element in tree.iter("style"))
    hiding = html_style.hiding_selectors(styles) if styles else frozenset()
    looks = [Look()]
    skipped: etree._Element | None = None
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start" and skipped is None:
            look = _look(element, looks[-1], hiding)
            silent = element.tag in _SILENT or look.hidden
            page.hidden = page.hidden or (look.hidden and bool("".join(element.itertext()).strip()))
            if silent:
                skipped = element
                continue
            looks.append(look)
            _open(element, page)
            _write(element.text, look, page)
        elif event == "end" and (skipped is None or skipped is element):
            if skipped is None:
                looks.pop()
                _close(element, page)
            skipped = None
            if element is not tree:
                _write(element.tail, looks[-1], page)


def _write(text: str | None, look: Look, page: _Page) -> None:
    if not text:
        return
    if look.visible:
        page.write(text)
    elif text.strip():
        page.hidden = True


def _look(element: etree._Element, look: Look, hiding: frozenset[str]) -> Look:
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    if not attributes and not hiding:
        return look
    if "hidden" in attributes or (hiding and _matches(element, hiding)):
        return html_style.apply(look, {"display": "none"})
    style = {_STYLED[name]: value.strip().lower() for name, value in attributes.items() if name in _STYLED}
    if attributes.get("background"):
        style["background-color"] = "url()"
    if element.tag == "font" and attributes.get("size") == "0":
        style["font-size"] = "0"
    style |= html_style.declarations(attributes.get("style", ""))
    return html_style.apply(look, style) if style else look


def _matches(element: etree._Element, selectors: frozenset[str]) -> bool:
    tag = str(element.tag)
    names = [f".{one}" for one in element.get("class", "").lower().split()[:50]]
    if identifier := element.get("id", "").lower():
        names.append(f"#{identifier}")
    return tag in selectors or any(name in selectors or tag + name in selectors for name in names)


def _start_quote(element: etree._Element, page: _Page) -> None:
    page.blank_line()
    page.quotes = min(page.quotes + 1, _MAX_QUOTE_DEPTH)


def _start_list(element: etree._Element, page: _Page) -> None:
    page.blank_line()
    page.items.append(0)


def _start_item(element: etree._Element, page: _Page) -> None:
    page.end_line()
    parent = element.getparent()
    if page.items:
        page.items[-1] += 1
    numbered = page.items and parent is not None and parent.tag == "ol"
    page.line.append(f"{page.items[-1]}. " if numbered else "- ")


def _start_pre(element: etree._Element, page: _Page) -> None:
    page.blank_line()
    page.preformatted += 1


def _start_cell(element: etree._Element, page: _Page) -> None:
    if page.line and not page.line[-1].endswith((" ", "\t")):
        page.line.append("\t")


_OPENERS: dict[str, Callable[[etree._Element, _Page], None]] = {
    "blockquote": _start_quote,
    "li": _start_item,
    "ol": _start_list,
    "ul": _start_list,
    "pre": _start_pre,
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
        page.quotes = max(0, page.quotes - 1)
        page.lines.append("")
    elif tag in _PARAGRAPHS:
        page.preformatted -= tag == "pre"
        if tag in _LISTS and page.items:
            page.items.pop()
        page.blank_line()
    elif tag in _LINES:
        page.end_line()
