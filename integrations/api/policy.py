"""Why somebody may not: for the person who asks, and for administrators about others."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from core.errors import ForbiddenError
from core.policies.explanation import explain
from integrations.api.services import AnyCaller, JobsRoute

router = APIRouter(prefix="/api/v1/policy", tags=["policy"], route_class=JobsRoute)
Words = Annotated[str, Query(max_length=300)]


@router.get("/why")
def why(caller: AnyCaller, recipe: Words = "", surface: Words = "", person: Words = "") -> Response:
    """Return the groups and rules that hold for you, or for `person`, and why a recipe or a surface is refused.

    Without recipe and surface it lists all that is refused.
    """
    who = (caller.workspace, caller.person)
    if person:
        scope = caller.api.administered(caller.who)
        if scope is None:
            fix = "Leave the person out to ask about yourself, or have your address added to INLAID_ADMINS."
            raise ForbiddenError("Only administrators may see what applies to others.", fix=fix)
        who = caller.api.people.find(person, scope).person.home
    api = caller.api
    found = explain(api.policies, who, api.recipes, api.models.asked, recipe=recipe, surface=surface)
    return JSONResponse(found.to_json())
