"""Answers that cite: the sentence that answers is quoted; what is not sure is shown as the nearest, and called that.

Where two documents give different values, both are quoted with their dates, the newest first: the person decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.recipes.model import Recipe
from core.text.catalogues import N_
from core.text.language import detect_language
from core.text.lexicon import languages, lexicon
from core.text.sentences import unwrap, without_half_marks
from core.text.statements import Statement, read_statements
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.answer_by_meaning import measured, spots_of
from core.writing.grounded.answers import Spot, is_of_same, values_of
from core.writing.grounded.corrections import with_later
from core.writing.grounded.follow_ups import read_after
from core.writing.grounded.nearest import MAX_NEAREST, is_told, nearest_of, quote_of, quotes_of
from core.writing.grounded.passages import PASSAGES, GroundPassage, read_passages
from core.writing.grounded.rule_changes import changes_of
from core.writing.grounded.statements import PassageAnswer, as_changed, in_order_of_age, source_of, told_apart
from core.writing.grounded.unanswered import with_remarks, words_of
from core.writing.numbering import renumbered
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

EARLIER = "earlier"
_MOST_OTHERS = 2
# What changes a place is looked for by its words, for the places that come first.
_MOST_CHANGED = 2
# Of one table as many rows as somebody reads.
_MAX_ROWS = 6
_ASKED, _SAID, _NOT_SAID = "decisions.asked", "decisions.said", "decisions.not_said"
# So many decisions of a thread are told, the last ones.
_MAX_TOLD = 5
_WHY_NOT = N_("No passage answers the question.")
_NOT_SURE = N_("No passage surely answers the question.")
_MORE_ROWS = N_("{count} more rows of “{title}” fit as well.")


def answer(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return the sentence that answers, word for word, with its passage; the small model is not asked."""
    del ask
    question, passages = values[recipe.main_input], read_passages(values.get(PASSAGES, ""))
    found = decided_in(question, passages) or _found(recipe, values, passages, options)
    result = with_remarks(recipe, with_later(found, question, passages), values)
    if options.on_token and result.sources:
        options.on_token(renumbered(result.text, result.sources)[0])
    return result


def _found(
    recipe: Recipe, values: Mapping[str, str], passages: Sequence[GroundPassage], options: PlanOptions
) -> PlanResult:
    """Return the answer to a question where one is certain, else the places that come nearest."""
    question, earlier = values[recipe.main_input], values.get(EARLIER, "").splitlines()
    reading = read_after(question, earlier)
    spots = spots_of(reading, passages, measured(options.embedder), with_odds=True)
    best = _certain(spots)
    if best is None:
        return _nearest(reading, spots, passages)
    result = _answered(reading, best, spots, passages)
    findings = (
        finding
        for source in result.sources
        for finding in check_draft(Grounds(recipe, values, passages[source.number - 1].text), source.supports)
    )
    notices = result.notices
    if earlier and reading.casefold() not in question.casefold():
        # How a follow-up was put together for the search is nothing to show: what it was read with is.
        notices = (words_of(reading).wording("questions.read_with").format(question=earlier[-1]), *notices)
    return replace(result, findings=tuple(dict.fromkeys(findings)), notices=notices)


def _certain(spots: Sequence[Spot]) -> Spot | None:
    """Return what is said to be the answer: the nearest sentence where it says all of the question, else none.

    Where nothing compares meanings, the first that says all is nearest.
    """
    best = next((spot for spot in spots if is_told(spot) and (spot.nearness or spot.is_sure)), None)
    return best if best and best.is_sure else None


def differing(
    question: str, earlier: Sequence[str], passages: Sequence[GroundPassage], options: PlanOptions
) -> list[PassageAnswer]:
    """Return what documents say differently to a question, the newest first; [] where they do not."""
    reading = read_after(question, earlier)
    spots = spots_of(reading, passages, measured(options.embedder), with_odds=True)
    best = next((spot for spot in spots if spot.is_sure), None)
    others = _others(reading, best, spots, passages) if best and not best.asked else []
    return in_order_of_age([_told(spot, passages) for spot in (best, *others) if spot]) if others else []


def _others(question: str, best: Spot, spots: Sequence[Spot], passages: Sequence[GroundPassage]) -> list[Spot]:
    """Return what other documents say of the same thing with another value, each document once."""
    mine, found = values_of(best, question), dict[str, Spot]()
    for spot in spots:
        values, document = values_of(spot, question), passages[spot.passage].document
        is_other = spot.is_sure and bool(mine and values) and not (mine <= values or values <= mine)
        if is_other and document != passages[best.passage].document and is_of_same(question, spot, best):
            found.setdefault(document, spot)
    return [*found.values()][:_MOST_OTHERS]


def _told(spot: Spot, passages: Sequence[GroundPassage]) -> PassageAnswer:
    passage = passages[spot.passage]
    return PassageAnswer(replace(passage, speaker=spot.speaker), (unwrap(quote_of(spot, passage)),))


