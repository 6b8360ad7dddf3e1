"""The words that carry content, as crude stems, and texts ranked by those that they share with a question (BM25)."""

import math
from collections import Counter
from collections.abc import Sequence

from core.text.forms import LETTERS

_EMPTY_LIST = (
    "a about above after again all also am an and any are as at be because been before being below between both but by"
    " can could did do does doing down during each few for from further get got had has have having he her here"
    " hers him"
    " his how i if in into is it its just let like may me might more most must my no nor not now of off on once"
    " one only"
    " or other our out over own please same shall she should so some such than that the their them then there"
    " these they"
    " this those through to too under until up very want was we were what when where which while who whom why will with"
    " would yes you your i'm i'll i've i'd it's that's don't can't won't there's we'll we're we've you're they're he's"
    " she's isn't doesn't didn't wasn't aren't couldn't wouldn't shouldn't really actually basically well okay ok yeah"
    " thing things something anything lot bit way der die das und ist nicht ein eine einen einem zu den dem mit"
    " sich auf"
    " für im wir sie ich es auch von bei wird sind haben oder als noch wie uns mir ihr le la les des et est un une dans"
    " que pour vous nous je pas ce qui sur avec au du en il elle el los las de y es por con no se su del al lo como"
    " said says asked asks told tells mentioned mentions"
)
_EMPTY = frozenset(_EMPTY_LIST.split())
_ENDINGS = (
    "ations",
    "ation",
    "ments",
    "ment",
    "ingly",
    "ings",
    "ing",
    "edly",
    "ies",
    "ied",
    "ers",
    "er",
    "est",
    "ed",
    "es",
    "ly",
    "s",
    "e",
    "y",
)
_MIN_STEM_CHARS = 3
_K1, _B = 1.2, 0.75


def stem(word: str) -> str:
    """Return a word's crude stem; only for comparing words with each other."""
    plain = word.casefold().replace("\u2019", "'").removesuffix("'s")
    for ending in _ENDINGS if plain.endswith(_ENDINGS) else ():
        if plain.endswith(ending) and len(plain) - len(ending) >= _MIN_STEM_CHARS:
            return plain[: -len(ending)]
    return plain


def is_empty_word(word: str) -> bool:
    """Tell whether a word in small letters carries no content."""
    return word in _EMPTY


def content_stems(text: str) -> list[str]:
    """Return the stems of the words that carry content, in order."""
    words = (match[0].casefold().replace("\u2019", "'") for match in LETTERS.finditer(text))
    return [stem(word) for word in words if word not in _EMPTY and len(word) > 1]


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
        ranked = sorted((score for score in scored if score[0] > 0), reverse=True)
        return [-place for _score, place in ranked[:limit]]

    def shared(self, asked: set[str], place: int) -> int:
        """Return how many of the words that are asked the text holds."""
        return len(asked & self._counts[place].keys())
