"""Recipes: what there is, a form to try each, its prompt variants, and its text to change for administrators."""

from collections.abc import Mapping
from typing import Annotated, get_args

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from core.errors import InputError, NotFoundError, RecipeError
from core.insight.learning.variants import Decision, Variants
from core.job import JobRequest
from core.recipes.inputs import input_errors, validate_inputs
from core.recipes.model import Recipe
from core.writing.lanes import allowed_recipes, offered, too_small
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.rendering import PATH, fragment, page

HERE = "/recipes"
SURFACE = "api"
MAX_TEXT_CHARS = 200_000

RecipeText = Annotated[str, Form(max_length=MAX_TEXT_CHARS)]


def add_recipes(router: APIRouter, context: ConsoleContext) -> None:
    """Add the pages."""

    @router.get(HERE)
    def show_list(request: Request) -> Response:
        """List them."""
        visitor = context.visitor(request)
        policy = context.policies.of(visitor.workspace, visitor.person)
        # Whoever makes recipes sees all of them.
        listed = (
            context.recipes if visitor.is_author else allowed_recipes(context.recipes, context.models, policy, SURFACE)
        )
        recipes = [(listed[name], offered(listed[name], context.models, policy)) for name in sorted(listed)]
        return page("recipes.html.jinja", visitor, here=HERE, recipes=recipes)

    @router.get(HERE + "/{name}")
    def show_one(request: Request, name: str) -> Response:
        """Show one."""
        return _page(context, context.visitor(request), name)

    @router.post(HERE + "/{name}/try")
    async def try_it(request: Request, name: str) -> Response:
        """Run it on what the form holds."""
        visitor = await run_in_threadpool(context.visitor, request)
        form = {key: str(value) for key, value in (await request.form()).items()}
        return await run_in_threadpool(_try, context, visitor, name, form)

    _add_editing(router, context)
    _add_variants(router, context)


def _add_editing(router: APIRouter, context: ConsoleContext) -> None:
    @router.post(HERE + "/{name}/check")
    def check(request: Request, name: str, text: RecipeText) -> Response:
        """Say what is wrong with a text, without saving it."""
        context.author(request)
        context.recipes.check(name, text)
        return fragment("flash.html.jinja", words="No problems found.")

    @router.post(HERE + "/{name}/save")
    def save(request: Request, name: str, text: RecipeText) -> Response:
        """Put the text in force."""
        visitor = context.author(request)
        try:
            context.recipes.save(name, text, by=visitor.name)
        except RecipeError as error:
            return _page(context, visitor, name, text=text, error=error)
        return RedirectResponse(f"{PATH}{HERE}/{name}", 303)

    @router.post(HERE + "/{name}/restore")
    def restore(request: Request, name: str) -> Response:
        """Let the file count again."""
        context.author(request)
        context.recipes.restore(name)
        return RedirectResponse(f"{PATH}{HERE}/{name}", 303)


def _add_variants(router: APIRouter, context: ConsoleContext) -> None:
    @router.post(HERE + "/{name}/variants/{variant}")
    def decide(request: Request, name: str, variant: str, decision: Annotated[str, Form()] = "") -> Response:
        """Promote, pin or retire a variant, or leave it to the experiment again."""
        visitor = context.decider(request)
        chosen: Decision | None = next((known for known in get_args(Decision) if known == decision), None)
        Variants(context.store).decide(visitor.workspace, _recipe(context, name), variant, chosen, by=visitor.name)
        return RedirectResponse(f"{PATH}{HERE}/{name}", 303)


def _page(
    context: ConsoleContext, visitor: Visitor, name: str, *, text: str | None = None, error: InputError | None = None
) -> Response:
    recipe = _recipe(context, name)
    return page(
        "recipe.html.jinja",
        visitor,
        here=HERE,
        status=422 if error else 200,
        recipe=recipe,
        offer=offered(recipe, context.models, context.policies.of(visitor.workspace, visitor.person)),
        inputs=recipe.asked_inputs,
        variants=Variants(context.store).states(visitor.workspace, recipe) if recipe.prompt.variants else [],
        text=context.recipes.text(name) if text is None else text,
        saved=context.recipes.saved(name),
        error=error,
    )


def _try(context: ConsoleContext, visitor: Visitor, name: str, form: Mapping[str, str]) -> Response:
    recipe = _recipe(context, name)
    policy = context.policies.of(visitor.workspace, visitor.person)
    if not offered(recipe, context.models, policy).is_offered:
        raise too_small(recipe)
    given = {key: value for key, value in form.items() if value.strip()}
    if problems := input_errors(recipe, given):
        titles = {recipe_input.name: recipe_input.title for recipe_input in recipe.inputs}
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
    return fragment("result.html.jinja", job=context.submit(request), visitor=visitor)


def _recipe(context: ConsoleContext, name: str) -> Recipe:
    if name not in context.recipes:
        raise NotFoundError("There is no such recipe.", fix="The list of recipes shows them.")
    return context.recipes[name]
