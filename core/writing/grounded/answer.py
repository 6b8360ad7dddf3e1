"""Answers that cite: the sentence that answers is found first and quoted; where none is, the answer says so."""

from collections.abc import Mapping

from core.drafts import Source
from core.recipes.model import Recipe
from core.text.language import detect_language
from core.text.sentences import unwrap
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.answers import Spot, find_spots
from core.writing.grounded.choosing import continues
from core.writing.grounded.passages import Passage, read_passages
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

PASSAGES = "passages"
# Below this share of the question's words, rare ones weighing more, the passages speak of something else.
_LEAST_OVERLAP = 0.56
_NEARLY_AS_GOOD = 0.12
_MOST_ANSWER_CHARS = 600
_NOTHING = {
    "en": "The sources do not answer this question.", "de": "Die Quellen beantworten diese Frage nicht.",
    "fr": "Les sources ne répondent pas à cette question.", "es": "Las fuentes no responden a esta pregunta.",
}  # fmt: skip
_WHY = "No passage answers the question."


def answer(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return the sentences that answer, word for word, each with its passage; the small model is not asked."""
    del ask
    question, passages = values[recipe.main_input], read_passages(values.get(PASSAGES, ""))
    spots = find_spots(question, [passage.text for passage in passages])
    best = next((spot for spot in spots if spot.holds_kind), None)
    if best is None or best.overlap < _LEAST_OVERLAP:
        return declined(question)
    passage = passages[best.passage]
    chosen = [best, *_also(best, spots, passage)]
    chosen.sort(key=lambda spot: passage.text.find(spot.sentence))
    sentences = [unwrap(spot.sentence) for spot in chosen]
    result = _cited(recipe, values, passage, " ".join(sentences), sentences)
    if options.on_token:
        options.on_token(result.text)
    return result


def _also(best: Spot, spots: list[Spot], passage: Passage) -> list[Spot]:
    """Return one more sentence of the passage: the one before a "He …", or one that fits nearly as well."""
    inside = [spot for spot in spots if spot.passage == best.passage and spot is not best]
    at = passage.text.find(best.sentence)
    before = [spot for spot in inside if -1 < passage.text.find(spot.sentence) < at]
    nearest = max(before, key=lambda spot: passage.text.find(spot.sentence), default=None)
    if nearest and continues(best.sentence):
        more = [nearest]
    else:
        more = [spot for spot in inside if spot.worth >= best.worth - _NEARLY_AS_GOOD][:1]
    return [spot for spot in more if len(best.sentence) + len(spot.sentence) < _MOST_ANSWER_CHARS]


def _cited(
    recipe: Recipe,
    values: Mapping[str, str],
    passage: Passage,
    text: str,
    quotes: list[str],
) -> PlanResult:
    findings = check_draft(Grounds(recipe, values, values[PASSAGES]), text)
    sources = tuple(
        Source(number=passage.number, title=passage.title, link=passage.link, quote=quote, supports=text)
        for quote in quotes
    )
    return PlanResult(text=f"{text} [{passage.number}]", sources=sources, findings=findings)


def declined(question: str, notices: tuple[str, ...] = ()) -> PlanResult:
    """Return that the passages do not answer, in the question's language."""
    text = _NOTHING.get(detect_language(question), _NOTHING["en"])
    return PlanResult(text=text, skeleton=True, reason=_WHY, notices=notices)
