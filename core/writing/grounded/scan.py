"""Risks, chances, ideas, complaints and promises, or what bears on a question: each in the speaker's own words.

A larger model is asked for the list instead (the direct plan); its quotes are checked the same way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from core.drafts import Item
from core.recipes.model import Recipe
from core.text.content import content_stems
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.signals import find_signals, read_roles
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.roles import RoledSentence

# What a sentence is known by, and how much each role counts; of several kinds it is the one that it is most surely.
KINDS = {
    "risk": {"risk": 2.8},
    "opportunity": {"opportunity": 4.0},
    "idea": {"idea": 3.0, "proposal": 1.0},
    "complaint": {"complaint": 3.3, "refusal": 1.0},
    "commitment": {"commitment": 1.8},
    "duty": {"duty": 1.6},
}
_LIMIT, _MAX_FOUND = 0.6, 15
_MAX_ON_A_QUESTION, _ANSWERS = 4, 1.5


def scan(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return what bears on the focus, or without one what each group holds; no model writes."""
    del ask
    source, focus = values[recipe.main_input], values.get("focus", "")
    if focus.strip():
        result = PlanResult(items=tuple(_on(focus, read_roles(source, options))))
    else:
        result = find_signals(source, options, KINDS, _LIMIT, _MAX_FOUND)
    return replace(result, findings=check_draft(Grounds(recipe, values, source), ""))


def _on(focus: str, sentences: Sequence[RoledSentence]) -> list[Item]:
    """Return the sentences that share most with the focus, in their order; what answers a question counts with it."""
    wanted = frozenset(content_stems(focus))
    statements = [one.statement for one in sentences]
    worth = {one.place: float(len(one.stems & wanted)) for one in statements}
    for before, one in pairwise(statements):
        if before.asks and before.stems & wanted and before.speaker != one.speaker:
            worth[one.place] += _ANSWERS
    best = sorted((one for one in statements if worth[one.place]), key=lambda one: (one.asks, -worth[one.place]))
    chosen = sorted(best[:_MAX_ON_A_QUESTION], key=lambda one: one.place)
    return [Item(text=one.text, quote=one.raw, who=one.speaker) for one in chosen]
