"""A model that answers from a list: for tests and for demonstrations without any model."""

from collections import deque
from collections.abc import Callable, Sequence

from core.drafts import ChatMessage, Usage
from core.errors import InlaidError, ModelAnswerError
from core.llm.ports import ChatOptions, Completion

Answer = str | InlaidError | Callable[[Sequence[ChatMessage]], str]


class ScriptedChat:
    """Gives the listed answers in order, word by word, and keeps what it was asked.

    Args:
        answers: a text, an error to raise, or a function of the messages; the last one repeats when `repeat_last`.
        is_small: whether the plans for small models are used.
    """

    def __init__(
        self, answers: Sequence[Answer], *, repeat_last: bool = False, window_tokens: int = 8192, is_small: bool = True
    ) -> None:
        self.name = "scripted"
        self.window_tokens = window_tokens
        self.is_small = is_small
        self.asked: list[Sequence[ChatMessage]] = []
        self._answers = deque(answers)
        self._repeat_last = repeat_last

    def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        options: ChatOptions,
        on_token: Callable[[str], None] | None = None,
    ) -> Completion:
        """Return the next answer; see `core.ports.Chat.complete`."""
        self.asked.append(messages)
        if not self._answers:
            raise ModelAnswerError("The script has no further answer.")
        answer = self._answers[0] if self._repeat_last and len(self._answers) == 1 else self._answers.popleft()
        if isinstance(answer, InlaidError):
            raise answer
        text = answer if isinstance(answer, str) else answer(messages)
        words = text.split(" ")
        for number, word in enumerate(words):
            if on_token:
                on_token(word if number == 0 else f" {word}")
        usage = Usage(input_tokens=sum(len(m.content.split()) for m in messages), output_tokens=len(words), calls=1)
        return Completion(text, self.name, "stop", usage)
