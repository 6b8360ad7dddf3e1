"""What is connected: Slack, Microsoft 365 and mailboxes, and the page of each mailbox of the visitor.

That page shows its state, login, settings and voice, and what was decided about its mail. Errors give advice that can
be followed in the console, in place of advice for the command line.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from core.errors import CredentialError, InlaidError, InputError, NotFoundError
from core.people import address_of_shared
from core.sources.model import Source
from core.text.catalogues import N_
from integrations.console.context import ConsoleConnections, ConsoleContext, FormError, ImapForm, Visitor
from integrations.console.pages.mailbox_settings import read_settings, shown_settings
from integrations.console.pages.sources import source_user
from integrations.console.rendering import PATH, flash, fragment, page, redirect
from integrations.frame.pages import older_page

_OF_COMMANDS = ("inlaid ", " --")
# While a mailbox is connected: by code, and for a refused login by its kind.
_CONNECTING = N_(
    {
        CredentialError.code: "Check user name and password; many providers want an app password.",
        f"{CredentialError.code} oauth": "Sign in again at the provider, and give the new access token.",
        InputError.code: "Check server, port and encryption; None is there for a connection that is safe without.",
    }
)
_CONNECTED = N_(
    {
        CredentialError.code: "Connect the mailbox again on the page of connections.",
        f"{CredentialError.code} password": "Enter a new password for it; many providers want an app password.",
        f"{CredentialError.code} oauth": "Sign in again at the provider, and enter the new access token for it.",
        InputError.code: "“Check now” shows whether it lasts; else remove the mailbox and connect it again.",
        NotFoundError.code: "The page of connections shows what is connected.",
    }
)
_OTHERWISE = N_("Look at the page of connections.")
HERE = "/connections"
MAILBOX = HERE + "/mailbox"
# What the page says first after an act that led to it.
FLASHES = N_(
    {
        "connected": "Connected: the login works, and drafts go to its Drafts folder. Nothing is ever sent.",
        "login": "The new login works and is saved.",
        "saved": "Saved.",
        "paused": "Paused: its mail is left alone.",
        "resumed": "Resumed: new mail is read again.",
        "known": "Noted. This warning is not shown again.",
        "anyway": "A draft is being made. What it asks of you or warns of stands in it in double brackets.",
        "learnt": "Your consent was recorded; what was learnt is shown under Your voice.",
        "forgotten": "Your consent is withdrawn, and what was learnt is deleted.",
    }
)
MAX_BEFORE = 100_000
Name = Annotated[str, Form(max_length=500)]
# What the page says first after an act that led to it.
LIST_FLASHES = N_(
    {
        "removed": "The mailbox was removed, with everything stored about its mail. The mailbox itself is unchanged.",
        "group": "The group is connected. Its members' mailboxes follow as people come and go.",
        "group_ended": "The group is forgotten, with the mailboxes that it had connected.",
    }
)
IMAP_FIELDS = ("host", "user", "owner_name", "address", "port", "security")
Text = Annotated[str, Form(max_length=500)]


def with_console_fix(error: Mapping[str, str], *, login: str = "", connecting: bool = False) -> dict[str, str]:
    """Return an error, as `InlaidError.to_json` gives it, with a fix that can be followed in the console.

    Args:
        error: what went wrong.
        login: `password` or `oauth`, or "" if it is neither.
        connecting: whether the mailbox is only being connected.
    """
    known = _CONNECTING if connecting else _CONNECTED
    fix, code = error["fix"], error["code"]
    if any(sign in fix for sign in _OF_COMMANDS):
        fix = known.get(f"{code} {login}") or known.get(code, _OTHERWISE)
    return {**error, "fix": fix}


@contextmanager
def console_advice(*, login: str = "", connecting: bool = False) -> Iterator[None]:
    """Give whatever is raised in the block a fix that can be followed in the console; see `with_console_fix`."""
    try:
        yield
    except InlaidError as error:
        error.fix = with_console_fix(error.to_json(), login=login, connecting=connecting)["fix"]
        raise


def add_mailbox(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""
    found = context.connections

    @router.get(MAILBOX)
    def show_one(
        request: Request,
        name: Annotated[str, Query(max_length=500)],
        flash: str = "",
        before: Annotated[int, Query(ge=0, le=MAX_BEFORE)] = 0,
    ) -> Response:
        """Show one mailbox of the visitor, and a page of its mails; `before` is how many newer ones there are."""
        visitor = context.visitor(request)
        card = found.find(visitor, name, visitor.person)
        details, address = found.details(card, visitor, before), f"{PATH}{MAILBOX}"
        return page(
            "mailbox.html.jinja",
            visitor,
            here=HERE,
            flash=FLASHES.get(flash, ""),
            card=card,
            error=with_console_fix(card.error, login=card.login) if card.error else None,
            values=shown_settings(card.settings),
            bad=None,
            details=details,
            older=older_page(address, {"name": name}, str(details.following)) + "#mails" if details.following else "",
            newest=older_page(address, {"name": name}, "") + "#mails" if before else "",
            source=_source_of(context, visitor, name),
        )

    _add_changing(router, context)
    _add_acting(router, context)
    _add_drafting(router, context)


def _source_of(context: ConsoleContext, visitor: Visitor, name: str) -> Source | None:
    """Return the source that holds a mailbox of the visitor, None where its folders are not used."""
    user = source_user(context, visitor)
    for source in (status.source for status in context.sources.seen(user)):
        is_theirs = (source.workspace, source.person) in user.names or address_of_shared(source.person)
        if is_theirs and source.connector == "mailbox" and source.options.get("mailbox") == name:
            return source if source.state != "removing" else None
    return None


def _add_changing(router: APIRouter, context: ConsoleContext) -> None:
    @router.post(MAILBOX + "/settings")
    async def change(request: Request) -> Response:
        """Change its settings."""
        form = {key: str(value) for key, value in (await request.form()).items()}
        return await run_in_threadpool(_change, context, request, form)

    @router.post(MAILBOX + "/login")
    def renew(
        request: Request,
        name: Name,
        password: Annotated[str, Form(max_length=500)] = "",
        token: Annotated[str, Form(max_length=20_000)] = "",
    ) -> Response:
        """Take a new password or access token; it is tested first."""
        visitor = context.visitor(request)
        if not (password or token.strip()):
            raise InputError("Nothing was entered.", fix="Enter the new password or access token.")
        with console_advice(login="oauth" if token.strip() else "password", connecting=True):
            context.connections.renew_login(visitor, name, password=password, token=token.strip())
        return redirect(request, mailbox_address(name, flash="login"))


def _change(context: ConsoleContext, request: Request, form: dict[str, str]) -> Response:
    visitor, name = context.visitor(request), form.get("name", "")
    card = context.connections.find(visitor, name, visitor.person)
    in_place = "hx-request" in request.headers
    try:
        context.connections.change(visitor, name, read_settings(form))
    except FormError as error:
        if not in_place:
            raise
        values = shown_settings(card.settings) | form
        return fragment("mailbox_settings.html.jinja", name=name, values=values, bad=error, words="")
    if not in_place:
        flash = {"true": "paused", "false": "resumed"}.get(form.get("paused", ""), "saved")
        return RedirectResponse(mailbox_address(name, flash=flash), 303)
    values = shown_settings(context.connections.find(visitor, name, visitor.person).settings)
    return fragment("mailbox_settings.html.jinja", name=name, values=values, bad=None, words=FLASHES["saved"])


def _add_acting(router: APIRouter, context: ConsoleContext) -> None:
    found = context.connections

    @router.post(MAILBOX + "/check")
    def check(request: Request, name: Name) -> Response:
        """Look for new mail now."""
        visitor = context.visitor(request)
        login = found.find(visitor, name, visitor.person).login
        with console_advice(login=login):
            count = found.check(visitor, name)
        if "hx-request" not in request.headers:
            return RedirectResponse(mailbox_address(name), 303)
        words = N_("1 new mail was looked at.") if count == 1 else N_(f"{count} new mails were looked at.")
        return flash(request, "flash.html.jinja", words=words)

    @router.post(MAILBOX + "/voice")
    def voice(request: Request, name: Name, learn: Annotated[bool, Form()] = False) -> Response:
        """Learn how the owner writes, with their consent; or withdraw it, and forget."""
        visitor = context.visitor(request)
        with console_advice(login=found.find(visitor, name, visitor.person).login):
            (found.learn_voice if learn else found.forget_voice)(visitor, name)
        return redirect(request, mailbox_address(name, flash="learnt" if learn else "forgotten"))

    @router.post(MAILBOX + "/remove")
    def remove(request: Request, name: Name, person: Name = "") -> Response:
        """Forget a mailbox."""
        visitor = context.visitor(request)
        card = found.find(visitor, name, person or visitor.person)
        with console_advice():
            found.remove(visitor, name, card.person)
        return redirect(request, f"{PATH}{HERE}?flash=removed")


def _add_drafting(router: APIRouter, context: ConsoleContext) -> None:
    found = context.connections

    @router.post(MAILBOX + "/draft-anyway")
    def draft_anyway(request: Request, name: Name, mail: Name) -> Response:
        """Have a draft made for a mail that got none; for one that looks like fraud it only warns."""
        visitor = context.visitor(request)
        if not mail.strip():
            raise InputError("No mail was named.", fix="Use the button beside the mail.")
        with console_advice(login=found.find(visitor, name, visitor.person).login):
            found.draft_anyway(visitor, name, mail.strip())
        return redirect(request, mailbox_address(name, flash="anyway"))

    @router.post(MAILBOX + "/known")
    def acknowledge(request: Request, name: Name, mail: Name) -> Response:
        """Say no more that a mail was answered with a question to its owner still in it."""
        with console_advice():
            found.acknowledge_gaps(context.visitor(request), name, mail)
        return redirect(request, mailbox_address(name, flash="known"))


def mailbox_address(name: str, *, flash: str = "") -> str:
    """Return where the page of a mailbox is; `flash` is a key of what it says first."""
    return f"{PATH}{MAILBOX}?{urlencode({'name': name, **({'flash': flash} if flash else {})})}"


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
            flash=LIST_FLASHES.get(flash, ""),
            own=[card for card in cards if card.is_own],
            others=[card for card in cards if not card.is_own],
            with_console_fix=with_console_fix,
            values=dict.fromkeys(IMAP_FIELDS, "") | {"owner_name": visitor.own_name},
            bad=None,
            has_microsoft=found.has_microsoft,
            has_google=found.has_google,
            platforms=found.platforms(visitor) if visitor.is_admin else None,
            groups=found.groups() if visitor.is_admin_of_all else None,
        )

    _add_adding(router, context, found)
    _add_sign_ins(router, context, found)


def _add_adding(router: APIRouter, context: ConsoleContext, found: ConsoleConnections) -> None:
    @router.post(HERE + "/imap")
    def add_imap(  # noqa: PLR0913 - the fields of the form
        request: Request,
        host: Text = "",
        user: Text = "",
        owner_name: Text = "",
        password: Annotated[str, Form(max_length=500)] = "",
        port: Text = "",
        address: Text = "",
        security: Text = "tls",
        token: Annotated[str, Form(max_length=20_000)] = "",
    ) -> Response:
        """Test an IMAP mailbox, and save it when it works."""
        visitor = context.visitor(request)
        values = {
            "host": host,
            "user": user,
            "owner_name": owner_name,
            "address": address,
            "port": port,
            "security": security,
        }
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


def _add_sign_ins(router: APIRouter, context: ConsoleContext, found: ConsoleConnections) -> None:
    @router.post(HERE + "/microsoft")
    def connect_microsoft(request: Request, shared: Text = "") -> Response:
        """Lead to Microsoft's sign-in."""
        # Through htmx: the policy of the page lets forms lead nowhere but to this server.
        link = found.microsoft_link(context.visitor(request), shared.strip())
        return Response(status_code=204, headers={"HX-Redirect": link})

    @router.post(HERE + "/google")
    def connect_google(request: Request) -> Response:
        """Lead to Google's sign-in."""
        return Response(status_code=204, headers={"HX-Redirect": found.google_link(context.visitor(request))})


def _imap_form(values: dict[str, str], password: str, token: str) -> ImapForm:
    stripped = {name: value.strip() for name, value in values.items()}
    for name, words in (("host", N_("The mail server")), ("user", N_("The user name"))):
        if not stripped[name]:
            raise FormError(name, f"{words} is missing.", fix="Ask your mail provider.")
    if not (password or token):
        fix = "Fill one of the two in."
        raise InputError("A password or access token is missing.", fix=fix)
    port = _port(stripped["port"], stripped["security"])
    name = " ".join(stripped["owner_name"].split())
    return ImapForm(
        stripped["host"], port, stripped["user"], password, stripped["address"], stripped["security"], token, name
    )


def _port(text: str, security: str) -> int:
    if not text:
        return 143 if security == "none" else 993
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= 65535):
        fix = "Leave it empty for the usual one."
        raise FormError("port", "The port is not a number from 1 to 65535.", fix=fix)
    return int(text)
