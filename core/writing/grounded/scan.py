"""What a careful reader would mark: risks, chances, complaints, promises, or what bears on a question. Quotations only.

A larger model is asked for the list instead (the direct plan); its quotes are checked the same way.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from core.drafts import Item
from core.recipes.model import Recipe
from core.text.catalogues import N_
from core.text.content import content_stems
from core.text.language import detect_language
from core.text.statements import Statement, signed_by
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.commitments import Commitment, find_commitments
from core.writing.grounded.corrections import with_what_follows
from core.writing.grounded.signals import (
    CHANCES,
    find_signals,
    is_whole,
    kept_quiet,
    marks_by_roles,
    marks_of_text,
    read_roles,
    read_text,
)
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.roles.kinds import kind_of_signal
from core.writing.roles.marks import MARKED_AS

# Of many messages each counts by itself, so that more is found, and a promise is one whoever made it.
KINDS_OF_MESSAGES = (
    N_("risk"),
    N_("opportunity"),
    N_("idea"),
    N_("complaint"),
    N_("deadline"),
    N_("commitment"),
    N_("duty"),
)
_MAX_ON_A_QUESTION, _ANSWERS = 4, 1.5
# What is told under its own heading though somebody took something on about it.
_TOLD_TOO = frozenset({"risk", "complaint"})
# Of so many sentences a list may lack one that matters: of readers' documents one list in eight did.
_LONG = 10
# A text of so many rules, which are such a part of it, is a handbook: no single rule of it is news to anybody.
_MANY_RULES, _MOSTLY_RULES = 5, 0.4
# From here on a sentence of a few, or of many messages, takes something on.
_PROMISED = 0.3


def scan(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return what bears on the focus, or without one what each group holds; no model writes."""
    del ask
    source = values[recipe.main_input]
    result = _with_what_follows(_on_focus(values, source) or _of_all_kinds(source, options), source)
    return replace(result, findings=check_draft(Grounds(recipe, values, source), ""))


def scan_messages(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return the same of many messages that stand beside each other: what was said later may be of another matter."""
    del ask
    source = values[recipe.main_input]
    result = _on_focus(values, source) or _of_all_kinds(source, options, each_alone=True)
    return replace(result, findings=check_draft(Grounds(recipe, values, source), ""))


def _of_all_kinds(
    source: str, options: PlanOptions, *, each_alone: bool = False, left_out: Collection[str] = ()
) -> PlanResult:
    """Return what a reader would mark, and what somebody took on with what it was asked for."""
    sentences = read_roles(source, options)
    kinds = KINDS_OF_MESSAGES if each_alone else MARKED_AS
    marks = marks_by_roles(sentences) if each_alone else marks_of_text(sentences)
    author = signed_by(source, detect_language(source))
    taken_on = {place for place, mark in marks.items() if mark.kind == "commitment"}
    by_itself = each_alone or not is_whole(sentences)
    promised = [
        _as_told(commitment, each_alone=each_alone)
        for commitment in find_commitments(sentences, author)
        if commitment.places & taken_on or (by_itself and _is_promise(commitment)) or _is_agreed(commitment)
    ]
    told = frozenset[int]().union(*(commitment.places for commitment in promised))
    rules = {place for place, mark in marks.items() if mark.kind == "duty"}
    if each_alone and len(rules) >= max(_MANY_RULES, _MOSTLY_RULES * len(sentences)):
        marks = {place: mark for place, mark in marks.items() if place not in rules}
    named = {place: mark.kind for place, mark in marks.items()}
    if each_alone:
        named |= {sentence.place: kind for sentence in sentences if (kind := kind_of_signal(sentence))}
        named |= dict.fromkeys(kept_quiet(sentences), "risk")
    told_too = {*kinds} - {"commitment"} if each_alone else _TOLD_TOO
    wanted = {place: kind for place, kind in named.items() if kind in kinds and (kind in told_too or place not in told)}
    result = find_signals(source, sentences, marks, wanted, each_alone=each_alone, left_out=left_out)
    items = (*(result.items or ()), *map(_promise, promised))
    told_of = "nothing" if not items else "partial" if len(sentences) >= _LONG else ""
    said = (sentences[0].statement.words.wording(f"signals.{told_of}"),) if sentences and told_of else ()
    return replace(result, items=items, notices=result.notices if each_alone else (*result.notices, *said))


def _is_promise(commitment: Commitment) -> bool:
    return max(sentence.read_scores["commitment"] for sentence in commitment.shown) >= _PROMISED


def _is_agreed(commitment: Commitment) -> bool:
    """Tell whether somebody said yes to what another asked for by a day."""
    asked, who = commitment.sentence.statement, commitment.who
    said = [sentence for sentence in commitment.shown if sentence.statement.speaker == who]
    is_taken = any(sentence.does("commitment") or sentence.statement.has("assent") for sentence in said)
    return bool(commitment.due and who) and who != asked.speaker and asked.has("request") and is_taken


def _as_told(commitment: Commitment, *, each_alone: bool) -> Commitment:
    """Return a promise with what was said of it later only where that takes it back or changes it.

    Of messages it stands as it was made.
    """
    first = commitment.first or commitment
    if each_alone:
        return first
    is_changed = (first.who, first.due) != (commitment.who, commitment.due)
    kept = {
        sentence.place
        for sentence in commitment.shown
        if sentence.place in commitment.later and (is_changed or sentence.does("correction", "refusal"))
    }
    shown = tuple(
        sentence for sentence in commitment.shown if sentence.place not in commitment.later or sentence.place in kept
    )
    return replace(commitment, shown=shown, later=frozenset(kept))


def _promise(commitment: Commitment) -> Item:
    words = commitment.sentence.statement.words
    name, why = (words.wording(f"signals.commitment_{part}") for part in ("name", "why"))
    return commitment.item(words).model_copy(update={"group": name, "why": why, "kind": "commitment"})


def _on_focus(values: Mapping[str, str], source: str) -> PlanResult | None:
    """Return what bears on the question that was given, None for when none was."""
    focus = values.get("focus", "")
    return PlanResult(items=tuple(_on(focus, read_text(source)))) if focus.strip() else None


def _on(focus: str, statements: Sequence[Statement]) -> list[Item]:
    """Return the sentences that share most with the focus, in their order; what answers a question counts with it."""
    wanted = frozenset(content_stems(focus))
    worth = {statement.place: float(len(statement.stems & wanted)) for statement in statements}
    for before, statement in pairwise(statements):
        if before.asks and before.stems & wanted and before.speaker != statement.speaker:
            worth[statement.place] += _ANSWERS
    best = sorted(
        (statement for statement in statements if worth[statement.place]), key=lambda one: (one.asks, -worth[one.place])
    )
    chosen = sorted(best[:_MAX_ON_A_QUESTION], key=lambda one: one.place)
    return [Item(text=statement.text, quote=statement.raw, who=statement.speaker) for statement in chosen]


def find_risks(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """List what a careful reader would mark but offers and ideas, grouped by kind, the gravest first."""
    del ask
    source = values[recipe.main_input]
    return _with_what_follows(_of_all_kinds(source, options, left_out=CHANCES), source)


def _with_what_follows(result: PlanResult, source: str) -> PlanResult:
    return replace(result, items=tuple(with_what_follows(result.items or (), source)))
