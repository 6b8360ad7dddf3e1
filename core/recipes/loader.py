"""Find and read recipes. A wrong file is reported whole: every problem, with file, key and fix."""

import json
import tomllib
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from core.errors import RecipeError
from core.recipes.model import Recipe
from core.recipes.rules import rule_problems
from core.validation_messages import key_problem

_BUNDLED = (
    "reply", "compose", "rewrite", "plain", "shorten", "proofread", "translate", "summarize", "title", "answer",
    "ask", "scan", "actions", "minutes", "risks", "consistency", "fill", "variants",
)  # fmt: skip
_ENTRY_POINTS = "inlaid.recipes"
MAX_FILE_BYTES = 200_000


def load_recipes(extra_folder: Path | None = None) -> dict[str, Recipe]:
    """Return all recipes by name: bundled, then from other packages, then from a folder; later ones win.

    Args:
        extra_folder: a folder with `*.toml` files, None for no folder.

    Raises:
        RecipeError: a file breaks the format, or the folder does not exist.
    """
    return {name: recipe for name, (recipe, _text) in load_with_texts(extra_folder).items()}


def load_with_texts(extra_folder: Path | None = None) -> dict[str, tuple[Recipe, str]]:
    """Return what `load_recipes` does, each recipe with its TOML text.

    Raises:
        RecipeError: as there.
    """
    found: dict[str, tuple[Recipe, str]] = {}
    for name in _BUNDLED:
        text = (files("core.recipes") / f"{name}.toml").read_text(encoding="utf-8")
        found[name] = (parse_recipe(text, f"{name}.toml"), text)
    for path in (*_packaged_files(), *_folder_files(extra_folder)):
        text = _read_text(path)
        recipe = parse_recipe(text, path.name)
        found[recipe.name] = (recipe, text)
    return found


def load_recipe_file(path: Path) -> Recipe:
    """Read one recipe file.

    Raises:
        RecipeError: the file cannot be read or breaks the format.
    """
    return parse_recipe(_read_text(path), path.name)


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


def parse_recipe(text: str, file_name: str) -> Recipe:
    """Return the recipe that a TOML text describes. `file_name` is for the messages.

    Raises:
        RecipeError: lists every problem as `key: what; fix`.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{file_name} is not valid TOML: {error}.", fix="Correct the file there.") from error
    try:
        # Through JSON, since pydantic's strict mode takes arrays for tuples only from there.
        recipe = Recipe.model_validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        raise _refused(file_name, [key_problem(entry, Recipe) for entry in error.errors()]) from error
    if problems := rule_problems(recipe):
        raise _refused(file_name, problems)
    return recipe


def _refused(file_name: str, problems: list[str]) -> RecipeError:
    listed = problems[0] if len(problems) == 1 else "".join(f"\n  - {problem}" for problem in problems)
    fix = "Correct the key." if len(problems) == 1 else "\nCorrect each of these keys."
    return RecipeError(f"{file_name}: {listed}{'.' if len(problems) == 1 else ''}", fix=fix)


def _packaged_files() -> list[Path]:
    """Return the files of other packages: each entry point names a package whose `*.toml` files are recipes."""
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
