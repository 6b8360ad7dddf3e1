"""Find and read recipes. A wrong file is reported whole: every problem, with file, key and fix.

Rules that go across keys are checked here; those of one key by its model (`core.recipes.model`).
"""

import json
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from core.errors import LISTED, InlaidError, RecipeError
from core.logs import logger
from core.policies.toml_lines import line_of_key
from core.recipes.inputs import validate_inputs
from core.recipes.model import CHECK_NAMES, DIRECT, PLAN_FORMS, SIDE_BY_SIDE, Recipe, RecipeInput
from core.recipes.render import EXTRA_VARIABLES, template_context
from core.recipes.templates import fill, template_problem, variables_of
from core.text.catalogues import N_
from core.text.language import LANGUAGE_NAMES, is_language_code
from core.validation_messages import did_you_mean, key_problems

log = logger(__name__)

_MAX_CHARS_PER_TOKEN = 8
_BUNDLED = (
    "reply",
    "compose",
    "rewrite",
    "plain",
    "shorten",
    "proofread",
    "translate",
    "summarize",
    "title",
    "answer",
    "ask",
    "scan",
    "actions",
    "minutes",
    "risks",
    "consistency",
    "fill",
    "insert",
    "variants",
)
_ENTRY_POINTS = "inlaid.recipes"
MAX_FILE_BYTES = 200_000


def rule_problems(recipe: Recipe) -> list[str]:
    """Return every break of a rule that involves more than one key."""
    rules = (_input_problems, _name_problems, _plan_problems, _limit_problems, _template_problems)
    return [problem for rule in rules for problem in rule(recipe)]


def _input_problems(recipe: Recipe) -> Iterator[str]:
    names = [field.name for field in recipe.inputs]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"inputs: two are called {name}; rename one"
    for name in sorted(set(names) & EXTRA_VARIABLES):
        yield f"inputs: {name} is a name that templates already use; rename it"
    if recipe.main_input not in names:
        yield f"main_input: there is no input {recipe.main_input}; {did_you_mean(recipe.main_input, names)}"
    for field in recipe.inputs:
        if field.filled and (field.required or field.name == recipe.main_input):
            yield f"inputs.{field.name}.filled: nobody could be asked for it; take required away, or filled"
        if field.settable and not field.filled:
            yield f"inputs.{field.name}.settable: a form asks for it already; take settable away"
    if recipe.retrieve and recipe.retrieve not in names:
        yield f"retrieve: there is no input {recipe.retrieve}; {did_you_mean(recipe.retrieve, names)}"
    for field in recipe.inputs:
        yield from _choice_problems(field)


def _choice_problems(one: RecipeInput) -> Iterator[str]:
    if one.type == "choice" and not one.choices:
        yield f"inputs.{one.name}.choices: missing; a choice needs at least one"
    if one.type != "choice" and one.choices:
        yield f"inputs.{one.name}.choices: only a choice has choices; set type to choice"
    for choice in sorted({choice for choice in one.choices if one.choices.count(choice) > 1}):
        yield f"inputs.{one.name}.choices: {choice} is there twice; remove one"
    if one.required and one.default:
        yield f"inputs.{one.name}.required: it has a default; remove one of the two"


def _name_problems(recipe: Recipe) -> Iterator[str]:
    for use in recipe.checks:
        if use.name not in CHECK_NAMES:
            yield f"checks: there is no check {use.name}; {did_you_mean(use.name, list(CHECK_NAMES))}"
    if not recipe.languages:
        yield "languages: empty; name at least one, such as en"
    for code in recipe.languages:
        if code not in LANGUAGE_NAMES.values() and not _is_language(code):
            yield f"languages: there is no language {code}; write its code of two letters, such as en"


def _is_language(code: str) -> bool:
    from babel.localedata import exists

    return is_language_code(code) and exists(code)


def _plan_problems(recipe: Recipe) -> Iterator[str]:
    for key, plan in (("plan", recipe.plan), ("plan_in_sources", recipe.plan_in_sources)):
        form = PLAN_FORMS.get(plan)
        if plan and form is None:
            yield f"{key}: there is no plan {plan}; {did_you_mean(plan, list(PLAN_FORMS))}"
        elif form:
            if form.main not in {"", recipe.main_input}:
                yield f"{key}: the main input of {plan} is {form.main}, not {recipe.main_input}; rename it"
            for name in form.inputs:
                if recipe.input_named(name) is None:
                    yield f'{key}: {plan} needs an input {name}; add [[inputs]] with name = "{name}"'
                elif name == recipe.main_input:
                    yield f"{key}: {plan} needs a main input besides {name}; add one, and name it in main_input"
            if not form.gives and recipe.needs == "rules":
                yield f'needs: {plan} gives nothing by rules; write needs = "large", for a model that writes'
    if recipe.plan == SIDE_BY_SIDE and not recipe.prompt.variants:
        yield f"plan: {SIDE_BY_SIDE} writes one text for each variant; add [prompt.variants.NAME]"


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
    for field in recipe.inputs:
        if field.default:
            try:
                validate_inputs(recipe.model_copy(update={"inputs": (field,)}), {})
            except InlaidError as error:
                yield f"inputs.{field.name}.default: {error.message.partition(': ')[2]}"


