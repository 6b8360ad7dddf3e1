"""Recipes: what there is, a form to try each, its prompt variants; for authors its text, versions, and new ones."""

from collections.abc import Mapping
from typing import Annotated, get_args

from fastapi import APIRouter, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from core.errors import ConflictError, InlaidError, InputError, NotFoundError
from core.insight.learning.variants import Decision, Variants
from core.recipes.inputs import input_errors, validate_inputs
from core.recipes.model import Recipe
from core.recipes.versions import MAX_NOTE_CHARS, diff_lines
from core.text.catalogues import N_
from core.writing.lanes import allowed_recipes, as_listed, offered, too_small
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.rendering import PATH, fragment, page

HERE = "/recipes"
NEW = "/new-recipe"
SURFACE = "api"
MAX_TEXT_CHARS = 200_000

RecipeText = Annotated[str, Form(max_length=MAX_TEXT_CHARS)]
Note = Annotated[str, Form(max_length=MAX_NOTE_CHARS)]
Number = Annotated[int, Form(ge=0)]
Name = Annotated[str, Query(max_length=60)]


def add_recipes(router: APIRouter, context: ConsoleContext) -> None:
    """Add the pages."""

    @router.get(HERE)
    def show_list(request: Request) -> Response:
        """List them."""
        visitor = context.visitor(request)
        policy = context.policies.of(visitor.workspace, visitor.person)
        # Authors of recipes see all of them.
        listed = (
            context.recipes if visitor.is_author else allowed_recipes(context.recipes, context.models, policy, SURFACE)
        )
        recipes = [(listed[name], offered(as_listed(listed[name]), context.models, policy)) for name in sorted(listed)]
        off = context.recipes.switched_off() if visitor.is_author else []
        return page("recipes.html.jinja", visitor, here=HERE, recipes=recipes, off=off)

    @router.get(HERE + "/{name}")
    def show_one(request: Request, name: str) -> Response:
        """Show one."""
        return recipe_page(context, context.visitor(request), name)

    @router.post(HERE + "/{name}/try")
    async def try_it(request: Request, name: str) -> Response:
        """Run it on what the form holds."""
        visitor = await run_in_threadpool(context.visitor, request)
        form = {key: str(value) for key, value in (await request.form()).items()}
        return await run_in_threadpool(_try, context, visitor, name, form)

    _add_making(router, context)
    _add_editing(router, context)
    _add_versions(router, context)
    _add_variants(router, context)


def _add_making(router: APIRouter, context: ConsoleContext) -> None:
    @router.get(NEW)
    def show_new(request: Request, start: Name = "") -> Response:
        """Show a form for a new recipe: a copy of another one, or one with the usual parts."""
        visitor = context.author(request)
        return _new_page(context, visitor, context.recipes.copy_of(start) if start else context.recipes.new_text())

    @router.post(NEW)
    def make(request: Request, text: RecipeText, note: Note = "") -> Response:
        """Make it."""
        visitor = context.author(request)
        try:
            made = context.recipes.create(text, by=visitor.name, note=note)
        except (InputError, ConflictError) as error:
            return _new_page(context, visitor, text, error=error)
        return RedirectResponse(f"{PATH}{HERE}/{made.name}", 303)

    @router.post(NEW + "/check")
    def check_new(request: Request, text: RecipeText) -> Response:
        """Say what is wrong with the text of a new recipe."""
        context.author(request)
        context.recipes.check_new(text)
        return fragment("flash.html.jinja", words=N_("No problems found."))


def _add_editing(router: APIRouter, context: ConsoleContext) -> None:
    @router.post(HERE + "/{name}/check")
    def check(request: Request, name: str, text: RecipeText) -> Response:
        """Say what is wrong with a text, without saving it."""
        context.author(request)
        context.recipes.check(name, text)
        return fragment("flash.html.jinja", words=N_("No problems found."))

    @router.post(HERE + "/{name}/save")
    def save(request: Request, name: str, text: RecipeText, after: Number, note: Note = "") -> Response:
        """Put the text in force as the next version."""
        visitor = context.author(request)
        try:
            context.recipes.save(name, text, by=visitor.name, after=after, note=note)
        except (InputError, ConflictError) as error:
            return recipe_page(context, visitor, name, text=text, after=after, error=error)
        return RedirectResponse(f"{PATH}{HERE}/{name}", 303)

    @router.post(HERE + "/{name}/off")
    def switch_off(request: Request, name: str, after: Number) -> Response:
        """Offer a recipe that was made here no more."""
        visitor = context.author(request)
        context.recipes.switch_off(name, by=visitor.name, after=after)
        return RedirectResponse(PATH + HERE, 303)


