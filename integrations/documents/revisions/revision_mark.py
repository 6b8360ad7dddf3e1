"""Who changed it and when, and numbers that no other tracked change of the package has."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from integrations.documents.package.xml_names import W
from integrations.documents.revisions.kinds import REVISION_KINDS

# Word reads annotation ids as signed 32-bit numbers.
_MAX_ID = 2**31 - 1


class AnnotationIds:
    """Hands out ids above every one that is in use; from the lowest free one when those have run out.

    `taken` are those it has handed out.
    """

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        self._used = {
            int(number)
            for root in roots
            for element in root.iter(*REVISION_KINDS)
            if (number := element.get(W.id) or "").isdecimal()
        }
        self._next = max(self._used, default=0) + 1
        self.taken: set[str] = set()

    def take(self) -> str:
        """Return the next free id."""
        if self._next > _MAX_ID:
            self._next = 1
        while self._next in self._used:
            self._next += 1
        self._used.add(self._next)
        self.taken.add(str(self._next))
        return str(self._next)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Author and date of one edit."""

    author: str
    date: str
    ids: AnnotationIds

    def mark(self, tag: str) -> etree._Element:
        """Return a new tracked-change element with a fresh id."""
        element = etree.Element(tag)
        element.set(W.id, self.ids.take())
        element.set(W.author, self.author)
        element.set(W.date, self.date)
        return element

    def owns(self, element: etree._Element) -> bool:
        """Tell whether a tracked change is by this author."""
        return element.get(W.author) == self.author


def utc_text(date: datetime) -> str:
    """Return the moment as Word writes it. A date without a zone counts as UTC."""
    moment = date.astimezone(UTC) if date.tzinfo else date
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
