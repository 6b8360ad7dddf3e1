"""What a message may hold: text, blocks, attachments, Markdown and metadata, with Slack's limits."""

from dataclasses import dataclass, field

from tests.fakes.slack.blocks import MARKDOWN_CHARS, NewId, faults_in_message, with_ids
from tests.fakes.slack.call import Call
from tests.fakes.slack.refusal import Json, Refused

MAX_TEXT_CHARS = 40_000
MAX_UPDATE_CHARS = 4_000
MAX_ATTACHMENTS = 100


@dataclass
class Content:
    """Checked content. `blocks` and `attachments` are none when the call did not mention them."""

    text: str = ""
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    metadata: Json | None = None
    warnings: list[str] = field(default_factory=list)


def read_content(call: Call, most_chars: int = MAX_TEXT_CHARS, *, cut: bool = True) -> Content:
    """Return the content of a call, or refuse it.

    Args:
        call: what the app sent.
        most_chars: limit of `text`.
        cut: shorten a longer text, as chat.postMessage does, instead of refusing it.
    """
    markdown = call.optional("markdown_text")
    if markdown:
        if call.args.get("text") or call.args.get("blocks"):
            raise Refused("markdown_text_conflict")
        if len(markdown) > MARKDOWN_CHARS:
            raise Refused("msg_too_long")
        return Content(markdown, blocks=[], metadata=read_metadata(call))
    content = Content(call.optional("text"), read_blocks(call), read_attachments(call), read_metadata(call))
    if not (content.text or content.blocks or content.attachments):
        raise Refused("no_text")
    if len(content.text) > most_chars:
        if not cut:
            raise Refused("msg_too_long")
        content.text = content.text[:most_chars]
        content.warnings.append("message_truncated")
    return content


def read_blocks(call: Call) -> list[Json] | None:
    """Return checked blocks with their ids filled in, or none when the call has no `blocks`."""
    blocks = call.structure("blocks", "invalid_blocks_format")
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    if faults := faults_in_message(blocks):
        raise Refused("invalid_blocks", faults)
    return with_ids(blocks, NewId())


def read_attachments(call: Call) -> list[Json] | None:
    """Return the legacy attachments."""
    attachments = call.structure("attachments", "invalid_attachments")
    if attachments is None:
        return None
    if not isinstance(attachments, list):
        raise Refused("invalid_attachments")
    if len(attachments) > MAX_ATTACHMENTS:
        raise Refused("too_many_attachments")
    return attachments


def read_metadata(call: Call) -> Json | None:
    """Return the metadata of a message: an event, or entities."""
    metadata = call.structure("metadata", "invalid_metadata_format")
    if not metadata:
        return None
    names = set(metadata) if isinstance(metadata, dict) else set()
    if not {"event_type", "event_payload"} <= names and "entities" not in names:
        raise Refused("invalid_metadata_schema")
    read: Json = metadata
    return read
