"""`inlaid variants`: prompt variants under test, and what a person decides about them."""

from typing import TYPE_CHECKING, Annotated

import typer

from integrations.cli.options import JsonFlag

if TYPE_CHECKING:
    from core.insight.learning.variants import Decision, Variants
    from core.recipes.model import Recipe

app = typer.Typer(help="See how prompt variants do; promote, pin or retire them.", no_args_is_help=True)
Workspace = Annotated[str, typer.Option(help="Whose: local, or a Slack team id.")]
RecipeName = Annotated[str, typer.Argument(help="Name of a recipe.")]
VariantName = Annotated[str, typer.Argument(help="Name of the variant; main is the recipe's own prompt.")]


@app.command("list")
def list_variants(workspace: Workspace = "local", as_json: JsonFlag = False) -> None:
    """List the variants of all recipes that have some, with what is known of them."""
    from core.insight.report.rollup import roll_up_all
    from integrations.cli.commands.report import open_rules
    from integrations.cli.terminal import output_console, print_json

    store, rules = open_rules()
    roll_up_all(store, rules)
    variants, recipes = _open()
    found = [
        variant
        for recipe in recipes.values()
        if recipe.prompt.variants
        for variant in variants.states(workspace, recipe)
    ]
    if as_json:
        print_json({"variants": [variant.to_json() for variant in found]})
        return
    from rich.table import Table

    from core.insight.report.figures import share
    from core.insight.report.formats import percent

    table = Table("Recipe", "Variant", "Success", "Decision", box=None, pad_edge=False)
    for variant in found:
        decision = variant.decision or ("stopped: worse than the main prompt" if variant.is_worse else "under test")
        table.add_row(variant.recipe, variant.name, percent(share(variant.wins, variant.trials)), decision)
    output_console().print(table)


@app.command()
def promote(recipe: RecipeName, variant: VariantName, workspace: Workspace = "local") -> None:
    """Use a variant for all drafts but the recipe's share for exploration."""
    _decide(workspace, recipe, variant, "promoted")


@app.command()
def pin(recipe: RecipeName, variant: VariantName, workspace: Workspace = "local") -> None:
    """Use a variant for all drafts, and end the experiment."""
    _decide(workspace, recipe, variant, "pinned")


@app.command()
def retire(recipe: RecipeName, variant: VariantName, workspace: Workspace = "local") -> None:
    """Stop using a variant."""
    _decide(workspace, recipe, variant, "retired")


@app.command("test")
def try_again(recipe: RecipeName, variant: VariantName, workspace: Workspace = "local") -> None:
    """Take a decision back: the variant is under test again."""
    _decide(workspace, recipe, variant, None)


def _decide(workspace: str, name: str, variant: str, decision: "Decision | None") -> None:
    from core.errors import NotFoundError
    from core.settings import load_settings

    variants, recipes = _open()
    if name not in recipes:
        raise NotFoundError(f"There is no recipe called {name}.", fix="List them with: inlaid recipes")
    variants.decide(workspace, recipes[name], variant, decision, by=load_settings().local_person)


def _open() -> "tuple[Variants, dict[str, Recipe]]":
    from core.insight.learning.variants import Variants
    from core.recipes.loader import load_recipes
    from core.settings import load_settings
    from core.store import open_store

    settings = load_settings()
    return Variants(open_store(settings)), load_recipes(settings.recipes_dir)
