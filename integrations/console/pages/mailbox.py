"""One mailbox of the visitor: its state, login, settings and voice, and what was decided about its mail."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from core.errors import InputError
from integrations.console.context import ConsoleContext
from integrations.console.pages.audit import record_change
from integrations.console.pages.mailbox_advice import console_advice, with_console_fix
from integrations.console.ports import FormError
from integrations.console.rendering import PATH, flash, fragment, page, redirect

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")
HERE = "/connections"
MAILBOX = HERE + "/mailbox"
# What the page says first after an act that led to it.
FLASHES = {
    "connected": "Connected: the login works, and drafts go to its Drafts folder. Nothing is ever sent.",
    "login": "The new login works and is saved.",
    "saved": "Saved.",
    "paused": "Paused: its mail is left alone.",
    "resumed": "Resumed: new mail is read again.",
    "learnt": "Your consent was recorded; what was learnt is shown under Your voice.",
    "forgotten": "Your consent is withdrawn, and what was learnt is deleted.",
}

Name = Annotated[str, Form(max_length=500)]


def add_mailbox(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""
    found = context.connections

    @router.get(MAILBOX)
    def show_one(request: Request, name: Annotated[str, Query(max_length=500)], flash: str = "") -> Response:
        """Show one mailbox of the visitor."""
        visitor = context.visitor(request)
        card = found.find(visitor, name, visitor.person)
        return page(
            "mailbox.html.jinja",
            visitor,
            here=HERE,
            flash=FLASHES.get(flash, ""),
            card=card,
            error=with_console_fix(card.error, login=card.login) if card.error else None,
            values=shown_settings(card.settings),
            bad=None,
            details=found.details(card, visitor),
        )

    _add_changing(router, context)
    _add_acting(router, context)


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
        words = f"{count} new {'mail was' if count == 1 else 'mails were'} looked at."
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
        if not card.is_own:
            record_change(context.store.records, visitor, "removed a mailbox", name)
        return redirect(request, f"{PATH}{HERE}?flash=removed")


def mailbox_address(name: str, *, flash: str = "") -> str:
    """Return where the page of a mailbox is; `flash` is a key of what it says first."""
    return f"{PATH}{MAILBOX}?{urlencode({'name': name, **({'flash': flash} if flash else {})})}"


def shown_settings(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of the fields."""
    values = {name: str(value) for name, value in settings.items()}
    return values | {
        "aliases": ", ".join(settings["aliases"]),
        "reply_all": "true" if settings["reply_all"] else "false",
        "paused": "true" if settings["paused"] else "false",
        "gaps_only": "true" if settings["gaps_only"] else "false",
    }


def read_settings(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings that a form holds.

    Raises:
        FormError: a field cannot be read.
    """
    return {name: read(name, form[name].strip()) for name, read in _FIELDS.items() if name in form}


def _number(field: str, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        is_long = text.lstrip("+-").isdecimal()
        message = "This number is too large." if is_long else f"{text[:20]!r} is not a whole number."
        raise FormError(field, message, fix="For example 5; 0 switches it off.")
    return int(text)


def _share(field: str, text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        fix = "For example 0.6; higher means fewer drafts."
        raise FormError(field, "The threshold is not a number.", fix=fix) from None


def _text(_field: str, text: str) -> str:
    return text


def _is_on(_field: str, text: str) -> bool:
    return text == "true"


def _addresses(_field: str, text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())


_FIELDS: dict[str, Callable[[str, str], Any]] = {
    "threshold": _share,
    "paused": _is_on,
    "quiet_hours": _text,
    "timezone": _text,
    "drafts_per_day": _number,
    "follow_up_days": _number,
    "on_request": _text,
    "aliases": _addresses,
    "reply_all": _is_on,
    "gaps_only": _is_on,
}
