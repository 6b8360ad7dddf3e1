"""Connections: the visitor's mailboxes with their state, settings and voice; for administrators the platforms too."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from core.errors import InputError
from integrations.console.audit import note
from integrations.console.desk import ConsoleDesk
from integrations.console.pages import PATH, fragment, page
from integrations.console.ports import Connections, ImapForm

HERE = "/connections"
MAILBOX = HERE + "/mailbox"

Text = Annotated[str, Form(max_length=500)]
Name = Annotated[str, Form(max_length=500)]


def add_connections(router: APIRouter, desk: ConsoleDesk) -> None:
    """Add the pages."""
    found = desk.connections

    @router.get(HERE)
    def show(request: Request) -> Response:
        """Show all."""
        visitor = desk.visitor(request)
        cards = found.mailboxes(visitor)
        return page(
            "connections.html.jinja",
            visitor,
            here=HERE,
            own=[one for one in cards if one.is_own],
            others=[one for one in cards if not one.is_own],
            has_microsoft=found.has_microsoft,
            platforms=found.platforms() if visitor.is_admin else None,
        )

    @router.get(MAILBOX)
    def show_one(request: Request, name: Annotated[str, Query(max_length=500)]) -> Response:
        """Show one mailbox of the visitor."""
        visitor = desk.visitor(request)
        card = found.find(visitor, name, visitor.person)
        return page("mailbox.html.jinja", visitor, here=HERE, one=card, more=found.more(card, visitor))

    _add_adding(router, desk, found)
    _add_setting(router, desk, found)
    _add_acting(router, desk, found)


def _add_adding(router: APIRouter, desk: ConsoleDesk, found: Connections) -> None:
    @router.post(HERE + "/imap")
    def add_imap(  # noqa: PLR0913 - the fields of the form
        request: Request,
        host: Text,
        user: Text,
        password: Annotated[str, Form(max_length=500)] = "",
        port: Text = "",
        address: Text = "",
        security: Text = "tls",
        token: Annotated[str, Form(max_length=20_000)] = "",
    ) -> Response:
        """Test an IMAP mailbox, and save it when it works."""
        visitor = desk.visitor(request)
        if not host.strip() or not user.strip() or not (password or token.strip()):
            fix = "Fill the form; an access token stands under More."
            raise InputError("Server, user name and a password or access token are needed.", fix=fix)
        number = _port(port, security)
        form = ImapForm(host.strip(), number, user.strip(), password, address.strip(), security, token.strip())
        name = found.add_imap(visitor, form)
        return _done(request, _address(name))

    @router.post(HERE + "/microsoft")
    def connect_microsoft(request: Request) -> Response:
        """Lead to Microsoft's sign-in."""
        # Through htmx: the policy of the page lets forms lead nowhere but to this server.
        return Response(status_code=204, headers={"HX-Redirect": found.microsoft_link(desk.visitor(request))})


def _add_setting(router: APIRouter, desk: ConsoleDesk, found: Connections) -> None:
    @router.post(MAILBOX + "/settings")
    async def change(request: Request) -> Response:
        """Change its settings."""
        form = {key: str(value) for key, value in (await request.form()).items()}
        return await run_in_threadpool(_change, desk, found, request, form)


def _change(desk: ConsoleDesk, found: Connections, request: Request, form: dict[str, str]) -> Response:
    changes: dict[str, Any] = {name: read(form[name].strip()) for name, read in _FIELDS.items() if name in form}
    found.change(desk.visitor(request), form.get("name", ""), changes)
    return _done(request, _address(form.get("name", "")), words="Saved.")


def _add_acting(router: APIRouter, desk: ConsoleDesk, found: Connections) -> None:
    @router.post(MAILBOX + "/check")
    def check(request: Request, name: Name) -> Response:
        """Look for new mail now."""
        count = found.check(desk.visitor(request), name)
        words = f"{count} new {'mail was' if count == 1 else 'mails were'} looked at."
        return _done(request, _address(name), words=words)

    @router.post(MAILBOX + "/voice")
    def voice(request: Request, name: Name, learn: Annotated[bool, Form()] = False) -> Response:
        """Learn how the owner writes, with their consent; or withdraw it, and forget."""
        visitor = desk.visitor(request)
        (found.learn_voice if learn else found.forget_voice)(visitor, name)
        return _done(request, _address(name))

    @router.post(MAILBOX + "/remove")
    def remove(request: Request, name: Name, person: Name = "") -> Response:
        """Forget a mailbox."""
        visitor = desk.visitor(request)
        card = found.find(visitor, name, person or visitor.person)
        found.remove(visitor, name, card.person)
        if not card.is_own:
            note(desk.store.records, visitor, "removed a mailbox", name)
        return _done(request, PATH + HERE)


def _done(request: Request, address: str, *, words: str = "") -> Response:
    """Lead on; or, when htmx asks and there is something to say, say it in the notice."""
    if "hx-request" not in request.headers:
        return RedirectResponse(address, 303)
    if not words:
        return Response(status_code=204, headers={"HX-Redirect": address})
    answer = fragment("said.html.jinja", words=words)
    answer.headers.update({"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"})
    return answer


def _address(name: str) -> str:
    return f"{PATH}{MAILBOX}?{urlencode({'name': name})}"


def _port(text: str, security: str) -> int:
    if not text.strip():
        return 143 if security == "none" else 993
    if not text.strip().isdecimal() or not 1 <= int(text) <= 65535:
        raise InputError("The port is not a number from 1 to 65535.", fix="Leave it empty for the usual one.")
    return int(text)


def _number(text: str) -> int:
    if not text.isdecimal():
        raise InputError(f"{text[:20]!r} is not a whole number.", fix="0 switches the limit or the draft off.")
    return int(text)


def _share(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError("The threshold is not a number.", fix="For example 0.6; higher means fewer drafts.") from None


def _is_on(text: str) -> bool:
    return text == "true"


def _addresses(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())


_FIELDS: dict[str, Callable[[str], Any]] = {
    "threshold": _share,
    "paused": _is_on,
    "quiet_hours": str,
    "timezone": str,
    "drafts_per_day": _number,
    "follow_up_days": _number,
    "on_request": str,
    "aliases": _addresses,
    "reply_all": _is_on,
}
