"""Tracked changes of whole paragraphs: insert, delete, split, merge, move.

A paragraph mark is tracked in w:pPr/w:rPr. A mark that goes lets its paragraph run on into the next one, whose
properties win; so the last paragraph of a cell, note or document cannot lose its mark, and what is inserted there is
the second half of a split.
"""

import copy
from collections.abc import Sequence

from lxml import etree

from integrations.documents.package.xml_names import DELETIONS, W, word
from integrations.documents.revisions.running_on import run_on
from integrations.documents.revisions.runs import run_of, top_child
from integrations.documents.revisions.splice import Splicer, group_runs, remove_empty
from integrations.documents.text.offsets import OffsetMap
from integrations.documents.text.run_properties import look_of, plain_look

_PPR_CHANGE = word("pPrChange")
_NOT_TRACKED = (W.r_pr, W.sect_pr, _PPR_CHANGE)


class ParagraphSplicer:
    """Makes the paragraph changes of one author. Everything was checked before."""

    def __init__(self, splicer: Splicer) -> None:
        self._splicer = splicer
        self._stamp = splicer.stamp

    def insert_after(
        self, p: etree._Element, runs: Sequence[etree._Element], properties: etree._Element | None
    ) -> None:
        """Insert a paragraph behind the text of `p`, as typing behind it would: `p` then holds the new one.

        `properties` are those the new paragraph shall have, None for those of `p`.
        """
        self.split(p, None)
        if properties is not None:
            self._change_properties(p, properties)
        if runs:
            p.append(self._inserted(runs))

    def insert_before(
        self, p: etree._Element, runs: Sequence[etree._Element], properties: etree._Element | None
    ) -> etree._Element:
        """Insert a paragraph in front of `p`, with its properties or others, and return it."""
        new = etree.Element(W.p)
        own = copied_properties(p)
        if own is not None:
            new.append(own)
        if properties is not None:
            self._change_properties(new, properties)
        self._track_mark(new, W.ins)
        if runs:
            new.append(self._inserted(runs))
        p.addprevious(new)
        return new

    def new_paragraph(self, runs: Sequence[etree._Element], properties: etree._Element | None) -> etree._Element:
        """Return a paragraph whose text and mark are inserted."""
        new = etree.Element(W.p)
        if properties is not None:
            new.append(properties)
        self._track_mark(new, W.ins)
        if runs:
            new.append(self._inserted(runs))
        return new

    def _inserted(self, runs: Sequence[etree._Element]) -> etree._Element:
        tracked = self._stamp.mark(W.ins)
        tracked.extend(runs)
        return tracked

    def split(self, p: etree._Element, boundary: etree._Element | None) -> None:
        """Move what stands before `boundary` (all, for None) into a new paragraph in front, whose mark is inserted."""
        first = etree.Element(W.p)
        properties = copied_properties(p)
        if properties is not None:
            first.append(properties)
        self._track_mark(first, W.ins)
        for child in list(p):
            if child is boundary:
                break
            if child.tag != W.p_pr:
                first.append(child)
        p.addprevious(first)

    def split_at(self, offsets: OffsetMap, offset: int) -> None:
        """Split the paragraph of a map in front of the character at `offset`."""
        number = offsets.at(offset - 1)
        node = offsets.pieces[number].node
        top = top_child(node)
        if top is top_child(offsets.pieces[offsets.at(offset)].node):
            self._splicer.cut(node, offset - offsets.starts[number])
            if run_of(node) is not top:
                self._splicer.part(top, run_of(node))
        p = top.getparent()
        assert p is not None
        self.split(p, top.getnext())

    def delete_runs(self, p: etree._Element) -> None:
        """Delete all text and objects that stand in a paragraph; signs of comments stay."""
        runs = [run for run in own_runs(p) if run.find(W.comment_reference) is None]
        for group in group_runs(runs):
            self._splicer.delete(group)

    def delete_mark(self, p: etree._Element) -> None:
        """Let a paragraph run on into the next one; a mark that this author inserted goes without a trace."""
        mark = p.find(f"{W.p_pr}/{W.r_pr}/{W.ins}")
        if mark is not None and self._stamp.owns(mark):
            run_on(p)
        else:
            self._track_mark(p, W.del_)

    def give_up_mark(self, before: etree._Element, last: etree._Element) -> None:
        """Let an emptied paragraph at the end of a cell or document vanish: the one `before` runs on into it.

        What remains takes the properties of `last`, so these become those of `before`.
        """
        properties = copied_properties(before)
        self._change_properties(last, etree.Element(W.p_pr) if properties is None else properties)
        self.delete_mark(before)

    def _track_mark(self, p: etree._Element, tag: str) -> None:
        properties = _properties(p)
        look = properties.find(W.r_pr)
        if look is None:
            look = etree.Element(W.r_pr)
            following = next((c for c in properties if c.tag in (W.sect_pr, _PPR_CHANGE)), None)
            if following is None:
                properties.append(look)
            else:
                following.addprevious(look)
        place = sum(1 for child in look if child.tag == W.ins) if tag == W.del_ else 0
        look.insert(place, self._stamp.mark(tag))

    def _change_properties(self, p: etree._Element, wanted: etree._Element) -> None:
        """Give a paragraph other properties and keep the old ones as a tracked change of format."""
        own = _properties(p)
        old, new = _tracked(own), _tracked(wanted)
        same = [etree.tostring(child) for child in old] == [etree.tostring(child) for child in new]
        if same or own.find(_PPR_CHANGE) is not None:
            remove_empty(own)
            return
        change = self._stamp.mark(_PPR_CHANGE)
        etree.SubElement(change, W.p_pr).extend(old)
        for place, child in enumerate(new):
            own.insert(place, child)
        own.append(change)


