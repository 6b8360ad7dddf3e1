"""Which texts have most in common with a question: BM25 (Robertson and Zaragoza, 2009)."""

import math
from collections import Counter
from collections.abc import Sequence

_K1, _B = 1.2, 0.75


class Ranking:
    """An index over texts, each given as its stems.

    Args:
        texts: the stems of each text.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self._counts = [Counter(stems) for stems in texts]
        lengths = [sum(words.values()) for words in self._counts]
        average = sum(lengths) / len(lengths) if lengths else 1.0
        self._norms = [_K1 * (1 - _B + _B * length / (average or 1.0)) for length in lengths]
        having = Counter(word for words in self._counts for word in words)
        total = len(self._counts)
        self._rarity = {word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in having.items()}

    def score(self, asked: set[str], place: int) -> float:
        """Return how much the text at a place has in common with what is asked; 0 for nothing."""
        words, norm = self._counts[place], self._norms[place]
        return sum(self._rarity[word] * words[word] * (_K1 + 1) / (words[word] + norm) for word in asked & words.keys())

    def best(self, asked: set[str], limit: int) -> list[int]:
        """Return the places of the texts that have most in common, the best first, none that has nothing."""
        scored = [(self.score(asked, place), -place) for place in range(len(self._counts))]
        ranked = sorted((one for one in scored if one[0] > 0), reverse=True)
        return [-place for _score, place in ranked[:limit]]

    def shared(self, asked: set[str], place: int) -> int:
        """Return how many of the words that are asked the text holds."""
        return len(asked & self._counts[place].keys())
