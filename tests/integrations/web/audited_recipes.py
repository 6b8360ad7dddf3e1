"""The routes by which recipes are made and changed, as they are asked for real; see `audited_routes`."""

from importlib.resources import files
from urllib.parse import urlsplit

from core.recipes.loader import load_recipes
from tests.core.audit.written import SECRET
from tests.integrations.web.acting import Answer, Bench
from tests.integrations.web.audited_routes import Case

NEW_TEXT = f"{(files('core.recipes') / 'new_recipe.toml').read_text()}\n# {SECRET}\n"


def _saved_version() -> int:
    """Return the number that the first saved version of `rewrite` gets."""
    return load_recipes()["rewrite"].version + 1


def _made(bench: Bench) -> str:
    return bench.web.services.recipes.create(NEW_TEXT, by="x").name


def _switches_off(bench: Bench) -> Answer:
    return bench.post(f"/console/recipes/{_made(bench)}/off", after="1")


def _switches_off_by_api(bench: Bench) -> Answer:
    return bench.delete(f"/api/v1/recipes/{_made(bench)}", after="1")


def _rolls_back(bench: Bench) -> Answer:
    bench.web.services.recipes.save("rewrite", bench.web.services.recipes.text("rewrite"), by="x", after=0)
    return bench.call("/api/v1/recipes/rewrite/rollback", {"version": 0, "after": _saved_version()})


def _tries(bench: Bench) -> Answer:
    bench.job()
    return bench.post("/console/recipes/rewrite/trial", text=bench.web.services.recipes.text("rewrite"), after="0")


def _tries_by_api(bench: Bench) -> Answer:
    bench.job()
    return bench.call("/api/v1/recipes/rewrite/trials", {})


def _cancels_trial(bench: Bench) -> Answer:
    address = urlsplit(_tries(bench).headers["location"])
    return bench.post(f"{address.path}/cancel")


def _cancels_trial_by_api(bench: Bench) -> Answer:
    return bench.call(f"/api/v1/recipe-trials/{_tries_by_api(bench).json()['trial']}/cancel")


def _restores(bench: Bench) -> Answer:
    return bench.browse(
        lambda c: (bench.saved_recipe(c), c.post("/console/recipes/rewrite/restore", data={"after": _saved_version()}))[
            1
        ]
    )


RECIPE_CASES: dict[str, Case] = {
    "/api/v1/jobs/{job_id}/refine": Case(
        "job.requested", lambda b: b.call(f"/api/v1/jobs/{b.job().id}/refine", {"wish": f"drop {SECRET}"}), "api"
    ),
    "/console/jobs/{job_id}/refine": Case(
        "job.requested", lambda b: b.post(f"/console/jobs/{b.job().id}/refine", wish=f"drop {SECRET}")
    ),
    "/api/v1/jobs/{job_id}/values": Case(
        "job.requested", lambda b: b.call(f"/api/v1/jobs/{b.form().id}/values", {"values": [SECRET]}), "api"
    ),
    "/console/jobs/{job_id}/values": Case(
        "job.requested", lambda b: b.post(f"/console/jobs/{b.form().id}/values", value=SECRET)
    ),
    "/console/recipes/{name}/save": Case("recipe.changed", lambda b: b.browse(b.saved_recipe), workspace="recipes"),
    "/console/recipes/{name}/restore": Case("recipe.restored", _restores, workspace="recipes"),
    "/console/recipes/{name}/off": Case("recipe.removed", _switches_off, workspace="recipes"),
    "/console/recipes/{name}/trial": Case("recipe.tried", _tries),
    "/console/recipe-trials/{trial_id}/cancel": Case("job.cancelled", _cancels_trial),
    "/console/new-recipe": Case(
        "recipe.made", lambda b: b.post("/console/new-recipe", text=NEW_TEXT), workspace="recipes"
    ),
    "/api/v1/recipes": Case(
        "recipe.made", lambda b: b.call("/api/v1/recipes", {"text": NEW_TEXT}), "api", workspace="recipes"
    ),
    "/api/v1/recipes/{name}": Case("recipe.removed", _switches_off_by_api, "api", workspace="recipes"),
    "/api/v1/recipes/{name}/rollback": Case("recipe.restored", _rolls_back, "api", workspace="recipes"),
    "/api/v1/recipes/{name}/trials": Case("recipe.tried", _tries_by_api, "api"),
    "/api/v1/recipe-trials/{trial_id}/cancel": Case("job.cancelled", _cancels_trial_by_api, "api"),
}
