"""The values that go in and come out: what was read, what should change (also from JSON), what became of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from core.drafts import Edit

from core.errors import DocumentError
from core.text.catalogues import told

View = Literal["current", "original"]
Operation = Literal[
    "text", "insert_after", "insert_before", "delete", "split", "merge", "move", "comment", "resolve", "delete_comment"
]
Status = Literal["applied", "refused"]
# Far more than a long document has paragraphs.
MAX_EDITS = 100_000
_OPERATIONS: dict[str, Operation] = {name: name for name in get_args(Operation)}
_TEXT_KEYS = (
    "id",
    "hash",
    "find",
    "replace",
    "text",
    "comment",
    "author",
    "style",
    "op",
    "after",
    "target",
    "reply_to",
)
_KEYS = {*_TEXT_KEYS, "at", "reason", "findings"}
_SHORT_FORMS = {
    "insert_after": "text",
    "insert_before": "text",
    "delete": "",
    "split": "at",
    "merge": "",
    "move": "after",
    "resolve": "target",
    "delete_comment": "target",
}


@dataclass(frozen=True, slots=True)
class TablePlace:
    """The place of a paragraph in a table of its story; all counted from 0, `depth` 1 is not nested."""

    table: int
    row: int
    column: int
    depth: int


@dataclass(frozen=True, slots=True)
class ViewParagraph:
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

    paragraphs: tuple[ViewParagraph, ...]
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
        """Build from an edit of a draft: new text with why beside it, or a comment beside a paragraph or its words.

        What code remarks is told in the language that is spoken.
        """
        remarks = dict.fromkeys((edit.reason, *(finding.sentence for finding in edit.findings)))
        comment = told(edit.comment) or "\n".join(map(told, filter(None, remarks)))
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
    """`data` is the new document, or None if nothing could be applied (or, when strict, not everything)."""

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


_OPERATIONS |= {"reply": "comment", "replace": "text"}


def parse_edits(raw: bytes) -> list[DocumentEdit]:
    """Return the edits of a JSON list.

    An edit is `{"id", "hash"?, "find"?, "replace" | "text", "comment"?, "author"?}`; or has an `op` of
    insert_after, insert_before (`text`, `style`?), delete, split (`at` or `find`), merge, move (`after`: an id),
    comment (`comment`), reply (`reply_to`: a comment id, `comment`), resolve or delete_comment (`target`).
    The name of an operation may be the key itself: `{"id", "insert_after": "text"}`, `{"id", "delete": true}`.

    Raises:
        DocumentError: it is not JSON, not a list, or too long.
    """
    try:
        items = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise DocumentError("The edits are not valid JSON.", fix="Give a list of edits.") from error
    if isinstance(items, dict) and isinstance(items.get("edits"), list):
        items = items["edits"]
    if not isinstance(items, list):
        raise DocumentError("The edits must be a JSON list.", fix='For example [{"id": "...", "text": "..."}].')
    if len(items) > MAX_EDITS:
        raise DocumentError(f"There are {len(items)} edits; more than {MAX_EDITS} are not read.")
    return [_parse_edit(item) for item in items]


def _parse_edit(item: object) -> DocumentEdit:
    if not isinstance(item, Mapping):
        return DocumentEdit(fault="The edit is not a JSON object.")
    values = _long_form({key: value for key, value in item.items() if value is not None})
    known_id = str(values.get("id", ""))
    unknown = [key for key in values if key not in _KEYS]
    if unknown:
        return DocumentEdit(id=known_id, fault=f'The edit has an unknown key "{unknown[0]}".')
    for key in ("id", "target", "reply_to"):
        if isinstance(values.get(key), int):
            values[key] = str(values[key])
    for key in _TEXT_KEYS:
        if not isinstance(values.get(key, ""), str):
            return DocumentEdit(id=known_id, fault=f'"{key}" of the edit must be a text.')
    at = values.get("at")
    if at is not None and (not isinstance(at, int) or isinstance(at, bool)):
        return DocumentEdit(id=known_id, fault='"at" of the edit must be a whole number.')
    return _build({key: value for key, value in values.items() if isinstance(value, str)}, at)


def _long_form(values: dict[str, object]) -> dict[str, object]:
    """Turn `{"delete": true}` into `{"op": "delete"}` and `{"insert_after": "x"}` into op and text."""
    for name, argument in _SHORT_FORMS.items():
        if name not in values or "op" in values:
            continue
        value = values.pop(name)
        values["op"] = name
        if isinstance(value, Mapping):
            values |= value
        elif argument and value is not True:
            values["find" if name == "split" and isinstance(value, str) else argument] = value
    return values


def _build(values: Mapping[str, str], at: int | None) -> DocumentEdit:
    op = values.get("op", "text")
    edit_id = values.get("id", "")
    if op not in _OPERATIONS:
        return DocumentEdit(id=edit_id, fault=f'There is no operation "{op[:40]}".')
    if (
        op == "text"
        and "find" in values
        and "replace" not in values
        and "text" not in values
        and "comment" not in values
    ):
        return DocumentEdit(id=edit_id, fault='The edit has "find" but neither "replace" nor "comment".')
    return DocumentEdit(
        id=edit_id,
        hash=values.get("hash", ""),
        op=_OPERATIONS[op],
        text=values.get("replace", values.get("text")),
        find=values.get("find"),
        at=at,
        target=values.get("reply_to") or values.get("after") or values.get("target", ""),
        comment=values.get("comment", ""),
        author=values.get("author", ""),
        style=values.get("style", ""),
    )
