"""Policies: why the visitor may not, and for administrators of all workspaces the text, its versions, and others."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from core.errors import ForbiddenError, NotFoundError, PolicyError
from core.policies.explanation import explain, name_warnings, origin_words
from core.policies.parsing import parse_policies
from core.policies.versions import TITLE
from core.surfaces import known_surfaces
from core.text.catalogues import N_, told
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.rendering import PATH, fragment, page

HERE = "/policies"
MAX_TEXT_CHARS = 8_000_000
FIRST_TEXT = "# See deploy/policies.md.\n[installation]\n"

Text = Annotated[str, Form(max_length=MAX_TEXT_CHARS)]
Number = Annotated[int, Form(ge=0)]
Words = Annotated[str, Query(max_length=300)]


def add_policies(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""

    @router.get(HERE)
    def show(request: Request, person: Words = "", recipe: Words = "", surface: Words = "") -> Response:
        """Show what holds for the visitor, or for somebody whom they look after."""
        return _page(context, context.visitor(request), PolicyQuery(person, recipe, surface))

    @router.post(HERE + "/check")
    def check(request: Request, text: Text = "") -> Response:
        """Say what is wrong with a text, without saving it."""
        _editor(context, request)
        parse_policies(text, TITLE)
        return fragment("flash.html.jinja", words=N_("No problems found."))

    @router.post(HERE + "/save")
    def save(request: Request, after: Number, text: Text = "") -> Response:
        """Put a text in force as the next version."""
        visitor = _editor(context, request)
        try:
            context.policies.book.versions.save(text, by=visitor.name, after=after)
        except PolicyError as error:
            return _page(context, visitor, PolicyQuery(), text=text, error=error)
        context.policies.book.look_again()
        return RedirectResponse(PATH + HERE, 303)

    @router.post(HERE + "/restore")
    def restore(request: Request, number: Number, after: Number) -> Response:
        """Put an earlier version in force again."""
        visitor = _editor(context, request)
        context.policies.book.versions.restore(number, by=visitor.name, after=after)
        context.policies.book.look_again()
        return RedirectResponse(PATH + HERE, 303)


@dataclass(frozen=True)
class PolicyQuery:
    """What the page is asked about; "" for the visitor, for all recipes, for all surfaces."""

    person: str = ""
    recipe: str = ""
    surface: str = ""


def _by_title(listed: tuple[str, str]) -> tuple[str, str]:
    return listed[0].casefold(), listed[1]


def _editor(context: ConsoleContext, request: Request) -> Visitor:
    """Return who is signed in and may change the policies.

    Raises:
        ForbiddenError: they are no administrator of all workspaces.
    """
    visitor = context.visitor(request)
    if not visitor.is_admin_of_all:
        fix = "Ask one, or have your address added to INLAID_ADMINS."
        raise ForbiddenError(
            "Policies apply to everybody; only an administrator of all workspaces can change them.", fix=fix
        )
    return visitor


def _page(
    context: ConsoleContext,
    visitor: Visitor,
    asked: PolicyQuery,
    *,
    text: str | None = None,
    error: PolicyError | None = None,
) -> Response:
    book, recipes = context.policies.book, context.recipes
    if asked.recipe and asked.recipe not in recipes:
        raise NotFoundError("There is no such recipe.", fix="The list of recipes shows them.")
    who = (visitor.workspace, visitor.person)
    if asked.person:
        who = context.people.find(asked.person, visitor.scope).person.home
    now = book.current()
    may_edit = visitor.is_admin_of_all
    versions = book.versions.list() if may_edit else []
    return page(
        "policies.html.jinja",
        visitor,
        here=HERE,
        status=422 if error else 200,
        origin=origin_words(now),
        explained=None
        if now.is_closed
        else explain(context.policies, who, recipes, context.models.asked, recipe=asked.recipe, surface=asked.surface),
        asked=asked,
        recipes=sorted(((told(recipe.title), name) for name, recipe in recipes.items()), key=_by_title),
        places=known_surfaces(),
        may_edit=may_edit,
        now=now,
        file=str(book.path),
        warned=name_warnings(now, recipes, context.models.endpoints) if may_edit else [],
        versions=versions,
        text=(versions[0].text if versions else now.text or FIRST_TEXT) if text is None else text,
        error=error,
    )
