"""Measures of texts beside references. Each is a part of a whole, so that sums over items are exact.

Intervals are of 95 %: Wilson's of shares, of all others by bootstrap over items with a fixed seed.
"""

import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import LCSseq, Levenshtein

from core.insight.report.figures import share
from core.text.forms import TOKEN, WORD

_ARTICLES = frozenset({"a", "an", "the"})
_MAX_GRAM_WORDS = 4
_PRECISION_COUNTS = 0.5
_RESAMPLES = 1000
_SEED = 7
_LOW, _HIGH = 0.025, 0.975


class Ratio(NamedTuple):
    """A part of a whole: 1 of 1 for a check that passes, 3 of 4 for edits. A whole of 0 does not count."""

    part: float
    whole: float = 1.0


def passed(condition: bool) -> Ratio:
    """Return a check as a ratio."""
    return Ratio(1.0 if condition else 0.0)


def words(text: str) -> list[str]:
    """Return the words in small letters."""
    return [word.casefold() for word in WORD.findall(text)]


def tokens(text: str) -> list[str]:
    """Return words and marks; "do n't" and "don't", "x ." and "x." are the same."""
    joined = re.sub(r"(?i)(?<!\s)\s++(n['\u2019]t|['\u2019](?:s|re|ve|ll|d|m))\b", r"\1", text.replace("\u2019", "'"))
    return TOKEN.findall(joined)


def rouge_l(text: str, references: Sequence[str]) -> float:
    """Return the F1 of the longest common subsequence of words with the nearest reference."""
    return max((_rouge_l(words(text), words(reference)) for reference in references), default=0.0)


def _rouge_l(ours: list[str], theirs: list[str]) -> float:
    common = LCSseq.similarity(ours, theirs)
    return 2 * common / (len(ours) + len(theirs)) if common else 0.0


def edit_similarity(text: str, references: Sequence[str]) -> float:
    """Return the share of words that nobody would have to touch to get the nearest reference."""
    ours = words(text)
    return max((Levenshtein.normalized_similarity(ours, words(reference)) for reference in references), default=0.0)


def plain_answer(text: str) -> list[str]:
    """Return an answer's words without articles and marks, as question answering compares them."""
    return [word for word in words(text) if word not in _ARTICLES]


def answer_f1(text: str, references: Sequence[str]) -> float:
    """Return the F1 of the shared words with the nearest reference."""
    return max((_shared_f1(plain_answer(text), plain_answer(reference)) for reference in references), default=0.0)


def _shared_f1(ours: list[str], theirs: list[str]) -> float:
    common = (Counter(ours) & Counter(theirs)).total()
    return 2 * common / (len(ours) + len(theirs)) if common else 0.0


def holds_answer(text: str, references: Sequence[str]) -> bool:
    """Tell whether the words of a reference are in the text in one run."""
    ours = f" {' '.join(plain_answer(text))} "
    return any(f" {' '.join(plain_answer(reference))} " in ours for reference in references if plain_answer(reference))


def gleu(source: str, text: str, references: Sequence[str]) -> float:
    """Return JFLEG's GLEU of one sentence, smoothed, averaged over the references.

    n-grams of the source that the reference changed count against the text when it keeps them (Napoles et al. 2015).
    """
    ours, theirs = tokens(text), tokens(source)
    found = [_gleu(theirs, ours, tokens(reference)) for reference in references]
    return sum(found) / len(found) if found else 0.0


def _gleu(source: list[str], text: list[str], reference: list[str]) -> float:
    if not text or not reference:
        return 0.0
    total = 0.0
    for size in range(1, _MAX_GRAM_WORDS + 1):
        ours, kept, wanted = (_grams(part, size) for part in (text, source, reference))
        unwanted = Counter({gram: count for gram, count in kept.items() if gram not in wanted})
        right = max(0, (ours & wanted).total() - (ours & unwanted).total())
        total += math.log(max(right, 1) / max(len(text) + 1 - size, 1))
    brevity = min(0.0, 1 - len(reference) / len(text))
    return math.exp(brevity + total / _MAX_GRAM_WORDS)


