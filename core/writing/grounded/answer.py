"""Answers that cite: the sentences that answer are quoted; what is not sure is shown as the nearest, and called that.

Where two documents give different values, both are quoted with their dates, the newest first: the person decides.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from core.embeddings import MEASURED
from core.errors import InlaidError
from core.llm.ports import Embedder
from core.recipes.model import Recipe
from core.text.catalogues import N_
from core.text.facts import extract_facts
from core.text.lexicon import Lexicon
from core.text.sentences import unwrap, without_half_marks
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.answer_by_meaning import by_meaning, question_language, with_further_read
from core.writing.grounded.answers import CONTINUES, Spot, asks_fact, find_spots, is_of_same, values_of
from core.writing.grounded.certainty import is_certain, likeliest, words_said_abroad
from core.writing.grounded.corrections import with_later
from core.writing.grounded.decisions import decided_in
from core.writing.grounded.follow_ups import readings, split_question
from core.writing.grounded.known_words import says_something
from core.writing.grounded.near_besides import with_near_besides
from core.writing.grounded.nearest import (
    MAX_NEAREST,
    as_near,
    changed_by,
    comes_nearest,
    in_force,
    lacks_fact,
    near_quotes,
    passage_shares,
    places_of,
    quote_of,
    quotes_of,
    with_newer,
)
from core.writing.grounded.passages import PASSAGES, GroundPassage, read_passages
from core.writing.grounded.same_words import WORD, content_words
from core.writing.grounded.statements import PassageAnswer, in_order_of_age, source_of, told_apart, told_beside
from core.writing.grounded.unanswered import with_remarks, words_of
from core.writing.numbering import renumbered
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

EARLIER = "earlier"
_AS_GOOD, _NEARLY_AS_GOOD, _NEARLY_AS_NEAR, _MAX_ANSWER_CHARS = 0.005, 0.01, 0.03, 600
# Of one table as many rows as somebody reads.
_OLD_YEARS, _MAX_ROWS = 2, 6
_WHY_NOT = N_("No passage answers the question.")
# In no language of its own, so it is told in that of whoever reads it.
_NO_WORDS = N_("Nothing was found for these words. Ask in a sentence, or with words that your sources have.")
_NOT_SURE = N_("No passage surely answers the question.")
_MORE_ROWS = N_("{count} more rows of “{title}” fit as well.")


def answer(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return the sentences that answer, word for word, each with its passage; the small model is not asked."""
    del ask
    question, earlier = values[recipe.main_input], values.get(EARLIER, "").splitlines()
    if content_words(question) and not says_something(question, read_passages(values.get(PASSAGES, ""))):
        return PlanResult(text=_NO_WORDS, skeleton=True, reason=_NO_WORDS)
    parts, before, results = split_question(question), earlier, list[tuple[str, PlanResult]]()
    for part in parts:
        results.append((part, _one_answer(recipe, values, part, before, options)))
        before = [*earlier, parts[0]]
    result = with_remarks(recipe, _together(results), values)
    if options.on_token and result.sources:
        options.on_token(renumbered(result.text, result.sources)[0])
    return result


def _together(results: Sequence[tuple[str, PlanResult]]) -> PlanResult:
    """Return the answers to the parts of a question as one; a part that is not answered is named, none said twice."""
    results = [part for at, part in enumerate(results) if part[1].text not in {last.text for _, last in results[:at]}]
    answered = [result for _, result in results if not result.skeleton]
    if len(results) == 1 or not answered:
        return results[0][1]
    return PlanResult(
        text="\n".join(result.text if not result.skeleton else f"“{part}” {result.text}" for part, result in results),
        sources=tuple(source for _, result in results for source in result.sources),
        findings=tuple(finding for result in answered for finding in result.findings),
        notices=tuple(dict.fromkeys(notice for _, result in results for notice in result.notices)),
    )


def _one_answer(
    recipe: Recipe, values: Mapping[str, str], question: str, earlier: Sequence[str], options: PlanOptions
) -> PlanResult:
    """Return the answer to the first reading of a question that has one, else what is near to the likeliest."""
    passages = read_passages(values.get(PASSAGES, ""))
    if decided := decided_in(question, passages):
        return with_later(decided, question, passages)
    reading, spots, saying_all = read_question(question, earlier, passages, options)
    if sure := _certain(reading, spots, saying_all, passages):
        result = _answered(recipe, {**values, recipe.main_input: reading}, sure, spots, passages)
        words, asked_before = words_of(reading), values.get(EARLIER, "").splitlines()
        # How a follow-up was put together for the search is nothing to show: what it was read with is.
        is_followed = asked_before and reading not in question
        read_with = words.wording("questions.read_with").format(question=asked_before[-1]) if is_followed else ""
        notices = (*filter(None, [read_with]), *result.notices, *_ages(result, passages, words))
        result = result if sure[0].asked or sure[0].speaker else with_near_besides(result, reading, spots, passages)
        return with_later(replace(result, notices=notices), reading, passages)
    spots = with_further_read(spots, reading)
    shares = passage_shares(reading, spots, passages)
    are_compared = _measured(options) is not None
    near = near_quotes(spots, shares, are_compared=are_compared)
    nearest = as_near(near, shares, are_compared=are_compared)
    if saying_all and saying_all[0] not in nearest:
        nearest = [*nearest[: MAX_NEAREST - 1], saying_all[0]]
    near = near or nearest
    if not near:
        return declined(reading)
    return with_later(
        _nearest(reading, near, with_newer(reading, nearest, spots, passages), passages), reading, passages
    )


