"""Collects a streamed answer, or several at a time, into a completion."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from core.drafts import Usage
from core.errors import ModelAnswerError, ModelOutage
from core.llm.loops import LoopWatch
from core.llm.stream import Choice, Chunk
from core.ports import Candidate, ChatOptions, Completion

CHARS_PER_TOKEN_AT_MOST = 24
# For servers that do not count: English text has about four characters to a token.
USUAL_CHARS_PER_TOKEN = 4
BROKEN_CHARACTER = "\ufffd"


@dataclass
class _Sample:
    """One of the answers as it grows."""

    watch: LoopWatch | None
    pieces: list[str] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    finish_reason: str = ""

    def add(self, choice: Choice) -> str:
        self.finish_reason = choice.finish_reason or self.finish_reason
        told = choice.logprobs.content if choice.logprobs else None
        self.logprobs.extend(math.nan if one.logprob is None else one.logprob for one in told or ())
        piece = choice.text
        if piece:
            self.pieces.append(piece)
            if self.watch and self.watch.loops(piece):
                self.finish_reason = "loop"
        return piece

    def candidate(self, options: ChatOptions) -> Candidate:
        text = "".join(self.pieces)
        for stop in options.stop:
            text = text.partition(stop)[0]
        # A server that does not continue an answer begins it again.
        text = text.removeprefix(options.prefill) if options.prefill else text
        likelihood = sum(self.logprobs) / len(self.logprobs) if self.logprobs else math.nan
        return Candidate(text, likelihood if math.isfinite(likelihood) else None)


class Answer:
    """Takes chunks until every sample is complete.

    Args:
        options: what was asked for.
        prompt: gives the whole prompt.
    """

    def __init__(self, options: ChatOptions, prompt: Callable[[], str]) -> None:
        self._options = options
        self._prompt = prompt
        self._samples: dict[int, _Sample] = {}
        self._left_chars = options.max_tokens * CHARS_PER_TOKEN_AT_MOST * options.candidates
        self._usage: Usage | None = None

    @property
    def loops(self) -> bool:
        """Whether every sample has ended, at least one by looping: there is no more to wait for."""
        reasons = [sample.finish_reason for sample in self._samples.values()]
        return len(reasons) == self._options.candidates and all(reasons) and "loop" in reasons

    def add(self, chunk: Chunk) -> str:
        """Take one chunk and return its text of the first sample.

        Raises:
            ModelAnswerError: far more text than was asked for, or broken characters.
        """
        if chunk.usage and chunk.usage.prompt_tokens is not None:
            self._usage = Usage(
                input_tokens=chunk.usage.prompt_tokens, output_tokens=chunk.usage.completion_tokens or 0, calls=1
            )
        shown = ""
        for choice in chunk.choices or ():
            piece = self._sample(choice.index).add(choice)
            self._left_chars -= len(piece)
            if self._left_chars < 0:
                raise ModelAnswerError("The model server sent far more text than was asked for.", fix="Try again.")
            if BROKEN_CHARACTER in piece and BROKEN_CHARACTER not in self._prompt():
                raise ModelAnswerError("The model server sent half a character.", fix="Try again.")
            shown += piece if choice.index == 0 else ""
        return shown

    def _sample(self, index: int) -> _Sample:
        if index not in self._samples:
            # The keys of a list in JSON repeat by their nature.
            watch = None if self._options.json_schema else LoopWatch(self._prompt)
            self._samples[index] = _Sample(watch)
        return self._samples[index]

    def completion(self, model: str, *, seconds: float) -> Completion:
        """Return the whole.

        Raises:
            ModelOutage: the stream ended before the server said that it was done.
            ModelAnswerError: the server withheld the answer.
        """
        samples = [self._samples[index] for index in sorted(self._samples)]
        if not samples or not all(sample.finish_reason for sample in samples):
            raise ModelOutage("The model server cut the answer short.", fix="Try again.")
        if all(sample.finish_reason == "content_filter" for sample in samples):
            raise ModelAnswerError("The model server's content filter withheld the answer.", fix="Reword the text.")
        candidates = tuple(sample.candidate(self._options) for sample in samples)
        usage = (self._usage or self._estimate(samples)).model_copy(update={"seconds": seconds})
        return Completion(candidates[0].text, model, samples[0].finish_reason, usage, candidates)

    def _estimate(self, samples: list[_Sample]) -> Usage:
        """Return the usage that a server did not tell, or that was not waited for: a piece is about a token."""
        asked = len(self._prompt()) // USUAL_CHARS_PER_TOKEN
        written = sum(max(len(one.pieces), sum(map(len, one.pieces)) // USUAL_CHARS_PER_TOKEN) for one in samples)
        return Usage(input_tokens=asked, output_tokens=written, calls=1)
