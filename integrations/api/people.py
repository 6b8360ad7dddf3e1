"""People and their sign-ins, for administrators: listed, put together, told apart, shut out."""

from dataclasses import asdict

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response, StreamingResponse

from core.errors import ForbiddenError
from core.leavers import disable_person, find_leaver
from core.store.rows import Scope
from integrations.api.services import AdminRoute, AnyCaller, Caller

router = APIRouter(prefix="/api/v1/people", tags=["people"], route_class=AdminRoute)


class PersonForm(BaseModel):
    """A person by id, address or `workspace/person`."""

    model_config = ConfigDict(extra="forbid")
    person: str = Field(max_length=300)


class MergeForm(BaseModel):
    """Two people, each by id, address or `workspace/person`."""

    model_config = ConfigDict(extra="forbid")
    person: str = Field(max_length=300)
    other: str = Field(max_length=300)


class SplitForm(BaseModel):
    """A sign-in."""

    model_config = ConfigDict(extra="forbid")
    workspace: str = Field(max_length=300)
    person: str = Field(max_length=300)


@router.get("")
def list_people(caller: AnyCaller) -> Response:
    """Return the people of your workspaces with their sign-ins."""
    scope = _scope(caller)
    return JSONResponse({"people": [person.to_json() for person in caller.api.people.everybody(scope)]})


@router.post("/merge")
def merge(form: MergeForm, caller: AnyCaller) -> Response:
    """Make one person of two: sign-ins and decisions of the other become those of the first."""
    scope, people = _scope(caller), caller.api.people
    kept, other = people.find(form.person, scope), people.find(form.other, scope)
    return JSONResponse(people.merge(kept, other).to_json())


@router.post("/split")
def split(form: SplitForm, caller: AnyCaller) -> Response:
    """Split off a sign-in as a person of its own, with everything that came through it."""
    scope, people = _scope(caller), caller.api.people
    people.find(f"{form.workspace}/{form.person}", scope)
    return JSONResponse(people.split(form.workspace, form.person).to_json())


@router.post("/disable")
def disable(form: PersonForm, caller: AnyCaller) -> Response:
    """End somebody's access at once: sessions, API tokens, mailboxes, waiting jobs. What they made stays."""
    people = caller.api.people
    known = find_leaver(caller.api.store, people, form.person, _scope(caller))
    ended = disable_person(caller.api.store, people, known)
    mailboxes = caller.api.leave(people.names_of(known.person.home))
    return JSONResponse({"id": known.person.id, **asdict(ended), "mailboxes": mailboxes})


@router.post("/enable")
def enable(form: PersonForm, caller: AnyCaller) -> Response:
    """Let somebody in again. They have to sign in and reconnect; what was ended is not restored."""
    people = caller.api.people
    known = people.find(form.person, _scope(caller))
    people.enable(known)
    return JSONResponse(people.find(known.person.id).to_json())


@router.post("/export")
def export(form: PersonForm, caller: AnyCaller) -> Response:
    """Return all that is kept of a person as a zip archive; an empty `person` means yourself."""
    people = caller.api.people
    if form.person:
        names = people.names_of(people.find(form.person, _scope(caller)).person.home)
    else:
        names = people.names(caller.workspace, caller.person)
    made = caller.api.export(names)
    made.begin()
    named = {"Content-Disposition": f'attachment; filename="{made.file_name}"'}
    return StreamingResponse(made.chunks(), media_type="application/zip", headers=named)


def _scope(caller: Caller) -> Scope:
    """Return which workspaces the caller administers.

    Raises:
        ForbiddenError: none, the caller is no administrator.
    """
    scope = caller.api.administered(caller.who)
    if scope is None:
        raise ForbiddenError("This is for administrators.", fix="Have your address added to INLAID_ADMINS.")
    return scope
