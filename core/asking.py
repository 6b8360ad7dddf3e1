"""One model as plans see it: counted, held to its budget, and told nothing personal when it is elsewhere."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from core.drafts import ChatMessage, Usage
from core.errors import InlaidError, ModelAnswerError
from core.llm.answer import USUAL_CHARS_PER_TOKEN
from core.llm.breaker import NotAsked
from core.llm.endpoint import Endpoint
from core.ports import Candidate, Chat, ChatOptions, Completion, Progress
from core.privacy.pseudonyms import Pseudonyms, RestoredStream
from core.spending import Meter
from core.tracing import current_place, model_span

ANOTHER_WORDING = "Trying another wording"


class TokenDisplay:
    """Where a job's tokens are shown: of several calls at a time only one, from its first token to its last.

    Args:
        progress: hears the tokens; what it raises stops the call.

    Attributes:
        call_end: shown after each call.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._turn = threading.Lock()
        self._has_shown = False
        self.call_end = ""

    @contextmanager
    def turn(self) -> Iterator[Callable[[str], None]]:
        """Give what one call's pieces are shown with; without a turn they only let the person stop the call."""
        is_shown = self._turn.acquire(blocking=False)
        try:
            if is_shown and self._has_shown and not self.call_end:
                self._progress.say(ANOTHER_WORDING)  # what was shown so far is not continued
            self._has_shown = True
            yield lambda piece: self._progress.token(piece if is_shown else "")
            self._progress.token(self.call_end if is_shown else "")
        finally:
            if is_shown:
                self._turn.release()


