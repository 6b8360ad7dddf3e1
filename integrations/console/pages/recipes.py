"""Recipes: what there is, a form to try each, its prompt variants, and its text to change for administrators."""

from collections.abc import Mapping
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from core.errors import InputError, NotFoundError, RecipeError
from core.insight.learning.variants import Decision, Variants
from core.job import JobRequest
from core.recipes.inputs import input_errors, validate_inputs
from core.recipes.model import Recipe
from core.writing.lanes import offered, too_small
from integrations.console.context import ConsoleDesk
from integrations.console.pages.audit import note
from integrations.console.rendering import PATH, fragment, page
from integrations.console.sessions import Visitor

HERE = "/recipes"
SURFACE = "api"
MOST_TEXT_CHARS = 200_000

RecipeText = Annotated[str, Form(max_length=MOST_TEXT_CHARS)]


def add_recipes(router: APIRouter, desk: ConsoleDesk) -> None:
    """Add the pages."""

    @router.get(HERE)
    def show_list(request: Request) -> Response:
        """List them."""
        visitor = desk.visitor(request)
        recipes = [(desk.recipes[name], offered(desk.recipes[name], desk.models)) for name in sorted(desk.recipes)]
        return page("recipes.html.jinja", visitor, here=HERE, recipes=recipes)

    @router.get(HERE + "/{name}")
    def show_one(request: Request, name: str) -> Response:
        """Show one."""
        return _page(desk, desk.visitor(request), name)

    @router.post(HERE + "/{name}/try")
    async def try_it(request: Request, name: str) -> Response:
        """Run it on what the form holds."""
        visitor = await run_in_threadpool(desk.visitor, request)
        form = {key: str(value) for key, value in (await request.form()).items()}
        return await run_in_threadpool(_try, desk, visitor, name, form)

    _add_editing(router, desk)
    _add_variants(router, desk)


def _add_editing(router: APIRouter, desk: ConsoleDesk) -> None:
    @router.post(HERE + "/{name}/check")
    def check(request: Request, name: str, text: RecipeText) -> Response:
        """Say what is wrong with a text, without saving it."""
        desk.admin(request)
        desk.recipes.check(name, text)
        return fragment("said.html.jinja", words="No problems found.")

    @router.post(HERE + "/{name}/save")
    def save(request: Request, name: str, text: RecipeText) -> Response:
        """Put the text in force."""
        visitor = desk.admin(request)
        try:
            desk.recipes.save(name, text, by=visitor.name)
        except RecipeError as error:
            return _page(desk, visitor, name, text=text, error=error)
        note(desk.store.records, visitor, "changed a recipe", name)
        return RedirectResponse(f"{PATH}{HERE}/{name}", 303)

    @router.post(HERE + "/{name}/restore")
    def restore(request: Request, name: str) -> Response:
        """Let the file count again."""
        visitor = desk.admin(request)
        desk.recipes.restore(name)
        note(desk.store.records, visitor, "took a changed recipe back", name)
        return RedirectResponse(f"{PATH}{HERE}/{name}", 303)


def _add_variants(router: APIRouter, desk: ConsoleDesk) -> None:
    @router.post(HERE + "/{name}/variants/{variant}")
    def decide(request: Request, name: str, variant: str, decision: Annotated[str, Form()] = "") -> Response:
        """Promote, pin or retire a variant, or leave it to the experiment again."""
        visitor = desk.admin(request)
        chosen: Decision | None = next((one for one in get_args(Decision) if one == decision), None)
        Variants(desk.store).decide(visitor.workspace, _recipe(desk, name), variant, chosen, by=visitor.name)
        note(desk.store.records, visitor, f"{decision or 'put under test'}: a variant", f"{name}/{variant}")
        return RedirectResponse(f"{PATH}{HERE}/{name}", 303)


def _page(
    desk: ConsoleDesk, visitor: Visitor, name: str, *, text: str | None = None, error: InputError | None = None
) -> Response:
    recipe = _recipe(desk, name)
    return page(
        "recipe.html.jinja",
        visitor,
        here=HERE,
        status=422 if error else 200,
        recipe=recipe,
        offer=offered(recipe, desk.models),
        inputs=recipe.asked_inputs,
        variants=Variants(desk.store).states(visitor.workspace, recipe) if recipe.prompt.variants else [],
        text=desk.recipes.text(name) if text is None else text,
        saved=desk.recipes.saved(name),
        error=error,
    )


def _try(desk: ConsoleDesk, visitor: Visitor, name: str, form: Mapping[str, str]) -> Response:
    recipe = _recipe(desk, name)
    if not offered(recipe, desk.models).is_offered:
        raise too_small(recipe)
    given: dict[str, Any] = {key: value for key, value in form.items() if value.strip()}
    if problems := input_errors(recipe, given):
        titles = {one.name: one.title for one in recipe.inputs}
        words = " ".join(f"{titles.get(key, key)}: {problem}" for key, problem in problems.items())
        raise InputError(words, fix="Correct the form.")
    request = JobRequest(
        recipe.name,
        dict(validate_inputs(recipe, given)),
        surface=SURFACE,
        person=visitor.person,
        workspace=visitor.workspace,
        queue=recipe.queue,
    )
    return fragment("result.html.jinja", job=desk.submit(request), visitor=visitor)


def _recipe(desk: ConsoleDesk, name: str) -> Recipe:
    if name not in desk.recipes:
        raise NotFoundError("There is no such recipe.", fix="The list of recipes shows them.")
    return desk.recipes[name]
