"""What a message says: its text, else its blocks, its attachments and the names of its files.

Apps (trackers, calendars, monitors) write in blocks and attachments, whose `text` is often empty.
https://docs.slack.dev/reference/block-kit/blocks, https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

MAX_DEPTH = 6
MAX_CHARS = 20_000
# The fields of an attachment that people see, in the order in which Slack shows them.
_ATTACHMENT_FIELDS = ("pretext", "title", "text")
_LEAVES = {"link": "url", "emoji": "name", "date": "fallback"}


def message_text(message: Mapping[str, Any]) -> str:
    """Return all that a message says, as mrkdwn; a part that stands in its text already is not said twice."""
    said = str(message.get("text") or "")
    lines = [said]
    for part in (*_blocks(message.get("blocks")), *_attachments(message.get("attachments"))):
        if part and _folded(part) not in _folded("\n".join(lines)):
            lines.append(part)
    lines += map(_mark, _objects(message.get("files")))
    return "\n".join(filter(None, lines))[:MAX_CHARS].strip()


def has_words(texts: Iterable[str], files: Iterable[Mapping[str, Any]]) -> bool:
    """Say whether texts of messages say anything beside the names of these files."""
    marks = {_folded(_mark(file)) for file in files}
    return any(_folded(line) not in marks for text in texts for line in text.splitlines() if line.strip())


def _mark(file: Mapping[str, Any]) -> str:
    return f"[file: {file.get('name', 'file')}]"


def _folded(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _blocks(blocks: object) -> Iterator[str]:
    for block in _objects(blocks):
        if block.get("type") == "rich_text":
            yield from (_rich(element) for element in _objects(block.get("elements")))
            continue
        yield _text(block.get("text"))
        yield from (_text(field) for field in _objects(block.get("fields")))
        if block.get("type") == "context":
            yield " ".join(_text(element) for element in _objects(block.get("elements")))
        yield str(block.get("alt_text") or "") if block.get("type") == "image" else ""


def _rich(element: Mapping[str, Any], depth: int = 0) -> str:
    """Return the text of an element of rich text and of those within it."""
    kind, inner = str(element.get("type") or ""), _objects(element.get("elements"))
    if inner and depth < MAX_DEPTH:
        between = "\n- " if kind == "rich_text_list" else ""
        return (between.lstrip("\n") if between else "") + between.join(_rich(element, depth + 1) for element in inner)
    if kind == "user":
        return f"<@{element.get('user_id', '')}>"
    if kind == "link" and element.get("text"):
        return str(element["text"])
    return str(element.get(_LEAVES.get(kind, "text")) or "")


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        value = value.get("text")
    return value if isinstance(value, str) else ""


def _attachments(attachments: object) -> Iterator[str]:
    for attachment in _objects(attachments):
        parts = [str(attachment.get(name) or "") for name in _ATTACHMENT_FIELDS]
        parts += [f"{field.get('title', '')}: {field.get('value', '')}" for field in _objects(attachment.get("fields"))]
        parts += list(_blocks(attachment.get("blocks")))
        yield "\n".join(filter(None, parts)) or str(attachment.get("fallback") or "")


def _objects(value: object) -> Sequence[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []
