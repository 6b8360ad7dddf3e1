"""Risks, objections, opportunities and ideas, or what bears on a question: each the speaker's own words, by rule.

A larger model is asked for the list instead (the direct plan); its quotes are checked the same way.
"""

from collections.abc import Mapping
from dataclasses import replace

from core.drafts import Item
from core.recipes.model import Recipe
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.choosing import choose_units, read_units
from core.writing.grounded.cues import Topic, find_cued
from core.writing.grounded.trimming import trim
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

TOPICS = (
    Topic("risks", ("stop", "loss", "threat", "dependence", "expiry", "failure"), group="findings.risk"),
    Topic("findings", ("risk", "objection", "opportunity", "idea")),
)
_LONGEST_QUOTE_CHARS, _LONGEST_TEXT_CHARS = 600, 200
_MOST_FOUND, _MOST_ON_A_QUESTION, _MOST_ANSWER_CHARS = 60, 4, 1600


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
    units = choose_units(
        [unit for unit in read_units(source) if len(unit.raw) <= _LONGEST_QUOTE_CHARS],
        focus=focus, most_chars=_MOST_ANSWER_CHARS, most_units=_MOST_ON_A_QUESTION,
    )  # fmt: skip
    return [Item(text=_short(trim(unit.text)), quote=unit.raw, who=unit.speaker) for unit in units]


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST_TEXT_CHARS else line[:_LONGEST_TEXT_CHARS].rpartition(" ")[0] + " …"
