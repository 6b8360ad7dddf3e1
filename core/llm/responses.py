"""Reads what a server sends back: server-sent events piece by piece, one JSON object, or an HTTP error.

Nothing is taken on trust: a web page, an error with status 200, broken JSON, half a character and a silence that only
comments fill are each an error of their own. The server's own words are read, never passed on.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from core.drafts import JsonObject
from core.errors import (
    CredentialError,
    InlaidError,
    InputError,
    LimitError,
    ModelAnswerError,
    ModelOutage,
    WindowExceeded,
)
from core.llm.models_file import EndpointEntry
from core.text.lexicon import pattern_beside

OVERLOADED_STATUS = frozenset({408, 409, 425, 429})
# What may be about a single part of the request (a server that cannot do something says one of these).
REFUSED_STATUS = frozenset({400, 422, 501})
MAX_RETRY_SECONDS = 3600.0
# Some servers add the request to the reason.
MAX_REASON_CHARS = 300
MAX_LISTED, MAX_NAME_CHARS = 20, 80
TOO_LONG = pattern_beside(__file__, "too_long")
_QUOTA = pattern_beside(__file__, "quota")
_UNKNOWN_MODEL = pattern_beside(__file__, "unknown_model")
_FILTERED = pattern_beside(__file__, "filtered")
MAX_EVENT_BYTES = 4_000_000
_DATA, _DONE = b"data:", b"[DONE]"
# What an empty body counts as, which is no completion.
_NOTHING = b"null"
_OVERLOADED = ("overload", "rate limit", "too many", "unavailable", "timeout", "capacity", "try again")


class Refused(Exception):
    """A request that was not taken as it is: `error` is what to raise when nothing helps, `words` the reason given."""

    def __init__(self, error: InlaidError, words: str) -> None:
        super().__init__(error.message)
        self.error = error
        self.words = words


def words_of(body: object) -> str:
    """Return everything that an error body says, whatever its form (OpenAI's object, Google's list, plain text)."""
    if isinstance(body, Mapping):
        return " ".join(words_of(value) for value in body.values())
    if isinstance(body, list):
        return " ".join(words_of(value) for value in body)
    return "" if body is None else str(body)


def _reason_in(body: object) -> str:
    """Return what an error body gives as its reason, without what a server echoes of the request beside it."""
    if isinstance(body, list):
        return _reason_in(body[0]) if body else ""
    if not isinstance(body, Mapping):
        return str(body or "")[:MAX_REASON_CHARS]
    if nested := body.get("error") or body.get("detail"):
        return _reason_in(nested)
    return " ".join(str(body.get(key, ""))[:MAX_REASON_CHARS] for key in ("message", "type", "code"))


def refusal_of(
    entry: EndpointEntry,
    status: int,
    body: object,
    headers: Mapping[str, str],
    listed: Callable[[], Sequence[str]] = tuple,
) -> Exception:
    """Return the error for a status above 399: `Refused` when the request might pass without one of its parts.

    Args:
        entry: the endpoint that was asked.
        status: of HTTP.
        body: what was answered, JSON or text.
        headers: of the answer.
        listed: gives the models that the server lists; asked only when the model or the path is unknown to it.
    """
    words = words_of(body)
    where = f"The model server at {entry.url}"
    if status in {401, 403}:
        return CredentialError(f"{where} refused the key.", fix=f"Check {entry.setting('key_env')}.", of_server=True)
    names_model = _UNKNOWN_MODEL.search(_reason_in(body)) is not None
    if status == 404:
        return _unknown(entry, listed(), names_model=names_model)
    if status == 402 or (status == 429 and _QUOTA.search(words)):
        fix = "Raise the quota there, or add another endpoint."
        return LimitError(f"The quota at {entry.url} is used up.", fix=fix, of_server=True)
    if TOO_LONG.search(words) or status == 413:
        return WindowExceeded(
            f"The text is too long for the model at {entry.url}.",
            fix=f"Check {entry.setting('window_tokens')}.",
            of_server=True,
        )
    if status in REFUSED_STATUS and names_model:
        return _unknown(entry, listed(), names_model=True)
    if status in OVERLOADED_STATUS or (status >= 500 and status not in REFUSED_STATUS):
        return ModelOutage(
            f"{where} is overloaded or failing ({status}).",
            fix="Try later.",
            retry_after_seconds=retry_after_seconds(headers),
        )
    if _FILTERED.search(words):
        return InputError("The model server refused the text for its content.", fix="Reword it, or use another model.")
    error = InputError(
        f"{where} refused the request ({status}).",
        fix=f"The text may be too long for the model: check {entry.setting('window_tokens')}.",
        of_server=True,
    )
    return Refused(error, words) if status in REFUSED_STATUS else error


def shown_names(listed: Sequence[str]) -> str:
    """Return the first names of a server's list, cut where they are long."""
    return ", ".join(name[:MAX_NAME_CHARS] for name in listed[:MAX_LISTED] if name.isprintable())


