"""Comments that say why a tracked change was made: found by author, time and place."""

from collections.abc import Collection
from dataclasses import dataclass

from lxml import etree

from integrations.documents.comments.parts import CommentParts
from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import DELETIONS, INSERTIONS, W

Attribution = tuple[str, str]
# Beside text that is only inserted, the range begins with the character before.
_MAX_CHARS_BEFORE = 1


@dataclass(slots=True)
class _Range:
    """The content of a comment's range, as far as it was read."""

    attribution: Attribution
    chars_before: int = 0
    changes: int = 0
    ends_changed: bool = False
    is_open: bool = False

    def add(self, run: etree._Element, chosen: Collection[etree._Element]) -> None:
        changed = [
            change for change in run.iterancestors(*INSERTIONS, *DELETIONS) if _attribution(change) == self.attribution
        ]
        self.is_open = self.is_open or not all(change in chosen for change in changed)
        self.changes += bool(changed)
        self.ends_changed = bool(changed)
        self.chars_before += 0 if self.changes else sum(len(node.text or "") for node in run.iter(W.t))

    @property
    def is_beside(self) -> bool:
        """Whether it is the range of changes alone, all of which are chosen."""
        return self.ends_changed and not self.is_open and self.chars_before <= _MAX_CHARS_BEFORE


def comments_beside(package: Package, chosen: Collection[etree._Element]) -> set[str]:
    """Return the comments that were put beside chosen tracked changes of the body, and beside nothing else.

    Such a comment is by the same author and of the same second, its range is that of the changes, and nobody has
    answered it. All others are remarks of their own or conversations.
    """
    rows = CommentParts(package).rows()
    answered = {row.parent for row in rows}
    attributions = {_attribution(element) for element in chosen}
    wanted = {row.id: _attribution(row.element) for row in rows if not row.parent and row.id not in answered}
    wanted = {
        number: attribution
        for number, attribution in wanted.items()
        if attribution in attributions and all(attribution)
    }
    return _beside(package.root(package.main_name), wanted, set(chosen)) if wanted else set()


def _beside(root: etree._Element, wanted: dict[str, Attribution], chosen: set[etree._Element]) -> set[str]:
    found: set[str] = set()
    ranges: dict[str, _Range] = {}
    # Beside text that is inserted at the very beginning, the range is empty and comes before it.
    empty: dict[str, _Range] = {}
    for element in root.iter(W.p, W.comment_range_start, W.comment_range_end, W.r):
        number = element.get(W.id) or ""
        if element.tag == W.p:
            empty.clear()
        elif element.tag == W.comment_range_start and number in wanted:
            ranges[number] = _Range(wanted[number])
        elif element.tag == W.comment_range_end and number in ranges:
            ended = ranges.pop(number)
            if not ended.changes and not ended.chars_before:
                empty[number] = ended
            elif ended.is_beside:
                found.add(number)
        elif element.tag == W.r and element.find(W.comment_reference) is None:
            for comment_range in (*ranges.values(), *empty.values()):
                comment_range.add(element, chosen)
            found |= {number for number, comment_range in empty.items() if comment_range.is_beside}
            empty.clear()
    return found


def _attribution(element: etree._Element) -> Attribution:
    return element.get(W.author) or "", element.get(W.date) or ""