def _certain(question: str, spots: list[Spot], sure: list[Spot], passages: Sequence[GroundPassage]) -> list[Spot]:
    """Return what is said to be the answer, the best first: the likeliest sentence where that is certain, else none.

    Where no layers read, `sure` is: what says all of the question. So it is of what a newer version is known of.
    """
    if own := [spot for spot in spots if spot.speaker]:
        return own
    replaced = _replaced(passages)
    best = likeliest([spot for spot in spots if spot.passage not in replaced])
    if any(in_force(question, spot, spots) for spot in (best, *sure[:1]) if spot):
        return []
    if best is None or (sure and sure[0].passage in replaced):
        return [spot for spot in sure if words_said_abroad(question, spot) != 0]
    if not is_certain(question, best, spots, passages[best.passage]) or changed_by(best, spots, passages):
        return []
    return [best, *(spot for spot in sure if spot is not best)]


def _ages(result: PlanResult, passages: Sequence[GroundPassage], words: Lexicon) -> list[str]:
    """Return a word on each cited document where all are years older than the newest one found."""
    years = {passage.number: int(passage.date[:4]) for passage in passages if passage.date[:4].isdecimal()}
    newest = max((year for year in years.values() if year <= time.localtime().tm_year), default=0)
    cited = {source.number for source in result.sources} & {*years}
    dated = {passage.document_title: years[passage.number] for passage in passages if passage.number in cited}
    are_old = newest - max(dated.values(), default=newest) >= _OLD_YEARS
    return [words.wording("questions.is_of").format(title=name, year=year) for name, year in dated.items() if are_old]


def read_question(
    question: str, earlier: Sequence[str], passages: Sequence[GroundPassage], options: PlanOptions
) -> tuple[str, list[Spot], list[Spot]]:
    """Return the first reading of a question with sure answers, with all spots and those; else the likeliest one."""
    tried, replaced = list[tuple[str, list[Spot]]](), _replaced(passages)
    for reading in readings(question, earlier):
        every = find_spots(reading, passages)
        spots, older = (
            _compared([spot for spot in every if (spot.passage in replaced) is is_older], reading, options)
            for is_older in (False, True)
        )
        for found in (spots, older):
            sure = [spot for spot in found if spot.is_sure]
            if found is older and sure:
                sure = _renewed(sure, spots, passages)
            both = [*spots, *older]
            if sure and comes_nearest(sure[0], both, passage_shares(reading, both, passages)):
                return reading, both, sure
        tried.append((reading, spots))
    return *tried[0], []


def _renewed(sure: list[Spot], spots: Sequence[Spot], passages: Sequence[GroundPassage]) -> list[Spot]:
    """Return what a newer version says in place of sure sentences; these, where it says nothing like them."""
    best = sure[0]
    near = [spot for spot in spots if spot.holds_kind and spot.worth >= best.worth - _NEARLY_AS_NEAR]
    newer = [spot for spot in near if _is_version(passages[spot.passage], passages[best.passage])]
    return newer[:1] or sure


def _replaced(passages: Sequence[GroundPassage]) -> frozenset[int]:
    """Return the places of the passages of documents that a newer version is known of, counted from 0."""
    return frozenset(
        place
        for place, passage in enumerate(passages)
        if any(passage.date and passage.date < other.date and _is_version(passage, other) for other in passages)
    )


def differing(
    question: str, earlier: Sequence[str], passages: Sequence[GroundPassage], options: PlanOptions
) -> list[PassageAnswer]:
    """Return what documents say differently to a question, the newest first; [] where they do not."""
    reading, spots, sure = read_question(question, earlier, passages, options)
    if not sure or sure[0].asked:
        return []
    spot, passage = sure[0], passages[sure[0].passage]
    first = PassageAnswer(passage, (unwrap(spot.sentence),), values_of(spot, reading))
    others = [other for other in _elsewhere(reading, spot, first, sure, spots, passages) if _differs(other, first)]
    return in_order_of_age([first, *others]) if others else []


