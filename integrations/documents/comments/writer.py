"""Writes comments: text, thread, ids, date and person, in the five parts that Word keeps them in."""

import hashlib
from collections.abc import Collection

from lxml import etree

from integrations.documents.comments.parts import (
    DONE,
    EXTENDED_PARA_ID,
    EXTENDED_ROW,
    EXTENSIBLE_DATE,
    EXTENSIBLE_DURABLE,
    EXTENSIBLE_ROW,
    ID_DURABLE,
    ID_PARA_ID,
    ID_ROW,
    PARA_ID,
    PARENT_PARA_ID,
    CommentParts,
    CommentRow,
    last_para_id,
)
from integrations.documents.model import EditRejected
from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import WORD_2012, W, word
from integrations.documents.revisions.revision_mark import RevisionMark
from integrations.documents.revisions.runs import new_run

_PERSON = f"{{{WORD_2012}}}person"
_PERSON_AUTHOR = f"{{{WORD_2012}}}author"
_MAX_ID = 0x7FFFFFFF
_INITIALS = 3


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
        self._thread_row(para_id, parent)
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
        place = {EXTENDED_PARA_ID: para_id, **({PARENT_PARA_ID: parent} if parent else {}), DONE: "0"}
        return _row(root, EXTENDED_ROW, place)

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
