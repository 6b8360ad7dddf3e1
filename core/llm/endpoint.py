"""An endpoint in use: its chat, opened by the first call, within its limits, behind its circuit breaker."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from core.drafts import ChatMessage
from core.errors import CredentialError, ModelAnswerError, ModelOutage
from core.llm.answer import USUAL_CHARS_PER_TOKEN
from core.llm.breaker import Breaker, NotAsked
from core.llm.models_file import EMBEDDED, Circuit, EndpointEntry, SettingsEndpoint
from core.llm.pace import Pace
from core.llm.ports import Chat, ChatOptions, Completion
from core.llm.sizes import usual_window_tokens


class Endpoint:
    """A `core.ports.Chat` that knows where it is and what it costs.

    Args:
        entry: how it is set up.
        open_chat: gives its chat; called once, by the first call that needs it, so that a recipe which rules can do
            alone starts no model.
        circuit: when it is left alone.
    """

    def __init__(self, entry: EndpointEntry, open_chat: Callable[[], Chat], circuit: Circuit) -> None:
        self.entry = entry
        self._open_chat = open_chat
        self._opening = threading.Lock()
        self._chat: Chat | None = None
        # The model's name, "" before the server was asked for it: naming an endpoint that is down must cost nothing.
        self.known_name = entry.model
        # Whether it was seen to think before it answers: then it needs more tokens from the first call on.
        self.thinks = False
        self._breaker = Breaker(entry.name, circuit)
        self._pace = Pace(entry)

    @property
    def label(self) -> str:
        """How escalations name it: by its name in the file, else by its model."""
        is_only = isinstance(self.entry, SettingsEndpoint)
        return (self.known_name if is_only else "") or self.entry.name

    @property
    def name(self) -> str:
        """The model's name."""
        self.known_name = self._opened().name
        return self.known_name

    @property
    def window_tokens(self) -> int:
        """Context window of the model."""
        if self.entry.url == EMBEDDED:
            return self.entry.window_tokens or usual_window_tokens(is_small=self.is_small)
        return self.entry.window_tokens or self._opened().window_tokens

    @property
    def is_small(self) -> bool:
        """Whether it needs the plans for small models."""
        known = self.entry.known_size
        return known == "small" if known else self._opened().is_small

    def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        options: ChatOptions,
        on_token: Callable[[str], None] | None = None,
    ) -> Completion:
        """Return the model's answer with its price; see `core.ports.Chat.complete`.

        While it waits for its turn it calls `on_token` with "", so that a person can stop it.
        """
        asked = sum(len(message.content) for message in messages) // USUAL_CHARS_PER_TOKEN
        self._breaker.enter()
        try:
            with self._pace.turn(asked + options.max_tokens, listen=lambda: on_token("") if on_token else None):
                done = self._opened().complete(messages, options=options, on_token=on_token)
        except NotAsked:
            self._breaker.abandoned()
            raise
        except ModelOutage as error:
            self._breaker.failed(error.retry_after_seconds)
            raise
        except (ModelAnswerError, CredentialError):
            self._breaker.failed(0.0)
            raise
        except BaseException:  # Whatever ends a trial call, the next one must be let through.
            self._breaker.abandoned()
            raise
        self._breaker.succeeded()
        self.known_name = done.model
        usd = self.entry.usd(done.usage.input_tokens, done.usage.output_tokens)
        self.thinks = self.thinks or done.has_thoughts
        return replace(done, usage=done.usage.model_copy(update={"usd": usd}))

    def _opened(self) -> Chat:
        with self._opening:
            if self._chat is None:
                self._chat = self._open_chat()
            return self._chat
