"""Style names, heading levels, list levels and languages of paragraphs, resolved through the styles part."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import W, word

_BODY_TEXT_LEVEL = 9
_MAX_ANCESTORS = 20
_RUN_LANGUAGE = f"{W.r_pr}/{word('lang')}"
_DEFAULT_LANGUAGE = f"{word('docDefaults')}/{word('rPrDefault')}/{_RUN_LANGUAGE}"


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """What a paragraph gets from its style; levels are None and the language "" where the style says nothing."""

    name: str
    heading_level: int | None = None
    list_level: int | None = None
    language: str = ""


class Styles:
    """The paragraph styles of a package; a document without a styles part has none."""

    def __init__(self, package: Package) -> None:
        self._rows: dict[str, etree._Element] = {}
        self._known: dict[str, ParagraphStyle] = {}
        self._default = ""
        self._language = ""
        for part in package.related("styles")[:1]:
            self._language = _code(package.root(part).find(_DEFAULT_LANGUAGE))
            for row in package.root(part).iterchildren(word("style")):
                if row.get(W.type, "paragraph") == "paragraph":
                    style_id = row.get(word("styleId")) or ""
                    self._rows[style_id] = row
                    if row.get(word("default")) in ("1", "true", "on"):
                        self._default = style_id

    def has(self, style_id: str) -> bool:
        """Tell whether there is a paragraph style with this id."""
        return style_id in self._rows

    def find(self, name: str) -> str:
        """Return the id of the paragraph style with this name or id, or "" if there is none."""
        if name in self._rows:
            return name
        wanted = name.casefold()
        return next((key for key, row in self._rows.items() if _value(row, "name").casefold() == wanted), "")

    def id_of(self, p: etree._Element) -> str:
        """Return the id of the style of a paragraph."""
        chosen = p.find(f"{W.p_pr}/{W.p_style}")
        return chosen.get(W.val) or "" if chosen is not None else self._default

    def of(self, p: etree._Element) -> ParagraphStyle:
        """Return the style of a paragraph with its own outline and list settings applied."""
        style = self._resolve(self.id_of(p))
        properties = p.find(W.p_pr)
        if properties is None:
            return style
        heading, listed = _levels(properties)
        if heading is None and listed is None:
            return style
        return ParagraphStyle(
            style.name,
            style.heading_level if heading is None else _heading(heading),
            style.list_level if listed is None else _list(listed),
        )

    def language_of(self, parts: Iterable[etree._Element]) -> str:
        """Return the language that most of the text of a paragraph's parts is marked with, such as "de"; "" for none.

        A run without a mark has that of the paragraph's style, else that of the document.
        """
        chars: Counter[str] = Counter()
        for p in parts:
            usual = self._resolve(self.id_of(p)).language or self._language
            chars[usual] += 0
            for run in p.iter(W.r):
                written = sum(len(text.text or "") for text in run.iterchildren(W.t))
                chars[_code(run.find(_RUN_LANGUAGE)) or usual] += written
        return max(chars, key=lambda code: chars[code], default="")

    def _resolve(self, style_id: str) -> ParagraphStyle:
        if style_id not in self._known:
            heading: int | None = None
            listed: int | None = None
            language = ""
            row = self._rows.get(style_id)
            name = style_id if row is None else _shown_name(_value(row, "name") or style_id)
            for _ in range(_MAX_ANCESTORS):
                if row is None:
                    break
                properties = row.find(W.p_pr)
                own_heading, own_listed = (None, None) if properties is None else _levels(properties)
                heading = own_heading if heading is None else heading
                listed = own_listed if listed is None else listed
                language = language or _code(row.find(_RUN_LANGUAGE))
                row = self._rows.get(_value(row, "basedOn"))
            style = ParagraphStyle(
                name,
                None if heading is None else _heading(heading),
                None if listed is None else _list(listed),
                language,
            )
            self._known[style_id] = style
        return self._known[style_id]


def _shown_name(name: str) -> str:
    """Return a style name as Word shows it: the file has its built-in headings in lower case."""
    return name.replace("heading ", "Heading ", 1) if name.startswith("heading ") else name


def _code(lang: etree._Element | None) -> str:
    """Return the language of a w:lang without its country, or "" if there is none."""
    value = "" if lang is None else lang.get(W.val) or ""
    return value.partition("-")[0].partition("_")[0].casefold()


def _value(row: etree._Element, name: str) -> str:
    child = row.find(word(name))
    return "" if child is None else child.get(W.val) or ""


def _levels(properties: etree._Element) -> tuple[int | None, int | None]:
    """Return the outline level and the list level that are set here; a list level of -1 takes it out of a list."""
    outline = _value(properties, "outlineLvl")
    numbering = properties.find(W.num_pr)
    listed: int | None = None
    if numbering is not None:
        level = _value(numbering, "ilvl")
        listed = -1 if _value(numbering, "numId") == "0" else int(level) if level.isdigit() else 0
    return (int(outline) if outline.isdigit() else None), listed


def _heading(outline: int) -> int | None:
    return outline + 1 if outline < _BODY_TEXT_LEVEL else None


def _list(level: int) -> int | None:
    return level if level >= 0 else None
