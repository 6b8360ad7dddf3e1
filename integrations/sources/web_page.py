"""Web pages as knowledge: what a person reads on them, under its headings. Called in a child process."""

import re
from collections.abc import Iterator, Mapping

import trafilatura
from lxml import etree, html

from core.drafts import Value
from core.sources.model import FileText
from core.sources.sections import Sections
from core.sources.tables import TableRows
from core.text.charsets import clean_text, declared_in_html, decode_bytes
from core.text.html_text import visible_text, visible_tree

# What stands around the text of a page.
_AROUND = frozenset({"nav", "header", "footer", "aside", "form", "button", "dialog", "menu"})
_AROUND_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCK_NAMES = (
    "address article blockquote body center dd details div dl dt fieldset figcaption figure hr li main ol p section"
    " summary table tbody td tfoot th thead tr ul item list quote"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_ITEMS = frozenset({"li", "item"})
_ROWS, _CELLS = ("tr", "row"), ("td", "th", "cell")
_MIN_MAIN_SHARE = 0.3
_MIN_EXTRACTED_SHARE = 0.4
_MIN_LINK_SHARE = 0.1
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NOT_READ = "the end of it, since it is too long or too deeply nested"


class PageFacts(Value):
    """What a page says of itself. `canonical` is the address that it calls its own, as it stands there."""

    title: str = ""
    canonical: str = ""


def read_web_page(data: bytes, charset: str = "") -> FileText:
    """Return what a person reads on a page: its main part where it can be told, else all but what stands around it.

    Args:
        data: the page.
        charset: as the server declared it, "" for as the page does.

    Raises:
        DocumentError: it holds no text.
    """
    source = page_source(data, charset)
    tree = visible_tree(source)
    sections = Sections()
    if tree is None:
        found = visible_text(source)
        sections.add(found.text)
        if found.cut:
            sections.remark(_NOT_READ)
        return sections.file_text()
    anchors = {_heading_text(element): element.get("id", "") for element in tree.iter(*_HEADINGS)}
    root = _main(tree)
    if next(root.iter("head", *_HEADINGS), None) is None:
        sections.heading(1, _facts(source).title)
    _Walk(sections, anchors).add(root)
    return sections.file_text()


def page_facts(data: bytes, charset: str = "") -> PageFacts:
    """Return what a page says of itself."""
    return _facts(page_source(data, charset))


def page_source(data: bytes, charset: str = "") -> str:
    """Return the HTML in the charset that the server or the page declares, as far as that fits."""
    if data.startswith(_BYTE_ORDER_MARK):
        return data[len(_BYTE_ORDER_MARK) :].decode("utf-8", "replace")
    return decode_bytes(data, charset or declared_in_html(data))


def _facts(source: str) -> PageFacts:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    head = source[: source.lower().find("<body")] if "<body" in source.lower() else source[:100_000]
    try:
        tree = html.document_fromstring(head.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return PageFacts()
    title = clean_text(" ".join((tree.findtext(".//title") or "").split()))[:200]
    canonical = next(
        (link.get("href", "") for link in tree.iter("link") if link.get("rel", "").lower() == "canonical"), ""
    )
    return PageFacts(title=title, canonical=canonical[:2_000])


def _main(tree: html.HtmlElement) -> etree._Element:
    """Return the part of a page that is its text."""
    for element in list(tree.iter()):
        is_around = element.tag in _AROUND or element.get("role", "").lower() in _AROUND_ROLES
        if is_around and element is not tree and not _holds_main(element):
            element.drop_tree()
    page: etree._Element = tree
    whole = _length(tree)
    mains: list[etree._Element] = [
        element for element in tree.iter("main", "article") if _length(element) >= _MIN_MAIN_SHARE * whole
    ]
    if mains:
        return mains[0]
    if sum(map(_length, tree.iter("a"))) < _MIN_LINK_SHARE * whole:
        return page
    # Menus that no element marks as such. What tells them from the text also loses some of its shape.
    extracted = trafilatura.bare_extraction(tree, include_comments=False, include_tables=True, favor_recall=True)
    body: etree._Element | None = getattr(extracted, "body", None)
    is_found = body is not None and body.find(".//head") is not None
    return body if is_found and body is not None and _length(body) >= _MIN_EXTRACTED_SHARE * whole else page


def _holds_main(element: etree._Element) -> bool:
    return next(element.iter("main", "article", "h1"), None) is not None


def _length(element: etree._Element) -> int:
    return sum(len(str(text).strip()) for text in element.itertext())


class _Walk:
    """Writes a tree as sections, without recursion: hostile pages nest deeply."""

    def __init__(self, sections: Sections, anchors: Mapping[str, str]) -> None:
        self._sections = sections
        self._anchors = anchors
        self._text: list[str] = []

    def add(self, root: etree._Element) -> None:
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = str(element.tag)
            if event == "start":
                if self._is_whole(element, tag):
                    walk.skip_subtree()
                else:
                    self._open(tag)
                    self._write(element.text)
            else:
                self._close(tag)
                self._write(element.tail if element is not root else "")
        self._flush()

    def _is_whole(self, element: etree._Element, tag: str) -> bool:
        """Write what is no run of text: headings, tables of data, text that keeps its lines."""
        level = _HEADINGS.get(tag) or (_HEADINGS.get(element.get("rend", "h2"), 2) if tag == "head" else 0)
        rows = _data_rows(element) if tag == "table" else []
        if not (level or rows or (tag in {"pre", "code"} and "\n" in "".join(map(str, element.itertext())))):
            return False
        self._flush()
        text = clean_text("".join(map(str, element.itertext())))
        if level:
            self._sections.at(self._anchors.get(_heading_text(element), "")[:200])
            self._sections.heading(level, text)
        elif rows:
            table = TableRows(self._sections, level=9)
            has_header = _has_header(element)
            for number, row in enumerate(rows, 1):
                table.row(row, number, is_header=has_header and number == 1)
            table.end()
        else:
            self._sections.add(text)
        return True

    def _open(self, tag: str) -> None:
        if tag == "dd" and self._text and self._text[-1] == ": ":
            return
        if tag in _BLOCKS:
            self._flush()
        if tag in _ITEMS:
            self._text.append("- ")

    def _close(self, tag: str) -> None:
        if tag == "dt":
            self._text.append(": ")
        elif tag in {"br", "lb"}:
            self._text.append("\n")
        elif tag in _BLOCKS:
            self._flush()

    def _write(self, text: str | None) -> None:
        collapsed = re.sub(r"\s+", " ", text or "")
        if collapsed.strip() or (collapsed and self._text and self._text[-1] != ": "):
            self._text.append(collapsed)

    def _flush(self) -> None:
        text = clean_text("".join(self._text)).strip()
        self._text = []
        if text not in {"-", ":"}:
            self._sections.add(text.removesuffix(" :"))


def _heading_text(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


def _data_rows(table: etree._Element) -> list[list[str]]:
    """Return the cells of a table of data, [] for one that only lays out the page."""
    if next(table.iterdescendants("table", "p", "ul", "ol", *_HEADINGS), None) is not None:
        return []
    return [list(_cells(row)) for row in table.iter(*_ROWS)]


def _has_header(table: etree._Element) -> bool:
    """Tell whether the first row of a table is of nothing but names of columns."""
    first = next(table.iter(*_ROWS), None)
    tags = [cell.tag for cell in first.iter(*_CELLS)] if first is not None else []
    return len(tags) > 1 and set(tags) == {"th"}


def _cells(row: etree._Element) -> Iterator[str]:
    for cell in row.iter(*_CELLS):
        yield clean_text(" ".join("".join(f"{text} " for text in map(str, cell.itertext())).split()))