def _add_versions(router: APIRouter, context: ConsoleContext) -> None:
    @router.get(HERE + "/{name}/versions")
    def show_versions(request: Request, name: str) -> Response:
        """Show the versions of a recipe, each with what it changed."""
        visitor = context.author(request)
        history = context.recipes.history(name)
        changes = [
            (version, diff_lines(before.text, version.text) if before else None)
            for version, before in zip(history, [*history[1:], None], strict=True)
        ]
        newest = context.recipes.newest_number(name)
        title = context.recipes.title_of(name)
        return page(
            "recipe_versions.html.jinja", visitor, here=HERE, name=name, title=title, changes=changes, newest=newest
        )

    @router.post(HERE + "/{name}/restore")
    def restore(request: Request, name: str, after: Number, number: Number = 0) -> Response:
        """Put an earlier version in force again; 0 is the file's."""
        visitor = context.author(request)
        context.recipes.roll_back(name, number, by=visitor.name, after=after)
        return RedirectResponse(f"{PATH}{HERE}/{name}", 303)


def _add_variants(router: APIRouter, context: ConsoleContext) -> None:
    @router.post(HERE + "/{name}/variants/{variant}")
    def decide(request: Request, name: str, variant: str, decision: Annotated[str, Form()] = "") -> Response:
        """Promote, pin or retire a variant, or leave it to the experiment again."""
        visitor = context.decider(request)
        chosen: Decision | None = next((known for known in get_args(Decision) if known == decision), None)
        Variants(context.store).decide(visitor.workspace, _recipe(context, name), variant, chosen, by=visitor.name)
        return RedirectResponse(f"{PATH}{HERE}/{name}", 303)


def _new_page(context: ConsoleContext, visitor: Visitor, text: str, error: InlaidError | None = None) -> Response:
    return page(
        "new_recipe.html.jinja",
        visitor,
        here=HERE,
        status=422 if error else 200,
        recipes=[context.recipes[name] for name in sorted(context.recipes)],
        text=text,
        error=error,
        new=NEW,
    )


def recipe_page(
    context: ConsoleContext,
    visitor: Visitor,
    name: str,
    *,
    text: str | None = None,
    after: int = 0,
    error: InlaidError | None = None,
) -> Response:
    """Show one recipe; to an author with its text, or with one that could not be saved and why.

    Args:
        context: of the console.
        visitor: who looks.
        name: of the recipe.
        text: what could not be saved, None for what is in force.
        after: the number of the version that it was made from.
        error: why not. What others saved in between is shown, so that the next try is on top of it.
    """
    book = context.recipes
    recipe = _known(context, visitor, name)
    newest = book.newest(name)
    newest_number = newest.number if newest else 0
    is_conflict = isinstance(error, ConflictError)
    changed = diff_lines(book.version(name, after).text, book.text(name)) if is_conflict else []
    policy = context.policies.of(visitor.workspace, visitor.person)
    return page(
        "recipe.html.jinja",
        visitor,
        here=HERE,
        status=409 if is_conflict else 422 if error else 200,
        recipe=recipe,
        is_on=name in book,
        is_own=book.is_own(name),
        offer=offered(as_listed(recipe), context.models, policy),
        inputs=recipe.asked_inputs,
        variants=Variants(context.store).states(visitor.workspace, recipe) if recipe.prompt.variants else [],
        text=book.text(name) if text is None else text,
        newest=newest,
        after=after if error and not is_conflict else newest_number,
        changed_meanwhile=changed,
        error=error,
    )


def _try(context: ConsoleContext, visitor: Visitor, name: str, form: Mapping[str, str]) -> Response:
    recipe = _recipe(context, name)
    policy = context.policies.of(visitor.workspace, visitor.person)
    if not offered(as_listed(recipe), context.models, policy).is_offered:
        raise too_small(recipe)
    given = {key: value for key, value in form.items() if value.strip()}
    if problems := input_errors(recipe, given):
        titles = {recipe_input.name: recipe_input.title for recipe_input in recipe.inputs}
        words = " ".join(f"{titles.get(key, key)}: {problem}" for key, problem in problems.items())
        raise InputError(words, fix="Correct the form.")
    job = context.ask(visitor, recipe, validate_inputs(recipe, given))
    return fragment("result.html.jinja", job=job, visitor=visitor)


def _known(context: ConsoleContext, visitor: Visitor, name: str) -> Recipe:
    """Return a recipe that the visitor may see: one that is switched off is for authors alone."""
    off = {recipe.name: recipe for recipe in context.recipes.switched_off()} if visitor.is_author else {}
    return off.get(name) or _recipe(context, name)


def _recipe(context: ConsoleContext, name: str) -> Recipe:
    if name not in context.recipes:
        raise NotFoundError("There is no such recipe.", fix="The list of recipes shows them.")
    return context.recipes[name]
