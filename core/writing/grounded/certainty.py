"""How certain it is that the likeliest sentence answers: only what is right 95 times in 100 is said to be the answer.

The odds of tuned layers tell which sentence answers best, and not whether one does. What tells that: how far ahead of
all that is not quoted with it the sentence is, how much of the question it leaves unsaid, and whether it holds the kind
of fact that is asked for. `benchmarks.train_certainty` finds the weights, and where the limit is. A sentence that is
the question with its fact, "The office opens at 8:30", need only be likelier than not: short ones get low odds.
"""

import math
from collections.abc import Sequence

from core.text.facts import extract_facts
from core.text.lexicon import lexicon
from core.text.same_words import is_time_unit
from core.text.sentences import unwrap
from core.writing.grounded.answer_by_meaning import is_across, question_language
from core.writing.grounded.answers import Spot, asks_fact
from core.writing.grounded.nearest import is_told, quote_of
from core.writing.grounded.passages import GroundPassage
from core.writing.grounded.same_words import WORD, content_words, is_said, telling_words, tells_kinds_apart

# Of a sentence that says all of the question less is enough.
_LIMIT, _LIMIT_SAYING_ALL = 0.84, 0.75
# Of one in another language, by how many words of the question it says itself: without any, all but nearness is weak.
_LIMITS_ABROAD = {0: 0.95, 1: 0.87}
# Of one that says the words of the question, the fact and at most one word more. Of some 5,700 questions with the
# sentences of their documents 17 have such a one, each right.
_LIMIT_SAYING_NO_MORE, _WORDS_MORE = 0.5, 1
# Of the odds, of how far they are ahead of what is not quoted, of nearness, of the share that is left unsaid, and of a
# fact that is asked for: whether it is held, or not.
_WEIGHTS = (0.184, 0.22, 7.426, -1.042, -0.103, -0.797)
_BIAS = -6.717
# Where nothing else was read.
_NO_ODDS = -8.0


def likeliest(spots: Sequence[Spot]) -> Spot | None:
    """Return the sentence that has the best odds to answer, None where no layers read any."""
    read = [spot for spot in spots if spot.odds is not None and is_told(spot)]
    return max(read, key=lambda spot: spot.odds or 0.0, default=None)


def row_of(question: str, best: Spot, spots: Sequence[Spot], passage: GroundPassage) -> tuple[float, ...]:
    """Return what tells whether the likeliest sentence answers.

    Args:
        question: as it is asked.
        best: the likeliest sentence.
        spots: all of them.
        passage: of the best.
    """
    quote = unwrap(quote_of(best, passage))
    others = [spot for spot in spots if is_told(spot) and unwrap(spot.sentence) not in quote and spot is not best]
    # What says all of the question as well says the same, or contradicts, and both are told then.
    apart = [spot.odds for spot in others if spot.odds is not None and not (spot.is_sure and best.is_sure)]
    odds, asks = best.odds or 0.0, asks_fact(question)
    unsaid = len(best.missing) / max(len(content_words(question)), 1)
    ahead = odds - max(apart, default=_NO_ODDS)
    return odds, ahead, best.worth, unsaid, float(asks and best.holds_kind), float(asks and not best.holds_kind)


def probability(row: Sequence[float]) -> float:
    """Return how probable it is that the likeliest sentence, quoted with those beside it, answers its question."""
    return 1 / (1 + math.exp(-_BIAS - sum(weight * value for weight, value in zip(_WEIGHTS, row, strict=True))))


def is_certain(question: str, best: Spot, spots: Sequence[Spot], passage: GroundPassage) -> bool:
    """Whether the likeliest sentence may be said to be the answer.

    A word that names one of a kind, as a colour does, has to be said: what black printing costs is not told by the
    price of colour printing, however near it is.
    """
    said = words_said_abroad(question, best)
    if any(map(tells_kinds_apart, best.missing)):
        return False
    least = (
        _LIMIT if not best.is_sure else _LIMIT_SAYING_NO_MORE if _says_no_more(question, best) else _LIMIT_SAYING_ALL
    )
    least = max(least, _LIMITS_ABROAD.get(said, 0.0)) if said is not None else least
    return probability(row_of(question, best, spots, passage)) >= least


def words_said_abroad(question: str, spot: Spot) -> int | None:
    """Return how many words of a question a sentence in another language says itself, None in the question's own.

    What only its title or the words before it say, or a unit of time, does not tell that it is about the same.
    """
    if not is_across(spot, question_language(question)):
        return None
    return sum(is_said(word, spot.sentence) for word in telling_words(question) if not is_time_unit(word))


def _says_no_more(question: str, spot: Spot) -> bool:
    """Tell whether a sentence is a question for a fact with that fact, "When do we open?" and "We open at 8:30".

    It says all words and numbers of the question by itself, and hardly a word that is neither of it nor of a fact.
    """
    numbers = [word.strip(".,;:?!()") for word in question.split() if any(map(str.isdigit, word))]
    asked, sentence = [*content_words(question), *numbers], spot.sentence
    if not (asks_fact(question) and spot.holds_kind and asked and all(is_said(word, sentence) for word in asked)):
        return False
    facts = extract_facts(sentence, spot.language).items
    inside = {place for fact in facts for place in range(fact.start, fact.start + len(fact.text))}
    words = (word[0] for word in WORD.finditer(sentence) if word.start() not in inside)
    of_hours = lexicon("mul").words("facts.after_hour")
    more = [word for word in words if not (is_said(word, question) or is_time_unit(word) or word in of_hours)]
    return len(more) <= _WORDS_MORE
