"""People, for administrators: who is known, what they agreed to, their team; and deleting all that is kept of one."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from core.errors import InputError, NotFoundError
from core.events.streams import forget_events
from core.insight.learning.rule_store import CONSENT_KIND
from core.insight.report.counting_rules import Teams
from core.insight.report.wording import SURFACES
from core.leavers import disable_person, find_leaver
from core.people import Identity, KnownPerson, People, load_people
from core.store import Store, sessions
from core.store.people.stored_names import job_counts, stored_names
from core.store.person_export import export_of
from core.store.purge import purge_person
from core.store.retention import Holds
from core.store.rows import Scope
from core.text.catalogues import N_
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.rendering import PATH, page
from integrations.frame.pages import older_page

HERE = "/people"
PAGE_PEOPLE = 25
# Their records name who decided or looked, not the person they are about.
_NOT_ABOUT_PEOPLE = ("variant", sessions.KIND)

# What was done, as the page says it afterwards.
DONE = N_(
    {
        "team": "The team is saved.",
        "purge": "Everything stored about the person is deleted.",
        "merge": "They are one person now.",
        "split": "The sign-in is a person of its own now.",
        "disable": "Their access has ended.",
        "enable": "They may sign in again.",
    }
)
Key = Annotated[str, Form(max_length=300)]
# A name may stand in a key twice, and grow where its letters are made equal.
_MAX_KEY_CHARS = 1500


@dataclass(frozen=True)
class ListPosition:
    """Which page of the list an act was done on: its search, and after whom it begins."""

    text: Annotated[str, Form(max_length=200)] = ""
    before: Annotated[str, Form(max_length=_MAX_KEY_CHARS)] = ""

    def after(self, act: str) -> Response:
        """Lead back there, and have it say what was done."""
        return RedirectResponse(older_page(PATH + HERE, {"text": self.text, "done": act}, self.before), 303)


Here = Annotated[ListPosition, Depends(ListPosition)]


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

    @property
    def key(self) -> str:
        """What people are sorted by."""
        person = self.identity.person
        return f"{person.casefold()} {self.identity.workspace} {person}"

    def is_called(self, text: str) -> bool:
        """Say whether a text is part of one of their names or addresses."""
        addresses = self.known.addresses if self.known else []
        called = [self.identity.person, *(person for _, person in self.names), *addresses]
        return any(text.strip().casefold() in name.casefold() for name in called)


def add_people(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""
    people = load_people(context.settings, context.store.records)

    @router.get(HERE)
    def show(
        request: Request,
        text: Annotated[str, Query(max_length=200)] = "",
        before: Annotated[str, Query(max_length=_MAX_KEY_CHARS)] = "",
        done: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        """Show a page of everybody who is known; `before` is the key of the last one of the page before."""
        visitor = context.admin(request)
        voices = {card.person for card in context.connections.mailboxes(visitor) if card.settings["learns_voice"]}
        known = [row for row in person_rows(context.store, people, visitor.scope) if row.is_called(text)]
        rest = [row for row in known if row.key > before]
        rows = rest[:PAGE_PEOPLE]
        add_details(context.store, rows, voices)
        return page(
            "people.html.jinja",
            visitor,
            here=HERE,
            people=rows,
            text=text,
            before=before,
            done=DONE.get(done, ""),
            older=older_page(PATH + HERE, {"text": text}, rows[-1].key) if len(rest) > PAGE_PEOPLE else "",
            newest=older_page(PATH + HERE, {"text": text}, "") if before else "",
        )

    _add_linking(router, context, people)
    _add_export_and_purge(router, context, people)

    @router.post(HERE + "/team")
    def put_into_team(request: Request, workspace: Key, person: Key, here: Here, team: Key = "") -> Response:
        """Put a person into a team, or out of theirs."""
        visitor = context.admin(request)
        names_looked_after(visitor, people, workspace, person)
        home = people.identity(workspace, person)
        Teams(context.store.records).assign(home.workspace, [home.person], team.strip())
        return here.after("team")


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
    def purge(request: Request, workspace: Key, person: Key, here: Here, again: Key = "") -> Response:
        """Delete all that is kept of a person, once their name was typed again."""
        visitor = context.admin(request)
        if again.strip() != person:
            raise InputError("The name that you typed is different.", fix="Type it as it is in the list.")
        names = names_looked_after(visitor, people, workspace, person)
        Holds(context.store.records).require_free(names)
        context.connections.leave(names)
        done = purge_person(context.store.records, names)
        forget_events(context.settings.broker_url, done.job_ids)
        return here.after("purge")


def _archive(context: ConsoleContext, names: Sequence[Identity]) -> Response:
    made = export_of(context.settings, context.store.records, names)
    made.begin()
    named = {"Content-Disposition": f'attachment; filename="{made.file_name}"'}
    return StreamingResponse(made.chunks(), media_type="application/zip", headers=named)


def _add_linking(router: APIRouter, context: ConsoleContext, people: People) -> None:
    @router.post(HERE + "/merge")
    def merge(request: Request, person: Key, other: Key, here: Here) -> Response:
        """Make one person of two."""
        visitor = context.admin(request)
        kept, gone = people.find(person, visitor.scope), people.find(other.strip(), visitor.scope)
        people.merge(kept, gone)
        return here.after("merge")

    @router.post(HERE + "/disable")
    def disable(request: Request, person: Key, here: Here) -> Response:
        """End somebody's access at once."""
        visitor = context.admin(request)
        known = find_leaver(context.store, people, person, visitor.scope)
        disable_person(context.store, people, known)
        context.connections.leave(people.names_of(known.person.home))
        return here.after("disable")

    @router.post(HERE + "/enable")
    def enable(request: Request, person: Key, here: Here) -> Response:
        """Let somebody in again."""
        visitor = context.admin(request)
        people.enable(people.find(person, visitor.scope))
        return here.after("enable")

    @router.post(HERE + "/split")
    def split(request: Request, workspace: Key, person: Key, here: Here) -> Response:
        """Make a sign-in a person of its own."""
        visitor = context.admin(request)
        people.find(f"{workspace}/{person}", visitor.scope)
        people.split(workspace, person)
        return here.after("split")


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


def person_rows(store: Store, people: People, scope: Scope) -> list[PersonRow]:
    """Return everybody who came in or about whom something is stored there, by name."""
    homes, known = people.homes(), {entry.person.home: entry for entry in people.everybody(scope)}
    found: dict[Identity, PersonRow] = {}
    stored = stored_names(store.database, scope, other_than=_NOT_ABOUT_PEOPLE)
    came = {door.name for entry in known.values() for door in entry.doors if scope.covers(door.name.workspace)}
    for name in came.union(Identity(*name) for name in stored):
        home = homes.get(name, name)
        found.setdefault(home, PersonRow(home, known.get(home))).names.add(name)
    return sorted(found.values(), key=lambda row: row.key)


def add_details(store: Store, rows: Sequence[PersonRow], voices: set[str]) -> None:
    """Add what is stored of some people, and what they agreed to. `voices`: those whose voice may be learnt."""
    teams = Teams(store.records)
    for (workspace, person, surface), count in job_counts(
        store.database, [name for row in rows for name in row.names]
    ).items():
        row = next(row for row in rows if (workspace, person) in row.names)
        row.jobs += count
        row.surfaces.add(SURFACES.get(surface, surface))
    for row in rows:
        home = row.identity
        consent = store.records.get(CONSENT_KIND, home.workspace, home.person)
        row.team = teams.of(home.workspace, home.person)
        row.shares_examples = bool(consent and consent.data.get("examples"))
        row.learns_voice = any(person in voices for _, person in row.names)
