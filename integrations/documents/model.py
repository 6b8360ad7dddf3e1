"""The values that go in and come out: what was read, what should change, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from core.drafts import Edit


View = Literal["current", "original"]
Operation = Literal[
    "text", "insert_after", "insert_before", "delete", "split", "merge", "move", "comment", "resolve", "delete_comment"
]
Status = Literal["applied", "refused"]


@dataclass(frozen=True, slots=True)
class TablePlace:
    """The place of a paragraph in a table of its story; all counted from 0, `depth` 1 is not nested."""

    table: int
    row: int
    column: int
    depth: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a view.

    `id` names it among all stories and outlives edits elsewhere; `hash` is made of the current text.
    `text` has TAB, newline and, for what cannot be written as text, one U+FFFC each. `language` is the code that most
    of it is marked with (`de`), by its runs, its style or the document, "" for none.
    """

    id: str
    hash: str
    story: str
    style: str
    text: str
    ordinal: int
    heading_level: int | None = None
    list_level: int | None = None
    table: TablePlace | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """One tracked change that is in the document. `paragraph` is the id of the paragraph around it, if it has one."""

    id: str
    kind: str
    author: str
    date: str
    text: str
    story: str
    paragraph: str


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment. `parent` is the id of the comment it answers; `anchor` the text it is about."""

    id: str
    author: str
    date: str
    initials: str
    text: str
    parent: str
    resolved: bool
    paragraph: str
    anchor: str


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document as text. `warnings` are sentences for a person: macros, signatures, protection, links to outside."""

    paragraphs: tuple[Paragraph, ...]
    revisions: tuple[Revision, ...]
    comments: tuple[Comment, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentEdit:
    """One requested change: new text for a paragraph, an operation on it, or an action on a comment.

    `text` replaces the whole paragraph, or, with `find` (which must occur exactly once), that stretch of it.
    `insert_after` and `insert_before` take `text` and optionally the name of a `style`. `split` takes `at` (characters)
    or `find` (split behind it). `move` takes in `target` the id of the paragraph that will precede it. A `comment`
    may go with any edit of the text or stand alone; with `target` (a comment id) it is a reply. `resolve` and
    `delete_comment` take `target`.
    `fault` is set by a parser that cannot use the edit; the edit is then rejected with that sentence.
    """

    id: str = ""
    hash: str = ""
    op: Operation = "text"
    text: str | None = None
    find: str | None = None
    at: int | None = None
    target: str = ""
    comment: str = ""
    author: str = ""
    style: str = ""
    fault: str = ""

    @classmethod
    def from_draft(cls, edit: Edit) -> DocumentEdit:
        """Build from an edit of a draft: new text with why beside it, or a comment beside a paragraph or its words."""
        remarks = dict.fromkeys((edit.reason, *(finding.sentence for finding in edit.findings)))
        comment = edit.comment or "\n".join(filter(None, remarks))
        return cls(id=edit.id, hash=edit.hash, text=edit.text, find=edit.quote or None, comment=comment)


@dataclass(frozen=True, slots=True)
class EditResult:
    """What became of the edit at `index`. `reason` says why it was refused, or what to know when it was applied."""

    index: int
    id: str
    status: Status
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """`data` is the new document, None when nothing could be applied (or, when strict, not everything)."""

    data: bytes | None
    results: tuple[EditResult, ...]
    warnings: tuple[str, ...] = ()

    @property
    def applied(self) -> int:
        """How many edits are in `data`."""
        return sum(result.status == "applied" for result in self.results)

    def to_json(self) -> Mapping[str, object]:
        """Return the public form of the results."""
        rows = [{"index": r.index, "id": r.id, "status": r.status, "reason": r.reason} for r in self.results]
        refused = len(self.results) - self.applied
        return {"applied": self.applied, "refused": refused, "results": rows, "warnings": list(self.warnings)}


class EditRejected(Exception):
    """Why one edit is not applied: a sentence for a person. The document keeps no trace of the edit."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
