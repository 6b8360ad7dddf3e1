"""The rules of the recipe format that go across keys."""

from collections.abc import Iterator

from core.errors import InlaidError
from core.recipes.inputs import validate_inputs
from core.recipes.model import CHECK_NAMES, PLAN_NAMES, Recipe, RecipeInput
from core.recipes.render import EXTRA_VARIABLES
from core.recipes.templates import template_problem
from core.validation_messages import did_you_mean

_MAX_CHARS_PER_TOKEN = 8


def rule_problems(recipe: Recipe) -> list[str]:
    """Return every break of a rule that involves more than one key."""
    return [*_input_problems(recipe), *_name_problems(recipe), *_limit_problems(recipe), *_template_problems(recipe)]


def _input_problems(recipe: Recipe) -> Iterator[str]:
    names = [one.name for one in recipe.inputs]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"inputs: two are called {name}; rename one"
    for name in sorted(set(names) & EXTRA_VARIABLES):
        yield f"inputs: {name} is a name that templates already use; rename it"
    if recipe.main_input not in names:
        yield f"main_input: there is no input {recipe.main_input}; {did_you_mean(recipe.main_input, names)}"
    for one in recipe.inputs:
        if one.filled and (one.required or one.name == recipe.main_input):
            yield f"inputs.{one.name}.filled: nobody could be asked for it; take required away, or filled"
    if recipe.retrieve and recipe.retrieve not in names:
        yield f"retrieve: there is no input {recipe.retrieve}; {did_you_mean(recipe.retrieve, names)}"
    for one in recipe.inputs:
        yield from _choice_problems(one)


def _choice_problems(one: RecipeInput) -> Iterator[str]:
    if one.type == "choice" and not one.choices:
        yield f"inputs.{one.name}.choices: missing; a choice needs at least one"
    if one.type != "choice" and one.choices:
        yield f"inputs.{one.name}.choices: only a choice has choices; set type to choice"
    if one.required and one.default:
        yield f"inputs.{one.name}.required: it has a default; remove one of the two"


def _name_problems(recipe: Recipe) -> Iterator[str]:
    for use in recipe.checks:
        if use.name not in CHECK_NAMES:
            yield f"checks: there is no check {use.name}; {did_you_mean(use.name, list(CHECK_NAMES))}"
    if recipe.plan not in PLAN_NAMES:
        yield f"plan: there is no plan {recipe.plan}; {did_you_mean(recipe.plan, list(PLAN_NAMES))}"
    if not recipe.languages:
        yield "languages: empty; name at least one, such as en"


def _limit_problems(recipe: Recipe) -> Iterator[str]:
    output = recipe.output
    if output.min_chars > output.max_chars:
        yield f"output.min_chars: {output.min_chars} is more than max_chars ({output.max_chars}); lower it"
    if output.format == "items" and not {"text", "quote"} <= set(output.fields):
        yield "output.fields: an entry needs text and quote; add them"
    if output.max_ratio and output.min_ratio > output.max_ratio:
        yield f"output.min_ratio: {output.min_ratio} is more than max_ratio ({output.max_ratio}); lower it"
    most_chars = recipe.decoding.max_tokens * _MAX_CHARS_PER_TOKEN
    if output.format == "text" and output.min_chars > most_chars:
        yield f"output.min_chars: {output.min_chars} is more than max_tokens can write (about {most_chars}); lower it"
    for one in recipe.inputs:
        if one.default:
            try:
                validate_inputs(recipe.model_copy(update={"inputs": (one,)}), {})
            except InlaidError as error:
                yield f"inputs.{one.name}.default: {error.message.partition(': ')[2]}"


def _template_problems(recipe: Recipe) -> Iterator[str]:
    known = frozenset(one.name for one in recipe.inputs) | EXTRA_VARIABLES
    prompt = recipe.prompt
    templates = {"prompt.system": prompt.system, "prompt.user": prompt.user, "prompt.repair": prompt.repair,
                 **{f"frame.{name}": text for name, text in recipe.frame.model_dump().items()},
                 "skeleton": recipe.skeleton}  # fmt: skip
    for name, variant in prompt.variants.items():
        for key in ("system", "user", "repair"):
            templates[f"prompt.variants.{name}.{key}"] = getattr(variant, key) or ""
    for key, text in templates.items():
        if problem := template_problem(text, known):
            yield f"{key}: {problem}"
