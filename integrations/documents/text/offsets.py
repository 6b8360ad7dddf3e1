"""Finds places of a paragraph's current text in its XML, and refuses changes that would damage what stands there."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from lxml import etree

from integrations.documents.package.xml_names import INSERTIONS, W
from integrations.documents.refusal import Refused
from integrations.documents.text.segments import ATOM, Piece
from integrations.documents.text.stories import Member
from integrations.documents.text.word_diff import Hunk

_EXCERPT_CHARS = 40


class Gap:
    """Where an insertion goes: beside `piece`, or inside it when `offset` is between its ends."""

    __slots__ = ("after", "look", "offset", "outside", "piece")

    def __init__(self, piece: Piece, offset: int, *, after: bool, outside: bool, look: Piece | None) -> None:
        self.piece = piece
        self.offset = offset
        self.after = after
        self.outside = outside
        self.look = look


class OffsetMap:
    """The current text of one paragraph, piece by piece."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.pieces = [piece for member in members for piece in member.pieces() if piece.current and piece.text]
        self.paragraph = members[-1].p
        self.first_paragraph = members[0].p
        self.starts: list[int] = []
        total = 0
        for piece in self.pieces:
            self.starts.append(total)
            total += len(piece.text)
        self.length = total

    def at(self, offset: int) -> int:
        """Return the number of the piece that holds the character at `offset`."""
        return bisect_right(self.starts, offset) - 1

    def covered(self, start: int, end: int) -> list[Piece]:
        """Return the pieces that hold the characters from `start` to before `end`."""
        return self.pieces[self.at(start) : self.at(end - 1) + 1]

    def excerpt(self, start: int, end: int) -> str:
        """Return the characters as they can be shown in a sentence."""
        text = "".join(piece.text for piece in self.covered(start, end))
        first = self.starts[self.at(start)]
        shown = text[start - first : end - first].replace(ATOM, "\u25a1").replace("\n", " ").replace("\t", " ")
        return shown if len(shown) <= _EXCERPT_CHARS else f"{shown[: _EXCERPT_CHARS - 1]}\u2026"

    def gap(self, offset: int) -> Gap | None:
        """Return where text can be inserted at `offset`; None in a paragraph without any text.

        The run to the left gives place and look, unless it ends a link or field or cannot be added to.

        Raises:
            Refused: what stands on both sides does not allow it.
        """
        number = self.at(offset) if offset < self.length else len(self.pieces)
        if number < len(self.pieces) and self.starts[number] < offset:
            piece = self.pieces[number]
            if piece.lock:
                raise Refused(f'"{self.excerpt(offset - 1, offset + 1)}" {piece.lock}.')
            return Gap(piece, offset - self.starts[number], after=False, outside=False, look=piece)
        left = self.pieces[number - 1] if number else None
        right = self.pieces[number] if number < len(self.pieces) else None
        return self._between(left, right)

    def _between(self, left: Piece | None, right: Piece | None) -> Gap | None:
        ends_wrapper = left is not None and _has_edge(left) and (right is None or right.home is not left.home)
        if left is not None and not left.after and not ends_wrapper:
            return Gap(left, len(left.text), after=True, outside=False, look=_first_text(left, right))
        if right is not None and not right.before:
            return Gap(right, 0, after=False, outside=_has_edge(right), look=_first_text(right, left))
        if left is not None and not left.after:
            return Gap(left, len(left.text), after=True, outside=True, look=_first_text(left))
        if left is None and right is None:
            return None
        lock = (left.after if left is not None else "") or (right.before if right is not None else "")
        raise Refused(f"The text at this place {lock}.")

    def check(self, hunk: Hunk) -> None:
        """Refuse a change that would damage something.

        Raises:
            Refused: the stretch holds or is part of something that must stay.
        """
        if hunk.start == hunk.end:
            gap = self.gap(hunk.start)
            if gap is not None:
                _check_nesting(gap.piece.node, outside=gap.outside)
            return
        for piece in self.covered(hunk.start, hunk.end):
            if piece.lock:
                raise Refused(f'"{self.excerpt(hunk.start, hunk.end)}" {piece.lock}.')
            run = piece.node.getparent()
            if run is not None and run.find(W.comment_reference) is not None:
                raise Refused(f'"{self.excerpt(hunk.start, hunk.end)}" shares a run with the sign of a comment.')
        for part in hunk.parts:
            _check_nesting(self.pieces[self.at(part.source)].node, outside=False)

    def check_homes(self, hunks: Sequence[Hunk]) -> None:
        """Refuse changes that together would leave a link, field or content control without any text.

        Raises:
            Refused: one would be left empty.
        """
        left: Counter[int] = Counter()
        touched: set[int] = set()
        for piece in self.pieces:
            if piece.home is not None and piece.text != ATOM:
                left[id(piece.home)] += len(piece.text)
        for hunk in hunks:
            if hunk.start == hunk.end:
                continue
            for number in range(self.at(hunk.start), self.at(hunk.end - 1) + 1):
                piece, start = self.pieces[number], self.starts[number]
                left[id(piece.home)] -= min(hunk.end, start + len(piece.text)) - max(start, hunk.start)
                touched.add(id(piece.home))
            for part in hunk.parts:
                left[id(self.pieces[self.at(part.source)].home)] += len(part.text)
        for piece in self.pieces:
            if piece.home is not None and id(piece.home) in touched and left[id(piece.home)] <= 0:
                raise Refused("The change would leave a link, field or content control without any text.")


def _has_edge(piece: Piece) -> bool:
    return isinstance(piece.home, etree._Element) and piece.home.tag in (W.hyperlink, W.fld_simple)


def _first_text(*pieces: Piece | None) -> Piece | None:
    return next((p for p in pieces if p is not None and p.text != ATOM), None)


def _check_nesting(node: etree._Element, *, outside: bool) -> None:
    """An insertion must not stand inside another one, and only a direct one can be parted for it."""
    for levels, ancestor in enumerate(node.iterancestors()):
        if ancestor.tag == W.p:
            return
        if ancestor.tag in INSERTIONS and levels > 1 and not outside:
            raise Refused("The text stands in a wrapper inside somebody's insertion, where no change can be tracked.")
