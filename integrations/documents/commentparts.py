"""The parts that hold comments: texts, threads and resolved flags (commentsExtended), ids, and people.

A thread hangs on the w14:paraId of each comment's last paragraph ([MS-DOCX] 2.5.1.1 commentEx).
"""

from dataclasses import dataclass

from lxml import etree

from integrations.documents.names import WORD_2010, WORD_2012, W
from integrations.documents.package import Package

PARA_ID = f"{{{WORD_2010}}}paraId"
_EXTENDED = f"{{{WORD_2012}}}commentEx"
_EXTENDED_PARA_ID = f"{{{WORD_2012}}}paraId"
_PARENT_PARA_ID = f"{{{WORD_2012}}}paraIdParent"
_DONE = f"{{{WORD_2012}}}done"


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
        paragraphs = self.element.iter(W.p)
        return "\n".join("".join([node.text or "" for node in p.iter(W.t)]) for p in paragraphs)


class CommentParts:
    """The comment parts of a package, as far as they exist."""

    def __init__(self, package: Package) -> None:
        self._package = package

    def root(self, kind: str) -> etree._Element | None:
        """Return the root of the part with this relationship ("comments", "commentsExtended"), None without one."""
        names = self._package.related(kind)
        return self._package.root(names[0]) if names else None

    def rows(self) -> list[CommentRow]:
        """Return all comments in the order of their part."""
        root = self.root("comments")
        if root is None:
            return []
        elements = [(element, last_para_id(element)) for element in root.iterchildren(W.comment)]
        extended = self.root("commentsExtended")
        flags = (
            {} if extended is None else {row.get(_EXTENDED_PARA_ID): row for row in extended.iterchildren(_EXTENDED)}
        )
        ids = {para_id: element.get(W.id) or "" for element, para_id in elements if para_id}
        found = []
        for element, para_id in elements:
            row = flags.get(para_id) if para_id else None
            parent = "" if row is None else ids.get(row.get(_PARENT_PARA_ID) or "", "")
            resolved = row is not None and row.get(_DONE) in ("1", "true")
            found.append(CommentRow(element.get(W.id) or "", element, para_id, parent, resolved))
        return found


def last_para_id(comment: etree._Element) -> str:
    """Return the w14:paraId of the comment's last paragraph, "" when it has none."""
    paragraphs = list(comment.iter(W.p))
    return paragraphs[-1].get(PARA_ID) or "" if paragraphs else ""
