"""How a job enters the system: offered and allowed, with inputs that can be used, stored, then a worker is woken.

`Intake.add` is the one way in for every surface, command, mailbox and API token.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from core.errors import BrokerOutage, NotFoundError, StoreOutage
from core.job import REFINES, SIGNALS, TRIAL, Job, JobRequest, recipe_inputs
from core.llm.models_file import ModelsFile, load_models_file
from core.observability.tracing import note_acknowledged
from core.policies.enforcement import Policies, load_policies
from core.ports import Queue
from core.recipes.book import RecipeBook
from core.recipes.inputs import validate_inputs
from core.recipes.model import Recipe
from core.settings import Settings
from core.store import Store
from core.store.jobs import JobStore

# What a job about a document has beside the inputs of its recipe.
_OF_DOCUMENTS = frozenset({"paragraphs", "max_change"})


@dataclass(frozen=True)
class Intake:
    """Where jobs enter.

    Args:
        jobs: where they are stored.
        policies: what people may ask for.
        models: the endpoints and routes.
        recipes: what can be asked for, by name.
    """

    jobs: JobStore
    policies: Policies
    models: ModelsFile
    recipes: Mapping[str, Recipe]

    def add(self, request: JobRequest) -> tuple[Job, bool]:
        """Store a job that its person may ask for.

        Returns:
            The job, and whether it is new (False: the same key was submitted before).

        Raises:
            NotFoundError: there is no such recipe, or not on this surface, or no such model.
            InputError: an input cannot be used; it is named.
            PolicyRefused: the person may not ask for it; it names the rule, its group, and whom to ask.
            SettingsError: the policies cannot be used.
            ConflictError: the same key came before with other content.
            StoreOutage: nothing was stored.
        """
        if request.inputs.get(REFINES):
            request = replace(request, model=self.models.known(request.model))
        self.models.require_known(request.model)
        self.policies.require(request, self.models.asked(request.recipe, request.model))
        if not _is_told(request):
            _require_inputs(_offered(self.recipes, request), request)
        return self.jobs.add(request)

    def require_first_version(self, request: JobRequest) -> None:
        """Refuse the inputs by which Inlaid makes a new version of a draft: nobody else gives them.

        Raises:
            InputError: names such an input as one that the recipe does not have.
        """
        own = recipe_inputs(request.inputs)
        given = {name: value for name, value in request.inputs.items() if name not in own}
        if given and (recipe := self.recipes.get(request.recipe)):
            validate_inputs(recipe, given)


def _is_told(request: JobRequest) -> bool:
    """Tell whether a job only tells what others found, such as a digest: no recipe is run for it."""
    return request.target is not None and request.target.to_json().get("kind") == "digest"


def _offered(recipes: Mapping[str, Recipe], request: JobRequest) -> Recipe:
    """Return the recipe of a request, which is offered where it came from.

    What is done once more can be: a further version of a draft, by whatever door it is asked for, and a trial.
    """
    recipe = recipes.get(request.recipe)
    if recipe is None:
        raise NotFoundError(f"There is no recipe {request.recipe[:40]!r}.", fix="The list of recipes shows them.")
    is_anywhere = request.surface in {SIGNALS, TRIAL} or bool(request.inputs.get(REFINES))
    if not is_anywhere and not recipe.is_on(request.surface):
        raise NotFoundError(
            f"The recipe {recipe.name} is not offered here ({request.surface[:40]}).",
            fix=f"It is for: {', '.join(recipe.surfaces)}.",
        )
    return recipe


def _require_inputs(recipe: Recipe, request: JobRequest) -> None:
    """Refuse inputs that cannot be used; the main input may be what the worker reads."""
    if request.surface == TRIAL:
        return  # of another text of the recipe, whose inputs these are
    given = {name: value for name, value in recipe_inputs(request.inputs).items() if name not in _OF_DOCUMENTS}
    is_read = request.is_read or bool(request.blobs) or "paragraphs" in request.inputs
    if (is_read or request.inputs.get(REFINES)) and not recipe.fills:
        given = {recipe.main_input: "…", **given}
    validate_inputs(recipe, given)


def load_intake(
    settings: Settings,
    store: Store,
    recipes: Mapping[str, Recipe] | None = None,
    policies: Policies | None = None,
) -> Intake:
    """Return where jobs of an installation enter.

    Raises:
        RecipeError: a recipe file cannot be used.
        SettingsError: the models file cannot be used.
    """
    policies = policies or load_policies(settings, store.records)
    recipes = RecipeBook(settings.recipes_dir, store.records) if recipes is None else recipes
    return Intake(store.jobs, policies, load_models_file(settings), recipes)


def submit(intake: Intake, queue: Queue, request: JobRequest) -> tuple[Job, bool]:
    """Store the job, then wake a worker. When this returns the job survives any crash.

    A broker that is down does not matter: the sweeper sends the job later. Returns and raises as `Intake.add`.
    """
    started = time.perf_counter()
    job, created = intake.add(request)
    if created:
        note_acknowledged(job, seconds=time.perf_counter() - started)
        send(intake.jobs, queue, job)
    return job, created


def send(store: JobStore, queue: Queue, job: Job) -> None:
    """Wake a worker for the job; without a broker the sweeper does it, as soon as there is one."""
    try:
        queue.enqueue(job.id, job.queue)
    except BrokerOutage:
        # When even this cannot be written, the sweeper takes the job after the usual wait.
        with suppress(StoreOutage):
            store.mark_unsent(job.id)