def _grams(sequence: list[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(sequence[at : at + size]) for at in range(len(sequence) - size + 1))


class Edits(NamedTuple):
    """How many edits a text makes, how many are right, and how many the nearest reference wants."""

    right: int
    made: int
    wanted: int


def count_edits(source: str, text: str, references: Sequence[str]) -> Edits:
    """Compare the word edits of a text with those of the reference that agrees best."""
    ours = _edits(tokens(source), tokens(text))
    found = [
        (ours & theirs, theirs) for theirs in (_edits(tokens(source), tokens(reference)) for reference in references)
    ]
    counted = [Edits(len(right), len(ours), len(theirs)) for right, theirs in found]
    return max(counted, key=lambda edits: edit_f_half(edits)[0] / max(edit_f_half(edits)[1], 1e-9))


def _edits(source: list[str], text: list[str]) -> frozenset[tuple[int, int, str]]:
    found: set[tuple[int, int, str]] = set()
    for code in Levenshtein.opcodes(source, text):
        new = text[code.dest_start : code.dest_end]
        if code.tag == "replace":
            # Neighbouring words that are exchanged one for one are edits of their own.
            found.update((at, at + 1, word) for at, word in enumerate(new, code.src_start))
        elif code.tag != "equal":
            found.add((code.src_start, code.src_end, " ".join(new)))
    return frozenset(found)


def edit_f_half(edits: Edits) -> Ratio:
    """Return F0.5 of edits as a ratio whose sums over items are the F0.5 of all."""
    weight = _PRECISION_COUNTS**2
    return Ratio(
        (1 + weight) * edits.right,
        (1 + weight) * edits.right + weight * (edits.wanted - edits.right) + (edits.made - edits.right),
    )


@dataclass(frozen=True)
class Interval:
    """A value with its 95 % interval; `n` is the number of items that count."""

    value: float
    low: float
    high: float
    n: int


def ratio_of_sums(ratios: Sequence[Ratio]) -> float:
    """Return the parts by the wholes, 0 when nothing counts."""
    whole = sum(ratio.whole for ratio in ratios)
    return sum(ratio.part for ratio in ratios) / whole if whole else 0.0


def interval(ratios: Sequence[Ratio]) -> Interval:
    """Return the ratio of sums over items with its interval: Wilson's where each item passes or does not."""
    counted = [ratio for ratio in ratios if ratio.whole]
    if counted and all(ratio.whole == 1 and ratio.part in {0, 1} for ratio in counted):
        passing = share(sum(ratio.part for ratio in counted), len(counted))
        return Interval(passing.value or 0.0, passing.low or 0.0, passing.high or 0.0, n=len(counted))
    drawn = sorted(ratio_of_sums([counted[at] for at in draw]) for draw in _draws(len(counted)))
    return Interval(ratio_of_sums(counted), *_ends(drawn), n=len(counted))


def paired_difference(ours: Sequence[Ratio], theirs: Sequence[Ratio]) -> Interval:
    """Return the first minus the second over the same items in the same order, with the interval of the difference."""
    pairs = [(own, other) for own, other in zip(ours, theirs, strict=True) if own.whole or other.whole]
    drawn = sorted(_difference([pairs[at] for at in draw]) for draw in _draws(len(pairs)))
    return Interval(_difference(pairs), *_ends(drawn), n=len(pairs))


def _difference(pairs: Sequence[tuple[Ratio, Ratio]]) -> float:
    return ratio_of_sums([own for own, _ in pairs]) - ratio_of_sums([other for _, other in pairs])


def _draws(count: int) -> list[list[int]]:
    # Not for secrets: a fixed seed is the point.
    chance = random.Random(_SEED)  # noqa: S311
    return [chance.choices(range(count), k=count) for _ in range(_RESAMPLES)] if count else []


def _ends(drawn: Sequence[float]) -> tuple[float, float]:
    if not drawn:
        return 0.0, 0.0
    return drawn[int(_LOW * len(drawn))], drawn[min(int(_HIGH * len(drawn)), len(drawn) - 1)]
