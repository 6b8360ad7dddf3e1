"""What the fake model server can be told to do with one request: answer, or fail in one of the ways real servers do."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = dict[str, Any]


class Exchange(Protocol):
    """One request being answered, as the server hands it to a reply."""

    body: Json

    def start(self, status: int, content_type: str, headers: dict[str, str] | None = None) -> None: ...
    def write(self, data: bytes) -> None: ...
    def finish_body(self) -> None: ...
    def drop(self) -> None: ...
    def wait(self, seconds: float) -> None: ...


class Reply(Protocol):
    """Anything that can serve one request."""

    def serve(self, exchange: Exchange) -> None: ...


@dataclass(frozen=True)
class Answer:
    """A good answer. `pieces` fixes where the stream is split; by default after each word."""

    text: str = "Fine."
    pieces: tuple[str, ...] = ()
    logprob: float = -0.1
    seconds_per_piece: float = 0.0

    def serve(self, exchange: Exchange) -> None:
        if exchange.body.get("stream"):
            exchange.start(200, "text/event-stream")
            for event in self.events(exchange.body):
                exchange.write(event)
                exchange.wait(self.seconds_per_piece)
            exchange.finish_body()
        else:
            exchange.wait(self.seconds_per_piece * len(self.split()))
            send_json(exchange, 200, self.completion(exchange.body))

    def split(self) -> tuple[str, ...]:
        return self.pieces or tuple(re.findall(r"\S*\s+|\S+", self.text))

    def within_limit(self, body: Json) -> tuple[tuple[str, ...], str]:
        """Return the pieces that `max_tokens` leaves, each counted as a token, and the finish reason."""
        pieces = self.split()
        most = body.get("max_completion_tokens") or body.get("max_tokens") or len(pieces)
        return pieces[:most], "length" if len(pieces) > most else "stop"

    def usage(self, body: Json) -> Json:
        asked = sum(len(str(message["content"]).split()) for message in body["messages"])
        answered = len(self.within_limit(body)[0])
        return {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}

    def completion(self, body: Json) -> Json:
        pieces, reason = self.within_limit(body)
        choice: Json = {
            "message": {"role": "assistant", "content": "".join(pieces)},
            "finish_reason": reason,
            "logprobs": self.logprobs(body, pieces),
        }
        choices = [{"index": index, **choice} for index in range(body.get("n") or 1)]
        return {**head(body, "chat.completion"), "choices": choices, "usage": self.usage(body)}

    def events(self, body: Json) -> list[bytes]:
        """Return the server-sent events of the stream, in order, `[DONE]` last."""
        pieces, reason = self.within_limit(body)
        samples = range(body.get("n") or 1)
        events = [self._chunk(body, {"role": "assistant", "content": ""}, index=index) for index in samples]
        events += [self._chunk(body, {"content": piece}, index=index) for piece in pieces for index in samples]
        events += [self._chunk(body, {}, reason, index=index) for index in samples]
        if (body.get("stream_options") or {}).get("include_usage"):
            events.append(event({**head(body, "chat.completion.chunk"), "choices": [], "usage": self.usage(body)}))
        return [*events, b"data: [DONE]\n\n"]

    def logprobs(self, body: Json, pieces: tuple[str, ...]) -> Json | None:
        if not body.get("logprobs"):
            return None
        return {"content": [{"token": piece, "logprob": self.logprob, "top_logprobs": []} for piece in pieces]}

    def _chunk(self, body: Json, delta: Json, reason: str | None = None, *, index: int = 0) -> bytes:
        logprobs = self.logprobs(body, (delta["content"],)) if delta.get("content") else None
        choice = {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": reason}
        return event({**head(body, "chat.completion.chunk"), "choices": [choice]})


@dataclass(frozen=True)
class Refuse:
    """An HTTP error with OpenAI's error body."""

    status: int
    message: str = "refused"
    retry_after_seconds: float | None = None

    def serve(self, exchange: Exchange) -> None:
        headers = {} if self.retry_after_seconds is None else {"Retry-After": str(self.retry_after_seconds)}
        send_json(exchange, self.status, error_body(self.message, self.status), headers)


@dataclass(frozen=True)
class Raw:
    """Any body with status 200: HTML, broken JSON, an error object, a list ..."""

    data: bytes
    content_type: str = "application/json"

    def serve(self, exchange: Exchange) -> None:
        exchange.start(200, self.content_type)
        exchange.write(self.data)
        exchange.finish_body()


@dataclass(frozen=True)
class Hang:
    """Silence for `seconds`, then a dropped connection; `begun` pieces come before it (-1: not even the headers)."""

    seconds: float
    begun: int = -1
    text: str = "It begins well and then"

    def serve(self, exchange: Exchange) -> None:
        if self.begun >= 0:
            exchange.start(200, "text/event-stream")
            for piece in Answer(self.text).events(exchange.body)[: self.begun + 1]:
                exchange.write(piece)
        exchange.wait(self.seconds)
        exchange.drop()