def _tracked(properties: etree._Element) -> list[etree._Element]:
    """Return the properties that a tracked change of format covers."""
    return [child for child in properties if child.tag not in _NOT_TRACKED]


def _properties(p: etree._Element) -> etree._Element:
    properties = p.find(W.p_pr)
    if properties is None:
        properties = etree.Element(W.p_pr)
        p.insert(0, properties)
    return properties


def own_runs(p: etree._Element) -> list[etree._Element]:
    """Return the runs of a paragraph in order that are not deleted, without those of text boxes in it."""
    found = []
    for run in p.iter(W.r):
        parents = []
        for parent in run.iterancestors():
            if parent.tag == W.p:
                break
            parents.append(parent.tag)
        if parent is p and not DELETIONS.intersection(parents):
            found.append(run)
    return found


def copied_properties(p: etree._Element) -> etree._Element | None:
    """Return a copy of paragraph properties for another paragraph: no section, nothing that tracks changes."""
    properties = p.find(W.p_pr)
    if properties is None:
        return None
    copied = copy.copy(properties)
    look = copied.find(W.r_pr)
    if look is not None:
        plain = plain_look(look)
        if plain is None:
            copied.remove(look)
        else:
            copied.replace(look, plain)
    for child in [child for child in copied if child.tag in (W.sect_pr, _PPR_CHANGE)]:
        copied.remove(child)
    return copied


def style_properties(style_id: str) -> etree._Element:
    """Return properties that name a style and nothing else."""
    properties = etree.Element(W.p_pr)
    etree.SubElement(properties, W.p_style).set(W.val, style_id)
    return properties


def common_look(p: etree._Element) -> etree._Element | None:
    """Return the look for new text: that of the paragraph's text if it has but one, else that of its mark."""
    looks = {}
    for run in own_runs(p):
        if run.find(W.t) is not None:
            look = look_of(run)
            looks[b"" if look is None else etree.tostring(look)] = look
    if len(looks) == 1:
        return next(iter(looks.values()))
    return plain_look(p.find(f"{W.p_pr}/{W.r_pr}"))
