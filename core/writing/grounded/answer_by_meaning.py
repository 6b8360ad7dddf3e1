"""Sentences that may answer a question, judged by meaning: how near they are, and what they say in other words."""

import re
from collections.abc import Sequence
from dataclasses import replace
from operator import mul

from core.llm.ports import Embedder
from core.text.facts import extract_facts
from core.text.language import detect_language
from core.text.lexicon import by_language, lexicon
from core.text.names import find_names
from core.text.same_words import groups_of
from core.text.sentences import unwrap
from core.writing.grounded.answers import NEAR_BY_WORDS, Spot, manner_asked
from core.writing.grounded.follow_ups import both_forms
from core.writing.grounded.ranking import answering
from core.writing.grounded.rows import is_row
from core.writing.grounded.same_words import WORD, are_siblings, may_be_left_out, tells_kinds_apart

# Measured for the embedders of `core.embeddings.MEASURED`, see tests/core/writing/grounded.
_NEAR_ENOUGH, _NEAR_ABROAD, _MIN_SAID = 0.87, 0.829, 0.25
_NEAR, _SURE, _SURE_ACROSS, _SAME_WORD, _KIND_NEARS = 0.838, 0.8, 0.832, 0.93, 0.02
# A word of the question that a sentence does not say is meant there all the same when the question comes nearer to the
# sentence with the word than without it: of words whose synonyms are known, much nearer. A sentence that says nothing
# of the question has to be nearer itself, and no other may come nearly as near. On some 340 questions of ours this gave
# 26 answers, one of them wrong; of the 23 that stand out none.
_MEANT_NEAR, _MEANT_NEAR_ALONE, _MEANT, _MEANT_KNOWN = 0.849, 0.86, -0.005, 0.008
_STANDS_OUT = 0.02
# A sentence says all but a verb of the question ("keep a cat": "a cat is welcome"), and no other comes anywhere near.
_ALONE, _NEAR_ALONE, _MOSTLY_SAID = 0.037, 0.875, 0.45
_MAX_COMPARED, _MAX_JUDGED, _MAX_READ, _ROW_NEARS = 60, 12, 6, 0.05
# So many more where nothing is certain: of 34 questions of `unseen_7` that were missed 11 had it behind the first six.
_READ_FURTHER = 6
# Of other languages than the question's so many more are compared: no word of theirs puts them among the first.
_MAX_ABROAD = 40


def by_meaning(spots: Sequence[Spot], question: str, embedder: Embedder, *, with_odds: bool = False) -> list[Spot]:
    """Return the spots by how near they are in meaning, whatever the languages; the best judged by their words too.

    `with_odds` has the best read by tuned layers, which takes some .6 s of a processor.
    """
    asked = question_language(question)
    foreign = [spot for spot in spots[_MAX_COMPARED:] if is_across(spot, asked)]
    spots = [*spots[:_MAX_COMPARED], *foreign[:_MAX_ABROAD]]
    # A question is looked for as one: it does not look like its answer.
    wanted = embedder.embed(both_forms(question), is_query=True)
    vectors = embedder.embed([f"{spot.title}: {unwrap(spot.sentence)}" for spot in spots])
    found = [
        (_compared(spot, _cosine(wanted[0], vector), asked), vector)
        for spot, vector in zip(spots, vectors, strict=True)
    ]
    found.sort(key=lambda one: -one[0].worth)
    best = [spot for spot, _ in found[:_MAX_READ]]
    odds = answering(question, best, [spot.nearness for spot in best]) if with_odds else []
    for place, value in enumerate(odds):
        found[place] = replace(best[place], odds=value), found[place][1]
    judge = _Judge(question, wanted, embedder)
    worths = [spot.worth for spot, _ in found]
    ahead = worths[0] - worths[1] if len(worths) > 1 else 1.0
    judged = [
        judge.judged(spot, vector, ahead=0.0 if place else ahead)
        for place, (spot, vector) in enumerate(found[:_MAX_JUDGED])
    ]
    # The others may help, and are no answers.
    return [*judged, *(replace(spot, is_likely=False, is_near=False) for spot, _ in found[_MAX_JUDGED:])]


def with_further_read(spots: Sequence[Spot], question: str) -> list[Spot]:
    """Return the spots with odds for the next nearest of them, too.

    What is said to be the answer rests on the first ones alone; this is for what is shown where none is certain.
    """
    if all(spot.odds is None for spot in spots):
        return [*spots]
    unread = (place for place, spot in enumerate(spots) if spot.odds is None and spot.nearness)
    more = sorted(unread, key=lambda place: -spots[place].worth)[:_READ_FURTHER]
    odds = answering(question, [spots[place] for place in more], [spots[place].nearness for place in more])
    found = dict(zip(more, odds, strict=False))
    return [replace(spot, odds=found.get(place, spot.odds)) for place, spot in enumerate(spots)]


def is_across(spot: Spot, asked: str) -> bool:
    """Tell whether a sentence, which no row is, stands in another language than a question."""
    return bool(asked) and spot.language not in {asked, ""} and not is_row(spot.sentence)


def question_language(question: str) -> str:
    """Return the language of a question, a short one told by the words that it asks with; "" when unclear."""
    if found := detect_language(question):
        return found
    told = {code: len(lexicon(code)["questions.asking"].findall(question)) for code in by_language("questions")}
    return max(told, key=lambda code: told[code]) if len(set(told.values())) > 1 else ""


