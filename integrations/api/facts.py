"""Standing facts: short texts with a name that drafts may use, and whether drafts rest on what is known at all."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import JSONResponse, Response

from core.errors import ForbiddenError
from core.people import Identity
from core.sources.facts import MAX_NAME_CHARS, MAX_PHRASES, MAX_TEXT_CHARS, StandingFact, StandingFacts
from integrations.api.forms import Form
from integrations.api.services import AnyCaller, Caller, SourcesRoute

router = APIRouter(prefix="/api/v1/facts", tags=["facts"], route_class=SourcesRoute)
Phrase = Annotated[str, Field(max_length=MAX_NAME_CHARS)]


class FactForm(Form):
    """A text with a name, and other words by which people ask for it.

    `language` has two letters, or none when the text serves in every language. `audience` is whose it is: "" for your
    own, `everybody`, or `group:NAME` of the policies. A `guarded` one is put in by nobody but you.
    """

    name: str = Field(min_length=1, max_length=MAX_NAME_CHARS)
    text: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)
    phrases: list[Phrase] = Field(default_factory=list, max_length=MAX_PHRASES)
    language: str = Field("", max_length=2)
    audience: str = Field("", max_length=80)
    guarded: bool = False


class UseForm(Form):
    """Whether your drafts may rest on sources, past answers and standing facts."""

    use: bool


def _kept(caller: Caller) -> tuple[StandingFacts, Identity]:
    """Return the facts, and under which name the caller's own are kept."""
    facts = StandingFacts(caller.api.store.records, caller.api.people, caller.api.policies)
    return facts, facts.identity(caller.workspace, caller.person)


@router.get("")
def list_facts(caller: AnyCaller) -> Response:
    """Return your own facts, those of groups and of everybody, and whether your drafts may use them."""
    facts, who = _kept(caller)
    shared = facts.shared() if caller.api.people.is_own(*who) else []
    found = [fact.to_json() for fact in (*facts.own(who), *shared)]
    return JSONResponse({"facts": found, "use": facts.are_wanted(who)})


@router.put("")
def put_fact(form: FactForm, caller: AnyCaller) -> Response:
    """Keep a fact, in place of an earlier one of the same name, language and audience."""
    _require_own(caller, form.audience)
    facts, who = _kept(caller)
    fact = StandingFact(
        form.name, form.text, tuple(form.phrases), form.language.lower(), form.audience, is_guarded=form.guarded
    )
    return JSONResponse(facts.put(who, fact).to_json())


@router.delete("")
def remove_fact(
    caller: AnyCaller,
    name: Annotated[str, Query(min_length=1, max_length=MAX_NAME_CHARS)],
    language: Annotated[str | None, Query(max_length=2)] = None,
    audience: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """Remove a fact; in one language, or without `language` in all."""
    _require_own(caller, audience)
    facts, who = _kept(caller)
    return JSONResponse({"removed": facts.remove(who, name, audience=audience, language=language)})


@router.put("/use")
def use_facts(form: UseForm, caller: AnyCaller) -> Response:
    """Let your drafts rest on sources, past answers and standing facts, or on nothing but what is given."""
    facts, who = _kept(caller)
    facts.want(who, use=form.use)
    return JSONResponse({"use": form.use})


def _require_own(caller: Caller, audience: str) -> None:
    scope = caller.api.administered(caller.who)
    if audience and (scope is None or not scope.is_wide):
        raise ForbiddenError("Only an administrator can set facts for others.", fix="Keep it for yourself.")
