"""Risks, objections, opportunities and ideas, or what bears on a question: each the speaker's own words, by rule.

A larger model is asked for the list instead (the direct plan); its quotes are checked the same way.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from core.drafts import Item
from core.recipes.model import Recipe
from core.text.content import content_stems
from core.text.language import detect_language
from core.text.statements import Statement, read_statements
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.cues import Topic, find_cued
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

# Whatever is a risk is found; a mere date or a duty of a contract gives way to an idea or objection.
TOPICS = (
    Topic("risks", ("liability", "penalty", "stop", "loss", "complaint", "threat", "people"), group="findings.risk"),
    Topic("findings", ("objection", "idea", "opportunity")),
    Topic("risks", group="findings.risk"),
    Topic("findings", ("risk",), group="findings.risk"),
)
_LONGEST_QUOTE_CHARS, _LONGEST_TEXT_CHARS = 600, 200
_MOST_FOUND, _MOST_ON_A_QUESTION, _ANSWERS = 60, 4, 1.5


def scan(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return what bears on the focus, or without one what each group holds; the model is not needed."""
    del ask, options
    source, focus = values[recipe.main_input], values.get("focus", "")
    grounds = Grounds(recipe, values, source)
    if focus.strip():
        result = PlanResult(items=tuple(_on(focus, source)))
    else:
        result = find_cued(source, grounds.language, TOPICS, _MOST_FOUND)
    return replace(result, findings=check_draft(grounds, ""))


def _on(focus: str, source: str) -> list[Item]:
    """Return the sentences that share most with the focus, in their order; what answers a question counts with it."""
    wanted = frozenset(content_stems(focus))
    statements = [
        one for one in read_statements(source, detect_language(source)) if len(one.raw) <= _LONGEST_QUOTE_CHARS
    ]
    worth = {one.place: float(len(one.stems & wanted)) for one in statements}
    for before, one in pairwise(statements):
        if before.asks and before.stems & wanted and before.speaker != one.speaker:
            worth[one.place] += _ANSWERS
    best = sorted((one for one in statements if worth[one.place]), key=lambda one: (one.asks, -worth[one.place]))
    chosen = sorted(best[:_MOST_ON_A_QUESTION], key=_place)
    return [Item(text=_short(one.text), quote=one.raw, who=one.speaker) for one in chosen]


def _place(statement: Statement) -> int:
    return statement.place


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST_TEXT_CHARS else line[:_LONGEST_TEXT_CHARS].rpartition(" ")[0] + " …"
