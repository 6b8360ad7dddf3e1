"""Summaries that hold: the sentences that say most, in their order, each with who said it."""

from collections.abc import Mapping

from core.drafts import Finding
from core.recipes.model import Recipe
from core.text.instructions import without_instructions
from core.text.language import detect_language
from core.text.lexicon import lexicon
from core.text.statements import read_statements
from core.writing.checks import Grounds
from core.writing.checks.injection import find_instructions
from core.writing.grounded.digest import Digest
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.roles import roles_of

_SHORT_WORDS, _SHORT_SENTENCES = 80, 4


def summarize(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return the sentences that say most, in their order, each with who said it."""
    del ask
    source = values[recipe.main_input]
    language = detect_language(source)
    words = lexicon(language)
    statements = read_statements(without_instructions(source), language)
    warnings = about_source(recipe, values)
    if len(source.split()) < _SHORT_WORDS or len(statements) <= _SHORT_SENTENCES:
        return PlanResult(text=source.strip(), findings=warnings, notices=(words.wording("conversation.short"),))
    sentences = roles_of(statements, options.embedder() if options.embedder else None)
    text = Digest(sentences, values.get("focus", "")).text(words)
    if options.on_token:
        options.on_token(text)
    return PlanResult(text=text, findings=warnings)


def about_source(recipe: Recipe, values: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return what a person should know of the text itself; quotations of it need no other check."""
    return tuple(find_instructions(Grounds(recipe, values, values[recipe.main_input]), ""))
