"""Stops a sample that has begun to loop, while it is still being written."""

import re
from collections import Counter
from collections.abc import Callable

GRAM_WORDS = 4
MOST_REPEATS = 2


class LoopWatch:
    """Hears an answer piece by piece and tells when a run of four words comes once too often.

    Twice is allowed, and as often as the run stands in the prompt: a table or a list may be copied.

    Args:
        prompt: gives the text that the answer is about; called only when something repeats.
    """

    def __init__(self, prompt: Callable[[], str]) -> None:
        self._prompt = prompt
        self._rest = ""
        self._last: tuple[str, ...] = ()
        self._seen: Counter[tuple[str, ...]] = Counter()

    def loops(self, piece: str) -> bool:
        """Take a piece and tell whether the answer now loops; its last word counts once it is complete."""
        self._rest += piece
        *whole, self._rest = re.split(r"\s+", self._rest)
        repeats = [self._repeats(word.casefold()) for word in whole if word]
        return any(repeats)

    def _repeats(self, word: str) -> bool:
        self._last = (*self._last, word)[-GRAM_WORDS:]
        if len(self._last) < GRAM_WORDS:
            return False
        self._seen[self._last] += 1
        count = self._seen[self._last]
        return count > MOST_REPEATS and count > _count(self._last, self._prompt())


def _count(gram: tuple[str, ...], text: str) -> int:
    words = text.casefold().split()
    return sum(1 for at in range(len(words) - len(gram) + 1) if tuple(words[at : at + len(gram)]) == gram)
