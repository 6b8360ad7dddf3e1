"""What was learnt from the visitor's own edits: seen with its proof, used or not, reworded, exported, forgotten."""

import json
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from core.insight.learning.rule_store import RuleStore
from core.people import Identity, People, load_people
from integrations.console.context import ConsoleDesk
from integrations.console.rendering import PATH, page
from integrations.console.sessions import Visitor

HERE = "/learned"
Key = Annotated[str, Form(max_length=200)]
Words = Annotated[str, Form(max_length=300)]


def add_learned(router: APIRouter, desk: ConsoleDesk) -> None:
    """Add the page."""
    people = load_people(desk.settings, desk.store.records)
    mine = Mine(desk, people, RuleStore(desk.store, people))

    @router.get(HERE)
    def show(request: Request) -> Response:
        """Show it."""
        visitor = desk.visitor(request)
        who = mine.identity(visitor)
        wishes, shares = mine.learned.all(who), mine.learned.shares_examples(who)
        return page("learned.html.jinja", visitor, here=HERE, wishes=wishes, shares=shares)

    @router.get(HERE + "/export")
    def export(request: Request) -> Response:
        """Give all of it as a file."""
        who = mine.who(request)
        wishes = [one.to_json() for one in mine.learned.all(who)]
        data = {"person": who.person, "wishes": wishes, "shares_examples": mine.learned.shares_examples(who)}
        headers = {"Content-Disposition": 'attachment; filename="learned.json"'}
        return Response(json.dumps(data, indent=2, ensure_ascii=False), media_type="application/json", headers=headers)

    _add_wishes(router, mine)
    _add_deciding(router, mine)


@dataclass(frozen=True)
class Mine:
    """What was learnt, and how to tell of whom."""

    desk: ConsoleDesk
    people: People
    learned: RuleStore

    def identity(self, visitor: Visitor) -> Identity:
        """Return under which name a visitor's edits are learnt from."""
        return self.people.identity(visitor.workspace, visitor.person)

    def who(self, request: Request) -> Identity:
        """Return the same of who is signed in."""
        return self.identity(self.desk.visitor(request))


def _add_wishes(router: APIRouter, mine: Mine) -> None:
    @router.post(HERE + "/find")
    def find(request: Request) -> Response:
        """Look for wishes in the visitor's edits now."""
        mine.learned.find(mine.who(request))
        return _back()

    @router.post(HERE + "/edit")
    def edit(request: Request, key: Key, old: Words, new: Words = "") -> Response:
        """Change the words of a wish."""
        mine.learned.edit(mine.who(request), key, old=old, new=new)
        return _back()


def _add_deciding(router: APIRouter, mine: Mine) -> None:
    @router.post(HERE + "/switch")
    def switch(request: Request, key: Key, use: Annotated[bool, Form()] = False) -> Response:
        """Use a wish, or use it no more."""
        mine.learned.switch(mine.who(request), key, "enabled" if use else "disabled")
        return _back()

    @router.post(HERE + "/forget")
    def forget(request: Request, key: Key = "") -> Response:
        """Delete one wish, or all."""
        mine.learned.forget(mine.who(request), key or None)
        return _back()

    @router.post(HERE + "/share")
    def share(request: Request, shares: Annotated[bool, Form()] = False) -> Response:
        """Let accepted work serve the team as examples, or no more."""
        mine.learned.share_examples(mine.who(request), shares=shares)
        return _back()


def _back() -> Response:
    return RedirectResponse(PATH + HERE, 303)
