"""Recipes as their authors work on them: texts, versions, and trials on past work.

A token needs the scope `admin`, and its person to be an author of recipes or an administrator of all workspaces.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.responses import JSONResponse, Response

from core.drafts import JsonObject
from core.errors import ForbiddenError
from core.recipes.book import RecipeBook
from core.recipes.trials import DEFAULT_JOBS, MAX_JOBS, Trial
from core.recipes.versions import MAX_NOTE_CHARS, diff_lines
from integrations.api.forms import Form
from integrations.api.services import ACCEPTED, AdminRoute, AnyCaller, Caller

MAX_TEXT_CHARS = 200_000
router = APIRouter(prefix="/api/v1", tags=["recipes"], route_class=AdminRoute)
Name = Annotated[str, Path(max_length=60)]
Number = Annotated[int, Query(ge=0)]


class NewForm(Form):
    """A new recipe."""

    text: str = Field(max_length=MAX_TEXT_CHARS)
    note: str = Field("", max_length=MAX_NOTE_CHARS)


class TextForm(NewForm):
    """A text for a recipe; `after` is the number of the version that it was made from, 0 for the file's."""

    after: int = Field(ge=0)


class RollbackForm(Form):
    """Which version to put in force again; 0 is the file's."""

    version: int = Field(ge=0)
    after: int = Field(ge=0)
    note: str = Field("", max_length=MAX_NOTE_CHARS)


class TrialForm(Form):
    """A text to be tried on so many past jobs; without one the text in force."""

    text: str = Field("", max_length=MAX_TEXT_CHARS)
    after: int = Field(0, ge=0)
    count: int = Field(DEFAULT_JOBS, ge=1, le=MAX_JOBS)


def _book(caller: Caller) -> RecipeBook:
    """Return the recipes, for somebody who may make and change them.

    Raises:
        ForbiddenError: they are neither an author nor an administrator of all workspaces.
    """
    scope = caller.api.administered(caller.who)
    is_administrator = scope is not None and scope.is_wide
    if not is_administrator and "author" not in caller.api.policies.roles(caller.workspace, caller.person):
        fix = "Ask one, or have your group named as author in INLAID_GROUP_ROLES."
        raise ForbiddenError("Recipes apply to everybody; only their authors can change them.", fix=fix)
    return caller.api.recipes


@router.post("/recipes", status_code=201)
def make_recipe(form: NewForm, caller: AnyCaller) -> Response:
    """Make a new recipe; it is offered at once on its `surfaces`."""
    book = _book(caller)
    made = book.create(form.text, by=caller.person, note=form.note)
    return JSONResponse(_shown(book, made.name), 201)


@router.get("/recipes/{name}")
def read_recipe(name: Name, caller: AnyCaller) -> Response:
    """Return the text of a recipe that is in force, and its newest version."""
    return JSONResponse(_shown(_book(caller), name))


@router.put("/recipes/{name}")
def change_recipe(name: Name, form: TextForm, caller: AnyCaller) -> Response:
    """Put a text in force as the next version; a conflict (409) when somebody saved another in between."""
    book = _book(caller)
    book.save(name, form.text, by=caller.person, after=form.after, note=form.note)
    return JSONResponse(_shown(book, name))


@router.delete("/recipes/{name}", status_code=204)
def switch_off(name: Name, after: Number, caller: AnyCaller) -> Response:
    """Offer a recipe that was made here no more; jobs that wait are done, and its versions stay."""
    _book(caller).switch_off(name, by=caller.person, after=after)
    return Response(status_code=204)


@router.get("/recipes/{name}/versions")
def list_versions(name: Name, caller: AnyCaller) -> Response:
    """Return the versions of a recipe, the newest first; 0 is the file's."""
    found = _book(caller).history(name)
    return JSONResponse({"recipe": name, "versions": [version.to_json() for version in found]})


@router.get("/recipes/{name}/versions/{number}")
def read_version(name: Name, number: int, caller: AnyCaller, against: int | None = None) -> Response:
    """Return a version with its text and what it changed: of the one before it, or of the one that is named."""
    book = _book(caller)
    version = book.version(name, number)
    before = book.before(version) if against is None else book.version(name, against)
    lines = diff_lines(before.text, version.text) if before else []
    return JSONResponse({**version.to_json(), "text": version.text, "diff": lines})


@router.post("/recipes/{name}/rollback")
def roll_back(name: Name, form: RollbackForm, caller: AnyCaller) -> Response:
    """Put an earlier version in force again, as the next one."""
    book = _book(caller)
    book.roll_back(name, form.version, by=caller.person, after=form.after, note=form.note)
    return JSONResponse(_shown(book, name))


@router.post("/recipes/{name}/trials", status_code=ACCEPTED)
def begin_trial(name: Name, form: TrialForm, caller: AnyCaller) -> Response:
    """Do your newest jobs of a recipe once more with a text; nothing of it is delivered or counted."""
    book = _book(caller)
    text = form.text or book.text(name)
    recipe = book.check(name, text)
    who = (caller.workspace, caller.person)
    trial = caller.api.trials.begin(who, recipe, text, after=form.after, count=form.count, submit=caller.api.submit)
    return JSONResponse(_trial(caller, trial), ACCEPTED)


@router.get("/recipe-trials/{trial_id}")
def read_trial(trial_id: Name, caller: AnyCaller) -> Response:
    """Return how far a trial of yours is: each past job beside the new one."""
    _book(caller)
    return JSONResponse(_trial(caller, caller.api.trials.get((caller.workspace, caller.person), trial_id)))


@router.post("/recipe-trials/{trial_id}/cancel")
def cancel_trial(trial_id: Name, caller: AnyCaller) -> Response:
    """Stop what a trial of yours has not done."""
    _book(caller)
    trial = caller.api.trials.get((caller.workspace, caller.person), trial_id)
    for job in caller.api.trials.cancel(trial):
        caller.api.tell(job)
    return JSONResponse(_trial(caller, trial))


def _shown(book: RecipeBook, name: str) -> JsonObject:
    return {"recipe": name, "version": book.newest_number(name), "text": book.text(name), "is_on": name in book}


def _trial(caller: Caller, trial: Trial) -> JsonObject:
    results = caller.api.trials.results(trial)
    done = sum(1 for result in results if result.new is None or result.new.has_ended)
    shown = [result.to_json() for result in results]
    return {"trial": trial.id, "recipe": trial.recipe, "done": done, "jobs": len(results), "results": shown}