def _answered(question: str, best: Spot, spots: Sequence[Spot], passages: Sequence[GroundPassage]) -> PlanResult:
    """Return the best sentence with its paragraph, and what contradicts it."""
    passage, notices = passages[best.passage], tuple[str, ...]()
    first, others = _told(best, passages), _others(question, best, spots, passages)
    if best.asked:
        rows = [spot for spot in spots if spot.asked and spot.is_sure and spot.passage == best.passage] or [best]
        # What is asked of Ann stands in her row, and not in that of whom she stands in for.
        rows = [row for row in rows if row.subject == min(row.subject for row in rows)]
        rows.sort(key=lambda row: row.place)
        quotes = tuple(row.sentence for row in rows[:_MAX_ROWS])
        first = PassageAnswer(passage, quotes, are_rows=len(rows) > 1)
        if len(rows) > _MAX_ROWS:
            notices = (_MORE_ROWS.format(count=len(rows) - _MAX_ROWS, title=passage.title),)
    statements = in_order_of_age([first, *(_told(other, passages) for other in others)])
    text = told_apart(question, statements) if others else first.cited
    changes = changes_of(question, best.passage, best.sentence, passages, [other.sentence for other in others])
    if any(changes):
        later, changed = ([PassageAnswer(passages[at], (unwrap(said),)) for at, said in told] for told in changes)
        statements = [*later, *statements, *changed]
        text = as_changed(question, statements)
    sources = tuple(source for statement in statements for source in statement.sources)
    return PlanResult(text=text, sources=sources, notices=notices)


def _nearest(question: str, spots: Sequence[Spot], passages: Sequence[GroundPassage]) -> PlanResult:
    """Return the places that may help, each named before what stands there, said to be maybe no answer."""
    near = nearest_of(spots, passages)
    if not near:
        return declined(question)
    quotes = _with_changes(question, quotes_of(near, passages), passages)
    words, places, above = words_of(question, near[0].language), list[str](), ""
    for spot, quote in quotes:
        title, number = passages[spot.passage].title, passages[spot.passage].number
        # A title that stands above is not said again before each that spoke there.
        named = ", ".join(dict.fromkeys([*([] if spot.speaker and title == above else [title]), spot.speaker]))
        places.append(f"- {named.removesuffix(', ')}: “{without_half_marks(quote)}” [{number}]")
        above = title
    return PlanResult(
        text="\n".join([words.wording("questions.nearest"), *places]),
        skeleton=True,
        reason=_NOT_SURE,
        sources=tuple(source_of(passages[spot.passage], quote) for spot, quote in quotes),
    )


def _with_changes(
    question: str, quotes: Sequence[tuple[Spot, str]], passages: Sequence[GroundPassage]
) -> list[tuple[Spot, str]]:
    """Return places with what changes or adds to each of the first ones, right before it."""
    found = dict[str, Spot]()
    for place, (spot, quote) in enumerate(quotes):
        changes = changes_of(question, spot.passage, spot.sentence, passages) if place < _MOST_CHANGED else None
        for at, said in changes.later if changes else ():
            found.setdefault(unwrap(said), replace(spot, passage=at, sentence=said))
        found.setdefault(quote, spot)
    return [(spot, quote) for quote, spot in found.items()][:MAX_NEAREST]


def declined(question: str, notices: tuple[str, ...] = (), places: Sequence[GroundPassage] = ()) -> PlanResult:
    """Return that the passages do not answer, in the question's language, with the places that come nearest."""
    words = words_of(question)
    text = words.wording("questions.nothing")
    if places:
        named = "; ".join(f"{place.title} [{place.number}]" for place in places)
        text = f"{text} {words.wording('questions.places_near')} {named}"
    sources = tuple(source_of(place) for place in places)
    return PlanResult(text=text, skeleton=True, reason=_WHY_NOT, notices=notices, sources=sources)


def decided_in(question: str, passages: Sequence[GroundPassage]) -> PlanResult | None:
    """Return what the messages among passages say was decided; None where that is not asked, or nobody says it.

    What stays of the question beside that it asks for decisions is a matter: a decision has half its words at least.
    """
    asked = next((words for code in languages() if (words := lexicon(code))[_ASKED].search(question)), None)
    messages = [passage for passage in passages if passage.speaker]
    if asked is None or not messages:
        return None
    language = detect_language(" ".join(passage.text for passage in messages))
    language = language if language in languages() else asked.language
    matter = read_statements(asked[_ASKED].sub(" ", question) + ".", asked.language)
    about = frozenset[str]().union(*(said.stems for said in matter))
    found = [
        (passage, unwrap(said.raw))
        for passage in messages
        for said in read_statements(passage.text, language)
        if _decides(said) and 2 * len(about & said.stems) >= len(about)
    ][-_MAX_TOLD:]
    if not found:
        return None
    text = "\n".join(f"{passage.speaker}: “{quote}” [{passage.number}]" for passage, quote in found)
    return PlanResult(text=text, sources=tuple(source_of(passage, quote) for passage, quote in found))


def _decides(said: Statement) -> bool:
    raw = unwrap(said.raw)
    is_said = any(said.words[_SAID].search(text) for text in (said.text, raw))
    return is_said and not said.asks and not said.words[_NOT_SAID].search(raw)
