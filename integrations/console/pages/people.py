"""People, for administrators: who is known, what they agreed to, their team; and deleting all that is kept of one."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from core.errors import InputError, NotFoundError
from core.events.streams import forget_events
from core.insight.learning.rule_store import CONSENT_KIND
from core.insight.report.counting_rules import Teams
from core.leavers import disable_person
from core.people import Identity, KnownPerson, People, load_people
from core.store import Store, sessions
from core.store.person_export import export_of
from core.store.purge import purge_person
from core.store.retention import Holds
from core.store.rows import Scope
from core.store.tables import jobs, records
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.rendering import PATH, page

HERE = "/people"
# Their records name who decided or looked, not the person they are about.
_NOT_ABOUT_PEOPLE = ("variant", sessions.KIND)

Key = Annotated[str, Form(max_length=300)]


@dataclass
class PersonRow:
    """A person as the page shows them; `names` is every (workspace, person) under which something is stored."""

    identity: Identity
    known: KnownPerson | None = None
    jobs: int = 0
    surfaces: set[str] = field(default_factory=set)
    names: set[tuple[str, str]] = field(default_factory=set)
    team: str = ""
    shares_examples: bool = False
    learns_voice: bool = False


def add_people(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""
    people = load_people(context.settings, context.store.records)

    @router.get(HERE)
    def show(request: Request) -> Response:
        """Show everybody who is known."""
        visitor = context.admin(request)
        voices = {card.person for card in context.connections.mailboxes(visitor) if card.settings["learns_voice"]}
        known = person_rows(context.store, people, voices, visitor.scope)
        return page("people.html.jinja", visitor, here=HERE, people=known)

    _add_linking(router, context, people)
    _add_export_and_purge(router, context, people)

    @router.post(HERE + "/team")
    def put_into_team(request: Request, workspace: Key, person: Key, team: Key = "") -> Response:
        """Put a person into a team, or out of theirs."""
        visitor = context.admin(request)
        names_looked_after(visitor, people, workspace, person)
        home = people.identity(workspace, person)
        Teams(context.store.records).assign(home.workspace, [home.person], team.strip())
        return RedirectResponse(PATH + HERE, 303)


def _add_export_and_purge(router: APIRouter, context: ConsoleContext, people: People) -> None:
    @router.post(HERE + "/export")
    def export(request: Request, workspace: Key, person: Key) -> Response:
        """Give all that is kept of a person, for their request, as a zip archive."""
        visitor = context.admin(request)
        return _archive(context, names_looked_after(visitor, people, workspace, person))

    @router.post(HERE + "/export/own")
    def export_own(request: Request) -> Response:
        """Give the visitor all that is kept of them."""
        return _archive(context, context.names(context.visitor(request)))

    @router.post(HERE + "/purge")
    def purge(request: Request, workspace: Key, person: Key, again: Key = "") -> Response:
        """Delete all that is kept of a person, once their name was typed again."""
        visitor = context.admin(request)
        if again.strip() != person:
            raise InputError("The name that you typed is different.", fix="Type it as it is in the list.")
        names = names_looked_after(visitor, people, workspace, person)
        Holds(context.store.records).require_free(names)
        context.connections.leave(names)
        done = purge_person(context.store.records, names)
        forget_events(context.settings.broker_url, done.job_ids)
        return RedirectResponse(PATH + HERE, 303)


def _archive(context: ConsoleContext, names: Sequence[Identity]) -> Response:
    made = export_of(context.settings, context.store.records, names)
    made.begin()
    named = {"Content-Disposition": f'attachment; filename="{made.file_name}"'}
    return StreamingResponse(made.chunks(), media_type="application/zip", headers=named)


def _add_linking(router: APIRouter, context: ConsoleContext, people: People) -> None:
    @router.post(HERE + "/merge")
    def merge(request: Request, person: Key, other: Key) -> Response:
        """Make one person of two."""
        visitor = context.admin(request)
        kept, gone = people.find(person, visitor.scope), people.find(other.strip(), visitor.scope)
        people.merge(kept, gone)
        return RedirectResponse(PATH + HERE, 303)

    @router.post(HERE + "/disable")
    def disable(request: Request, person: Key) -> Response:
        """End somebody's access at once."""
        visitor = context.admin(request)
        known = people.find(person, visitor.scope)
        disable_person(context.store, people, known)
        context.connections.leave(people.names_of(known.person.home))
        return RedirectResponse(PATH + HERE, 303)

    @router.post(HERE + "/enable")
    def enable(request: Request, person: Key) -> Response:
        """Let somebody in again."""
        visitor = context.admin(request)
        people.enable(people.find(person, visitor.scope))
        return RedirectResponse(PATH + HERE, 303)

    @router.post(HERE + "/split")
    def split(request: Request, workspace: Key, person: Key) -> Response:
        """Make a sign-in a person of its own."""
        visitor = context.admin(request)
        people.find(f"{workspace}/{person}", visitor.scope)
        people.split(workspace, person)
        return RedirectResponse(PATH + HERE, 303)


