"""Reads and writes the parts that hold comments: texts, threads, resolved flags (commentsExtended), ids, dates, people.

A thread hangs on the w14:paraId of each comment's last paragraph. Rules: ECMA-376 part 1, 17.13.4; [MS-DOCX] 2.5.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from lxml import etree

from integrations.documents.model import EditRejected
from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import COMPATIBILITY, WORD, WORD_2010, WORD_2012, W, word
from integrations.documents.revisions.revision_mark import RevisionMark
from integrations.documents.revisions.runs import new_run

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
_PERSON = f"{{{WORD_2012}}}person"
_PERSON_AUTHOR = f"{{{WORD_2012}}}author"
_MAX_ID = 0x7FFFFFFF
_INITIALS = 3


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
        """Return the root of a part by its kind ("comments", "commentsExtended"), or None if there is no such part."""
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
    """Return the w14:paraId of the comment's last paragraph, or "" if it has none."""
    paragraphs = list(comment.iter(W.p))
    return paragraphs[-1].get(PARA_ID) or "" if paragraphs else ""


class CommentWriter:
    """Adds, answers, resolves and deletes comments of one package; anchoring them is the caller's."""

    def __init__(self, package: Package) -> None:
        self._parts = CommentParts(package)
        self._styles = _style_ids(package)
        anchors = package.root(package.main_name).iter(W.comment_range_start, W.comment_reference)
        known = [element.get(W.id) or "" for element in anchors] + [row.id for row in self._parts.rows()]
        self._next = max((int(number) for number in known if number.isdecimal()), default=-1) + 1
        self._used = self._known_digits(package.root(package.main_name))

    def find(self, comment_id: str) -> CommentRow:
        """Return a comment.

        Raises:
            EditRejected: there is none with this id.
        """
        for row in self._parts.rows():
            if row.id == comment_id:
                return row
        raise EditRejected(f'There is no comment with the id "{comment_id[:40]}".')

    def thread(self, comment_id: str) -> list[CommentRow]:
        """Return the first comment of a thread and its answers, for the id of any of them."""
        row = self.find(comment_id)
        first = row.parent or row.id
        return [comment for comment in self._parts.rows() if first in (comment.id, comment.parent)]

    def next_id(self) -> str:
        """Return a comment id that is not in use."""
        self._next += 1
        return str(self._next - 1)

    def add(self, comment_id: str, text: str, revision_mark: RevisionMark, parent_id: str = "") -> None:
        """Write a comment; with `parent_id` (the first of a thread) it is an answer."""
        parent = self._para_id(self.find(parent_id).element) if parent_id else ""
        comment = etree.SubElement(self._parts.open("comments"), W.comment)
        comment.set(W.id, comment_id)
        comment.set(W.author, revision_mark.author)
        comment.set(W.date, revision_mark.date)
        comment.set(W.initials, "".join(name[0] for name in revision_mark.author.split()[:_INITIALS]).upper())
        for number, line in enumerate(text.split("\n")):
            comment.append(self._paragraph(line, f"{comment_id} {number} {text}"))
        comment[0].insert(1 if comment[0].find(W.p_pr) is not None else 0, self._sign(W.annotation_ref))
        para_id = last_para_id(comment)
        self._new_thread_row(para_id, parent)  # its id is new: to look for its row takes time for each comment
        durable = self._eight_digits(f"durable {comment_id} {text}")
        _row(self._parts.open("commentsIds"), ID_ROW, {ID_PARA_ID: para_id, ID_DURABLE: durable})
        dated = {EXTENSIBLE_DURABLE: durable, EXTENSIBLE_DATE: revision_mark.date}
        _row(self._parts.open("commentsExtensible"), EXTENSIBLE_ROW, dated)
        self._add_person(revision_mark.author)

    def resolve(self, comment_id: str) -> None:
        """Mark a thread as resolved."""
        thread = self.thread(comment_id)
        first = self._para_id(thread[0].element)
        for row in thread:
            self._thread_row(self._para_id(row.element), first if row.parent else "").set(DONE, "1")

    def delete(self, comment_ids: Collection[str]) -> None:
        """Remove comments with what all parts say about them."""
        for row in [row for row in self._parts.rows() if row.id in comment_ids]:
            self._parts.open("comments").remove(row.element)
            self._drop("commentsExtended", EXTENDED_PARA_ID, row.para_id)
            durable = self._drop("commentsIds", ID_PARA_ID, row.para_id, ID_DURABLE)
            self._drop("commentsExtensible", EXTENSIBLE_DURABLE, durable)

    def reference(self, comment_id: str) -> etree._Element:
        """Return the run that shows in the text that there is a comment."""
        return self._sign(W.comment_reference, comment_id)

    def _sign(self, tag: str, comment_id: str = "") -> etree._Element:
        run = etree.Element(W.r)
        if "CommentReference" in self._styles:
            etree.SubElement(etree.SubElement(run, W.r_pr), W.r_style).set(W.val, "CommentReference")
        sign = etree.SubElement(run, tag)
        if comment_id:
            sign.set(W.id, comment_id)
        return run

    def _paragraph(self, line: str, seed: str) -> etree._Element:
        p = etree.Element(W.p)
        p.set(PARA_ID, self._eight_digits(seed))
        if "CommentText" in self._styles:
            etree.SubElement(etree.SubElement(p, W.p_pr), W.p_style).set(W.val, "CommentText")
        if line:
            p.append(new_run(line, None))
        return p

    def _para_id(self, comment: etree._Element) -> str:
        """Return the id that threads hang on, giving the comment one if it has none."""
        known = last_para_id(comment)
        if known:
            return known
        self._parts.open("comments")
        paragraphs = list(comment.iter(W.p)) or [etree.SubElement(comment, W.p)]
        paragraphs[-1].set(PARA_ID, self._eight_digits(f"given {comment.get(W.id)}"))
        return last_para_id(comment)

    def _thread_row(self, para_id: str, parent: str) -> etree._Element:
        root = self._parts.open("commentsExtended")
        for row in root.iterchildren(EXTENDED_ROW):
            if row.get(EXTENDED_PARA_ID) == para_id:
                return row
        return self._new_thread_row(para_id, parent)

    def _new_thread_row(self, para_id: str, parent: str) -> etree._Element:
        place = {EXTENDED_PARA_ID: para_id, **({PARENT_PARA_ID: parent} if parent else {}), DONE: "0"}
        return _row(self._parts.open("commentsExtended"), EXTENDED_ROW, place)

    def _drop(self, kind: str, name: str, value: str, wanted: str = "") -> str:
        """Remove the row with this attribute from a part; return its attribute `wanted`."""
        root = self._parts.root(kind)
        for row in root if root is not None and value else ():
            if row.get(name) == value:
                self._parts.open(kind).remove(row)
                return row.get(wanted) or "" if wanted else ""
        return ""

    def _add_person(self, author: str) -> None:
        root = self._parts.open("people")
        if all(person.get(_PERSON_AUTHOR) != author for person in root):
            person = _row(root, _PERSON, {_PERSON_AUTHOR: author})
            presence = {f"{{{WORD_2012}}}providerId": "None", f"{{{WORD_2012}}}userId": author}
            _row(person, f"{{{WORD_2012}}}presenceInfo", presence)

    def _known_digits(self, main: etree._Element) -> set[str]:
        known = {p.get(PARA_ID) or "" for p in main.iter(W.p)}
        for kind, name in (("comments", PARA_ID), ("commentsIds", ID_DURABLE), ("commentsExtended", EXTENDED_PARA_ID)):
            root = self._parts.root(kind)
            known |= set() if root is None else {row.get(name) or "" for row in root.iter(W.p, ID_ROW, EXTENDED_ROW)}
        return known

    def _eight_digits(self, seed: str) -> str:
        """Return an unused id as Word writes it: eight hexadecimal digits, above 0 and below 0x80000000."""
        number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) & _MAX_ID
        while not number or f"{number:08X}" in self._used:
            number = (number + 1) & _MAX_ID
        self._used.add(f"{number:08X}")
        return f"{number:08X}"


def _row(parent: etree._Element, tag: str, attributes: dict[str, str]) -> etree._Element:
    row = etree.SubElement(parent, tag)
    for name, value in attributes.items():
        row.set(name, value)
    return row


def _style_ids(package: Package) -> frozenset[str]:
    names = package.related("styles")
    rows = package.root(names[0]).iterchildren(word("style")) if names else ()
    return frozenset(row.get(word("styleId")) or "" for row in rows)
