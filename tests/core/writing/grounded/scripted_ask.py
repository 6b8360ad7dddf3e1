"""A model that answers from a list and keeps what it was asked."""

from collections.abc import Callable, Mapping, Sequence

from core.drafts import ChatMessage


class ScriptedAsk:
    """Answers in turn; the last answer is given again when the list is used up."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers) or [""]
        self.asked: list[list[ChatMessage]] = []
        self.schemas: list[Mapping[str, object] | None] = []

    def __call__(
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
        self.asked.append(list(messages))
        self.schemas.append(json_schema)
        answer = self._answers[min(len(self.asked), len(self._answers)) - 1]
        if on_token:
            on_token(answer)
        return answer
