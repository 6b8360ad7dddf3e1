"""What the doctor says of recipes, policies and packages of others."""

from contextlib import closing
from typing import TYPE_CHECKING

from core.text.catalogues import N_
from integrations.cli.doctor_home import missing_installation

if TYPE_CHECKING:
    from core.job import Job, JobRequest
    from core.policies.in_force import InForce
    from core.recipes.model import Recipe
    from core.settings import Settings
    from integrations.cli.doctor_report import Checked

MAX_REASON_CHARS = 300


def check_recipes(settings: "Settings") -> str:
    """Name the recipes, and the surfaces that they are meant for and that are not here."""
    from core.surfaces import unknown_surface

    recipes = recipes_here(settings)
    places = ((name, unknown_surface(place)) for name in sorted(recipes) for place in recipes[name].surfaces)
    return " ".join([", ".join(sorted(recipes)), *(N_(f"{name}: {said}") for name, said in places if said)])


def recipes_here(settings: "Settings") -> "dict[str, Recipe]":
    """Return the recipes of files, and those that were made here."""
    from core.recipes.book import RecipeBook
    from core.store import open_store

    store = open_store(settings)
    try:
        return dict(RecipeBook(settings.recipes_dir, store.records))
    finally:
        store.close()


def unused_keys(settings: "Settings") -> "list[Checked]":
    """Return a note for each key of the models file that is for no recipe."""
    from core.errors import InlaidError
    from core.llm.models_file import load_models_file

    try:
        notes = load_models_file(settings).unused_notes(recipes_here(settings))
    except InlaidError:  # the checks of the models and the recipes say so
        return []
    return [{"name": "models", "ok": True, "message": message, "fix": fix} for message, fix in notes]


def policies_in_force(settings: "Settings") -> "InForce":
    """Return what holds of the policies."""
    from core.policies.in_force import load_policy_book
    from core.store import open_store

    store = open_store(settings)
    try:
        return load_policy_book(settings, store.records).current()
    finally:
        store.close()


def check_policies(settings: "Settings") -> str:
    """Say which policies are in force.

    Raises:
        InlaidError: none can be used, or the newest cannot.
    """
    from core.llm.models_file import load_models_file
    from core.policies.explanation import name_warnings, origin_words

    now = policies_in_force(settings)
    if now.error:
        now.error.message = f"{origin_words(now).removesuffix(str(now.error)).strip()} {now.error.message}"
        raise now.error
    warned = name_warnings(now, recipes_here(settings), load_models_file(settings).endpoints)
    return " ".join([origin_words(now), *(N_(f"Line {each.line}: {each.text}.") for each in warned)])


def check_packages(settings: "Settings") -> str:
    """Name what other packages bring.

    Raises:
        UnexpectedError: something of theirs cannot be made.
    """
    from core.errors import InlaidError, UnexpectedError
    from core.ports import RouterContext
    from core.store import open_store
    from integrations.registry import packages

    try:
        # A check makes no database; without one the routes are only imported.
        store = None if missing_installation(settings) else open_store(settings)
    except InlaidError:  # the check of the database says so
        store = None
    if store is None:
        found, broken = packages()
    else:
        with closing(store):
            found, broken = packages(RouterContext(settings, _take_no_job, store.jobs, store.records))
    if broken:
        told = " ".join(f"{name}: {why[:MAX_REASON_CHARS]}." for name, why in broken.items())
        raise UnexpectedError(
            f"Of other packages this does not load: {told}", fix="Correct or remove the package; its jobs wait."
        )
    return ", ".join(found) or N_("There are none.")


def _take_no_job(request: "JobRequest") -> "Job":
    from core.errors import ConflictError

    raise ConflictError(f"A check takes no job ({request.recipe[:40]}).", fix="Submit it when a request comes.")
