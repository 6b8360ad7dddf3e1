"""The commands that make and change recipes, as they are run for real; see `audited_commands`."""

from importlib.resources import files

from core.recipes.book import RecipeBook
from tests.core.audit.written import SECRET
from tests.integrations.cli.commands.audited_bench import Arguments, Bench, Case
from tests.integrations.cli.commands.audited_commands import OWNER


def _new(bench: Bench) -> Arguments:
    text = (files("core.recipes") / "new_recipe.toml").read_text()
    return bench.file("recipe.toml", f"{text}\n# {SECRET}\n"), "--note", SECRET


def _made(bench: Bench) -> Arguments:
    bench.did("recipes", "new", *_new(bench))
    return ("my-recipe",)


def _saves(bench: Bench) -> Arguments:
    return (bench.file("recipe.toml", f"{RecipeBook(None, bench.store.records).text('rewrite')}\n# {SECRET}\n"),)


def _rolls_back(bench: Bench) -> Arguments:
    bench.did("recipes", "save", *_saves(bench))
    return "rewrite", "0"


def _tries(bench: Bench) -> Arguments:
    bench.model()
    bench.job(OWNER)
    return ("reply",)


def _refines(bench: Bench) -> Arguments:
    bench.model()
    return bench.job(OWNER).id, f"drop {SECRET}"


RECIPE_CASES: dict[str, Case] = {
    "refine": Case("job.requested", _refines),
    "recipes new": Case("recipe.made", _new, workspace="recipes"),
    "recipes save": Case("recipe.changed", _saves, workspace="recipes"),
    "recipes rollback": Case("recipe.restored", _rolls_back, workspace="recipes"),
    "recipes remove": Case("recipe.removed", _made, workspace="recipes"),
    "recipes try": Case("recipe.tried", _tries),
}
