"""One model as plans see it: counted, held to its budget, and told nothing personal when it is elsewhere."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.drafts import ChatMessage, Usage
from core.errors import AnswerCut, InlaidError, InputError, LimitError, ModelAnswerError, OutageError
from core.llm.answer import CUT, LOOPED, USUAL_CHARS_PER_TOKEN
from core.llm.budget import Meter
from core.llm.endpoint import Endpoint, NotAsked, StillRefused
from core.llm.ports import Chat, ChatOptions, Completion
from core.llm.sizes import token_count
from core.observability.tracing import current_place, model_span
from core.privacy.pseudonyms import Pseudonyms, RestoredStream
from core.text.catalogues import N_
from core.writing.token_display import TokenDisplay

ANOTHER_WORDING = "Trying another wording"
LONGER = "The answer needs more room; writing it again"
VERIFYING = N_("Comparing the draft with its source")
# How many times the tokens an answer gets that was cut, and one of which the model only thought.
MORE_FOR_TEXT, MORE_FOR_THOUGHTS = 2, 4
MAX_FURTHER_CALLS = 2


@dataclass(frozen=True)
class _Call:
    """One call of the model, as it is asked for."""

    messages: tuple[ChatMessage, ...]
    options: ChatOptions
    on_token: Callable[[str], None] | None = None
    step: str = ANOTHER_WORDING
    is_verifier: bool = False


class MeteredChat:
    """The chat as plans see it (`core.writing.result.Ask`): counts usage, shows tokens, and stops when the job must.

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
        self._has_left = False
        # Whether no other model is asked after it: then it is worth waiting for.
        self.is_last = True
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

    def ask(  # noqa: PLR0913 - the signature of core.writing.result.Ask
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
        """Return what the model wrote after the prefill.

        An answer that is cut at its limit is asked for again with more room; one of a small model is left as it is:
        nobody is shown it without a look at each of its sentences.

        Raises:
            AnswerCut: it is cut all the same, or loops.
        """
        options = ChatOptions(
            max_tokens=max_tokens,
            temperature=temperature,
            stop=tuple(stop),
            json_schema=dict(json_schema) if json_schema else None,
            prefill=prefill,
        )
        return self._answered(_Call(tuple(messages), options, on_token))

    @property
    def verifier(self) -> "Verifier":
        """The same model as the check of the meaning asks it."""
        return Verifier(self)

    def verify(self, messages: Sequence[ChatMessage], *, max_tokens: int, json_schema: Mapping[str, object]) -> str:
        """Return what the model says of a draft; nothing of it is shown, and it is counted apart.

        Raises:
            InlaidError: as `ask`.
        """
        self.display.say(VERIFYING)
        options = ChatOptions(max_tokens=max_tokens, json_schema=dict(json_schema))
        return self._answered(_Call(tuple(messages), options, is_verifier=True))

    def _answered(self, call: "_Call") -> str:
        """Return the whole answer, asked for again once where it is cut, and once more where it was only thought."""
        if isinstance(self._chat, Endpoint) and self._chat.thinks:
            call = self._with_room(call, MORE_FOR_THOUGHTS)
        done = self._complete(call)
        if self.is_small:
            return done.text
        for _ in range(MAX_FURTHER_CALLS):
            if done.finish_reason != CUT:
                break
            is_thought_away = not done.text.strip()
            more = self._with_room(call, MORE_FOR_THOUGHTS if is_thought_away else MORE_FOR_TEXT)
            if more.options.max_tokens <= call.options.max_tokens:
                break
            call = replace(more, step=LONGER)
            try:
                done = self._complete(call)
            except (OutageError, ModelAnswerError, LimitError, InputError):
                break  # what came before is cut, and better than nothing
            if not is_thought_away:
                break
        if not done.text.strip() and (done.has_thoughts or done.finish_reason == CUT):
            raise ModelAnswerError(
                "The model used all its room for thinking and wrote no answer.",
                fix="Reduce its reasoning on the server, or use another model.",
            )
        if done.finish_reason in {CUT, LOOPED}:
            raise AnswerCut(done.text)
        return done.text

    def _with_room(self, call: "_Call", times: int) -> "_Call":
        """Return the call with so many times the tokens, as far as the window reaches."""
        prompt = "".join(message.content for message in call.messages)
        now = call.options.max_tokens
        left = self.window_tokens - token_count(prompt, is_small=self.is_small)
        return replace(call, options=replace(call.options, max_tokens=max(now, min(now * times, left))))

    def _complete(self, call: "_Call") -> Completion:
        if self._meter:
            self._meter.require()
        hidden = [message.model_copy(update={"content": self._hidden(message.content)}) for message in call.messages]
        call = replace(call, messages=tuple(hidden), options=self._seeded(call.options))
        self._note_leaving()
        with self.display.turn(call.step, is_shown=not call.is_verifier) as show:
            heard = _Heard(_both(show, call.on_token), self._pseudonyms)
            done = self._noted(call, heard)
            heard.finish()
        return done

    def _note_leaving(self) -> None:
        """Write down, once and before it happens, that the job's texts leave the house."""
        if self._meter is None or self._pseudonyms is None:
            return
        with self._lock:
            if not self._has_left:
                self._meter.note_leaving(self._pseudonyms.counts())
                self._has_left = True

    def _seeded(self, options: ChatOptions) -> ChatOptions:
        seed, prefill = self._seed + self.usage.calls, self._hidden(options.prefill)
        return replace(options, seed=seed, prefill=prefill, waits_for_trial=self.is_last)

    def _noted(self, call: "_Call", heard: "_Heard") -> Completion:
        """Make the call and write it down, however it ends."""
        started = time.monotonic()
        try:
            with model_span(self._asked_model, call.options, self._place) as span:
                done = self._chat.complete(call.messages, options=call.options, on_token=heard.add)
                span.note(done.model, done.finish_reason, done.usage)
            if self._pseudonyms:
                done = replace(done, text=self._pseudonyms.restore(done.text))
        except (NotAsked, StillRefused):
            raise
        except InlaidError as error:
            asked = (
                sum(len(message.content) for message in call.messages) // USUAL_CHARS_PER_TOKEN if heard.pieces else 0
            )
            written = max(heard.pieces, heard.chars // USUAL_CHARS_PER_TOKEN)
            spent = Usage(input_tokens=asked, output_tokens=written, seconds=time.monotonic() - started)
            self._note(spent, error.code)
            raise
        used = done.usage.model_copy(update={"seconds": time.monotonic() - started, "calls": 1})
        self._note(used, "ok")
        with self._lock:
            self.usage += _of_verifier(used) if call.is_verifier else used.model_copy(update={"seconds": 0.0})
        return done

    def _asked_model(self) -> str:
        """Return what the call is traced under; an endpoint that is left alone is not asked for its model's name."""
        entry = self._chat.entry if isinstance(self._chat, Endpoint) else None
        return (entry.model or entry.name) if entry else self._chat.name

    def _hidden(self, text: str) -> str:
        return self._pseudonyms.hide(text) if self._pseudonyms else text

    def _note(self, used: Usage, result: str) -> None:
        if self._meter:
            chat = self._chat
            self._meter.note(chat.known_name if isinstance(chat, Endpoint) else chat.name, used, result)


@dataclass(frozen=True)
class Verifier:
    """A model as `core.writing.result.Verify` asks it."""

    chat: MeteredChat

    @property
    def window_tokens(self) -> int:
        """Context window of the model."""
        return self.chat.window_tokens

    def __call__(self, messages: Sequence[ChatMessage], *, max_tokens: int, json_schema: Mapping[str, object]) -> str:
        """Return what the model says of a draft."""
        return self.chat.verify(messages, max_tokens=max_tokens, json_schema=json_schema)


def _of_verifier(used: Usage) -> Usage:
    tokens = used.input_tokens + used.output_tokens
    apart = {"verifier_calls": 1, "verifier_tokens": tokens, "verifier_seconds": used.seconds, "seconds": 0.0}
    return used.model_copy(update=apart)


def _both(show: Callable[[str], None], on_token: Callable[[str], None] | None) -> Callable[[str], None]:
    def both(piece: str) -> None:
        show(piece)
        if on_token:
            on_token(piece)

    return both


class _Heard:
    """Counts the pieces and characters of an answer and shows it, with the true words in place of placeholders."""

    def __init__(self, show: Callable[[str], None], pseudonyms: Pseudonyms | None) -> None:
        self.pieces = self.chars = 0
        self._stream = RestoredStream(pseudonyms, show) if pseudonyms else None
        self._show = show

    def add(self, piece: str) -> None:
        self.pieces += bool(piece)
        self.chars += len(piece)
        (self._stream.add if self._stream else self._show)(piece)

    def finish(self) -> None:
        if self._stream:
            self._stream.finish()
