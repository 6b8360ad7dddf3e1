"""What can be put into a document without a model that writes: the person's own sentences, what is known, a clause.

Each is taken word for word, and a clause or a passage comes with where it is from. What would have to be worded is not
offered, and the error says what is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.drafts import find_gaps, gap
from core.errors import InlaidError
from core.recipes.model import Recipe
from core.text.asks import is_question, without_lead_in
from core.text.content import content_stems
from core.text.forms import CITATION
from core.text.lexicon import lexicon
from core.text.sentences import split_sentences, unwrap
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.answer import answer
from core.writing.grounded.knowledge import is_named, usable, with_facts
from core.writing.grounded.own_words import as_message
from core.writing.grounded.passages import PASSAGES, GroundPassage, read_passages
from core.writing.lanes import too_small
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_FIELD = re.compile(r"\{\{\s{0,9}(?P<name>[\w .-]{1,80})\s{0,9}\}\}")
# A brief that only names a thing has hardly another word.
_MAX_WORDS_BESIDE_NAME = 3


def insert(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return what the brief gives or names, word for word; no model is asked.

    Raises:
        ModelTooSmall: it would have to be worded.
    """
    brief = values[recipe.main_input].strip()
    language = recipe.language_for(brief, values.get("before", ""))
    passages = usable(read_passages(values.get(PASSAGES, "")), brief)
    result = None if values.get("continues") else _found(recipe, values, (brief, language), passages, (ask, options))
    if result is None:
        raise too_small(recipe, lexicon(language).wording("insertions.needs_writer"))
    if options.on_token:
        options.on_token(result.text)
    return result


def _found(
    recipe: Recipe,
    values: Mapping[str, str],
    said: tuple[str, str],
    passages: Sequence[GroundPassage],
    way: tuple[Ask, PlanOptions],
) -> PlanResult | None:
    """Return what the brief gives or names; `said` is the brief and its language."""
    brief, language = said
    if found := _fact(brief, passages) or _clause(brief, passages, language):
        return found
    own = None if is_question(brief) or _directs(brief) else _own_words(recipe, values, brief, passages)
    return own or _passage(recipe, values, *way)


def _fact(brief: str, passages: Sequence[GroundPassage]) -> PlanResult | None:
    """Return the standing fact that the brief names, and hardly anything beside it."""
    for fact in passages:
        names = [set(content_stems(name)) for name in (fact.title, *fact.phrases)]
        beside = min((len(set(content_stems(brief)) - stems) for stems in names if stems), default=0)
        if fact.kind == "fact" and is_named(fact, brief) and beside <= _MAX_WORDS_BESIDE_NAME:
            said = fact.text.strip()
            return PlanResult(text=said, sources=(fact.as_source(1, said, said),))
    return None


def _directs(brief: str) -> bool:
    """Tell whether a brief tells a writer what to write: in a document nobody would see that it was an order."""
    orders = lexicon("mul")["insertions.orders"]
    sentences = (without_lead_in(unwrap(sentence)) for sentence in split_sentences(brief))
    return any(map(orders.match, sentences))


def _own_words(
    recipe: Recipe, values: Mapping[str, str], brief: str, passages: Sequence[GroundPassage]
) -> PlanResult | None:
    """Return a brief that is written out already, with capitals and stops, and with known facts in its gaps."""
    _, body = as_message(brief)
    if not body:
        return None
    findings = tuple(
        finding for finding in check_draft(Grounds(recipe, values, brief), body) if finding.severity == "warn"
    )
    return with_facts(PlanResult(text=body, findings=findings, gaps=find_gaps(body)), passages, brief)


def _clause(brief: str, passages: Sequence[GroundPassage], language: str) -> PlanResult | None:
    """Return the clause that the brief asks for by its heading, with its fields as gaps; null where two fit as well."""
    words = lexicon(language)
    if not words["insertions.clause"].search(brief):
        return None
    wanted = set(content_stems(words["insertions.clause"].sub(" ", words["insertions.asking"].sub(" ", brief))))
    fits = [
        (len(set(content_stems(passage.title)) - wanted), passage)
        for passage in passages
        if passage.kind in {"source", "file"}
    ]
    fits = [(beside, passage) for beside, passage in fits if wanted and wanted <= set(content_stems(passage.title))]
    best = min((beside for beside, _ in fits), default=0)
    chosen = [passage for beside, passage in fits if beside == best]
    if len({passage.text.strip() for passage in chosen}) != 1:
        return None
    said = chosen[0].text.strip()
    text = _FIELD.sub(lambda field: gap(f"{field['name'].replace('_', ' ').strip()}?"), said)
    return with_facts(
        PlanResult(text=text, sources=(chosen[0].as_source(1, said[:400], text),), gaps=find_gaps(text)),
        passages,
        brief,
    )


def _passage(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions) -> PlanResult | None:
    """Return what answers the brief as a question, each quotation with its document in brackets behind it."""
    if not values[recipe.main_input].strip() or not values.get(PASSAGES):
        return None
    try:
        found = answer(recipe, values, ask, replace(options, on_token=None))
    except InlaidError:
        return None
    # In a document nobody sees the question: what says none of its words may be about something else.
    asked = set(content_stems(values[recipe.main_input]))
    if (
        found.skeleton
        or not found.sources
        or not all(asked & set(content_stems(source.quote)) for source in found.sources)
    ):
        return None
    titles = {source.number: source.title for source in found.sources}

    def named(text: str) -> str:
        return CITATION.sub(lambda cited: f" ({titles[int(cited[1])]})" if int(cited[1]) in titles else cited[0], text)

    sources = tuple(source.model_copy(update={"supports": named(source.supports)}) for source in found.sources)
    return replace(found, text=named(found.text), sources=sources)