def places_near(question: str, passages: Sequence[GroundPassage], options: PlanOptions) -> list[GroundPassage]:
    """Return the passages that have something to do with a question that none of them answers."""
    return places_of(question, _compared(find_spots(question, passages), question, options), passages)


def _differs(one: PassageAnswer, other: PassageAnswer) -> bool:
    """Tell whether two documents say different things: of versions of one, each a fact of its own is enough."""
    are_facts_other = bool(one.facts - other.facts and other.facts - one.facts)
    if are_facts_other and _is_version(one.passage, other.passage):
        return True
    return not one.is_doubtful and _has_other_value(one, other)


def _has_other_value(one: PassageAnswer, other: PassageAnswer) -> bool:
    return bool(one.values and other.values and not one.values & other.values)


def _compared(spots: list[Spot], question: str, options: PlanOptions) -> list[Spot]:
    """Return the spots by their meaning; as they are where nothing compares meanings, or on an unknown scale."""
    embedder = _measured(options)
    if embedder is None or not spots:
        return spots
    try:
        return by_meaning(spots, question, embedder, with_odds=True)
    except InlaidError:
        return spots


def _measured(options: PlanOptions) -> Embedder | None:
    """Return what compares meanings on a scale that is known, None where nothing does."""
    embedder = options.embedder() if options.embedder else None
    return embedder if embedder and embedder.name in MEASURED else None


def _answered(
    recipe: Recipe, values: Mapping[str, str], sure: list[Spot], spots: list[Spot], passages: list[GroundPassage]
) -> PlanResult:
    """Return the best sentence with what belongs to it, and what other documents say to the same question."""
    question, best = values[recipe.main_input], sure[0]
    notices: tuple[str, ...] = ()
    if best.asked:
        rows = [spot for spot in sure if spot.asked and spot.passage == best.passage]
        # What is asked of Ann stands in her row, and not in that of whom she stands in for.
        rows = [spot for spot in rows if spot.subject == min(row.subject for row in rows)]
        best = rows[0]
        rows.sort(key=lambda spot: spot.place)
        quotes = [spot.sentence for spot in rows[:_MAX_ROWS]]
        if len(rows) > _MAX_ROWS:
            notices = (_MORE_ROWS.format(count=len(rows) - _MAX_ROWS, title=passages[best.passage].title),)
    else:
        quotes = _quotes(question, best, spots, passages[best.passage])
    first = PassageAnswer(
        passages[best.passage], tuple(quotes), values_of(best, question), are_rows=bool(best.asked) and len(quotes) > 1
    )
    elsewhere = _elsewhere(question, best, first, sure, spots, passages)
    doubtful = [statement for statement in elsewhere if statement.is_doubtful]
    statements = [first, *(statement for statement in elsewhere if not statement.is_doubtful)]
    if others := [statement for statement in statements[1:] if _differs(statement, first)]:
        statements = in_order_of_age([first, *others])
        text = told_apart(question, statements)
    else:
        text = " ".join(statement.cited for statement in statements)
    if doubtful:
        text, statements = f"{text}\n{told_beside(question, doubtful)}", [*statements, *doubtful]
    checked = (
        finding
        for statement in statements
        for finding in check_draft(Grounds(recipe, values, statement.passage.text), statement.text)
    )
    return PlanResult(
        text=text,
        sources=tuple(source for statement in statements for source in statement.sources),
        findings=tuple(checked),
        notices=notices,
    )


def _quotes(question: str, best: Spot, spots: Sequence[Spot], passage: GroundPassage) -> list[str]:
    """Return the best sentence with what belongs to it, as it is quoted."""
    if best.odds is not None and not best.is_sure:
        # It says other words than the question: what stands beside it tells whether it is about that.
        return [unwrap(quote_of(best, passage))]
    also = [best, *_also(question, best, spots, passage)]
    return [unwrap(spot.sentence) for spot in sorted(also, key=lambda spot: passage.text.find(spot.sentence))]


def _elsewhere(
    question: str,
    best: Spot,
    first: PassageAnswer,
    sure: list[Spot],
    spots: list[Spot],
    passages: Sequence[GroundPassage],
) -> list[PassageAnswer]:
    """Return what other documents say: each other value once, or where no values are told, what fits as well."""
    found: dict[str, PassageAnswer] = {}
    versions = [spot for spot in spots if not spot.missing and spot.worth >= best.worth - _NEARLY_AS_NEAR]
    versions = [version for version in versions if _is_version(passages[version.passage], first.passage)]
    for spot in [*sure, *versions]:
        passage = passages[spot.passage]
        if passage.document == first.passage.document or passage.document in found:
            continue
        one = PassageAnswer(passage, (unwrap(spot.sentence),), values_of(spot, question))
        if one.values and _is_of_another(spot, best):
            continue
        if not is_of_same(question, spot, best) and not _is_version(passage, first.passage):
            one = replace(one, is_doubtful=_has_other_value(one, first))
        differs = (one.is_doubtful or _differs(one, first)) and spot.overlap >= best.overlap / 2
        says_more = not one.facts <= first.facts or not one.facts
        if differs or (says_more and not one.values and spot.is_sure and spot.worth >= best.worth - _NEARLY_AS_GOOD):
            found[passage.document] = one
    return list(found.values())[:2]


