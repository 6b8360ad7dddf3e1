"""`inlaid recipes`: list what can be picked; `inlaid recipes check FILE`: validate a recipe file."""

from pathlib import Path
from typing import Annotated

import typer

from integrations.cli.options import JsonFlag

app = typer.Typer(help="List recipes, or check a recipe file.", invoke_without_command=True)


@app.callback()
def list_recipes(context: typer.Context, as_json: JsonFlag = False) -> None:
    """List the recipes and their inputs."""
    if context.invoked_subcommand:
        return
    from core.llm.models_file import load_models_file
    from core.recipes.loader import load_recipes
    from core.settings import load_settings
    from core.writing.lanes import LARGER_MODEL_FIX, offered
    from core.writing.public_recipes import public_recipes
    from integrations.cli.terminal import output_console, print_json

    settings = load_settings()
    recipes, models = load_recipes(settings.recipes_dir), load_models_file(settings)
    if as_json:
        print_json(public_recipes(recipes, models))
        return
    from rich.table import Table

    table = Table("Recipe", "What it does", "Inputs", box=None, pad_edge=False)
    for name, recipe in sorted(recipes.items()):
        inputs = ", ".join(
            f"[bold]{recipe_input.name}[/]" if recipe_input.required else recipe_input.name
            for recipe_input in recipe.asked_inputs
        )
        offer = offered(recipe, models)
        why_not = "" if offer.is_offered else f"\n[dim]{offer.reason} {LARGER_MODEL_FIX}[/]"
        table.add_row(name, recipe.description + why_not, inputs)
    output_console().print(table)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The recipe file (TOML).")],
    as_json: JsonFlag = False,
) -> None:
    """Check a recipe file; every problem is named with its key and the fix."""
    from core.recipes.loader import load_recipe_file
    from integrations.cli.terminal import output_console, print_json

    recipe = load_recipe_file(file)
    if as_json:
        print_json({"name": recipe.name, "valid": True})
    else:
        output_console().print(f"{recipe.name}: no problems found.")
