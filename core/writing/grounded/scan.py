"""What a careful reader would mark: risks, chances, complaints, promises, or what bears on a question. Quotations only.

A larger model is asked for the list instead (the direct plan); its quotes are checked the same way.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import pairwise

from core.drafts import Item
from core.recipes.model import Recipe
from core.text.content import content_stems
from core.text.language import detect_language
from core.text.statements import Statement, signed_by
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.commitments import Commitment, due_of, find_commitments
from core.writing.grounded.signals import find_signals, read_roles, read_text, says_something
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.roles import RoledSentence

KINDS = ("risk", "opportunity", "idea", "complaint", "duty", "open")
# Of many messages each counts by itself, so that more is found, and a promise is one whoever made it.
KINDS_OF_MESSAGES = ("risk", "opportunity", "idea", "complaint", "deadline", "commitment", "duty")
_MAX_FOUND, _CHARS_A_FIND = 12, 80
_MAX_ON_A_QUESTION, _ANSWERS = 4, 1.5
_RISKS = ("risk", "duty", "complaint", "open")
_MAX_RISKS, _MIN_WORDS = 10, 3
_SURELY_PROMISED = 0.3
# How surely somebody takes on a task; and so many words name a place.
_TAKEN_ON, _CLEAR_YES, _OWN_DAY, _MAX_PLACE_WORDS = 0.4, 0.75, 0.2, 6


def scan(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return what bears on the focus, or without one what each group holds; no model writes."""
    del ask
    source = values[recipe.main_input]
    result = _on_focus(values, source)
    if result is None:
        result = find_signals(source, options, KINDS, _MAX_FOUND)
        # A wish or an offer is no promise; what somebody has to do by a day is nothing else.
        told = {item.quote for item in result.items or ()}
        promised = [one for one in _promised(source, options) if one.who or one.due or one.quote not in told]
        promised += _told(read_roles(source, options), {one.quote for one in promised})
        kept = {one.quote for one in promised}
        others = (item for item in result.items or () if item.quote not in kept)
        result = replace(result, items=(*others, *promised))
    return replace(result, findings=check_draft(Grounds(recipe, values, source), ""))


def scan_messages(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return the same of many messages that stand beside each other: what was said later may be of another matter."""
    del ask
    source = values[recipe.main_input]
    result = _on_focus(values, source)
    if result is None:
        max_found = max(_MAX_FOUND, len(source) // _CHARS_A_FIND)
        result = find_signals(source, options, KINDS_OF_MESSAGES, max_found, each_alone=True)
        promised = [*_promised(source, options, each_alone=True)]
        told = {item.quote for item in promised}
        others = (item for item in result.items or () if item.kind != "commitment" or item.quote not in told)
        result = replace(result, items=(*others, *promised))
    return replace(result, findings=check_draft(Grounds(recipe, values, source), ""))


def _on_focus(values: Mapping[str, str], source: str) -> PlanResult | None:
    """Return what bears on the question that was given, None for when none was."""
    focus = values.get("focus", "")
    return PlanResult(items=tuple(_on(focus, read_text(source)))) if focus.strip() else None


def _promised(source: str, options: PlanOptions, *, each_alone: bool = False) -> Iterator[Item]:
    """Yield what somebody took on, with what they replied to; what was said later with it unless each stands alone."""
    author = signed_by(source, detect_language(source))
    for commitment in find_commitments(read_roles(source, options), author):
        sentence = commitment.sentence.statement
        # Where nobody speaks, a rule or a wish looks like a promise; with a day it is something to see to.
        is_promise = (
            says_something(sentence)
            and len(sentence.text.split()) >= _MIN_WORDS
            and (author or commitment.due)
            and not _is_headed_by_day(sentence)
        )
        if not each_alone and not (_is_taken_on(commitment) if sentence.speaker else is_promise):
            continue
        if commitment.sentence.reading and commitment.sentence.read_scores["commitment"] < _SURELY_PROMISED:
            continue
        words = commitment.sentence.statement.words
        name, why = (words.wording(f"signals.commitment_{part}") for part in ("name", "why"))
        if each_alone:
            said = tuple(one for one in commitment.shown if one.place not in commitment.later)
            commitment = replace(commitment, shown=said, later=frozenset())
        yield commitment.item(words).model_copy(update={"group": name, "why": why, "kind": "commitment"})


def _is_headed_by_day(one: Statement) -> bool:
    """Tell whether a short line only says when and where, as reports of a week do: "Tuesday, Miller's workshop."."""
    first, comma, rest = one.text.partition(",")
    is_day = comma and any(fact.text == first for fact in one.details)
    return bool(is_day) and len(rest.split()) <= _MAX_PLACE_WORDS


def _is_taken_on(commitment: Commitment) -> bool:
    """Tell whether who owes a task says that they will do it: "I saw it" and "nice" take nothing on."""
    own = [one for one in commitment.shown if one.statement.speaker == commitment.who] or [commitment.sentence]
    cued = any(one.statement.has("promise") or one.statement.has("short_promise") for one in own)
    says_yes = commitment.sentence.does("request") and max(one.scores["assent"] for one in own) >= _CLEAR_YES
    is_dated = commitment.due and max(one.scores["own"] for one in own) >= _OWN_DAY
    return bool(cued or says_yes or is_dated) or max(one.scores["commitment"] for one in own) >= _TAKEN_ON


def _told(sentences: Sequence[RoledSentence], known: Set[str]) -> Iterator[Item]:
    """Yield what a note tells of a promise that its writer gave: "I told her that we would call by Friday"."""
    for one in (sentence.statement for sentence in sentences):
        if one.words["signals.promised"].search(one.text) and not one.asks and one.raw not in known:
            name, why = (one.words.wording(f"signals.commitment_{part}") for part in ("name", "why"))
            yield Item(text=one.text, quote=one.raw, due=due_of(one), group=name, why=why, kind="commitment")


def _on(focus: str, statements: Sequence[Statement]) -> list[Item]:
    """Return the sentences that share most with the focus, in their order; what answers a question counts with it."""
    wanted = frozenset(content_stems(focus))
    worth = {one.place: float(len(one.stems & wanted)) for one in statements}
    for before, one in pairwise(statements):
        if before.asks and before.stems & wanted and before.speaker != one.speaker:
            worth[one.place] += _ANSWERS
    best = sorted((one for one in statements if worth[one.place]), key=lambda one: (one.asks, -worth[one.place]))
    chosen = sorted(best[:_MAX_ON_A_QUESTION], key=lambda one: one.place)
    return [Item(text=one.text, quote=one.raw, who=one.speaker) for one in chosen]


def find_risks(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """List what a careful reader would mark, grouped by kind, the gravest first."""
    del ask
    return find_signals(values[recipe.main_input], options, _RISKS, _MAX_RISKS)
