"""The offsets of a paragraph's current text: where a character is in the XML, and whether it may be changed."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from lxml import etree

from integrations.documents.model import EditRejected
from integrations.documents.package.xml_names import INSERTIONS, W
from integrations.documents.text.segments import ATOM, Segment
from integrations.documents.text.stories import StoryParagraph
from integrations.documents.text.word_diff import Hunk

_EXCERPT_CHARS = 40


class InsertionPoint:
    """Where an insertion goes: beside `segment`, or inside it when `offset` is between its ends."""

    __slots__ = ("after", "formatted_like", "offset", "outside", "segment")

    def __init__(
        self, segment: Segment, offset: int, *, after: bool, outside: bool, formatted_like: Segment | None
    ) -> None:
        self.segment = segment
        self.offset = offset
        self.after = after
        self.outside = outside
        self.formatted_like = formatted_like


class OffsetMap:
    """The current text of one paragraph, segment by segment."""

    def __init__(self, members: Sequence[StoryParagraph]) -> None:
        self.segments = [
            segment for member in members for segment in member.segments() if segment.current and segment.text
        ]
        self.paragraph = members[-1].p
        self.first_paragraph = members[0].p
        self.starts: list[int] = []
        total = 0
        for segment in self.segments:
            self.starts.append(total)
            total += len(segment.text)
        self.length = total

    def at(self, offset: int) -> int:
        """Return the number of the segment that holds the character at `offset`."""
        return bisect_right(self.starts, offset) - 1

    def covered(self, start: int, end: int) -> list[Segment]:
        """Return the segments that hold the characters from `start` to before `end`."""
        return self.segments[self.at(start) : self.at(end - 1) + 1]

    def excerpt(self, start: int, end: int) -> str:
        """Return the characters as they can be shown in a sentence."""
        text = "".join(segment.text for segment in self.covered(start, end))
        first = self.starts[self.at(start)]
        shown = text[start - first : end - first].replace(ATOM, "\u25a1").replace("\n", " ").replace("\t", " ")
        return shown if len(shown) <= _EXCERPT_CHARS else f"{shown[: _EXCERPT_CHARS - 1]}\u2026"

    def gap(self, offset: int) -> InsertionPoint | None:
        """Return where text can be inserted at `offset`; None in a paragraph without any text.

        The run to the left gives place and formatting, unless it ends a link or field or cannot be added to.

        Raises:
            EditRejected: the text on both sides does not allow it.
        """
        number = self.at(offset) if offset < self.length else len(self.segments)
        if number < len(self.segments) and self.starts[number] < offset:
            segment = self.segments[number]
            if segment.lock:
                raise EditRejected(f'"{self.excerpt(offset - 1, offset + 1)}" {segment.lock}.')
            return InsertionPoint(
                segment, offset - self.starts[number], after=False, outside=False, formatted_like=segment
            )
        left = self.segments[number - 1] if number else None
        right = self.segments[number] if number < len(self.segments) else None
        return self._between(left, right)

    def _between(self, left: Segment | None, right: Segment | None) -> InsertionPoint | None:
        ends_wrapper = left is not None and _has_edge(left) and (right is None or right.container is not left.container)
        if left is not None and not left.after and not ends_wrapper:
            return InsertionPoint(
                left, len(left.text), after=True, outside=False, formatted_like=_first_text(left, right)
            )
        if right is not None and not right.before:
            return InsertionPoint(
                right, 0, after=False, outside=_has_edge(right), formatted_like=_first_text(right, left)
            )
        if left is not None and not left.after:
            return InsertionPoint(left, len(left.text), after=True, outside=True, formatted_like=_first_text(left))
        if left is None and right is None:
            return None
        lock = (left.after if left is not None else "") or (right.before if right is not None else "")
        raise EditRejected(f"The text at this place {lock}.")

    def check(self, hunk: Hunk) -> None:
        """Refuse a change that would damage something.

        Raises:
            EditRejected: the stretch holds or is part of something that must stay.
        """
        if hunk.start == hunk.end:
            gap = self.gap(hunk.start)
            if gap is not None:
                _check_nesting(gap.segment.node, outside=gap.outside)
            return
        for segment in self.covered(hunk.start, hunk.end):
            if segment.lock:
                raise EditRejected(f'"{self.excerpt(hunk.start, hunk.end)}" {segment.lock}.')
            run = segment.node.getparent()
            if run is not None and run.find(W.comment_reference) is not None:
                raise EditRejected(f'"{self.excerpt(hunk.start, hunk.end)}" shares a run with the sign of a comment.')
        for part in hunk.parts:
            _check_nesting(self.segments[self.at(part.source)].node, outside=False)

    def check_containers(self, hunks: Sequence[Hunk]) -> None:
        """Refuse changes that together would leave a link, field or content control without any text.

        Raises:
            EditRejected: one would be left empty.
        """
        left: Counter[int] = Counter()
        touched: set[int] = set()
        for segment in self.segments:
            if segment.container is not None and segment.text != ATOM:
                left[id(segment.container)] += len(segment.text)
        for hunk in hunks:
            if hunk.start == hunk.end:
                continue
            for number in range(self.at(hunk.start), self.at(hunk.end - 1) + 1):
                segment, start = self.segments[number], self.starts[number]
                left[id(segment.container)] -= min(hunk.end, start + len(segment.text)) - max(start, hunk.start)
                touched.add(id(segment.container))
            for part in hunk.parts:
                left[id(self.segments[self.at(part.source)].container)] += len(part.text)
        for segment in self.segments:
            if segment.container is not None and id(segment.container) in touched and left[id(segment.container)] <= 0:
                raise EditRejected("The change would leave a link, field or content control without any text.")


def _has_edge(segment: Segment) -> bool:
    return isinstance(segment.container, etree._Element) and segment.container.tag in (W.hyperlink, W.fld_simple)


def _first_text(*segments: Segment | None) -> Segment | None:
    return next((p for p in segments if p is not None and p.text != ATOM), None)


def _check_nesting(node: etree._Element, *, outside: bool) -> None:
    """An insertion must not be inside another one, and only a direct one can be split for it."""
    for levels, ancestor in enumerate(node.iterancestors()):
        if ancestor.tag == W.p:
            return
        if ancestor.tag in INSERTIONS and levels > 1 and not outside:
            raise EditRejected(
                "The text stands in a wrapper inside somebody's insertion, where no change can be tracked."
            )
