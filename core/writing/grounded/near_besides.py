"""What comes nearly as near to a question as its answer: an exception or what holds now may stand there."""

from collections.abc import Sequence
from dataclasses import replace

from core.text.sentences import unwrap
from core.writing.grounded.answer_by_meaning import with_further_read
from core.writing.grounded.answers import Spot
from core.writing.grounded.nearest import is_told, quote_of
from core.writing.grounded.passages import GroundPassage
from core.writing.grounded.statements import PassageAnswer, told_beside
from core.writing.result import PlanResult

# In log-odds that a sentence answers. Of 16 answers that were claimed to 108 questions 9 have such places: both whose
# rule was changed elsewhere are among them.
_BEHIND, _MOST = 4.0, 2


def with_near_besides(
    result: PlanResult, question: str, spots: Sequence[Spot], passages: Sequence[GroundPassage]
) -> PlanResult:
    """Return an answer with the places of other passages below it that come nearly as near, where layers read them."""
    cited = {source.number for source in result.sources}
    read = [spot for spot in with_further_read(spots, question) if spot.odds is not None and is_told(spot)]
    read.sort(key=lambda spot: -(spot.odds or 0.0))
    best = max((spot.odds or 0.0 for spot in read if passages[spot.passage].number in cited), default=None)
    if best is None:
        return result
    near = [spot for spot in read if (spot.odds or 0.0) >= best - _BEHIND]
    first_of = {spot.passage: spot for spot in reversed(near) if passages[spot.passage].number not in cited}
    places = sorted(first_of, key=lambda place: -(first_of[place].odds or 0.0))[:_MOST]
    besides = [
        PassageAnswer(passages[place], (unwrap(quote_of(first_of[place], passages[place])),)) for place in places
    ]
    if not besides:
        return result
    told = told_beside(question, besides)
    heading, _, lines = told.partition("\n")
    # Values that may be of something else stand below that heading already.
    told = lines if heading in result.text.split("\n") else told
    sources = (*result.sources, *(source for beside in besides for source in beside.sources))
    return replace(result, text=f"{result.text}\n{told}", sources=sources)
