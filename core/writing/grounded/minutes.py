"""Minutes of a conversation: who took part, what matters of what was said, who took what on. Quotations only.

The text holds everything; the items are its tasks as data, each with its quote and with who owes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.drafts import Item
from core.recipes.model import Recipe
from core.text.instructions import without_instructions
from core.text.language import detect_language
from core.text.lexicon import Lexicon, lexicon
from core.text.statements import Statement, read_statements, signed_by
from core.writing.grounded.actions import Task, find_tasks
from core.writing.grounded.context import Context
from core.writing.grounded.summarize import Digest, about_source
from core.writing.grounded.title import title_of
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.roles import roles_of


def take_minutes(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return the minutes in sentences of the conversation."""
    del ask
    source = values[recipe.main_input]
    language = detect_language(source)
    words, statements = lexicon(language), read_statements(without_instructions(source), language)
    sentences = roles_of(statements, options.embedder() if options.embedder else None)
    tasks = find_tasks(Context(sentences), signed_by(source, language))
    digest = Digest(sentences, values.get("focus", ""))
    items = tuple(task.item(words) for task in tasks if _is_sure(task, digest))
    result = PlanResult(findings=about_source(recipe, values))
    result = _minutes(
        result,
        {
            "quoted": digest.text(words),
            **_around(statements, items, "" if tasks else words.wording("conversation.no_tasks")),
        },
        items,
        source,
        words,
    )
    if options.on_token:
        options.on_token(result.text)
    return result


def _is_sure(task: Task, digest: Digest) -> bool:
    """Tell whether it is known who owes a task, and nothing was said later that may have changed it."""
    later = {two.place for one in task.shown for two in digest.later(one)}
    return bool(task.who) and not task.is_open and not task.later and later <= task.places


def _around(statements: Sequence[Statement], items: Sequence[Item], without_tasks: str) -> dict[str, str]:
    people = ", ".join(dict.fromkeys(one.speaker for one in statements if one.speaker))
    listed = "\n".join(f"- {_task_line(item)}" for item in items)
    return {"participants": people, "tasks": listed or without_tasks}


def _minutes(
    result: PlanResult, parts: Mapping[str, str], items: tuple[Item, ...], source: str, words: Lexicon
) -> PlanResult:
    order = ("participants", "quoted", "tasks")
    text = "\n\n".join(
        f"## {words.wording(f'conversation.{name}')}\n\n{parts[name]}" for name in order if parts.get(name)
    )
    subject = f"{words.wording('conversation.minutes')}: {title_of(source)}"
    return replace(result, text=text, items=items, subject=subject, alternatives=())


def _task_line(item: Item) -> str:
    facts = ", ".join(fact for fact in (item.who, item.due) if fact)
    return f"{item.text} ({facts})" if facts else item.text
