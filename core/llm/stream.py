"""Reads what a server sends back, piece by piece: server-sent events, or one JSON object when it does not stream.

Nothing is taken on trust: a web page, an error with status 200, broken JSON, half a character and a silence that only
comments fill are each an error of their own.
"""

import time
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import InlaidError, ModelAnswerError, ModelOutage, WindowExceeded
from core.llm.refusals import TOO_LONG

LONGEST_EVENT_BYTES = 4_000_000
_OVERLOADED = ("overload", "rate limit", "too many", "unavailable", "timeout", "capacity", "try again")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Words(_Part):
    """A piece of an answer (`delta`), or the whole of one (`message`)."""

    content: str | None = None


class TokenLikelihood(_Part):
    """The log probability of one token."""

    logprob: float | None = None


class Likelihoods(_Part):
    """Those of a piece; `content` is null for pieces without text."""

    content: tuple[TokenLikelihood, ...] | None = None


class Choice(_Part):
    """One of the answers."""

    index: int = 0
    delta: Words | None = None
    message: Words | None = None
    finish_reason: str | None = None
    logprobs: Likelihoods | None = None

    @property
    def text(self) -> str:
        """What it adds to its answer."""
        words = self.delta or self.message
        return (words.content if words else None) or ""


class TokenCount(_Part):
    """What the server counted."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Chunk(_Part):
    """One event of a stream, or a whole completion."""

    choices: tuple[Choice, ...] | None = None
    usage: TokenCount | None = None
    error: Any = None


def read_chunks(blocks: Iterator[bytes], content_type: str, *, silence_seconds: float) -> Iterator[Chunk]:
    """Yield the parts of an answer.

    Args:
        blocks: the body as it arrives, split anywhere.
        content_type: the response's.
        silence_seconds: longest time without an event; comments that keep a connection open do not count.

    Raises:
        ModelOutage: silence, or the server says that it is overloaded.
        ModelAnswerError: something else than a chat completion.
    """
    if content_type.partition(";")[0].strip().lower() == "text/event-stream":
        for data in _events(blocks, silence_seconds):
            yield _parsed(data)
    else:
        yield _parsed(_whole(blocks))


def _whole(blocks: Iterator[bytes]) -> bytes:
    body = bytearray()
    for block in blocks:
        body += block
        if len(body) > LONGEST_EVENT_BYTES:
            raise ModelAnswerError("The model server sent far more than was asked for.", fix="Try again.")
    return bytes(body)


def _events(blocks: Iterator[bytes], silence_seconds: float) -> Iterator[bytes]:
    """Yield the data of each event up to `[DONE]` (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""
    heard_at = time.monotonic()
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > LONGEST_EVENT_BYTES:
            raise ModelAnswerError("The model server sent far more than was asked for.", fix="Try again.")
        for line in lines:
            field, _, value = line.rstrip(b"\r").partition(b":")
            if field == b"data" and value.strip() == b"[DONE]":
                return
            if field == b"data" and value.strip():
                yield value.strip()
                heard_at = time.monotonic()
        if time.monotonic() - heard_at > silence_seconds:
            raise ModelOutage("The model server kept the line open and said nothing.", fix="Try again later.")


def _parsed(data: bytes) -> Chunk:
    try:
        chunk = Chunk.model_validate_json(data)
    except ValidationError as error:
        is_page = data.lstrip()[:1] == b"<"
        what = "a web page" if is_page else "something that is not a chat completion"
        raise ModelAnswerError(
            f"The model server answered {what}.", fix="Check that its address ends in /v1."
        ) from error
    if chunk.error:
        raise _told_error(chunk.error)
    return chunk


def _told_error(told: Any) -> InlaidError:
    """Return the error that a server reports in a body with status 200; its own words are not passed on."""
    details: dict[str, Any] = told if isinstance(told, dict) else {"message": told}
    words = " ".join(str(details.get(key, "")) for key in ("message", "type", "code", "status")).lower()
    if TOO_LONG.search(words):
        return WindowExceeded("The text is too long for the model.", fix="Set its window_tokens.")
    code = str(details.get("code", ""))
    if code == "429" or (code.isdigit() and int(code) >= 500) or any(word in words for word in _OVERLOADED):
        return ModelOutage("The model server reports a fault of its own in place of an answer.", fix="Try again later.")
    return ModelAnswerError("The model server reports an error in place of an answer.", fix="Look at its log.")