def _template_problems(recipe: Recipe) -> Iterator[str]:
    known = frozenset(field.name for field in recipe.inputs) | EXTRA_VARIABLES
    for key, text in _templates(recipe).items():
        if problem := template_problem(text, known):
            yield f"{key}: {problem}"


def _templates(recipe: Recipe) -> dict[str, str]:
    prompt = recipe.prompt
    templates = {
        "prompt.system": prompt.system,
        "prompt.user": prompt.user,
        "prompt.repair": prompt.repair,
        **{f"frame.{name}": text for name, text in recipe.frame.model_dump().items()},
        "skeleton": recipe.skeleton,
    }
    for name, variant in prompt.variants.items():
        for key in ("system", "user", "repair"):
            templates[f"prompt.variants.{name}.{key}"] = getattr(variant, key) or ""
    return templates


def sample_problems(recipe: Recipe) -> Iterator[str]:
    """Return what only shows when templates are filled: with a sample in each input, and with the main one alone."""
    samples = {field.name: _sample(field) for field in recipe.inputs}
    for key, text in _templates(recipe).items():
        for given in (samples, {recipe.main_input: samples[recipe.main_input]}):
            try:
                fill(text, template_context(recipe, given))
            except RecipeError as error:
                what, fix = (said[:1].lower() + said[1:].rstrip(".") for said in (error.message, error.fix))
                yield f"{key}: {what}; {fix}"
                break


def _unseen_problems(recipe: Recipe) -> Iterator[str]:
    """Return each prompt that keeps the main input from the model."""
    main, variants = recipe.main_input, recipe.prompt.variants
    for name in variants if recipe.plan == SIDE_BY_SIDE else ("", *variants):
        prompt, is_own = recipe.prompt_for(name), name and variants[name].user is not None
        if main not in variables_of(prompt.system) | variables_of(prompt.user):
            key = f"prompt.variants.{name}.user" if is_own else "prompt.user"
            yield f"{key}: the model would not see {main}, the main input; add {{{{ {main} | fenced }}}}"


def _sample(one: RecipeInput) -> str:
    known = {"flag": "yes", "number": "3", "date": "2026-03-31"}
    return one.default or next(iter(one.choices), known.get(one.type, "Sample"))


@dataclass(frozen=True)
class RecipeFiles:
    """What the recipe files hold.

    Attributes:
        recipes: each by name, with its TOML text.
        broken: why a file is left out, for each that is.
        notes: which files take the place of another recipe, as sentences.
    """

    recipes: dict[str, tuple[Recipe, str]]
    broken: tuple[RecipeError, ...] = ()
    notes: tuple[str, ...] = ()


def load_recipes(extra_folder: Path | None = None) -> dict[str, Recipe]:
    """Return all recipes of `read_recipe_files` by name.

    Raises:
        RecipeError: as there.
    """
    return {name: recipe for name, (recipe, _text) in read_recipe_files(extra_folder).recipes.items()}


def read_recipe_files(extra_folder: Path | None = None) -> RecipeFiles:
    """Return the recipes: bundled, then from other packages, then from a folder; later ones win.

    Args:
        extra_folder: a folder with `*.toml` files, None for no folder. One that breaks the format is left out.

    Raises:
        RecipeError: the folder does not exist, or a package with recipes cannot be imported.
    """
    found, file_of, broken, notes = dict[str, tuple[Recipe, str]](), dict[str, str](), list[RecipeError](), list[str]()
    for name in _BUNDLED:
        text = (files("core.recipes") / f"{name}.toml").read_text(encoding="utf-8")
        found[name] = (parse_recipe(text, f"{name}.toml"), text)
    for path in (*_packaged_files(), *_folder_files(extra_folder)):
        try:
            text = _read_text(path)
            recipe = parse_recipe(text, path.name)
        except RecipeError as error:
            log.warning("a recipe file is left out: inlaid doctor says why", source=path.name)
            broken.append(error)
            continue
        if recipe.name in file_of:
            other = file_of[recipe.name]
            notes.append(N_(f"{path.name} is used and {other} is not: both have a recipe called {recipe.name}."))
        elif recipe.name in found:
            notes.append(N_(f"{path.name} takes the place of the recipe {recipe.name} that comes with Inlaid."))
        found[recipe.name], file_of[recipe.name] = (recipe, text), path.name
    return RecipeFiles(found, tuple(broken), tuple(notes))


