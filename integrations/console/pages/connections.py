"""Connections: all mailboxes with their state, a new one connected; for administrators the platforms too."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from core.errors import InlaidError, InputError
from integrations.console.context import ConsoleContext
from integrations.console.pages.mailbox import HERE, mailbox_address
from integrations.console.pages.mailbox_advice import console_advice, with_console_fix
from integrations.console.ports import Connections, FormError, ImapForm
from integrations.console.rendering import flash, page, redirect

# What the page says first after an act that led to it.
FLASHES = {
    "removed": "The mailbox was removed, with everything stored about its mail. The mailbox itself is unchanged.",
}
IMAP_FIELDS = ("host", "user", "address", "port", "security")

Text = Annotated[str, Form(max_length=500)]


def add_connections(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""
    found = context.connections

    @router.get(HERE)
    def show(request: Request, flash: str = "") -> Response:
        """Show all."""
        visitor = context.visitor(request)
        cards = found.mailboxes(visitor)
        return page(
            "connections.html.jinja",
            visitor,
            here=HERE,
            flash=FLASHES.get(flash, ""),
            own=[card for card in cards if card.is_own],
            others=[card for card in cards if not card.is_own],
            with_console_fix=with_console_fix,
            values=dict.fromkeys(IMAP_FIELDS, ""),
            bad=None,
            has_microsoft=found.has_microsoft,
            platforms=found.platforms(visitor) if visitor.is_admin else None,
        )

    _add_adding(router, context, found)


def _add_adding(router: APIRouter, context: ConsoleContext, found: Connections) -> None:
    @router.post(HERE + "/imap")
    def add_imap(  # noqa: PLR0913 - the fields of the form
        request: Request,
        host: Text = "",
        user: Text = "",
        password: Annotated[str, Form(max_length=500)] = "",
        port: Text = "",
        address: Text = "",
        security: Text = "tls",
        token: Annotated[str, Form(max_length=20_000)] = "",
    ) -> Response:
        """Test an IMAP mailbox, and save it when it works."""
        visitor = context.visitor(request)
        values = {"host": host, "user": user, "address": address, "port": port, "security": security}
        try:
            with console_advice(login="oauth" if token.strip() else "password", connecting=True):
                name = found.add_imap(visitor, _imap_form(values, password, token.strip()))
        except InlaidError as error:
            if "hx-request" not in request.headers:
                raise
            # The fields too, for one of them may be marked: what was typed stays, and passwords are not sent back.
            bad = error if isinstance(error, FormError) and error.field in IMAP_FIELDS else None
            return flash(request, "imap_answer.html.jinja", values=values, bad=bad, error=error, is_answer=True)
        return redirect(request, mailbox_address(name, flash="connected"))

    @router.post(HERE + "/microsoft")
    def connect_microsoft(request: Request) -> Response:
        """Lead to Microsoft's sign-in."""
        # Through htmx: the policy of the page lets forms lead nowhere but to this server.
        return Response(status_code=204, headers={"HX-Redirect": found.microsoft_link(context.visitor(request))})


def _imap_form(values: dict[str, str], password: str, token: str) -> ImapForm:
    stripped = {name: value.strip() for name, value in values.items()}
    for name, words in (("host", "The mail server"), ("user", "The user name")):
        if not stripped[name]:
            raise FormError(name, f"{words} is missing.", fix="Ask your mail provider.")
    if not (password or token):
        fix = "Fill one of the two in."
        raise InputError("A password or access token is missing.", fix=fix)
    port = _port(stripped["port"], stripped["security"])
    return ImapForm(
        stripped["host"], port, stripped["user"], password, stripped["address"], stripped["security"], token
    )


def _port(text: str, security: str) -> int:
    if not text:
        return 143 if security == "none" else 993
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= 65535):
        fix = "Leave it empty for the usual one."
        raise FormError("port", "The port is not a number from 1 to 65535.", fix=fix)
    return int(text)