def _is_of_another(one: Spot, other: Spot) -> bool:
    """Tell whether two sentences, in two languages and two currencies, are about two things and not of two times."""
    if not one.language or not other.language or one.language == other.language:
        return False
    facts = (extract_facts(spot.sentence, spot.language).items for spot in (one, other))
    mine, theirs = ({fact.unit for fact in items if fact.category == "money"} for items in facts)
    return mine != theirs


def _also(question: str, best: Spot, spots: Sequence[Spot], passage: GroundPassage) -> list[Spot]:
    """Return one more sentence of the passage: the one before a "He …", or one that says more of what is asked."""
    inside = [spot for spot in spots if spot.passage == best.passage and spot is not best]
    at = passage.text.find(best.sentence)
    before = [spot for spot in inside if -1 < passage.text.find(spot.sentence) < at]
    nearest = max(before, key=lambda spot: passage.text.find(spot.sentence), default=None)
    if nearest and CONTINUES.match(best.sentence):
        more = [nearest]
    else:
        # One fact is asked for: another sentence is shown where nobody can tell which of the two says it.
        as_good = _AS_GOOD if asks_fact(question) else _NEARLY_AS_GOOD
        more = [spot for spot in inside if spot.is_sure and spot.worth >= best.worth - as_good][:1]
    return [spot for spot in more if len(best.sentence) + len(spot.sentence) < _MAX_ANSWER_CHARS]


def _nearest(
    question: str, near: Sequence[Spot], nearest: Sequence[Spot], passages: Sequence[GroundPassage]
) -> PlanResult:
    """Return the places that may help, each named before what stands there, said to be maybe no answer.

    Args:
        question: what is asked.
        near: what comes near, the nearest first.
        nearest: of these what comes as near as the first.
        passages: that they are from.
    """
    first = near[0]
    versions = [spot for spot in near[1:] if _is_version(passages[spot.passage], passages[first.passage])]
    least = first.worth - _NEARLY_AS_NEAR
    versions = [spot for spot in versions if spot.missing == first.missing and spot.worth >= least]
    # Without layers, a row that holds what is asked for stands by itself.
    is_alone = first.odds is None and bool(first.asked)
    kept = [first, *versions] if versions else [first] if is_alone else [*nearest]
    if versions:
        kept.sort(key=lambda spot: passages[spot.passage].date, reverse=True)
    asked = question_language(question) or first.language
    words = words_of(question, asked)
    own = [spot for spot in kept if spot.language in {asked, ""} or not asked or spot.asked]
    kept = [*own, *(spot for spot in kept if spot not in own)]
    every = quotes_of(kept, passages)
    quotes = [quote for quote in every if not lacks_fact(question, *quote)]
    heading, reason = words.wording("questions.nearest"), _NOT_SURE
    if not quotes:
        quotes, reason = every[:1], _WHY_NOT
        heading = f"{words.wording('questions.nothing')} {words.wording('questions.places_near')}"
    places = [
        f"- {passages[spot.passage].title}: “{without_half_marks(quote)}” [{passages[spot.passage].number}]"
        for spot, quote in quotes
    ]
    result = PlanResult(
        text="\n".join([heading, *places]),
        skeleton=True,
        reason=reason,
        sources=tuple(source_of(passages[spot.passage], quote) for spot, quote in quotes),
    )
    return replace(result, notices=tuple(_ages(result, passages, words)))


def _is_version(one: GroundPassage, other: GroundPassage) -> bool:
    """Tell whether two passages may be of two versions of a document."""
    mine, theirs = ({*WORD.findall(PurePath(it.document).stem.casefold())} for it in (one, other))
    mine, theirs = ({word for word in words if not word.isdecimal()} for words in (mine, theirs))
    return one.document != other.document and bool(mine & theirs) and (mine <= theirs or theirs <= mine)


def declined(question: str, notices: tuple[str, ...] = (), places: Sequence[GroundPassage] = ()) -> PlanResult:
    """Return that the passages do not answer, in the question's language, with the places that come nearest."""
    words = words_of(question)
    text = words.wording("questions.nothing")
    if places:
        named = "; ".join(f"{place.title} [{place.number}]" for place in places)
        text = f"{text} {words.wording('questions.places_near')} {named}"
    sources = tuple(source_of(place) for place in places)
    return PlanResult(text=text, skeleton=True, reason=_WHY_NOT, notices=notices, sources=sources)
