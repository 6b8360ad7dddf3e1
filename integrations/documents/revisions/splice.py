"""Changes of text in the XML of a paragraph: split runs, wrap them as deleted, insert tracked runs beside them."""

from collections.abc import Iterable, Sequence

from lxml import etree

from integrations.documents.package.xml_names import INSERTIONS, W
from integrations.documents.revisions.revision_mark import RevisionMark
from integrations.documents.revisions.runs import (
    bare_copy,
    formatting_of,
    is_hidden,
    mark_deleted,
    new_run,
    part_at,
    plain_formatting,
    run_of,
    split_before,
)
from integrations.documents.text.offsets import InsertionPoint, OffsetMap
from integrations.documents.text.word_diff import Hunk


class Splicer:
    """Applies the changes of one author. Every change was checked before; nothing here is rejected."""

    def __init__(self, revision_mark: RevisionMark) -> None:
        self.revision_mark = revision_mark

    def change(self, offsets: OffsetMap, hunk: Hunk) -> None:
        """Make one change. Of several in a paragraph the last comes first, so that the places before it stay valid."""
        if hunk.start < hunk.end:
            self._replace(offsets, hunk)
            return
        gap = offsets.gap(hunk.start)
        if gap is None:
            mark = offsets.paragraph.find(f"{W.p_pr}/{W.r_pr}")
            offsets.paragraph.append(self._inserted([new_run(hunk.text, plain_formatting(mark))]))
        else:
            self._insert(gap, hunk.text)

    def _insert(self, gap: InsertionPoint, text: str) -> None:
        node = gap.segment.node
        formatting = (
            None
            if gap.formatted_like is None
            else formatting_of(run_of(gap.formatted_like.node), outside_link=gap.outside)
        )
        runs = [new_run(text, formatting)]
        if gap.outside:
            assert isinstance(gap.segment.container, etree._Element)
            self.place(runs, gap.segment.container, after=gap.after)
        elif gap.after:
            following = node.getnext()
            if run_of(node) is not node and following is not None:
                split_before(following, self.revision_mark)
            self.place(runs, run_of(node), after=True)
        else:
            cut = part_at(node, gap.offset)
            if cut is None:
                self.place(runs, run_of(node), after=True)
            else:
                self.place(runs, split_before(cut, self.revision_mark), after=False)

    def _replace(self, offsets: OffsetMap, hunk: Hunk) -> None:
        sources = [offsets.segments[offsets.at(part.source)].node for part in hunk.parts]
        owners = self._isolate(offsets, hunk)
        groups = group_runs(dict.fromkeys(owners.values()))
        shown = next((run for run in owners.values() if not is_hidden(run)), groups[0][0])
        written: dict[int, list[tuple[str, etree._Element | None]]] = {}
        for part, node in zip(hunk.parts, sources, strict=True):
            run = owners[node]
            place = next(number for number, group in enumerate(groups) if run in group)
            formatting = formatting_of(shown if len(hunk.parts) == 1 or is_hidden(run) else run)
            append_text(written.setdefault(place, []), part.text, formatting)
        for number, texts in written.items():
            self.place([new_run(text, formatting) for text, formatting in texts], groups[number][-1], after=True)
        for group in groups:
            self.delete(group)

    def _isolate(self, offsets: OffsetMap, hunk: Hunk) -> dict[etree._Element, etree._Element]:
        """Part runs so that the stretch fills whole ones; return the run in which each segment's node is now."""
        first, last = offsets.at(hunk.start), offsets.at(hunk.end - 1)
        self.cut(offsets.segments[last].node, hunk.end - offsets.starts[last])
        node, start = offsets.segments[first].node, hunk.start - offsets.starts[first]
        cut = part_at(node, start)
        assert cut is not None
        owners = {node: split_before(cut, self.revision_mark)}
        for segment in offsets.segments[first + 1 : last + 1]:
            owners[segment.node] = run_of(segment.node)
        return owners

    def cut(self, node: etree._Element, offset: int) -> None:
        """End a run behind the first `offset` characters of one of its nodes."""
        following = part_at(node, offset)
        if following is not None:
            split_before(following, self.revision_mark)

    def delete(self, group: list[etree._Element]) -> None:
        """Wrap adjacent runs as deleted; what this author inserted before is taken out instead."""
        parent = group[0].getparent()
        assert parent is not None
        if parent.tag == W.ins and self.revision_mark.owns(parent):
            for run in group:
                parent.remove(run)
            remove_empty(parent)
            return
        tracked = self.revision_mark.element(W.del_)
        group[0].addprevious(tracked)
        while tracked.getnext() is not None and group[-1].getparent() is not tracked:
            moved = tracked.getnext()
            assert moved is not None
            tracked.append(moved)
            if moved.tag == W.r:
                mark_deleted(moved)

    def place(self, runs: Sequence[etree._Element], anchor: etree._Element, *, after: bool) -> None:
        """Put runs beside `anchor` as inserted. An insertion of somebody else is parted, our own is added to."""
        parent = anchor.getparent()
        assert parent is not None
        if parent.tag == W.ins and self.revision_mark.owns(parent):
            _put(runs, anchor, after=after)
        elif parent.tag in INSERTIONS:
            last = anchor if after else anchor.getprevious()
            if last is not None and last.getnext() is not None:
                rest = self.part(parent, last)
                parent = parent if after else rest
            self.place(runs, parent, after=after)
        else:
            _put([self._inserted(runs)], anchor, after=after)

    def _inserted(self, runs: Iterable[etree._Element]) -> etree._Element:
        tracked = self.revision_mark.element(W.ins)
        tracked.extend(runs)
        return tracked

    def part(self, tracked: etree._Element, last: etree._Element) -> etree._Element:
        """Move what follows `last` into a second insertion of the same author and date; return that."""
        rest = bare_copy(tracked)
        rest.set(W.id, self.revision_mark.ids.take())
        rest.extend(list(last.itersiblings()))
        rest.tail, tracked.tail = tracked.tail, None
        tracked.addnext(rest)
        return rest


def group_runs(runs: Iterable[etree._Element]) -> list[list[etree._Element]]:
    """Group runs that are neighbours in one parent; marks of the spelling checker do not separate them."""
    groups: list[list[etree._Element]] = []
    for run in runs:
        before = run.getprevious()
        while before is not None and before.tag == W.proof_err:
            before = before.getprevious()
        if groups and before is not None and before is groups[-1][-1]:
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups


def remove_empty(element: etree._Element) -> None:
    """Take an element out of the tree when nothing is in it."""
    parent = element.getparent()
    if parent is not None and not len(element):
        parent.remove(element)


def _put(elements: Sequence[etree._Element], anchor: etree._Element, *, after: bool) -> None:
    for element in elements:
        if after:
            anchor.addnext(element)
            anchor = element
        else:
            anchor.addprevious(element)


def append_text(written: list[tuple[str, etree._Element | None]], text: str, formatting: etree._Element | None) -> None:
    """Add to what is written, in the same run when the formatting is the same."""
    if written and _text_of(written[-1][1]) == _text_of(formatting):
        written[-1] = (written[-1][0] + text, formatting)
    else:
        written.append((text, formatting))


def _text_of(formatting: etree._Element | None) -> bytes:
    return b"" if formatting is None else etree.tostring(formatting, with_tail=False)
