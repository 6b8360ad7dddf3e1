"""Minutes of a conversation: who took part, what was said, who does what by when. Composed of summary and action items.

The text holds everything; the items are its tasks as data, each with its quote.
"""

from collections.abc import Mapping
from dataclasses import replace

from core.drafts import Item
from core.recipes.model import Recipe
from core.text.speakers import Turn, split_turns
from core.writing.grounded.actions import list_actions
from core.writing.grounded.summarize import summarize
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.subject import subject_line

TASKS = "Actions"
NO_TASKS = "Nobody asked for anything or promised it."


def take_minutes(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return the minutes, the summary by rule and a small model."""
    summary = summarize(recipe, values, ask, options)
    items = list_actions(recipe, values, ask).items or ()
    turns = split_turns(values[recipe.main_input])
    people = ", ".join(dict.fromkeys(turn.speaker for turn in turns if turn.speaker))
    parts = [("Participants", people), ("Summary", summary.text), (TASKS, _listed(items))]
    text = "\n\n".join(f"## {title}\n\n{content}" for title, content in parts if content)
    return replace(summary, text=text, items=items, subject=f"Minutes: {_topic(turns)}", alternatives=())


def _topic(turns: list[Turn]) -> str:
    return next((line for turn in turns if (line := subject_line(turn.text))), "")


def _listed(items: tuple[Item, ...]) -> str:
    return "\n".join(f"- {_task_line(item)}" for item in items) or NO_TASKS


def _task_line(item: Item) -> str:
    facts = ", ".join(fact for fact in (item.who, item.due) if fact)
    return f"{item.text} ({facts})" if facts else item.text
