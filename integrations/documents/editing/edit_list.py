"""Reads a list of edits from JSON. What is wrong with a single edit becomes its fault; it is then refused alone."""

import json
from collections.abc import Mapping
from typing import get_args

from core.errors import DocumentError
from integrations.documents.model import DocumentEdit, Operation

# Far more than a long document has paragraphs.
MAX_EDITS = 100_000
_OPERATIONS: dict[str, Operation] = {name: name for name in get_args(Operation)}
_OPERATIONS |= {"reply": "comment", "replace": "text"}
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
