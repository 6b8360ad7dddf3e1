"""Model servers that think before they answer, or never say how an answer ended."""

from dataclasses import dataclass

from tests.fakes.openai_replies import Answer, Exchange, Json, event, head


@dataclass(frozen=True)
class Thinking:
    """A model that thinks first, within its limit: beside its words under `field`, among them, or unseen (None)."""

    thoughts: str
    text: str = "Fine."
    field: str | None = "reasoning_content"
    opening: str = "<think>"
    closing: str = "</think>"

    def serve(self, exchange: Exchange) -> None:
        thoughts = Answer(f"{self.opening}{self.thoughts}" if self.field == "" else self.thoughts).split()
        words = Answer(f"{self.closing}{self.text}" if self.field == "" else self.text).split()
        whole = Answer(pieces=(*thoughts, *words))
        pieces, reason = whole.within_limit(exchange.body)
        exchange.start(200, "text/event-stream")
        for at, piece in enumerate(pieces):
            is_thought = at < len(thoughts) and self.field != ""
            if not is_thought or self.field:
                key = (self.field if is_thought else None) or "content"
                exchange.write(self._chunk(exchange.body, {key: piece}))
        exchange.write(self._chunk(exchange.body, {}, reason))
        usage = {**whole.usage(exchange.body), "completion_tokens_details": {"reasoning_tokens": len(thoughts)}}
        exchange.write(event({**head(exchange.body, "chat.completion.chunk"), "choices": [], "usage": usage}))
        exchange.write(b"data: [DONE]\n\n")
        exchange.finish_body()

    def _chunk(self, body: Json, delta: Json, reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return event({**head(body, "chat.completion.chunk"), "choices": [choice]})


@dataclass(frozen=True)
class WithoutReason:
    """A stream that ends with `[DONE]` and never says why; `counts`: it tells how many tokens it wrote."""

    text: str = "Fine."
    counts: bool = False

    def serve(self, exchange: Exchange) -> None:
        answer = Answer(self.text)
        pieces, _reason = answer.within_limit(exchange.body)
        exchange.start(200, "text/event-stream")
        for piece in pieces:
            choice = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
            exchange.write(event({**head(exchange.body, "chat.completion.chunk"), "choices": [choice]}))
        if self.counts:
            usage = answer.usage(exchange.body)
            exchange.write(event({**head(exchange.body, "chat.completion.chunk"), "choices": [], "usage": usage}))
        exchange.write(b"data: [DONE]\n\n")
        exchange.finish_body()
