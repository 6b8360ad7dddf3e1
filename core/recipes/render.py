"""Turn a recipe and its values into messages for a model, the frame around its text, and the skeleton draft."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.drafts import ChatMessage, JsonObject
from core.policies.style import LanguageRules
from core.recipes.inputs import input_errors, validate_inputs
from core.recipes.model import CHAT, SIDE_BY_SIDE, Recipe
from core.recipes.templates import as_data, fill
from core.text.catalogues import current_locale
from core.text.language import LANGUAGE_NAMES, detect_language
from core.text.salutations import address_of, words_of_address

__all__ = [
    "frame",
    "framed",
    "input_errors",
    "own_lines",
    "render_messages",
    "render_skeleton",
    "validate_inputs",
    "with_language",
]

# What templates may use besides the inputs. `draft` and `problems` only have content in a repair prompt; `address` is
# how the message that is answered addresses its reader; `facts` is always empty, and known because recipes of others
# name it.
EXTRA_VARIABLES = frozenset({"language", "address", "source_length", "most_length", "facts", "draft", "problems"})
THREAD = "thread"
# The input that says into which language a text is put, and that in which somebody wants to read about one.
TARGET_LANGUAGE, WISHED_LANGUAGE = "target_language", "wished_language"
# A recipe with this input writes messages.
_GREETING, _USUAL_GREETING, _CLOSING = "greeting", "usual_greeting", "closing"
# A model does not count exactly: it is asked for less than the check allows.
_ASKED_SHARE = 0.85
_MIN_ASKED_CHARS = 400
_CHARS_PER_WORD, _MAX_WORDS_CHARS = 6, 12


def template_context(recipe: Recipe, values: Mapping[str, str], **extra: object) -> dict[str, object]:
    """Return what a recipe's templates may use; inputs without a value are ""."""
    blank = dict.fromkeys((field.name for field in recipe.inputs), "")
    data = {name: as_data(value) for name, value in {**blank, **values}.items()}
    source = values.get(recipe.main_input, "")
    language = _language(recipe, values)
    return {
        **data,
        "language": language,
        "address": _address(recipe, values, language),
        "facts": (),
        "draft": "",
        "problems": "",
        "source_length": _length(len(source.strip()), source),
        "most_length": _length(_asked_chars(recipe, source), source),
        **extra,
    }


def _language(recipe: Recipe, values: Mapping[str, str]) -> str:
    return values.get("language") or recipe.language_for(values.get(recipe.main_input, ""))


def target_language(values: Mapping[str, str]) -> str:
    """Return the code of the language that a text is to be put into or to be told in, "" where that is its own."""
    return LANGUAGE_NAMES.get(values.get(TARGET_LANGUAGE) or values.get(WISHED_LANGUAGE, ""), "")


def with_language(recipe: Recipe, given: Mapping[str, Any]) -> JsonObject:
    """Return what was given, with the language to translate into where none was chosen: not that of the text.

    It is the person's own, else the one that the recipe names.
    """
    wanted, text = recipe.input_named(TARGET_LANGUAGE), str(given.get(recipe.main_input) or "")
    if wanted is None or given.get(TARGET_LANGUAGE) or not text.strip():
        return dict(given)
    own = [name for name in wanted.choices if LANGUAGE_NAMES.get(name) == current_locale()]
    known = detect_language(text)
    found = next((name for name in (*own, wanted.default) if name and LANGUAGE_NAMES.get(name) != known), "")
    return {**given, TARGET_LANGUAGE: found} if found else dict(given)


def house_guidance(recipe: Recipe, values: Mapping[str, str]) -> str:
    """Return what a model is told of the house style, in the language of what it writes; "" where there is none."""
    if not recipe.house:
        return ""
    rules = recipe.house.of(target_language(values) or _language(recipe, values))
    is_worded = not recipe.corrects and (recipe.output.format == "text" or recipe.plan == SIDE_BY_SIDE)
    is_framed = recipe.input_named(_GREETING) and not values.get(CHAT)
    frame = _house_frame(rules, values) if is_framed else ()
    told = "\n".join(values.values())
    return as_data(rules.guidance(told, is_worded=is_worded, corrects=recipe.corrects, frame=frame))


