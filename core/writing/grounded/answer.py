"""Answers that cite: the sentence that answers is found first and quoted; where none is, the answer says so."""

from collections.abc import Mapping
from dataclasses import replace

from core.drafts import Source
from core.errors import InlaidError
from core.recipes.model import Recipe
from core.text.language import detect_language
from core.text.sentences import unwrap
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.answers import MEASURED, Spot, by_meaning, find_spots
from core.writing.grounded.choosing import continues
from core.writing.grounded.passages import Passage, read_passages
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

PASSAGES = "passages"
# Below this share of the question's words, rare ones weighing more, the passages speak of something else.
_LEAST_OVERLAP = 0.56
_NEARLY_AS_GOOD, _NEARLY_AS_NEAR = 0.12, 0.01
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
    texts = [passage.text for passage in passages]
    spots, nearly = find_spots(question, texts), _NEARLY_AS_GOOD
    if (near := _by_meaning(spots, question, texts, options)) is not None:
        answering, spots, nearly = near, near, _NEARLY_AS_NEAR
    else:
        answering = [spot for spot in spots if spot.holds_kind and spot.overlap >= _LEAST_OVERLAP]
    if not answering:
        return declined(question)
    best = answering[0]
    chosen = [best, *_also(best, spots, passages[best.passage], nearly)]
    chosen.sort(key=lambda spot: passages[best.passage].text.find(spot.sentence))
    elsewhere = [one for one in answering if one.passage != best.passage and one.worth >= best.worth - nearly]
    parts = [(passages[best.passage], [unwrap(spot.sentence) for spot in chosen])]
    parts += [(passages[one.passage], [unwrap(one.sentence)]) for one in elsewhere[:1]]
    result = _quoted(recipe, values, parts)
    if options.on_token:
        options.on_token(result.text)
    return result


def _by_meaning(spots: list[Spot], question: str, texts: list[str], options: PlanOptions) -> list[Spot] | None:
    """Return the spots that answer by their meaning; None where nothing compares meanings, or on an unknown scale."""
    embedder = options.embedder() if options.embedder else None
    if embedder is None or embedder.name not in MEASURED:
        return None
    try:
        return by_meaning(spots, question, texts, embedder)
    except InlaidError:
        return None


def _quoted(recipe: Recipe, values: Mapping[str, str], parts: list[tuple[Passage, list[str]]]) -> PlanResult:
    """Return sentences of passages, each passage's with its number."""
    results = [_cited(recipe, values, passage, " ".join(quotes), quotes) for passage, quotes in parts]
    first, *others = results
    return replace(
        first, text=" ".join(one.text for one in results),
        sources=tuple(source for one in results for source in one.sources),
        findings=(*first.findings, *(finding for one in others for finding in one.findings)),
    )  # fmt: skip


def _also(best: Spot, spots: list[Spot], passage: Passage, nearly: float) -> list[Spot]:
    """Return one more sentence of the passage: the one before a "He …", or one that fits nearly as well."""
    inside = [spot for spot in spots if spot.passage == best.passage and spot is not best]
    at = passage.text.find(best.sentence)
    before = [spot for spot in inside if -1 < passage.text.find(spot.sentence) < at]
    nearest = max(before, key=lambda spot: passage.text.find(spot.sentence), default=None)
    if nearest and continues(best.sentence):
        more = [nearest]
    else:
        more = [spot for spot in inside if spot.worth >= best.worth - nearly][:1]
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
