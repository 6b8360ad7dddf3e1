"""English words that are taken for another, told by the words beside them: "we loose any", "please let me now if".

The dependency symspellpy brings how often pairs of English words were counted. Where neither neighbour is usual beside
a word, and both are beside the word that it is taken for, that one is likely meant. A person looks at it: the counts
prove nothing. Which words are taken for which, and how many times likelier the other must be (as a natural logarithm),
says the list `neighbours` of `core/text/data/en/confusions.toml`: "wrong => right margin".
"""

import math
from collections.abc import Iterator
from functools import cache

from core.text.dictionaries import frequencies, pair_counts
from core.text.forms import LETTERS
from core.text.lexicon import lexicon
from core.writing.grounded.grammar import Correction

# A pair that was not counted is rarer than the rarest one that was, and as rare as chance would have it at most.
_RAREST_PAIR, _BELOW_CHANCE, _LEAST, _CORPUS_WORDS, _UNKNOWN = 3.2e6, 0.2, 1e3, 1e12, 2e6
_CONTRACTED = {"n't": "not", "'ll": "will", "'d": "would", "'ve": "have", "'re": "are"}
_MARKS = frozenset("'\u2019")


def find_by_neighbours(text: str) -> Iterator[Correction]:
    """Give what is likely another word in an English text, each as a remark."""
    meant = _meant()
    words = [*_words(text)]
    for (before, _, end), (word, begin, stop), (behind, start, _) in zip(words, words[1:], words[2:], strict=False):
        # Both neighbours tell, and no mark may stand between.
        if word not in meant or text[end:begin] != " " or text[stop:start] != " ":
            continue
        for right, margin in meant[word]:
            if _likelier(before, word, behind, right) > margin:
                new = right.capitalize() if text[begin].isupper() else right
                why = lexicon("en").wording("proofreading.phrase").format(wrong=text[begin:stop], right=new)
                yield Correction(begin, stop, new, why, is_sure=False, rule=f"neighbours {word} {right}")
                break


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Give each word in small letters, a contracted one as what it ends with, with where it begins and ends."""
    begin, said = 0, ""
    for match in LETTERS.finditer(text):
        if said and match.start() - begin - len(said) == 1 and text[match.start() - 1] in _MARKS:
            said = f"{said}'{match[0]}"
            continue
        if said:
            yield _plain(said), begin, begin + len(said)
        begin, said = match.start(), match[0]
    if said:
        yield _plain(said), begin, begin + len(said)


def _plain(said: str) -> str:
    small = said.casefold()
    return next((meant for ending, meant in _CONTRACTED.items() if small.endswith(ending)), small)


def _likelier(before: str, word: str, behind: str, right: str) -> float:
    """Return how much likelier a word is than another between two words, 0 where a pair of it was not counted."""
    counts, pairs = frequencies("en"), _pairs()
    if (before, right) not in pairs or (right, behind) not in pairs:
        return 0

    def times(first: str, second: str) -> float:
        chance = counts.get(first, _UNKNOWN) * counts.get(second, _UNKNOWN) / _CORPUS_WORDS
        return pairs.get((first, second)) or min(_RAREST_PAIR, max(chance * _BELOW_CHANCE, _LEAST))

    def rate(one: str) -> float:
        return math.log(times(before, one) * times(one, behind) / counts.get(one, _UNKNOWN))

    return rate(right) - rate(word)


@cache
def _meant() -> dict[str, list[tuple[str, float]]]:
    """Return for each word those that it is taken for, and how much likelier each must be."""
    found: dict[str, list[tuple[str, float]]] = {}
    for line in lexicon("en").words("confusions.neighbours"):
        wrong, _, rest = line.partition(" => ")
        right, _, margin = rest.partition(" ")
        found.setdefault(wrong, []).append((right, float(margin)))
    return found


@cache
def _pairs() -> dict[tuple[str, str], int]:
    meant = _meant()
    return pair_counts(frozenset(meant) | {right for others in meant.values() for right, _ in others})
