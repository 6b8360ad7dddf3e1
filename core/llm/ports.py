"""What the core asks of models: one that answers in a chat, and one that turns texts into vectors."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from core.drafts import ChatMessage, JsonObject, Usage


@dataclass(frozen=True)
class Completion:
    """What the model wrote after the prefill, without what it thought before.

    `finish_reason` is `stop`, `length` (the answer was cut at its limit), `loop`, or what the server says.
    """

    text: str
    model: str
    finish_reason: str
    usage: Usage
    has_thoughts: bool = False


@dataclass(frozen=True)
class ChatOptions:
    """Decoding of one call. `json_schema` forces the form; `prefill` is the answer's beginning.

    `waits_for_trial`: while another call tries whether an endpoint is back, it waits for what that one finds.
    """

    max_tokens: int
    temperature: float = 0.0
    stop: tuple[str, ...] = ()
    seed: int | None = None
    json_schema: JsonObject | None = None
    prefill: str = ""
    waits_for_trial: bool = True


class Chat(Protocol):
    """One model behind one endpoint. Real: `core.llm.openai_chat.OpenAIChat`; scripted: `tests.in_memory`."""

    @property
    def name(self) -> str:
        """The model's name, as drafts record it."""

    @property
    def window_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""

    @property
    def is_small(self) -> bool:
        """Whether it needs the plans for small models (`core.writing.plans`)."""

    def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        options: ChatOptions,
        on_token: Callable[[str], None] | None = None,
    ) -> Completion:
        """Return the model's answer, streaming its pieces to `on_token`; what that raises stops the call.

        Raises:
            ModelOutage: unreachable, too slow, overloaded, or the stream was cut.
            ModelAnswerError: an answer that cannot be used.
            CredentialError: the key was refused.
            LimitError: what the server grants is used up.
            WindowExceeded: the prompt does not fit the model's window.
            InputError: the server refuses the request for another reason.
        """


class Embedder(Protocol):
    """Turns texts into vectors. Real: `core.embeddings.e5`, `core.embeddings.endpoint`; in memory: its `words`."""

    @property
    def name(self) -> str:
        """What made the vectors; those of two names are never compared."""

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> Sequence[Sequence[float]]:
        """Return a vector of length 1 for each text, in their order; the product of two tells how near they are.

        Args:
            texts: any texts; of each the first 2,000 characters count.
            is_query: they are questions or wishes, to be compared with texts that are not.

        Raises:
            ModelOutage: the endpoint is unreachable, slow or overloaded.
            InlaidError: it refuses the key or the texts, or answers something that cannot be used.
        """


class TurnGiver(Protocol):
    """Makes calls wait for their turn."""

    def turn(self, tokens: int, *, listen: Callable[[], None]) -> AbstractContextManager[None]:
        """Wait for a turn and hold it; see `core.llm.endpoint.Pace.turn`."""
