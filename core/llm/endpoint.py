"""An endpoint in use: its chat, opened by the first call, within its limits, behind its circuit breaker.

An endpoint that keeps failing is left alone for a while, then tried by one call; the others wait for what it finds.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from core.drafts import ChatMessage
from core.errors import CredentialError, InlaidError, ModelAnswerError, ModelOutage, ModelUnreachable
from core.llm.answer import USUAL_CHARS_PER_TOKEN
from core.llm.models_file import EMBEDDED, Circuit, EndpointEntry, SettingsEndpoint
from core.llm.ports import Chat, ChatOptions, Completion, TurnGiver
from core.llm.sizes import usual_window_tokens

MINUTE_SECONDS = 60.0


class Pace:
    """Makes calls wait for their turn. Safe for several threads.

    Args:
        entry: its concurrency, requests_per_minute and tokens_per_minute; 0 is no limit.
        clock: seconds that only grow.
        listen_seconds: how often a call that waits asks whether it still should.
    """

    def __init__(
        self, entry: EndpointEntry, clock: Callable[[], float] = time.monotonic, listen_seconds: float = 0.2
    ) -> None:
        self._entry = entry
        self._clock = clock
        self._listen_seconds = listen_seconds
        self._changed = threading.Condition()
        self._running = 0
        self._spent: deque[tuple[float, int]] = deque()
        self._spent_tokens = 0

    @contextmanager
    def turn(self, tokens: int, *, listen: Callable[[], None]) -> Iterator[None]:
        """Wait for a turn and hold it.

        Args:
            tokens: what the call may use.
            listen: called while waiting; what it raises ends the wait.

        Raises:
            NotAsked: no turn within the endpoint's timeout.
        """
        until = self._clock() + self._entry.timeout_seconds
        with self._changed:
            while (wait_seconds := self._wait_seconds(tokens)) > 0:
                if self._clock() >= until:
                    raise busy(self._entry, wait_seconds)
                self._changed.wait(min(wait_seconds, self._listen_seconds))
                listen()
            self._running += 1
            self._spend(tokens)
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def note(self, tokens: int) -> None:
        """Count a call whose turn was given elsewhere."""
        with self._changed:
            self._spend(tokens)
            self._forget()

    def limit(self, entry: EndpointEntry) -> None:
        """Keep to the limits of this entry from now on."""
        with self._changed:
            self._entry = entry
            self._changed.notify_all()

    def _spend(self, tokens: int) -> None:
        self._spent.append((self._clock(), tokens))
        self._spent_tokens += tokens

    def _forget(self) -> None:
        now = self._clock()
        while self._spent and self._spent[0][0] <= now - MINUTE_SECONDS:
            self._spent_tokens -= self._spent.popleft()[1]

    def _wait_seconds(self, tokens: int) -> float:
        """Return how long to wait before it is worth asking again; 0 when the call may go."""
        now = self._clock()
        self._forget()
        entry = self._entry
        # A call that is larger than a whole minute's tokens goes alone.
        too_large = bool(
            entry.tokens_per_minute and self._spent and self._spent_tokens + tokens > entry.tokens_per_minute
        )
        too_many = bool(entry.requests_per_minute and len(self._spent) >= entry.requests_per_minute)
        if too_large or too_many:
            return max(self._spent[0][0] + MINUTE_SECONDS - now, 0.001)
        return MINUTE_SECONDS if entry.concurrency and self._running >= entry.concurrency else 0.0


class NotAsked(ModelOutage):
    """The endpoint was not asked at all: it is left alone, or has no room."""


class StillUnreachable(NotAsked, ModelUnreachable):
    """The endpoint was not asked at all: it is left alone, because no connection to it could be made."""


class StillRefused(CredentialError):
    """The endpoint was not asked at all: it is left alone, because it knows no such key or model."""


def busy(entry: EndpointEntry, wait_seconds: float) -> NotAsked:
    """Return the error of a call that got no turn in time."""
    return NotAsked(
        f"The model endpoint {entry.name} is busy.",
        fix=f"Try again later, or raise {entry.setting('concurrency')}.",
        retry_after_seconds=wait_seconds,
    )


class Breaker:
    """Counts failures in a row. Safe for several threads.

    Args:
        label: how messages name the endpoint.
        circuit: when it opens and for how long.
        clock: seconds that only grow.
        listen_seconds: how often a call that waits asks whether it still should.
    """

    def __init__(
        self,
        label: str,
        circuit: Circuit,
        clock: Callable[[], float] = time.monotonic,
        listen_seconds: float = 0.2,
    ) -> None:
        self._label = label
        self._circuit = circuit
        self._clock = clock
        self._listen_seconds = listen_seconds
        self._changed = threading.Condition()
        self._failures = 0
        self._closed_until = 0.0
        self._is_trying = False
        self._refused: CredentialError | None = None
        self._unreachable: ModelUnreachable | None = None

    def enter(self, *, patience_seconds: float = 0.0, listen: Callable[[], None] = lambda: None) -> None:
        """Let a call pass; after a pause only one at a time, until one has succeeded.

        Args:
            patience_seconds: so long it waits for what the call finds that tries the endpoint now.
            listen: called while waiting; what it raises ends the wait.

        Raises:
            StillRefused: the endpoint is left alone because it knows no such key or model: waiting helps nobody.
            NotAsked: the endpoint is left alone now, or tried by another call; `StillUnreachable` where nothing is up.
        """
        until = self._clock() + patience_seconds
        while not self._enters(may_wait=self._clock() < until):
            listen()

    def _enters(self, *, may_wait: bool) -> bool:
        """Let a call pass or refuse it; False, after a moment, while it is to wait for another one."""
        with self._changed:
            if may_wait and self._is_on_trial:
                self._changed.wait(self._listen_seconds)
                if self._is_on_trial:
                    return False
            wait_seconds = self._closed_until - self._clock()
            if wait_seconds > 0 or self._is_on_trial:
                raise self._left_alone(wait_seconds)
            self._is_trying = self._failures >= self._circuit.failures
            return True

    @property
    def _is_on_trial(self) -> bool:
        """Whether its pause is over and a call is on its way that will tell whether it answers again."""
        is_open = self._failures >= self._circuit.failures
        return is_open and self._is_trying and self._closed_until <= self._clock()

    def _left_alone(self, wait_seconds: float) -> InlaidError:
        """Return the error of a call that is not made."""
        if self._refused and wait_seconds > 0:
            known = self._refused
            return StillRefused(known.message, fix=known.fix, of_server=known.of_server)
        if self._unreachable:
            away = self._unreachable
            return StillUnreachable(away.message, fix=away.fix, retry_after_seconds=max(wait_seconds, 1.0))
        return NotAsked(
            f"The model endpoint {self._label} is left alone for a while, because it failed or asked for it.",
            fix="Try again later.",
            retry_after_seconds=max(wait_seconds, 1.0),
        )

    def succeeded(self) -> None:
        """Note that a call was answered."""
        with self._changed:
            self._failures, self._closed_until, self._is_trying = 0, 0.0, False
            self._refused = self._unreachable = None
            self._changed.notify_all()

    def abandoned(self) -> None:
        """Note that a call ended without telling anything about the endpoint."""
        with self._changed:
            self._is_trying = False
            self._changed.notify_all()

    def failed(self, error: InlaidError) -> None:
        """Note a failure; an endpoint that asks for time gets it at once.

        The pause doubles with each further one, but not where nothing is up, or the key or model is refused: that is
        found out at no cost, and while the pause lasts, jobs fail.
        """
        retry_after_seconds = error.retry_after_seconds if isinstance(error, ModelOutage) else 0.0
        with self._changed:
            self._refused = error if isinstance(error, CredentialError) else None
            self._unreachable = error if isinstance(error, ModelUnreachable) else None
            is_costless = bool(self._refused or self._unreachable)
            self._failures = min(self._failures + 1, self._circuit.failures if is_costless else self._failures + 1)
            self._is_trying = False
            pause_seconds = retry_after_seconds
            if self._failures >= self._circuit.failures:
                doublings = min(self._failures - self._circuit.failures, 10)
                usual = self._circuit.pause_seconds * 2**doublings
                pause_seconds = max(pause_seconds, min(usual, self._circuit.longest_pause_seconds))
            self._closed_until = max(self._closed_until, self._clock() + pause_seconds)
            self._changed.notify_all()


class Endpoint:
    """A `core.llm.ports.Chat` that knows where it is and what it costs.

    Args:
        entry: how it is set up.
        open_chat: gives its chat; called once, by the first call that needs it, so that a recipe which rules can do
            alone starts no model.
        circuit: when it is left alone.
        pace: gives each call its turn; without one, this process alone keeps to the limits.
    """

    def __init__(
        self, entry: EndpointEntry, open_chat: Callable[[], Chat], circuit: Circuit, pace: TurnGiver | None = None
    ) -> None:
        self.entry = entry
        self._open_chat = open_chat
        self._opening = threading.Lock()
        self._chat: Chat | None = None
        # The model's name, "" before the server was asked for it: naming an endpoint that is down must cost nothing.
        self.known_name = entry.model
        # Whether it was seen to think before it answers: then it needs more tokens from the first call on.
        self.thinks = False
        self._breaker = Breaker(entry.name, circuit)
        self._pace = pace or Pace(entry)

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
        """Return the model's answer with its price; see `core.llm.ports.Chat.complete`.

        While it waits for its turn, or for what a call finds that tries whether the endpoint is back, it calls
        `on_token` with "", so that a person can stop it.
        """

        def listen() -> None:
            if on_token:
                on_token("")

        asked = sum(len(message.content) for message in messages) // USUAL_CHARS_PER_TOKEN
        patience_seconds = self.entry.timeout_seconds if options.waits_for_trial else 0.0
        self._breaker.enter(patience_seconds=patience_seconds, listen=listen)
        try:
            with self._pace.turn(asked + options.max_tokens, listen=listen):
                done = self._opened().complete(messages, options=options, on_token=on_token)
        except NotAsked:
            self._breaker.abandoned()
            raise
        except (ModelOutage, ModelAnswerError, CredentialError) as error:
            self._breaker.failed(error)
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
