"""Answers that cite: the sentence that answers is quoted; what is not sure is shown as the nearest, and called that."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.drafts import Source
from core.errors import InlaidError
from core.recipes.model import Recipe
from core.text.language import detect_language
from core.text.lexicon import Lexicon, by_language, lexicon
from core.text.sentences import unwrap
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.answers import MEASURED, Spot, by_meaning, find_spots
from core.writing.grounded.passages import Passage, read_passages
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

PASSAGES = "passages"
# A sentence that begins so points back.
_CONTINUES = re.compile(r"(?i)(?:it|this|that|these|those|he|she|they|such|however|therefore|thus|so)\b")
_NEARLY_AS_GOOD, _NEARLY_AS_NEAR, _MAX_ANSWER_CHARS, _MAX_NEAREST = 0.01, 0.03, 600, 2
_WHY_NOT, _NOT_SURE = "No passage answers the question.", "No passage surely answers the question."


def answer(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return the sentences that answer, word for word, each with its passage; the small model is not asked."""
    del ask
    question, passages = values[recipe.main_input], read_passages(values.get(PASSAGES, ""))
    spots = _compared(find_spots(question, passages), question, options)
    # Where another sentence is clearly nearer, the question is about something else.
    sure = [spot for spot in spots if spot.is_sure and spot.worth >= spots[0].worth - _NEARLY_AS_NEAR]
    if sure:
        result = _answered(recipe, values, sure, spots, passages)
    elif near := [spot for spot in spots if spot.is_near and spot.worth >= spots[0].worth - _NEARLY_AS_NEAR]:
        result = _nearest(question, near[:_MAX_NEAREST], passages)
    else:
        return declined(question)
    if options.on_token:
        options.on_token(result.text)
    return result


def _compared(spots: list[Spot], question: str, options: PlanOptions) -> list[Spot]:
    """Return the spots by their meaning; as they are where nothing compares meanings, or on an unknown scale."""
    embedder = options.embedder() if options.embedder else None
    if embedder is None or embedder.name not in MEASURED or not spots:
        return spots
    try:
        return by_meaning(spots, question, embedder)
    except InlaidError:
        return spots


def _answered(
    recipe: Recipe, values: Mapping[str, str], sure: list[Spot], spots: list[Spot], passages: list[Passage]
) -> PlanResult:
    """Return the best sentence with what belongs to it, and that of another passage that fits as well."""
    best = sure[0]
    elsewhere = [one for one in sure if one.passage != best.passage and one.worth >= best.worth - _NEARLY_AS_GOOD]
    results = []
    for spot, with_others in [(best, True), *((one, False) for one in elsewhere[:1])]:
        passage = passages[spot.passage]
        chosen = [spot, *(_also(spot, spots, passage) if with_others else [])]
        chosen.sort(key=lambda one: passage.text.find(one.sentence))
        quotes = [unwrap(one.sentence) for one in chosen]
        text = " ".join(quotes)
        results.append(
            PlanResult(
                text=f"{text} [{passage.number}]",
                sources=tuple(_source(passage, quote, text) for quote in quotes),
                findings=check_draft(Grounds(recipe, values, values[PASSAGES]), text),
            )
        )
    return replace(
        results[0],
        text=" ".join(one.text for one in results),
        sources=tuple(source for one in results for source in one.sources),
        findings=tuple(finding for one in results for finding in one.findings),
    )


def _also(best: Spot, spots: Sequence[Spot], passage: Passage) -> list[Spot]:
    """Return one more sentence of the passage: the one before a "He …", or one that answers nearly as well."""
    inside = [spot for spot in spots if spot.passage == best.passage and spot is not best]
    at = passage.text.find(best.sentence)
    before = [spot for spot in inside if -1 < passage.text.find(spot.sentence) < at]
    nearest = max(before, key=lambda spot: passage.text.find(spot.sentence), default=None)
    if nearest and _CONTINUES.match(best.sentence):
        more = [nearest]
    else:
        more = [spot for spot in inside if spot.is_sure and spot.worth >= best.worth - _NEARLY_AS_GOOD][:1]
    return [spot for spot in more if len(best.sentence) + len(spot.sentence) < _MAX_ANSWER_CHARS]


def _nearest(question: str, near: Sequence[Spot], passages: Sequence[Passage]) -> PlanResult:
    """Return quotations that may help, said to be no sure answer."""
    found = [(passages[spot.passage], unwrap(spot.sentence)) for spot in near]
    quoted = " ".join(f"“{sentence}” ({passage.title})" for passage, sentence in found)
    return PlanResult(
        text=f"{_words(question).wording('questions.nearest')} {quoted}",
        skeleton=True,
        reason=_NOT_SURE,
        sources=tuple(_source(passage, sentence) for passage, sentence in found),
    )


def _source(passage: Passage, quote: str, supports: str = "") -> Source:
    return Source(number=passage.number, title=passage.title, link=passage.link, quote=quote, supports=supports)


def declined(question: str, notices: tuple[str, ...] = ()) -> PlanResult:
    """Return that the passages do not answer, in the question's language."""
    text = _words(question).wording("questions.nothing")
    return PlanResult(text=text, skeleton=True, reason=_WHY_NOT, notices=notices)


def _words(question: str) -> Lexicon:
    """Return what is known of a question's language: a short one is told by the words it asks with."""
    known = by_language("questions")
    told = {code: len(lexicon(code)["questions.asking"].findall(question)) for code in known}
    found = detect_language(question)
    return lexicon(found if found in known else max(told, key=lambda code: (told[code], code == "en")))