def _unknown(entry: EndpointEntry, listed: Sequence[str], *, names_model: bool) -> CredentialError:
    """Return the error for a wrong model, as the server says or its list shows, else the one for a wrong path."""
    where = f"The model server at {entry.url}"
    if not (names_model or (listed and entry.model and entry.model not in listed)):
        return CredentialError(
            f"{where} does not know the path.",
            fix=f"Check {entry.setting('url')}: with most servers it ends in /v1.",
            of_server=True,
        )
    model, setting = entry.model or next(iter(listed), "?"), entry.setting("model")
    shown = shown_names(listed)
    fix = f"Check {setting}; it lists: {shown}." if shown else f"Check {setting}."
    return CredentialError(f"{where} does not know the model {model}.", fix=fix, of_server=True)


def retry_after_seconds(headers: Mapping[str, str]) -> float:
    """Return how long a server asks to be left alone (RFC 9110 section 10.2.3), 0 when it does not say."""
    told: Any = headers.get("retry-after", "").strip()
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(told).timestamp() - time.time()
        except (TypeError, ValueError):
            return 0.0
    return min(max(seconds, 0.0), MAX_RETRY_SECONDS) if seconds == seconds else 0.0


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


def _is_text(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type", "text") == "text"


class Words(_Part):
    """A piece of an answer (`delta`), or the whole of one (`message`).

    What a reasoning model thinks comes beside it: `reasoning_content` of vLLM, llama.cpp and DeepSeek, `reasoning` of
    Ollama and OpenRouter, parts of type `thinking` of Mistral.
    """

    content: str | list[Any] | None = None
    reasoning_content: Any = None
    reasoning: Any = None

    @property
    def text(self) -> str:
        """The words for the reader."""
        if isinstance(self.content, list):
            return "".join(str(part.get("text") or "") for part in self.content if _is_text(part))
        return self.content or ""

    @property
    def thought_chars(self) -> int:
        """How much was thought beside them."""
        if not (isinstance(self.content, list) or self.reasoning_content or self.reasoning):
            return 0
        listed = self.content if isinstance(self.content, list) else []
        thought = [part for part in listed if not _is_text(part)]
        return sum(len(str(part)) for part in (self.reasoning_content, self.reasoning, *thought) if part)


class Choice(_Part):
    """One of the answers."""

    index: int = 0
    delta: Words | None = None
    message: Words | None = None
    finish_reason: str | None = None

    @property
    def words(self) -> Words:
        """What it adds to its answer."""
        return self.delta or self.message or Words()


class TokenDetails(_Part):
    """What of the written tokens was only thought."""

    reasoning_tokens: int | None = None


class TokenCount(_Part):
    """What the server counted."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    completion_tokens_details: TokenDetails | None = None

    @property
    def thought_tokens(self) -> int:
        """How many of the written tokens were only thought."""
        return (self.completion_tokens_details.reasoning_tokens if self.completion_tokens_details else 0) or 0


class Chunk(_Part):
    """One event of a stream, or a whole completion. `is_end`: the server says that nothing follows."""

    choices: tuple[Choice, ...] | None = None
    usage: TokenCount | None = None
    error: Any = None
    is_end: bool = False


def read_chunks(blocks: Iterator[bytes], content_type: str, *, silence_seconds: float) -> Iterator[Sequence[Chunk]]:
    """Yield the parts of an answer that came together, the last with `is_end` when the server did not just fall silent.

    Args:
        blocks: the body as it arrives, split anywhere.
        content_type: the response's.
        silence_seconds: longest time without an event; comments that keep a connection open do not count.

    Raises:
        ModelOutage: silence, or the server says that it is overloaded.
        ModelAnswerError: something else than a chat completion.
    """
    if content_type.partition(";")[0].strip().lower() == "text/event-stream":
        for events, is_end in _events(blocks, silence_seconds):
            yield [*_parsed(events), _END] if is_end else _parsed(events)
    else:
        yield [*_parsed([_whole(blocks).strip() or _NOTHING]), _END]


def _whole(blocks: Iterator[bytes]) -> bytes:
    body = bytearray()
    for block in blocks:
        body += block
        if len(body) > MAX_EVENT_BYTES:
            raise ModelAnswerError("The model server sent far more than was asked for.", fix="Try again.")
    return bytes(body)


def _events(blocks: Iterator[bytes], silence_seconds: float) -> Iterator[tuple[list[bytes], bool]]:
    """Yield the data of the events that each block ends, and whether `[DONE]` follows, up to there.

    See https://html.spec.whatwg.org/multipage/server-sent-events.html.
    """
    heard_at = time.monotonic()
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > MAX_EVENT_BYTES:
            raise ModelAnswerError("The model server sent far more than was asked for.", fix="Try again.")
        values = [line.removeprefix(_DATA).strip() for line in lines if line.startswith(_DATA)]
        is_end = _DONE in values
        if events := [value for value in (values[: values.index(_DONE)] if is_end else values) if value]:
            heard_at = time.monotonic()
        if events or is_end:
            yield events, is_end
        if is_end:
            return
        if time.monotonic() - heard_at > silence_seconds:
            raise ModelOutage("The model server kept the connection open but sent nothing.", fix="Try again later.")


_END = Chunk(is_end=True)
_CHUNKS = TypeAdapter(list[Chunk])


def _parsed(events: Sequence[bytes]) -> list[Chunk]:
    """Read them at once: one by one, each costs as much again as reading it."""
    try:
        chunks = _CHUNKS.validate_json(b"[" + b",".join(events) + b"]")
    except ValidationError as error:
        is_page = events[0].lstrip()[:1] == b"<"
        what = "a web page" if is_page else "something that is not a chat completion"
        raise ModelAnswerError(
            f"The model server answered {what}.", fix="Check that its address ends in /v1.", of_server=True
        ) from error
    for chunk in chunks:
        if chunk.error:
            raise _told_error(chunk.error)
    return chunks


def _told_error(told: Any) -> InlaidError:
    """Return the error that a server reports in a body with status 200; its own words are not passed on."""
    details: JsonObject = told if isinstance(told, dict) else {"message": told}
    words = " ".join(str(details.get(key, "")) for key in ("message", "type", "code", "status")).lower()
    if TOO_LONG.search(words):
        return WindowExceeded("The text is too long for the model.", fix="Set its window_tokens.", of_server=True)
    code = str(details.get("code", ""))
    if code == "429" or (code.isdigit() and int(code) >= 500) or any(word in words for word in _OVERLOADED):
        return ModelOutage("The model server reports a fault of its own in place of an answer.", fix="Try again later.")
    return ModelAnswerError(
        "The model server reports an error in place of an answer.", fix="Look at its log.", of_server=True
    )
