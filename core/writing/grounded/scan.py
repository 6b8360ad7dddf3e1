"""What stands out of a text, in quotations: the terms of an agreement, what bears on a question, signals of messages.

Of any other text rules miss what is grave and call harmless things risks (DECISIONS 426): it is said how long it is to
read. A larger model is asked for the list instead (the direct plan); its quotes are checked the same way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from core.drafts import Item
from core.recipes.model import Recipe
from core.text.language import detect_language
from core.text.lexicon import lexicon
from core.text.same_words import content_words, is_said
from core.text.statements import Statement
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.corrections import with_what_follows
from core.writing.grounded.due import due_of
from core.writing.grounded.signals import (
    KINDS,
    find_signals,
    item_of,
    kept_quiet,
    marks_by_roles,
    read_roles,
    read_text,
    says_something,
)
from core.writing.grounded.summarize import only_length
from core.writing.grounded.terms import list_terms
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.roles import RoledSentence
from core.writing.roles.kinds import kind_of_signal

_MAX_ON_A_QUESTION, _ANSWERS, _MAX_NAME_WORDS = 8, 1.5, 2
# Messages of so many rules, which are such a part of them, are a handbook: no single rule of it is news to anybody.
_MANY_RULES, _MOSTLY_RULES = 5, 0.4
# From here on a sentence takes something on that another names, or asks for something.
_PROMISED, _ASKED = 0.3, 0.5


def scan(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return what bears on the focus, or without one the terms of an agreement; no model writes."""
    del ask
    source, focus = values[recipe.main_input], values.get("focus", "")
    if not focus.strip():
        return _terms_or_length(recipe, values, options)
    items = with_what_follows(_on_focus(focus, source).items or (), source)
    partial = lexicon(detect_language(source)).wording("signals.partial")
    return _checked(recipe, values, PlanResult(items=tuple(items), notices=(partial,)))


def find_risks(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """List the terms of an agreement; of another text say that this takes a model that writes."""
    del ask
    return _terms_or_length(recipe, values, options)


def _terms_or_length(recipe: Recipe, values: Mapping[str, str], options: PlanOptions) -> PlanResult:
    found = list_terms(values[recipe.main_input], options)
    return _checked(recipe, values, found) if found else only_length(recipe, values, "list")


def scan_messages(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return the signals of many messages that stand beside each other; each counts by itself."""
    del ask
    source, focus = values[recipe.main_input], values.get("focus", "")
    return _checked(recipe, values, _on_focus(focus, source) if focus.strip() else _signals(source, options))


def _checked(recipe: Recipe, values: Mapping[str, str], result: PlanResult) -> PlanResult:
    return replace(result, findings=check_draft(Grounds(recipe, values, values[recipe.main_input]), ""))


def _signals(source: str, options: PlanOptions) -> PlanResult:
    """Return what a reader would mark, and what somebody took on with what it was asked for."""
    sentences = read_roles(source, options)
    marks = marks_by_roles(sentences)
    rules = {place for place, mark in marks.items() if mark.kind == "duty"}
    if len(rules) >= max(_MANY_RULES, _MOSTLY_RULES * len(sentences)):
        marks = {place: mark for place, mark in marks.items() if place not in rules}
    named = {place: mark.kind for place, mark in marks.items()}
    named |= {sentence.place: kind for sentence in sentences if (kind := kind_of_signal(sentence))}
    named |= dict.fromkeys(kept_quiet(sentences), "risk")
    agreed = {answer: asked for answer in sentences if (asked := _agreed_to(answer, sentences))}
    pairs = [said for pair in agreed.items() for said in pair]
    told = {said.place for said in pairs if named.get(said.place) == "commitment"}
    wanted = {place: kind for place, kind in named.items() if kind in KINDS and place not in told}
    result = find_signals(source, sentences, marks, wanted)
    promises = (_promise(answer, asked) for answer, asked in agreed.items())
    return replace(result, items=(*(result.items or ()), *promises))


def _promise(answer: RoledSentence, asked: RoledSentence) -> Item:
    """Return the entry of what somebody was asked for and takes on, with who asked."""
    entry, who = item_of([asked, answer], asked, "commitment", is_talk=True), asked.statement.speaker
    changes = {"text": f"{who}: {entry.text}", "who": answer.statement.speaker}
    return entry.model_copy(update={**changes, "due": due_of(answer.statement) or entry.due})


def _agreed_to(answer: RoledSentence, sentences: Sequence[RoledSentence]) -> RoledSentence | None:
    """Return what another asked for and a sentence takes on."""
    asked = sentences[answer.about] if answer.about is not None else answer
    are_two = asked.statement.speaker and answer.statement.speaker not in ("", asked.statement.speaker)
    says_no = answer.statement.asks or answer.does("refusal", "outcome")
    is_asked = asked.read_scores["request"] >= _ASKED and answer.does("assent")
    promised, known = (said.read_scores["commitment"] for said in (answer, asked))
    takes_on = promised >= known and (promised >= _PROMISED or is_asked)
    return asked if are_two and takes_on and not says_no else None


def _tells(one: Statement) -> bool:
    """Tell whether a statement is more than the name of a clause, "5. Termination"."""
    return says_something(one) and (bool(one.speaker) or len(one.text.split()) > _MAX_NAME_WORDS)


def _on_focus(focus: str, source: str) -> PlanResult:
    """Return the sentences that share most with the focus, in their order; what answers a question counts with it."""
    statements, wanted = read_text(source), content_words(focus)
    shared = {said.place: float(sum(is_said(word, said.text) for word in wanted)) for said in statements}
    worth = {said.place: shared[said.place] for said in statements if _tells(said)}
    for before, statement in pairwise(statements):
        if before.asks and shared[before.place] and before.speaker != statement.speaker:
            worth[statement.place] = worth.get(statement.place, 0.0) + _ANSWERS
    bearing = (statement for statement in statements if worth.get(statement.place))
    best = sorted(bearing, key=lambda one: (one.asks, -worth[one.place]))
    chosen = sorted(best[:_MAX_ON_A_QUESTION], key=lambda one: one.place)
    items = (Item(text=statement.text, quote=statement.raw, who=statement.speaker) for statement in chosen)
    return PlanResult(items=tuple(items))
