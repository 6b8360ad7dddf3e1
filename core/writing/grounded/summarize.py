"""Summaries that hold: what was decided and found, who does what, and what is open, each a sentence of the text."""

from collections.abc import Mapping, Sequence

from core.drafts import Finding
from core.recipes.model import Recipe
from core.text.instructions import without_instructions
from core.text.language import detect_language
from core.text.lexicon import Lexicon, lexicon
from core.text.statements import read_statements, signed_by
from core.writing.checks import Grounds
from core.writing.checks.injection import find_instructions
from core.writing.grounded.actions import find_tasks
from core.writing.grounded.context import Chain
from core.writing.grounded.digest import Digest
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_SHORT_WORDS, _SHORT_SENTENCES = 60, 3


def summarize(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return the sentences that say most, by what they do, each with its speaker."""
    del ask
    source = values[recipe.main_input]
    language = detect_language(source)
    words = lexicon(language)
    statements = read_statements(without_instructions(source), language)
    warnings = about_source(recipe, values)
    if len(source.split()) < _SHORT_WORDS or len(statements) <= _SHORT_SENTENCES:
        return PlanResult(text=source.strip(), findings=warnings, notices=(words.wording("conversation.short"),))
    digest = Digest(statements, find_tasks(statements, signed_by(source, language)), values.get("focus", ""))
    text = sections_text(digest.sections(), words)
    if options.on_token:
        options.on_token(text)
    return PlanResult(text=text, findings=warnings)


def about_source(recipe: Recipe, values: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return what a person should know of the text itself; quotations of it need no other check."""
    return tuple(find_instructions(Grounds(recipe, values, values[recipe.main_input]), ""))


def sections_text(sections: Sequence[tuple[str, list[Chain]]], words: Lexicon) -> str:
    """Return sections as text, each quotation on a line of its own."""
    parts = [f"**{words.wording(f'conversation.{name}')}**\n" + "\n".join(f"- {line_of(chain)}" for chain in chains)
             for name, chains in sections]  # fmt: skip
    return "\n\n".join(parts)


def line_of(chain: Chain) -> str:
    """Return quotations that belong together in one line, each speaker named once in a row, gaps shown."""
    line, before = "", None
    for one in chain:
        is_next = before is not None and one.place == before.place + 1
        if before is None or one.speaker != before.speaker:
            line += ("" if before is None else " \u2192 " if is_next else " \u2026 ") + (
                f"**{one.speaker}**: " if one.speaker else ""
            )
        else:
            line += " " if is_next else " \u2026 "
        line, before = line + one.text, one
    return line
