"""chat.startStream, appendStream and stopStream: a message that grows, and ends by itself after five minutes."""

from dataclasses import dataclass

from tests.fakes.slack.blocks import MARKDOWN_CHARS, MESSAGE_BLOCKS, NewId, faults_in_message, with_ids
from tests.fakes.slack.call import Call
from tests.fakes.slack.clock import Clock
from tests.fakes.slack.content import Content, read_blocks, read_metadata
from tests.fakes.slack.posting import (
    message_json,
    new_message,
    own_message,
    require_customize_scope,
    require_place_to_post,
)
from tests.fakes.slack.refusal import Json, Refused
from tests.fakes.slack.shapes import Anything, ByType, Chars, Items, OneOf, Record
from tests.fakes.slack.world import Message

STREAM_LIFE_SECONDS = 300
TASK_MODES = ("", "timeline", "plan")
SESSION_STATUSES = ("", "active", "processing", "suspended", "closed")
CHUNK = ByType(
    {
        "markdown_text": Record({"type!": OneOf(("markdown_text",)), "text!": Chars(MARKDOWN_CHARS, 0)}),
        "task_update": Record(
            {
                "type!": OneOf(("task_update",)),
                "id!": Chars(255),
                "title!": Chars(MARKDOWN_CHARS),
                "status": OneOf(("pending", "in_progress", "complete", "error")),
                "details": Chars(MARKDOWN_CHARS, 0),
                "output": Chars(MARKDOWN_CHARS, 0),
                "sources": Items(Anything(), 100, 0),
            }
        ),
        "plan_update": Record({"type!": OneOf(("plan_update",)), "title!": Chars(MARKDOWN_CHARS)}),
        "blocks": Record({"type!": OneOf(("blocks",)), "blocks!": Items(Anything(), MESSAGE_BLOCKS)}),
    }
)


@dataclass
class Stream:
    """The state of one streamed message."""

    message: Message
    started_at: float
    ended: str = ""


class Streams:
    """All streams that were ever started."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_ts: dict[str, Stream] = {}

    def start(self, message: Message) -> None:
        """Let a message grow."""
        self._by_ts[message.ts] = Stream(message, self._clock.now())

    def is_streaming(self, message: Message) -> bool:
        """Whether a message still grows; Slack ends it about five minutes after its start, whatever happens."""
        stream = self._by_ts.get(message.ts)
        return stream is not None and not stream.ended and not self._is_over(stream)

    def require_streaming(self, message: Message) -> None:
        """Refuse when a message does not grow any more."""
        stream = self._by_ts.get(message.ts)
        if stream is not None and stream.ended == "stopped_by_user":
            raise Refused("stopped_by_user")
        if not self.is_streaming(message):
            raise Refused("message_not_in_streaming_state")

    def end(self, message: Message, how: str) -> None:
        """End the growth of a message: `stopped`, or `stopped_by_user` when the person pressed Stop."""
        self._by_ts[message.ts].ended = how

    def _is_over(self, stream: Stream) -> bool:
        return self._clock.now() - stream.started_at >= STREAM_LIFE_SECONDS


def start_stream(call: Call) -> Json:
    """chat.startStream: begin a message in the thread of the person's request."""
    channel = call.channel()
    thread_ts = call.text("thread_ts")
    require_place_to_post(call, channel, public_without_membership=False)
    require_customize_scope(call)
    if channel.kind != "im":
        if not call.optional("recipient_user_id"):
            raise Refused("missing_recipient_user_id")
        if not call.optional("recipient_team_id"):
            raise Refused("missing_recipient_team_id")
        call.slack.world.user(call.optional("recipient_user_id"))
    if call.optional("task_display_mode") not in TASK_MODES:
        raise Refused("invalid_arguments", ["task_display_mode must be timeline or plan"])
    text, blocks = growth(call)
    message = new_message(call, channel, Content(text, blocks))
    message.thread_ts = thread_ts
    call.slack.streams.start(message)
    call.slack.publish(message, "chat.startStream", "stream")
    return {"channel": channel.id, "ts": message.ts}


def append_stream(call: Call) -> Json:
    """chat.appendStream: let the message grow."""
    message = streamed_message(call)
    text, blocks = growth(call)
    if not (text or call.args.get("chunks")):
        raise Refused("no_text")
    grow(call, message, text, blocks)
    return {"channel": message.channel.id, "ts": message.ts}


def stop_stream(call: Call) -> Json:
    """chat.stopStream: the last growth, blocks at the bottom, and the end."""
    message = streamed_message(call)
    if call.optional("session_status") not in SESSION_STATUSES:
        raise Refused("invalid_arguments", ["session_status is not known"])
    closing = call.structure("blocks", "invalid_blocks_format") or []
    if isinstance(closing, list) and len(closing) > MESSAGE_BLOCKS:
        raise Refused("msg_blocks_too_many")
    text, blocks = growth(call)
    message.metadata = read_metadata(call) or message.metadata
    call.slack.streams.end(message, "stopped")
    grow(call, message, text, [*blocks, *(read_blocks(call) or [])])
    return {"channel": message.channel.id, "ts": message.ts, "message": message_json(message)}


def streamed_message(call: Call) -> Message:
    """Return the app's own message that a call names, while it streams."""
    message = own_message(call, call.channel(), "message_not_owned_by_app")
    call.slack.streams.require_streaming(message)
    return message


def growth(call: Call) -> tuple[str, list[Json]]:
    """Return the text and the blocks that a call adds."""
    text = call.optional("markdown_text")
    chunks = call.structure("chunks", "invalid_chunks") or []
    if len(text) > MARKDOWN_CHARS:
        raise Refused("msg_too_long")
    if faults := list(Items(CHUNK, 100, 0).check(chunks, "/chunks")):
        raise Refused("invalid_chunks", faults)
    blocks: list[Json] = []
    for chunk in chunks:
        if chunk["type"] == "markdown_text":
            text += chunk["text"]
        elif chunk["type"] == "blocks":
            if faults := faults_in_message(chunk["blocks"], "/chunks/blocks"):
                raise Refused("invalid_blocks", faults)
            blocks += with_ids(chunk["blocks"], NewId())
    return text, blocks


def grow(call: Call, message: Message, text: str, blocks: list[Json]) -> None:
    """Add text and blocks to a message; the growth is an update in the ledger."""
    message.text += text
    message.blocks = [*message.blocks, *blocks]
    call.slack.ledger.show_message(message, call.method, call.slack.clock.now(), "update")
