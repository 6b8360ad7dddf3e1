"""Tracked changes of whole paragraphs: insert, delete, split, merge, move.

A paragraph mark is tracked in w:pPr/w:rPr. Without its mark a paragraph is merged into the next one, whose
properties win; so the last paragraph of a cell, note or document cannot lose its mark, and what is inserted there is
the second half of a split.
"""

import copy
from collections.abc import Sequence

from lxml import etree

from integrations.documents.package.xml_names import DELETIONS, W, word
from integrations.documents.revisions.runs import formatting_of, plain_formatting, run_of, top_child
from integrations.documents.revisions.splice import Splicer, group_runs, remove_empty
from integrations.documents.text.offsets import OffsetMap
from integrations.documents.text.stories import next_paragraph


def merge_into_next(p: etree._Element) -> None:
    """Merge a paragraph that has lost its mark into the next one, if there is one."""
    following = next_paragraph(p)
    properties = p.find(W.p_pr)
    if following is None or (properties is not None and properties.find(W.sect_pr) is not None):
        return
    place = 0 if following.find(W.p_pr) is None else 1
    for child in reversed([child for child in p if child.tag != W.p_pr]):
        following.insert(place, child)
    parent = p.getparent()
    if parent is not None:
        parent.remove(p)


_PPR_CHANGE = word("pPrChange")
_NOT_TRACKED = (W.r_pr, W.sect_pr, _PPR_CHANGE)


class ParagraphSplicer:
    """Applies the paragraph changes of one author. Everything was checked before."""

    def __init__(self, splicer: Splicer) -> None:
        self._splicer = splicer
        self._revision_mark = splicer.revision_mark

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
        tracked = self._revision_mark.element(W.ins)
        tracked.extend(runs)
        return tracked

    def split(self, p: etree._Element, boundary: etree._Element | None) -> None:
        """Move what comes before `boundary` (all, for None) into a new paragraph in front, whose mark is inserted."""
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
        node = offsets.segments[number].node
        top = top_child(node)
        if top is top_child(offsets.segments[offsets.at(offset)].node):
            self._splicer.cut(node, offset - offsets.starts[number])
            if run_of(node) is not top:
                self._splicer.part(top, run_of(node))
        p = top.getparent()
        assert p is not None
        self.split(p, top.getnext())

    def delete_runs(self, p: etree._Element) -> None:
        """Delete all text and objects of a paragraph; comment references stay."""
        runs = [run for run in own_runs(p) if run.find(W.comment_reference) is None]
        for group in group_runs(runs):
            self._splicer.delete(group)

    def delete_mark(self, p: etree._Element) -> None:
        """Delete a paragraph's mark; one that this author inserted goes without a trace."""
        mark = p.find(f"{W.p_pr}/{W.r_pr}/{W.ins}")
        if mark is not None and self._revision_mark.owns(mark):
            merge_into_next(p)
        else:
            self._track_mark(p, W.del_)

    def give_up_mark(self, before: etree._Element, last: etree._Element) -> None:
        """Let an emptied paragraph at the end of a cell or document vanish: the one `before` is merged into it.

        What remains takes the properties of `last`, so these become those of `before`.
        """
        properties = copied_properties(before)
        self._change_properties(last, etree.Element(W.p_pr) if properties is None else properties)
        self.delete_mark(before)

    def _track_mark(self, p: etree._Element, tag: str) -> None:
        properties = _properties(p)
        formatting = properties.find(W.r_pr)
        if formatting is None:
            formatting = etree.Element(W.r_pr)
            following = next((c for c in properties if c.tag in (W.sect_pr, _PPR_CHANGE)), None)
            if following is None:
                properties.append(formatting)
            else:
                following.addprevious(formatting)
        place = sum(1 for child in formatting if child.tag == W.ins) if tag == W.del_ else 0
        formatting.insert(place, self._revision_mark.element(tag))

    def _change_properties(self, p: etree._Element, wanted: etree._Element) -> None:
        """Give a paragraph other properties and keep the old ones as a tracked change of format."""
        own = _properties(p)
        old, new = _tracked(own), _tracked(wanted)
        same = [etree.tostring(child) for child in old] == [etree.tostring(child) for child in new]
        if same or own.find(_PPR_CHANGE) is not None:
            remove_empty(own)
            return
        change = self._revision_mark.element(_PPR_CHANGE)
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
    formatting = copied.find(W.r_pr)
    if formatting is not None:
        plain = plain_formatting(formatting)
        if plain is None:
            copied.remove(formatting)
        else:
            copied.replace(formatting, plain)
    for child in [child for child in copied if child.tag in (W.sect_pr, _PPR_CHANGE)]:
        copied.remove(child)
    return copied


def style_properties(style_id: str) -> etree._Element:
    """Return properties that name a style and nothing else."""
    properties = etree.Element(W.p_pr)
    etree.SubElement(properties, W.p_style).set(W.val, style_id)
    return properties


def common_formatting(p: etree._Element) -> etree._Element | None:
    """Return the formatting for new text: that of the paragraph's text if it has only one, else that of its mark."""
    formattings = {}
    for run in own_runs(p):
        if run.find(W.t) is not None:
            formatting = formatting_of(run)
            formattings[b"" if formatting is None else etree.tostring(formatting)] = formatting
    if len(formattings) == 1:
        return next(iter(formattings.values()))
    return plain_formatting(p.find(f"{W.p_pr}/{W.r_pr}"))
