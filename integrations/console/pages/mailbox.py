"""One mailbox of the visitor: its state, login, settings and voice, and what was decided about its mail."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from core.errors import InputError
from integrations.console.context import ConsoleDesk
from integrations.console.pages.audit import note
from integrations.console.pages.mailbox_advice import advised, advising
from integrations.console.pages.mailbox_settings import read_settings, shown_settings
from integrations.console.ports import FormError
from integrations.console.rendering import PATH, fragment, lead_on, page, told

HERE = "/connections"
MAILBOX = HERE + "/mailbox"
# What is said after an act has led to the page.
SAID = {
    "connected": "Connected: the login works, and drafts go to its Drafts folder. Nothing is ever sent.",
    "login": "The new login works and is saved.",
    "saved": "Saved.",
    "paused": "Paused: its mail is left alone.",
    "resumed": "It goes on: new mail is looked at again.",
    "learnt": "Your consent is noted; what was learnt stands under Your voice.",
    "forgotten": "Your consent is withdrawn, and what was learnt is deleted.",
}

Name = Annotated[str, Form(max_length=500)]


def add_mailbox(router: APIRouter, desk: ConsoleDesk) -> None:
    """Add the page."""
    found = desk.connections

    @router.get(MAILBOX)
    def show_one(request: Request, name: Annotated[str, Query(max_length=500)], said: str = "") -> Response:
        """Show one mailbox of the visitor."""
        visitor = desk.visitor(request)
        card = found.find(visitor, name, visitor.person)
        return page(
            "mailbox.html.jinja",
            visitor,
            here=HERE,
            said=SAID.get(said, ""),
            one=card,
            error=advised(card.error, login=card.login) if card.error else None,
            values=shown_settings(card.settings),
            bad=None,
            more=found.more(card, visitor),
        )

    _add_changing(router, desk)
    _add_acting(router, desk)


def _add_changing(router: APIRouter, desk: ConsoleDesk) -> None:
    @router.post(MAILBOX + "/settings")
    async def change(request: Request) -> Response:
        """Change its settings."""
        form = {key: str(value) for key, value in (await request.form()).items()}
        return await run_in_threadpool(_change, desk, request, form)

    @router.post(MAILBOX + "/login")
    def renew(
        request: Request,
        name: Name,
        password: Annotated[str, Form(max_length=500)] = "",
        token: Annotated[str, Form(max_length=20_000)] = "",
    ) -> Response:
        """Take a new password or access token; it is tested first."""
        visitor = desk.visitor(request)
        if not (password or token.strip()):
            raise InputError("Nothing was entered.", fix="Enter the new password or access token.")
        with advising(login="oauth" if token.strip() else "password", connecting=True):
            desk.connections.renew_login(visitor, name, password=password, token=token.strip())
        return lead_on(request, mailbox_address(name, said="login"))


def _change(desk: ConsoleDesk, request: Request, form: dict[str, str]) -> Response:
    visitor, name = desk.visitor(request), form.get("name", "")
    card = desk.connections.find(visitor, name, visitor.person)
    in_place = "hx-request" in request.headers
    try:
        desk.connections.change(visitor, name, read_settings(form))
    except FormError as error:
        if not in_place:
            raise
        values = shown_settings(card.settings) | form
        return fragment("mailbox_settings.html.jinja", name=name, values=values, bad=error, words="")
    if not in_place:
        said = {"true": "paused", "false": "resumed"}.get(form.get("paused", ""), "saved")
        return RedirectResponse(mailbox_address(name, said=said), 303)
    values = shown_settings(desk.connections.find(visitor, name, visitor.person).settings)
    return fragment("mailbox_settings.html.jinja", name=name, values=values, bad=None, words=SAID["saved"])


def _add_acting(router: APIRouter, desk: ConsoleDesk) -> None:
    found = desk.connections

    @router.post(MAILBOX + "/check")
    def check(request: Request, name: Name) -> Response:
        """Look for new mail now."""
        visitor = desk.visitor(request)
        login = found.find(visitor, name, visitor.person).login
        with advising(login=login):
            count = found.check(visitor, name)
        if "hx-request" not in request.headers:
            return RedirectResponse(mailbox_address(name), 303)
        words = f"{count} new {'mail was' if count == 1 else 'mails were'} looked at."
        return told(request, "said.html.jinja", words=words)

    @router.post(MAILBOX + "/voice")
    def voice(request: Request, name: Name, learn: Annotated[bool, Form()] = False) -> Response:
        """Learn how the owner writes, with their consent; or withdraw it, and forget."""
        visitor = desk.visitor(request)
        with advising(login=found.find(visitor, name, visitor.person).login):
            (found.learn_voice if learn else found.forget_voice)(visitor, name)
        return lead_on(request, mailbox_address(name, said="learnt" if learn else "forgotten"))

    @router.post(MAILBOX + "/remove")
    def remove(request: Request, name: Name, person: Name = "") -> Response:
        """Forget a mailbox."""
        visitor = desk.visitor(request)
        card = found.find(visitor, name, person or visitor.person)
        with advising():
            found.remove(visitor, name, card.person)
        if not card.is_own:
            note(desk.store.records, visitor, "removed a mailbox", name)
        return lead_on(request, f"{PATH}{HERE}?said=removed")


def mailbox_address(name: str, *, said: str = "") -> str:
    """Return where the page of a mailbox is; `said` is a key of what it says first."""
    return f"{PATH}{MAILBOX}?{urlencode({'name': name, **({'said': said} if said else {})})}"