def _house_frame(rules: LanguageRules, values: Mapping[str, str]) -> list[str]:
    """Return how a message is to begin and to end, where the person has not set that."""
    told = [
        ("Greeting line", rules.greeting.value and values.get(_USUAL_GREETING), values.get(_GREETING)),
        ("Closing line", rules.closing.value, values.get(_CLOSING)),
    ]
    return [f"{name}: {line}" for name, line, own in told if line and not own]


def _address(recipe: Recipe, values: Mapping[str, str], language: str) -> str:
    """Return the word by which the reader is addressed: by the house style, else as the message and its thread show."""
    answered = recipe.input_named(recipe.main_input)
    if answered is None or not answered.foreign:
        return ""
    shown = (address_of(language, values.get(name, "")) for name in (recipe.main_input, THREAD))
    found = next(filter(None, (recipe.house.of(language).address, *shown)), "")
    return words_of_address(language).get(found, "")


def _asked_chars(recipe: Recipe, source: str) -> int:
    """Return how many characters a model is asked for at most: some less than may be, and of a short text enough."""
    output, chars = recipe.output, len(source.strip())
    allowed = min(output.max_chars, round(output.max_ratio * chars) if output.max_ratio else output.max_chars)
    aimed = min(output.aim_chars or allowed, round(output.aim_ratio * chars) if output.aim_ratio else allowed)
    return min(round(_ASKED_SHARE * allowed), max(aimed, _MIN_ASKED_CHARS))


def _length(chars: int, source: str) -> str:
    """Return a length as people say it: in words, in characters where a language puts no blanks between words."""
    words = len(source.split())
    chars_per_word = len(source.strip()) / words if words else _CHARS_PER_WORD
    if chars_per_word > _MAX_WORDS_CHARS:
        return f"{chars:,} characters"
    return f"{max(1, round(chars / max(chars_per_word, 1))):,} words"


def render_messages(
    recipe: Recipe,
    values: Mapping[str, str],
    *,
    variant: str = "",
    repair: tuple[str, str] | None = None,
    turns: Sequence[ChatMessage] = (),
) -> list[ChatMessage]:
    """Return the chat for one call: the fixed part (system, examples) first, then what this request adds.

    Args:
        recipe: the recipe.
        values: its validated inputs.
        variant: name of a prompt variant, "" for the main prompt.
        repair: the failed draft and what is wrong with it, for a repair round.
        turns: what was written and said after the request, for a new version of a draft.

    Raises:
        RecipeError: a template cannot be filled with these values.
    """
    prompt = recipe.prompt_for(variant)
    draft, problems = (as_data(part) for part in repair) if repair else ("", "")
    context = template_context(recipe, values, draft=draft, problems=problems)
    system = (fill(prompt.system, context) if prompt.system else "", house_guidance(recipe, values))
    told = "\n\n".join(filter(None, system))
    messages = [ChatMessage(role="system", content=told)] if told else []
    is_chat = bool(values.get(CHAT))
    for example in (example for example in prompt.examples if example.chat in {None, is_chat}):
        messages.append(ChatMessage(role="user", content=example.user.strip()))
        messages.append(ChatMessage(role="assistant", content=example.assistant.strip()))
    messages.append(ChatMessage(role="user", content=fill(prompt.user, context)))
    messages += turns
    if repair and prompt.repair:
        messages.append(ChatMessage(role="assistant", content=draft))
        messages.append(ChatMessage(role="user", content=fill(prompt.repair, context)))
    return messages


def frame(recipe: Recipe, values: Mapping[str, str], body: str) -> str:
    """Return a text that rules wrote with the recipe's opening above and closing below it."""
    context = template_context(recipe, values)
    return framed(fill(recipe.frame.opening, context), body, fill(recipe.frame.closing, context))


def own_lines(recipe: Recipe, values: Mapping[str, str]) -> tuple[str, str]:
    """Return what the person set as greeting and closing around a text that a model writes; "" for what it writes."""
    own = (recipe.frame.own_opening, recipe.frame.own_closing)
    if not any(own):
        return own
    context = template_context(recipe, values)
    return fill(own[0], context), fill(own[1], context)


def framed(opening: str, body: str, closing: str) -> str:
    """Return a text between its first and last lines."""
    return "\n\n".join(part for part in (opening, body.strip(), closing) if part.strip())


def render_skeleton(recipe: Recipe, values: Mapping[str, str]) -> str:
    """Return the draft that needs no model: the recipe's own skeleton in its frame, gaps as `[[question]]`."""
    return frame(recipe, values, fill(recipe.skeleton, template_context(recipe, values)))