@dataclass(frozen=True)
class CutStream:
    """A stream that breaks off after `pieces` pieces; `politely` ends the HTTP body as if it were complete."""

    pieces: int = 3
    politely: bool = False
    text: str = "It begins well and then it breaks off."

    def serve(self, exchange: Exchange) -> None:
        exchange.start(200, "text/event-stream")
        for piece in Answer(self.text).events(exchange.body)[: self.pieces + 1]:
            exchange.write(piece)
        exchange.finish_body() if self.politely else exchange.drop()


@dataclass(frozen=True)
class SplitCharacters:
    """A good stream whose network chunks end in the middle of UTF-8 characters: one byte at a time."""

    text: str = "Grüße für 5 € “你好 ”🙂"

    def serve(self, exchange: Exchange) -> None:
        exchange.start(200, "text/event-stream")
        for byte in b"".join(Answer(self.text).events(exchange.body)):
            exchange.write(bytes([byte]))
        exchange.finish_body()


@dataclass(frozen=True)
class NoChoices:
    """A well-formed completion (or stream) with an empty list of choices."""

    def serve(self, exchange: Exchange) -> None:
        if exchange.body.get("stream"):
            chunk = event({**head(exchange.body, "chat.completion.chunk"), "choices": []})
            Raw(chunk + b"data: [DONE]\n\n", "text/event-stream").serve(exchange)
        else:
            send_json(exchange, 200, {**head(exchange.body, "chat.completion"), "choices": []})


@dataclass(frozen=True)
class ErrorInStream:
    """A stream that turns into an error event half-way, as llama.cpp and vLLM send it."""

    message: str = "the slot was lost"
    answer: Answer = field(default_factory=lambda: Answer("It begins well"))

    def serve(self, exchange: Exchange) -> None:
        exchange.start(200, "text/event-stream")
        for piece in self.answer.events(exchange.body)[:2]:
            exchange.write(piece)
        exchange.write(event(error_body(self.message, 500)))
        exchange.finish_body()


@dataclass(frozen=True)
class Recorded:
    """A recorded exchange: the events of a stream, or an error's status and body, sent as they were."""

    events: tuple[Json, ...] = ()
    status: int = 200
    body: Json | list[Json] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def serve(self, exchange: Exchange) -> None:
        if self.body is not None:
            exchange.start(self.status, "application/json", self.headers)
            exchange.write(json.dumps(self.body).encode())
        else:
            exchange.start(200, "text/event-stream; charset=utf-8", self.headers)
            for one in self.events:
                exchange.write(event(one))
            exchange.write(b"data: [DONE]\n\n")
        exchange.finish_body()


@dataclass(frozen=True)
class KeptAlive:
    """Comments that keep the connection open, as routers send them while a model is busy; then the answer."""

    seconds: float
    text: str = "Fine."
    every_seconds: float = 0.05

    def serve(self, exchange: Exchange) -> None:
        exchange.start(200, "text/event-stream")
        for _ in range(int(self.seconds / self.every_seconds)):
            exchange.write(b": processing\n\n")
            exchange.wait(self.every_seconds)
        for piece in Answer(self.text).events(exchange.body):
            exchange.write(piece)
        exchange.finish_body()


ERROR_BODY = Raw(b'{"error": {"message": "overloaded", "type": "server_error", "code": 500}}')
HTML_PAGE = Raw(b"<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html")
BROKEN_JSON = Raw(b'{"choices": [{"message": {"role": "assistant", "content": "Hel')
BROKEN_EVENT = Raw(b'data: {"choices": [{"delta": {"cont\n\ndata: [DONE]\n\n', "text/event-stream")
HALF_CHARACTER = Raw(
    b'data: {"choices": [{"index": 0, "delta": {"content": "Gr\xc3"}, "finish_reason": null}]}\n\n'
    b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n',
    "text/event-stream",
)
LOST_CHARACTER = Answer(pieces=("Gr", "\ufffd", "\ufffd", "e"))
NAN_LOGPROBS = Answer("Numbers that are not numbers.", logprob=float("nan"))


def huge(size_bytes: int = 10_000_000) -> Answer:
    """Return an answer of `size_bytes`, streamed in a hundred pieces."""
    return Answer(pieces=("x" * (size_bytes // 100),) * 100)


def head(body: Json, kind: str) -> Json:
    """Return the fields that every completion object begins with."""
    return {"id": "chatcmpl-fake", "object": kind, "created": 1, "model": body["model"]}


def event(value: Json) -> bytes:
    """Return one server-sent event; characters are sent as UTF-8, not escaped."""
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def error_body(message: str, status: int) -> Json:
    """Return OpenAI's error object."""
    return {"error": {"message": message, "type": "error", "param": None, "code": str(status)}}


def send_json(exchange: Exchange, status: int, value: Json, headers: dict[str, str] | None = None) -> None:
    """Send one JSON object as the whole response."""
    exchange.start(status, "application/json", headers)
    exchange.write(json.dumps(value).encode())
    exchange.finish_body()
