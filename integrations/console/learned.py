"""What was learnt from the visitor's own edits: seen with its proof, used or not, reworded, exported, forgotten."""

import json
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from core.insight.learned import Learned
from core.insight.people import Identity, load_people
from integrations.console.desk import ConsoleDesk
from integrations.console.pages import PATH, page
from integrations.console.sessions import Visitor

HERE = "/learned"
Key = Annotated[str, Form(max_length=200)]
Words = Annotated[str, Form(max_length=300)]


def add_learned(router: APIRouter, desk: ConsoleDesk) -> None:
    """Add the page."""
    people = load_people(desk.settings, desk.store.records)
    learned = Learned(desk.store, people)

    def identity(visitor: Visitor) -> Identity:
        return people.identity(visitor.workspace, visitor.address or visitor.person)

    def back() -> Response:
        return RedirectResponse(PATH + HERE, 303)

    @router.get(HERE)
    def show(request: Request) -> Response:
        """Show it."""
        visitor = desk.visitor(request)
        who = identity(visitor)
        return page(
            "learned.html.jinja", visitor, here=HERE, wishes=learned.all(who), shares=learned.shares_examples(who)
        )

    @router.get(HERE + "/export")
    def export(request: Request) -> Response:
        """Give all of it as a file."""
        who = identity(desk.visitor(request))
        wishes = [one.to_json() for one in learned.all(who)]
        data = {"person": who.person, "wishes": wishes, "shares_examples": learned.shares_examples(who)}
        headers = {"Content-Disposition": 'attachment; filename="learned.json"'}
        return Response(json.dumps(data, indent=2, ensure_ascii=False), media_type="application/json", headers=headers)

    @router.post(HERE + "/find")
    def find(request: Request) -> Response:
        """Look for wishes in the visitor's edits now."""
        learned.find(identity(desk.visitor(request)))
        return back()

    @router.post(HERE + "/switch")
    def switch(request: Request, key: Key, use: Annotated[bool, Form()] = False) -> Response:
        """Use a wish, or use it no more."""
        learned.switch(identity(desk.visitor(request)), key, "enabled" if use else "disabled")
        return back()

    @router.post(HERE + "/edit")
    def edit(request: Request, key: Key, old: Words, new: Words = "") -> Response:
        """Change the words of a wish."""
        learned.edit(identity(desk.visitor(request)), key, old=old, new=new)
        return back()

    @router.post(HERE + "/forget")
    def forget(request: Request, key: Key = "") -> Response:
        """Delete one wish, or all."""
        learned.forget(identity(desk.visitor(request)), key or None)
        return back()

    @router.post(HERE + "/share")
    def share(request: Request, shares: Annotated[bool, Form()] = False) -> Response:
        """Let accepted work serve the team as examples, or no more."""
        learned.share_examples(identity(desk.visitor(request)), shares=shares)
        return back()
