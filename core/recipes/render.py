"""Turn a recipe and its values into messages for a model, the frame around its text, and the skeleton draft."""

from collections.abc import Mapping, Sequence

from core.drafts import ChatMessage
from core.recipes.inputs import input_errors, validate_inputs
from core.recipes.model import Recipe
from core.recipes.templates import as_data, fill
from core.text.language import detect_language

__all__ = ["frame", "input_errors", "render_messages", "render_skeleton", "validate_inputs"]

# What templates may use besides the inputs. `draft` and `problems` only have content in a repair prompt.
EXTRA_VARIABLES = frozenset({"language", "facts", "draft", "problems"})


def _context(recipe: Recipe, values: Mapping[str, str], **extra: object) -> dict[str, object]:
    blank = dict.fromkeys((one.name for one in recipe.inputs), "")
    data = {name: as_data(value) for name, value in {**blank, **values}.items()}
    language = values.get("language") or detect_language(values.get(recipe.main_input, "")) or recipe.languages[0]
    return {**data, "language": language, "facts": (), "draft": "", "problems": "", **extra}


def render_messages(
    recipe: Recipe,
    values: Mapping[str, str],
    *,
    variant: str = "",
    facts: Sequence[str] = (),
    repair: tuple[str, str] | None = None,
) -> list[ChatMessage]:
    """Return the chat for one call: the fixed part (system, examples) first, then what this request adds.

    Args:
        recipe: the recipe.
        values: its validated inputs.
        variant: name of a prompt variant, "" for the main prompt.
        facts: the few facts that the model should keep.
        repair: the failed draft and what is wrong with it, for a repair round.

    Raises:
        RecipeError: a template cannot be filled with these values.
    """
    prompt = recipe.prompt_for(variant)
    draft, problems = (as_data(part) for part in repair) if repair else ("", "")
    context = _context(recipe, values, facts=tuple(map(as_data, facts)), draft=draft, problems=problems)
    messages = [ChatMessage(role="system", content=fill(prompt.system, context))] if prompt.system else []
    for example in prompt.examples:
        messages.append(ChatMessage(role="user", content=example.user.strip()))
        messages.append(ChatMessage(role="assistant", content=example.assistant.strip()))
    messages.append(ChatMessage(role="user", content=fill(prompt.user, context)))
    if repair and prompt.repair:
        messages.append(ChatMessage(role="assistant", content=draft))
        messages.append(ChatMessage(role="user", content=fill(prompt.repair, context)))
    return messages


def frame(recipe: Recipe, values: Mapping[str, str], body: str) -> str:
    """Return the text with the recipe's opening above and closing below it."""
    context = _context(recipe, values)
    parts = (fill(recipe.frame.opening, context), body.strip(), fill(recipe.frame.closing, context))
    return "\n\n".join(part for part in parts if part.strip())


def render_skeleton(recipe: Recipe, values: Mapping[str, str]) -> str:
    """Return the draft that needs no model: the recipe's own skeleton in its frame, gaps as `[[question]]`."""
    return frame(recipe, values, fill(recipe.skeleton, _context(recipe, values)))