def _compared(spot: Spot, cosine: float, asked: str) -> Spot:
    """Return a spot with how near it is to a question in a language."""
    is_foreign = bool(asked) and spot.language not in {asked, ""}
    spot = replace(spot, says_own=spot.says_own or is_foreign, says_subject=spot.says_subject or is_foreign)
    return replace(
        spot,
        nearness=cosine,
        worth=cosine + _KIND_NEARS * (spot.holds_kind + spot.overlap) + (_ROW_NEARS if _is_answer(spot) else 0),
        is_near=_may_help(spot, cosine, is_foreign=is_foreign),
        is_likely=_is_answer(spot) or cosine >= (_SURE_ACROSS if _is_across(spot, asked) else _SURE),
    )


def _may_help(spot: Spot, cosine: float, *, is_foreign: bool) -> bool:
    """Tell whether a sentence may help with a question that it does not surely answer.

    It holds what is asked for, and says half of the question or comes near to it; in another language it comes near.
    A row that does not say all is about another thing.
    """
    least = _NEAR_ABROAD if is_foreign else _NEAR if spot.overlap >= NEAR_BY_WORDS else _NEAR_ENOUGH
    shares = is_foreign or spot.overlap >= _MIN_SAID
    return cosine >= least and shares and spot.holds_kind and spot.says_own and not is_row(spot.sentence)


def _is_across(spot: Spot, asked: str) -> bool:
    """Tell whether only the meaning leads from a question to a sentence in another language."""
    return spot.language not in {asked, ""} and bool(spot.missing or not spot.holds_kind)


def _is_answer(spot: Spot) -> bool:
    """Tell whether a row says all that is asked: how near it is in meaning tells nothing more of it."""
    return bool(spot.asked) and not spot.missing


class _Judge:
    """Tells what of a question a sentence means without saying it.

    Args:
        question: what is asked.
        wanted: the vectors of its forms.
        embedder: compares meanings.
    """

    def __init__(self, question: str, wanted: Sequence[Sequence[float]], embedder: Embedder) -> None:
        self._question, self._wanted, self._embedder = question, wanted, embedder
        self._manner = manner_asked(question)

    def judged(self, spot: Spot, vector: Sequence[float], *, ahead: float) -> Spot:
        """Return a spot without the missing words that it says with others.

        Of one that stands out, the words that it means count as said too. `ahead` is how much nearer it is than any
        other, 0 for the others.
        """
        cosine = _nearness(self._wanted, vector)
        if ahead >= _ALONE and cosine >= _MEANT_NEAR:
            spot = replace(spot, says_own=True)
        if not spot.missing or not spot.is_likely or not spot.holds_kind:
            return spot
        missing = [word for word in spot.missing if word != self._manner]
        if self._is_alone(spot, ahead):
            return replace(spot, missing=())
        if ahead >= _STANDS_OUT and cosine >= (_MEANT_NEAR if spot.overlap else _MEANT_NEAR_ALONE):
            added = {word: cosine - _nearness(self._without(word), vector) for word in missing}
            missing = [word for word in missing if self._tells_apart(word, added[word], spot.around)]
        if all(_may_have_synonym(word, self._question) for word in missing):
            missing = self._without_synonyms(missing, spot.around)
        return replace(spot, missing=tuple(missing))

    def _is_alone(self, spot: Spot, ahead: float) -> bool:
        """Tell whether nothing else may be meant than a sentence that says all but a verb."""
        if len(spot.missing) > 1 or ahead < _ALONE or spot.worth < _NEAR_ALONE or spot.overlap < _MOSTLY_SAID:
            return False
        word = spot.missing[0]
        return may_be_left_out(word, self._question) and not self._is_of_another(word, spot.around)

    def _is_of_another(self, word: str, around: str) -> bool:
        """Tell whether a word of the question names a thing that a text is not about."""
        is_other = tells_kinds_apart(word) or any(are_siblings(word, other) for other in WORD.findall(around))
        return is_other or _is_exact(word, self._question)

    def _tells_apart(self, word: str, added: float, around: str) -> bool:
        return self._is_of_another(word, around) or added < (_MEANT_KNOWN if groups_of(word) else _MEANT)

    def _without(self, word: str) -> Sequence[Sequence[float]]:
        rest = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", self._question)
        return self._embedder.embed(both_forms(unwrap(rest)), is_query=True)

    def _without_synonyms(self, missing: Sequence[str], around: str) -> list[str]:
        """Return the missing words but those that come nearly as near to a word around as the same word would."""
        said = [word for word in dict.fromkeys(WORD.findall(around)) if not groups_of(word)]
        vectors = self._embedder.embed([*missing, *said], is_query=True)
        asked, pairs = vectors[: len(missing)], [*zip(said, vectors[len(missing) :], strict=True)]
        near = [
            max(
                (_cosine(vector, other_vector) for other, other_vector in pairs if not are_siblings(word, other)),
                default=0.0,
            )
            for word, vector in zip(missing, asked, strict=True)
        ]
        return [word for word, cosine in zip(missing, near, strict=True) if cosine < _SAME_WORD]


def _nearness(forms: Sequence[Sequence[float]], other: Sequence[float]) -> float:
    """Return how near the nearest of a question's forms is."""
    return max(_cosine(form, other) for form in forms)


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    return float(sum(map(mul, one, other)))


def _is_exact(word: str, asked: str) -> bool:
    exact = [*find_names(f"that {asked}", detect_language(asked)), *(fact.text for fact in extract_facts(asked).items)]
    return word.isupper() or any(word in text for text in exact)


def _may_have_synonym(word: str, asked: str) -> bool:
    """Tell whether another word may say the same: not of a name, a number, a moment, or where all such are known."""
    return not groups_of(word) and not _is_exact(word, asked)