class ModelDesk:
    """The chat as plans see it (`core.writing.plans.Ask`): counts usage, shows tokens, and stops when the job must.

    Args:
        chat: the model.
        display: shows the tokens.
        seed: of the first call; each further one counts up, so that a second try is another try.
        meter: holds calls to the budget and writes them down; None: nobody pays.
        pseudonyms: stand in for personal data in what is sent; None: the model may read everything.
    """

    def __init__(
        self,
        chat: Chat,
        display: TokenDisplay,
        *,
        seed: int,
        meter: Meter | None = None,
        pseudonyms: Pseudonyms | None = None,
    ) -> None:
        self._chat = chat
        self.display = display
        self._seed = seed
        self._meter = meter
        self._pseudonyms = pseudonyms
        self._lock = threading.Lock()
        self.usage = Usage()
        self._place = current_place()

    @property
    def name(self) -> str:
        """The model's name, or "" when the rules alone did the work."""
        return self._chat.name if self.usage.calls else ""

    @property
    def label(self) -> str:
        """How escalations name it."""
        return self._chat.label if isinstance(self._chat, Endpoint) else self._chat.name

    @property
    def is_small(self) -> bool:
        """Whether the plans for small models are needed."""
        return self._chat.is_small

    @property
    def window_tokens(self) -> int:
        """Context window of the model."""
        return self._chat.window_tokens

    def ask(  # noqa: PLR0913 - the signature of core.writing.plans.Ask
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        json_schema: Mapping[str, object] | None = None,
        prefill: str = "",
        on_token: Callable[[str], None] | None = None,
    ) -> str:
        """Return what the model wrote after the prefill."""
        options = ChatOptions(
            max_tokens=max_tokens,
            temperature=temperature,
            stop=tuple(stop),
            json_schema=dict(json_schema) if json_schema else None,
            prefill=prefill,
        )
        return self._complete(messages, options, on_token)[0].text

    def sample(
        self,
        messages: Sequence[ChatMessage],
        count: int,
        *,
        max_tokens: int,
        temperature: float,
        stop: Sequence[str] = (),
        prefill: str = "",
    ) -> list[str]:
        """Return several answers, the likeliest first; in one call where the server allows it."""
        found: list[Candidate] = []
        while len(found) < count:
            options = ChatOptions(max_tokens, temperature, tuple(stop), prefill=prefill, candidates=count - len(found))
            found.extend(self._complete(messages, options, None))
        found.sort(key=lambda one: float("-inf") if one.likelihood is None else one.likelihood, reverse=True)
        return [one.text for one in found[:count]]

    def _complete(
        self, messages: Sequence[ChatMessage], options: ChatOptions, on_token: Callable[[str], None] | None
    ) -> list[Candidate]:
        if self._meter:
            self._meter.require()
        hidden = [message.model_copy(update={"content": self._hidden(message.content)}) for message in messages]
        options = replace(options, seed=self._seed + self.usage.calls, prefill=self._hidden(options.prefill))
        with self.display.turn() as show:
            heard = _Heard(_both(show, on_token), self._pseudonyms)
            found = self._noted(hidden, options, heard)
            heard.finish()
        return found

    def _noted(self, hidden: Sequence[ChatMessage], options: ChatOptions, heard: "_Heard") -> list[Candidate]:
        """Make the call and write it down, however it ends."""
        started = time.monotonic()
        try:
            with model_span(self._asked_model, options, self._place) as span:
                done = self._chat.complete(hidden, options=options, on_token=heard.add)
                span.note(done.model, done.finish_reason, done.usage)
            found = self._restored(done)
        except NotAsked:
            raise
        except InlaidError as error:
            asked = sum(len(message.content) for message in hidden) // USUAL_CHARS_PER_TOKEN if heard.pieces else 0
            spent = Usage(input_tokens=asked, output_tokens=heard.pieces, seconds=time.monotonic() - started)
            self._note(spent, error.code)
            raise
        self._count(done.usage)
        self._note(done.usage.model_copy(update={"seconds": time.monotonic() - started}), "ok")
        return found

    def _asked_model(self) -> str:
        """Return what the call is traced under; an endpoint that is left alone is not asked for its model's name."""
        entry = self._chat.entry if isinstance(self._chat, Endpoint) else None
        return (entry.model or entry.name) if entry else self._chat.name

    def _hidden(self, text: str) -> str:
        return self._pseudonyms.hide(text) if self._pseudonyms else text

    def _restored(self, done: Completion) -> list[Candidate]:
        """Return the answers with the true words; one that mixed them up is left out while there are others."""
        candidates = list(done.candidates) or [Candidate(done.text)]
        if self._pseudonyms is None:
            return candidates
        restored: list[Candidate] = []
        mixed_up: ModelAnswerError | None = None
        for one in candidates:
            try:
                restored.append(replace(one, text=self._pseudonyms.restore(one.text)))
            except ModelAnswerError as error:
                mixed_up = error
        if mixed_up and not restored:
            raise mixed_up
        return restored

    def _note(self, used: Usage, result: str) -> None:
        if self._meter:
            chat = self._chat
            self._meter.note(chat.known_name if isinstance(chat, Endpoint) else chat.name, used, result)

    def _count(self, used: Usage) -> None:
        with self._lock:
            before = self.usage
            self.usage = Usage(
                input_tokens=before.input_tokens + used.input_tokens,
                output_tokens=before.output_tokens + used.output_tokens,
                usd=before.usd + used.usd,
                calls=before.calls + 1,
            )


def _both(show: Callable[[str], None], on_token: Callable[[str], None] | None) -> Callable[[str], None]:
    def both(piece: str) -> None:
        show(piece)
        if on_token:
            on_token(piece)

    return both


class _Heard:
    """Counts the pieces of an answer and shows them, with the true words in place of placeholders."""

    def __init__(self, show: Callable[[str], None], pseudonyms: Pseudonyms | None) -> None:
        self.pieces = 0
        self._stream = RestoredStream(pseudonyms, show) if pseudonyms else None
        self._show = show

    def add(self, piece: str) -> None:
        self.pieces += bool(piece)
        (self._stream.add if self._stream else self._show)(piece)

    def finish(self) -> None:
        if self._stream:
            self._stream.finish()
