"""The parts that hold comments: texts, threads and resolved flags (commentsExtended), ids, dates and people.

A thread hangs on the w14:paraId of each comment's last paragraph. Rules: ECMA-376 part 1, 17.13.4; [MS-DOCX] 2.5.
"""

from dataclasses import dataclass

from lxml import etree

from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import COMPATIBILITY, WORD, WORD_2010, WORD_2012, W

_IDS = "http://schemas.microsoft.com/office/word/2016/wordml/cid"
_EXTENSIBLE = "http://schemas.microsoft.com/office/word/2018/wordml/cex"
PARA_ID = f"{{{WORD_2010}}}paraId"
EXTENDED_ROW = f"{{{WORD_2012}}}commentEx"
EXTENDED_PARA_ID = f"{{{WORD_2012}}}paraId"
PARENT_PARA_ID = f"{{{WORD_2012}}}paraIdParent"
DONE = f"{{{WORD_2012}}}done"
ID_ROW = f"{{{_IDS}}}commentId"
ID_PARA_ID = f"{{{_IDS}}}paraId"
ID_DURABLE = f"{{{_IDS}}}durableId"
EXTENSIBLE_ROW = f"{{{_EXTENSIBLE}}}commentExtensible"
EXTENSIBLE_DURABLE = f"{{{_EXTENSIBLE}}}durableId"
EXTENSIBLE_DATE = f"{{{_EXTENSIBLE}}}dateUtc"

_MICROSOFT = "http://schemas.microsoft.com/office"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
# By part: relationship type; prefix, namespace and name of its root.
_PARTS = {
    "comments": ("http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments", "w", WORD, "comments"),
    "commentsExtended": (f"{_MICROSOFT}/2011/relationships/commentsExtended", "w15", WORD_2012, "commentsEx"),
    "commentsIds": (f"{_MICROSOFT}/2016/09/relationships/commentsIds", "w16cid", _IDS, "commentsIds"),
    "commentsExtensible": (
        f"{_MICROSOFT}/2018/08/relationships/commentsExtensible",
        "w16cex",
        _EXTENSIBLE,
        "commentsExtensible",
    ),
    "people": (f"{_MICROSOFT}/2011/relationships/people", "w15", WORD_2012, "people"),
}

_SIGNS = {W.tab: "\t", W.br: "\n", W.no_break_hyphen: "\u2011"}


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One comment with what the parts around it say about it. `parent` is a comment id."""

    id: str
    element: etree._Element
    para_id: str
    parent: str
    resolved: bool

    @property
    def text(self) -> str:
        """The comment's paragraphs, joined by newlines."""
        return "\n".join(
            "".join([_SIGNS.get(node.tag) or node.text or "" for node in p.iter(W.t, *_SIGNS)])
            for p in self.element.iter(W.p)
        )


class CommentParts:
    """The comment parts of a package, as far as they exist."""

    def __init__(self, package: Package) -> None:
        self._package = package

    def root(self, kind: str) -> etree._Element | None:
        """Return the root of a part by its kind ("comments", "commentsExtended"), None when there is no such part."""
        names = self._package.related(kind)
        return self._package.root(names[0]) if names else None

    def open(self, kind: str) -> etree._Element:
        """Return the root of a part for changing it; the part is made when it is missing."""
        names = self._package.related(kind)
        if not names:
            return self._make(kind)
        self._package.touch(names[0])
        if kind == "comments":
            self._package.declare(names[0], "w14", WORD_2010)
        return self._package.root(names[0])

    def _make(self, kind: str) -> etree._Element:
        relationship, prefix, namespace, local = _PARTS[kind]
        extra = f'xmlns:w14="{WORD_2010}" ' if kind == "comments" else ""
        ignorable = "w14" if kind == "comments" else prefix
        root = etree.fromstring(
            f'<{prefix}:{local} xmlns:{prefix}="{namespace}" {extra}'
            f'xmlns:mc="{COMPATIBILITY}" mc:Ignorable="{ignorable}"/>'
        )
        folder = self._package.main_name.rpartition("/")[0]
        name = self._package.free_name(f"{folder}/{kind}".lstrip("/"))
        self._package.add(name, root, f"{_CONTENT_TYPE}.{kind}+xml", relationship)
        return root

    def rows(self) -> list[CommentRow]:
        """Return all comments in the order of their part."""
        root = self.root("comments")
        if root is None:
            return []
        elements = [(element, last_para_id(element)) for element in root.iterchildren(W.comment)]
        extended = self.root("commentsExtended")
        rows = () if extended is None else extended.iterchildren(EXTENDED_ROW)
        flags = {row.get(EXTENDED_PARA_ID): row for row in rows}
        ids = {para_id: element.get(W.id) or "" for element, para_id in elements if para_id}
        found = []
        for element, para_id in elements:
            row = flags.get(para_id) if para_id else None
            parent = "" if row is None else ids.get(row.get(PARENT_PARA_ID) or "", "")
            resolved = row is not None and row.get(DONE) in ("1", "true")
            found.append(CommentRow(element.get(W.id) or "", element, para_id, parent, resolved))
        return found


def last_para_id(comment: etree._Element) -> str:
    """Return the w14:paraId of the comment's last paragraph, "" when it has none."""
    paragraphs = list(comment.iter(W.p))
    return paragraphs[-1].get(PARA_ID) or "" if paragraphs else ""
