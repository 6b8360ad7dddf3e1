"""Sentences that may answer a question, by how near they are in meaning, and the nearest read by tuned layers."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from operator import mul

from core.embeddings import MEASURED
from core.errors import InlaidError
from core.llm.ports import Embedder
from core.text.language import detect_language
from core.text.lexicon import by_language, lexicon
from core.writing.grounded.answers import Spot, find_spots
from core.writing.grounded.follow_ups import capitalized
from core.writing.grounded.passages import GroundPassage
from core.writing.grounded.ranking import with_odds_of

# Measured for the embedders of `core.embeddings.MEASURED`, see tests/core/writing/grounded.
_SURE, _KIND_NEARS, _ROW_NEARS = 0.8, 0.02, 0.05
_MAX_COMPARED, _MAX_READ = 60, 12
# Of other languages than the question's so many more are compared: no word of theirs puts them among the first.
_MAX_ABROAD = 40


def measured(embedder: Callable[[], Embedder] | None) -> Embedder | None:
    """Return what compares meanings on a scale that is known, None for nothing that does."""
    found = embedder() if embedder else None
    return found if found and found.name in MEASURED else None


def spots_of(
    question: str, passages: Sequence[GroundPassage], embedder: Embedder | None, *, with_odds: bool = False
) -> list[Spot]:
    """Return what may answer, by its meaning; by its words where nothing compares meanings."""
    spots = find_spots(question, passages)
    if not spots or embedder is None:
        return spots
    try:
        return by_meaning(spots, question, embedder, with_odds=with_odds)
    except InlaidError:
        return spots


def by_meaning(spots: Sequence[Spot], question: str, embedder: Embedder, *, with_odds: bool = False) -> list[Spot]:
    """Return the spots by how near they are in meaning, whatever the languages.

    `with_odds` has the best read by tuned layers, which takes some 1.2 s of a processor.
    """
    asked = question_language(question)
    foreign = [spot for spot in spots[_MAX_COMPARED:] if _is_foreign(spot, asked) and not spot.asked]
    spots = [*spots[:_MAX_COMPARED], *foreign[:_MAX_ABROAD]]
    # A question is looked for as one: it does not look like its answer.
    [wanted] = embedder.embed([capitalized(question)], is_query=True)
    vectors = embedder.embed([f"{spot.title}: {spot.compared}" for spot in spots])
    found = [_compared(spot, _cosine(wanted, vector), asked) for spot, vector in zip(spots, vectors, strict=True)]
    found.sort(key=lambda spot: -spot.worth)
    best, others = found[:_MAX_READ], found[_MAX_READ:]
    best = with_odds_of(question, best) if with_odds else best
    # The others may help, and are no answers.
    return [*best, *(replace(spot, is_likely=False) for spot in others)]


def question_language(question: str) -> str:
    """Return the language of a question, a short one told by the words that it asks with; "" when unclear."""
    if found := detect_language(question):
        return found
    told = {code: len(lexicon(code)["questions.asking"].findall(question)) for code in by_language("questions")}
    return max(told, key=lambda code: told[code]) if len(set(told.values())) > 1 else ""


def _compared(spot: Spot, cosine: float, asked: str) -> Spot:
    """Return a spot with how near it is to a question in a language."""
    # A row that says all that is asked: how near it is in meaning tells nothing more of it.
    is_answer = bool(spot.asked) and not spot.missing
    return replace(
        spot,
        says_own=spot.says_own or _is_foreign(spot, asked),
        nearness=cosine,
        worth=cosine + _KIND_NEARS * (spot.holds_kind + spot.overlap) + (_ROW_NEARS if is_answer else 0),
        is_likely=is_answer or cosine >= _SURE,
    )


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    return float(sum(map(mul, one, other)))


def _is_foreign(spot: Spot, asked: str) -> bool:
    """Tell whether a sentence stands in another language than a question."""
    return bool(asked) and spot.language not in {asked, ""}