def names_looked_after(visitor: Visitor, people: People, workspace: str, person: str) -> list[Identity]:
    """Return the names of a person in workspaces that the visitor administers; all, where every sign-in is in these.

    Raises:
        NotFoundError: they do not exist.
    """
    names = people.names(workspace, person)
    with suppress(NotFoundError):
        people.find(f"{workspace}/{person}", visitor.scope)
        return names
    theirs = [name for name in names if visitor.administers(name.workspace)]
    if not theirs:
        raise NotFoundError("There is no such person in your workspaces.", fix="The page People lists them.")
    return theirs


def person_rows(store: Store, people: People, voices: set[str], scope: Scope) -> list[PersonRow]:
    """Return everybody about whom something is stored there, by name. `voices`: those whose voice may be learnt."""
    found: dict[Identity, PersonRow] = {}
    teams, consents = Teams(store.records), store.records.list(CONSENT_KIND)
    homes = {one.person.home: one for one in people.everybody(scope)}
    sharing = {(consent.workspace, consent.key) for consent in consents if consent.data.get("examples")}
    for (workspace, person), (count, surfaces) in _names(store, scope).items():
        who = people.identity(workspace, person)
        known = found.setdefault(who, PersonRow(who, homes.get(who)))
        known.jobs += count
        known.surfaces |= surfaces
        known.names.add((workspace, person))
        known.team = teams.of(who.workspace, who.person)
        known.shares_examples |= (who.workspace, who.person) in sharing
        known.learns_voice |= person in voices
    return sorted(found.values(), key=lambda known: (known.identity.person.casefold(), known.identity.workspace))


def _names(store: Store, scope: Scope) -> dict[tuple[str, str], tuple[int, set[str]]]:
    """Return each (workspace, person) with the number of their jobs and the surfaces these came from. No text."""
    counted = sa.select(jobs.c.workspace, jobs.c.person, jobs.c.surface, sa.func.count())
    counted = counted.where(scope.rows(jobs.c.workspace))
    kept = sa.select(records.c.workspace, records.c.person).where(
        records.c.person != "", records.c.kind.not_in(_NOT_ABOUT_PEOPLE), scope.rows(records.c.workspace)
    )
    counts: dict[tuple[str, str], int] = defaultdict(int)
    surfaces: dict[tuple[str, str], set[str]] = defaultdict(set)
    with store.database.read() as connection:
        for workspace, person, surface, count in connection.execute(
            counted.group_by(jobs.c.workspace, jobs.c.person, jobs.c.surface)
        ):
            counts[workspace, person] += count
            surfaces[workspace, person].add(surface)
        for workspace, person in connection.execute(kept.distinct()):
            counts[workspace, person] += 0
    return {name: (count, surfaces[name]) for name, count in counts.items()}
