"""`inlaid variants`: prompt variants under test, and what a person decides about them."""

from typing import TYPE_CHECKING, Annotated

import typer

from integrations.cli.commands.run import JsonFlag

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
    found = [one for recipe in recipes.values() if recipe.prompt.variants for one in variants.states(workspace, recipe)]
    if as_json:
        print_json({"variants": [one.to_json() for one in found]})
        return
    from rich.table import Table

    from core.insight.report.formats import percent
    from core.insight.report.histograms import share

    table = Table("Recipe", "Variant", "Success", "Decision", box=None, pad_edge=False)
    for one in found:
        decision = one.decision or ("stopped: worse than the main prompt" if one.is_worse else "under test")
        table.add_row(one.recipe, one.name, percent(share(one.wins, one.trials)), decision)
    output_console().print(table)


@app.command()
def promote(recipe: RecipeName, variant: VariantName, workspace: Workspace = "local") -> None:
    """Use a variant for all drafts but the recipe's share for exploration."""
    _decide(workspace, recipe, variant, "promoted")


@app.command()
def pin(recipe: RecipeName, variant: VariantName, workspace: Workspace = "local") -> None:
    """Use a variant for all drafts: no more experiment."""
    _decide(workspace, recipe, variant, "pinned")


@app.command()
def retire(recipe: RecipeName, variant: VariantName, workspace: Workspace = "local") -> None:
    """Use a variant no more."""
    _decide(workspace, recipe, variant, "retired")


@app.command("test")
def try_again(recipe: RecipeName, variant: VariantName, workspace: Workspace = "local") -> None:
    """Take a decision back: the variant is under test again."""
    _decide(workspace, recipe, variant, None)


def _decide(workspace: str, name: str, variant: str, decision: "Decision | None") -> None:
    from core.errors import NotFoundError
    from core.settings import load_settings
    from integrations.cli.local_runner import local_person

    variants, recipes = _open()
    if name not in recipes:
        raise NotFoundError(f"There is no recipe called {name}.", fix="List them with: inlaid recipes")
    variants.decide(workspace, recipes[name], variant, decision, by=local_person(load_settings()))


def _open() -> "tuple[Variants, dict[str, Recipe]]":
    from core.insight.learning.variants import Variants
    from core.recipes.loader import load_recipes
    from core.settings import load_settings
    from core.store import open_store

    settings = load_settings()
    return Variants(open_store(settings)), load_recipes(settings.recipes_dir)
