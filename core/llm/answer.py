"""Collects a streamed answer into a completion, without the thoughts before it, and stops it when it loops."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from core.cached_property import cached_property
from core.drafts import Usage
from core.errors import ModelAnswerError, ModelOutage
from core.llm.ports import ChatOptions, Completion
from core.llm.responses import Chunk, TokenCount
from core.text.lexicon import either

# How the known families mark their thoughts where the server does not part them from the answer itself.
THOUGHT_NAMES = ("think", "thinking", "thought", "reasoning", "reflection")
_MARKS: dict[str, str] = {
    **{f"<{name}>": f"</{name}>" for name in THOUGHT_NAMES},
    "[think]": "[/think]",
    "◁think▷": "◁/think▷",
    "<|channel|>analysis<|message|>": "<|channel|>final<|message|>",
}
_MARK = either(map(re.escape, (*_MARKS, *_MARKS.values())))
_MAX_MARK_CHARS = max(len(mark) for pair in _MARKS.items() for mark in pair)
_BEGINNINGS = frozenset(mark[:length] for pair in _MARKS.items() for mark in pair for length in range(1, len(mark)))
_FIRST_CHARACTERS = frozenset(mark[0] for pair in _MARKS.items() for mark in pair)
GRAM_WORDS = 4
MAX_REPEATS = 2
CHARS_PER_TOKEN_AT_MOST = 24
# For servers that do not count: English text has about four characters to a token.
USUAL_CHARS_PER_TOKEN = 4
BROKEN_CHARACTER = "\ufffd"
CUT, LOOPED, STOPPED = "length", "loop", "stop"
# How servers say that an answer ended at its limit, and that they broke down in the middle of it.
_CUT_REASONS = frozenset({CUT, "max_tokens", "model_length", "max_output_tokens"})
_BROKEN_REASONS = frozenset({"error", "insufficient_system_resource", "abort", "cancelled"})
_ENDS = frozenset(".!?\"')]}`|*_:\u2026\u201d\u2019\u00bb\u3002\uff01\uff1f\u300d\u300f\uff09\u0964\u061f")


class Thoughts:
    """Takes an answer piece by piece and gives what of it is meant for the reader.

    Args:
        prompt: gives the whole prompt: marks that it holds too are text, except at the beginning of the answer.

    Attributes:
        text: what the reader gets.
        any: whether something was thought.
    """

    def __init__(self, prompt: Callable[[], str]) -> None:
        self._prompt = prompt
        self._rest = ""
        self._until = ""
        self.text = ""
        self.any = False

    def add(self, piece: str) -> str:
        """Take a piece and return what of the answer is now known to be for the reader."""
        self._rest += piece
        shown = ""
        while found := self._next_mark():
            before, self._rest = self._rest[: found.start()], self._rest[found.end() :]
            shown = self._passed(shown, before, found[0].casefold())
        held = _held(self._rest)
        shown, self._rest = (
            shown + self._visible(self._rest[: len(self._rest) - held]),
            self._rest[len(self._rest) - held :],
        )
        return shown

    def finish(self) -> str:
        """Return what was held back because a mark might have begun with it."""
        rest, self._rest = self._visible(self._rest), ""
        return rest

    def _next_mark(self) -> re.Match[str] | None:
        if _FIRST_CHARACTERS.isdisjoint(self._rest):  # the most pieces: each token of an answer comes by here
            return None
        if self._until:
            return next((mark for mark in _MARK.finditer(self._rest) if mark[0].casefold() == self._until), None)
        found = _MARK.search(self._rest)
        is_text = found and (self.text + self._rest[: found.start()]).strip() and found[0] in self._prompt()
        return None if is_text else found

    def _passed(self, shown: str, before: str, mark: str) -> str:
        """Go over a mark and return what of the pieces since the last call is for the reader."""
        self.any = True
        if self._until:
            self._until = ""
        elif mark in _MARKS:
            shown += self._visible(before)
            self._until = _MARKS[mark]
        else:  # a template may have begun the thoughts for the model: all before was thought
            shown, self.text = "", ""
        return shown

    def _visible(self, piece: str) -> str:
        if self._until:
            return ""
        piece = piece if self.text or not self.any else piece.lstrip()
        self.text += piece
        return piece


def _held(text: str) -> int:
    """Return how many characters at the end may be the beginning of a mark."""
    folded = text[-_MAX_MARK_CHARS:].casefold()
    if _FIRST_CHARACTERS.isdisjoint(folded):
        return 0
    return next((length for length in range(len(folded), 0, -1) if folded[-length:] in _BEGINNINGS), 0)


class LoopWatch:
    """Hears an answer piece by piece and tells when it says nothing new any more.

    A run of four words may come twice, and as often as it stands in the prompt: a table or a list may be copied.

    Args:
        prompt: gives the text that the answer is about; called only when something repeats.
        patience_words: so many words in a row have to end a run that came too often. A small model loops at once; a
            contract in another language has its phrases again and again.
    """

    def __init__(self, prompt: Callable[[], str], patience_words: int = 1) -> None:
        self._prompt = prompt
        self._patience_words = patience_words
        self._rest = ""
        self._last: tuple[str, ...] = ()
        self._seen: Counter[tuple[str, ...]] = Counter()
        self._in_a_row = 0

    def loops(self, piece: str) -> bool:
        """Take a piece and tell whether the answer now loops; its last word counts once it is complete."""
        heard = self._rest + piece
        whole = heard.split()
        self._rest = whole.pop() if whole and not heard[-1].isspace() else ""
        found = [self._goes_on_looping(word.casefold()) for word in whole]
        return any(found)

    def _goes_on_looping(self, word: str) -> bool:
        self._last = (*self._last, word)[-GRAM_WORDS:]
        if len(self._last) < GRAM_WORDS:
            return False
        self._seen[self._last] += 1
        count = self._seen[self._last]
        repeats = count > MAX_REPEATS and count > self._prompt_counts[self._last]
        self._in_a_row = self._in_a_row + 1 if repeats else 0
        return self._in_a_row >= self._patience_words

    @cached_property
    def _prompt_counts(self) -> Counter[tuple[str, ...]]:
        words = self._prompt().casefold().split()
        return Counter(tuple(words[at : at + GRAM_WORDS]) for at in range(len(words) - GRAM_WORDS + 1))


class Answer:
    """Takes chunks until the answer is complete.

    Args:
        options: what was asked for.
        prompt: gives the whole prompt.
        patience_words: how long an answer may repeat itself before it counts as a loop.
    """

    def __init__(self, options: ChatOptions, prompt: Callable[[], str], *, patience_words: int = 1) -> None:
        self._options = options
        self._prompt = prompt
        # The keys of a list in JSON repeat by their nature.
        self._watch = None if options.json_schema else LoopWatch(prompt, patience_words)
        self._thoughts = Thoughts(prompt)
        self._has_thoughts = False
        self._broken = ""
        self._reason = ""
        self._is_ended = self._has_choices = False
        self._written_chars = self._pieces = 0
        self._counted: TokenCount | None = None

    @property
    def loops(self) -> bool:
        """Whether the answer has ended by looping: there is no more to wait for."""
        return self._reason == LOOPED

    def add(self, chunks: Sequence[Chunk]) -> str:
        """Take what came together and return what of it is for the reader.

        Raises:
            ModelAnswerError: far more text than was asked for, or broken characters.
        """
        text = "".join(map(self._text, chunks))
        shown = self._thoughts.add(self._whole_characters(text)) if text else ""
        if self._is_ended or self._reason:
            shown += self._thoughts.finish()
        if shown and self._watch and self._watch.loops(shown):
            self._reason = LOOPED
        return shown

    def _text(self, chunk: Chunk) -> str:
        """Return what a chunk adds to the first answer, and note what else it says."""
        self._counted = chunk.usage if chunk.usage and chunk.usage.prompt_tokens is not None else self._counted
        self._is_ended = self._is_ended or chunk.is_end
        text = ""
        self._has_choices = self._has_choices or bool(chunk.choices)
        for choice in chunk.choices or ():
            if choice.index:
                continue
            words = choice.words
            text += words.text
            thought_chars = words.thought_chars
            self._has_thoughts = self._has_thoughts or thought_chars > 0
            self._count(len(words.text) + thought_chars)
            self._reason = _normal(choice.finish_reason) or self._reason
        return text

    def _count(self, chars: int) -> None:
        self._written_chars += chars
        self._pieces += bool(chars)
        if self._written_chars > self._options.max_tokens * CHARS_PER_TOKEN_AT_MOST:
            raise ModelAnswerError("The model server sent far more text than was asked for.", fix="Try again.")

    def _whole_characters(self, piece: str) -> str:
        """Hold back half a character: at the end of a cut answer there may be one, and nowhere else."""
        if not piece or (BROKEN_CHARACTER not in piece and not self._broken) or BROKEN_CHARACTER in self._prompt():
            return piece
        piece = self._broken + piece
        whole = piece.rstrip(BROKEN_CHARACTER)
        self._broken = piece[len(whole) :]
        if BROKEN_CHARACTER in whole:
            raise ModelAnswerError("The model server sent half a character.", fix="Try again.")
        return whole

    def completion(self, model: str, *, seconds: float) -> Completion:
        """Return the whole.

        Raises:
            ModelOutage: the stream ended before the server said that it was done.
            ModelAnswerError: the server withheld the answer.
        """
        if (not self._reason and not (self._is_ended and self._pieces)) or self._reason in _BROKEN_REASONS:
            if self._is_ended and not self._has_choices:
                fix = "Try again. If it stays so, look at the log of the model server."
                raise ModelOutage("The model server answered without a text (no choices).", fix=fix)
            raise ModelOutage("The model server cut the answer short.", fix="Try again.")
        if self._reason == "content_filter":
            raise ModelAnswerError("The model server's content filter withheld the answer.", fix="Reword the text.")
        text = self._thoughts.text
        for stop in self._options.stop:
            text = text.partition(stop)[0]
        # A server that does not continue an answer begins it again.
        text = text.removeprefix(self._options.prefill) if self._options.prefill else text
        reason = CUT if self._broken else self._reason or self._likely_reason(text)
        counted = self._counted.thought_tokens if self._counted else 0
        has_thoughts = self._has_thoughts or self._thoughts.any or bool(counted)
        return Completion(text, model, reason, self._usage(seconds), has_thoughts=has_thoughts)

    def _likely_reason(self, text: str) -> str:
        """Tell how an answer ended whose server does not say: with a sentence, or before its limit, it is whole."""
        count = self._counted.completion_tokens if self._counted else None
        is_whole = text.rstrip()[-1:] in _ENDS or (count is not None and count < self._options.max_tokens)
        return STOPPED if text.strip() and is_whole else CUT

    def _usage(self, seconds: float) -> Usage:
        """Return what the server counted, else an estimate: a piece is about a token."""
        asked, written = (
            (self._counted.prompt_tokens, self._counted.completion_tokens) if self._counted else (None, None)
        )
        if asked is None:
            asked = len(self._prompt()) // USUAL_CHARS_PER_TOKEN
            written = max(self._pieces, self._written_chars // USUAL_CHARS_PER_TOKEN)
        return Usage(input_tokens=asked, output_tokens=written or 0, calls=1, seconds=seconds)


def _normal(reason: str | None) -> str:
    reason = (reason or "").lower()
    return CUT if reason in _CUT_REASONS else reason