def load_recipe_file(path: Path) -> Recipe:
    """Read one recipe file as `parse_written` does.

    Raises:
        RecipeError: the file cannot be read or breaks the format.
    """
    return parse_written(_read_text(path), path.name)


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()[: MAX_FILE_BYTES + 1]
        text = data.decode("utf-8")
    except OSError as error:
        raise RecipeError(f"{path.name} cannot be read: {error.strerror}.", fix="Check the path.") from error
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path.name} is not UTF-8 text.", fix="Save it as UTF-8.") from error
    if len(data) > MAX_FILE_BYTES:
        raise RecipeError(f"{path.name} is larger than {MAX_FILE_BYTES} bytes.", fix="Shorten its examples.")
    return text


@lru_cache(maxsize=256)
def parse_recipe(text: str, file_name: str) -> Recipe:
    """Return the recipe that a TOML text describes. `file_name` is for the messages.

    A text is read once in a process: each book that is opened holds all of the bundled ones.

    Raises:
        RecipeError: lists every problem as `key: what; fix`.
    """
    if text.startswith("\ufeff"):
        message = f"{file_name} begins with a byte order mark, a character that nobody sees."
        raise RecipeError(message, fix="Save it as UTF-8 without it (without BOM).")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{file_name} is not valid TOML: {error}.", fix="Correct the file there.") from error
    form = PLAN_FORMS.get(str(data.get("plan", DIRECT)))
    # Where rules give nothing, a file that does not say needs a model that writes.
    data = data if form is None or form.gives else {"needs": "large", **data}
    try:
        # Through JSON, since pydantic's strict mode takes arrays for tuples only from there.
        recipe = Recipe.model_validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        raise _refused(file_name, text, key_problems(error, Recipe)) from error
    if problems := rule_problems(recipe):
        raise _refused(file_name, text, problems)
    return recipe


def parse_written(text: str, file_name: str) -> Recipe:
    """Return the recipe that somebody has just written, with its templates filled once and its main input in use.

    Raises:
        RecipeError: as `parse_recipe`.
    """
    recipe = parse_recipe(text, file_name)
    if problems := [*sample_problems(recipe), *dict.fromkeys(_unseen_problems(recipe))]:
        raise _refused(file_name, text, problems)
    return recipe


def _refused(file_name: str, text: str, problems: list[str]) -> RecipeError:
    placed = [_with_line(text, problem) for problem in problems]
    listed = placed[0] if len(placed) == 1 else "".join(f"{LISTED}{problem}" for problem in placed)
    fix = N_("Correct the key.") if len(placed) == 1 else N_("Correct each of these keys.")
    end = "." if len(placed) == 1 and not listed.endswith(("?", ".")) else ""
    return RecipeError(f"{file_name}: {listed}{end}", fix=fix)


def _with_line(text: str, problem: str) -> str:
    """Return a problem with the line of its key, or of the table where the key is missing; without one as it is."""
    data = tomllib.loads(text)
    key = problem.partition(":")[0].split(".")
    inputs = data.get("inputs")
    if key[0] == "inputs" and len(key) > 1 and isinstance(inputs, list):  # it is named by its name or its number
        names = [table.get("name") if isinstance(table, dict) else None for table in inputs]
        key[1] = str(names.index(key[1])) if key[1] in names else key[1]
    return f"line {line_of_key(text, key)}: {problem}" if key[0] in data else problem


@cache
def _packaged_files() -> Sequence[Path]:
    """Return the files of other packages, looked for once: each entry point names one with `*.toml` files."""
    found: list[Path] = []
    for entry in sorted(entry_points(group=_ENTRY_POINTS), key=lambda entry: entry.name):
        try:
            folder = files(entry.value)
        except ImportError as error:
            message = f"The package {entry.value}, which offers recipes as {entry.name}, cannot be imported."
            raise RecipeError(message, fix="Install it again, or remove it.") from error
        names = sorted(child.name for child in folder.iterdir() if child.name.endswith(".toml"))
        found.extend(Path(str(folder / name)) for name in names)
    return found


def _folder_files(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    if not folder.is_dir():
        raise RecipeError(f"The recipe folder {folder} does not exist.", fix="Set INLAID_RECIPES_DIR to a folder.")
    return sorted(folder.glob("*.toml"))
