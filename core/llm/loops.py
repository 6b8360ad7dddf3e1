"""Stops an answer that has begun to loop, while it is still being written."""

import re
from collections import Counter
from collections.abc import Callable

GRAM_WORDS = 4
MAX_REPEATS = 2


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
        self._rest += piece
        *whole, self._rest = re.split(r"\s+", self._rest)
        found = [self._goes_on_looping(word.casefold()) for word in whole if word]
        return any(found)

    def _goes_on_looping(self, word: str) -> bool:
        self._last = (*self._last, word)[-GRAM_WORDS:]
        if len(self._last) < GRAM_WORDS:
            return False
        self._seen[self._last] += 1
        count = self._seen[self._last]
        repeats = count > MAX_REPEATS and count > _count(self._last, self._prompt())
        self._in_a_row = self._in_a_row + 1 if repeats else 0
        return self._in_a_row >= self._patience_words


def _count(gram: tuple[str, ...], text: str) -> int:
    words = text.casefold().split()
    return sum(1 for at in range(len(words) - len(gram) + 1) if tuple(words[at : at + len(gram)]) == gram)
