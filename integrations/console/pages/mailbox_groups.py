"""Groups of Entra whose members' mailboxes are connected: a part of the page of connections."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from core.errors import ForbiddenError, InputError
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.pages.connections import HERE
from integrations.console.rendering import PATH, redirect

Text = Annotated[str, Form(max_length=500)]


def add_mailbox_groups(router: APIRouter, context: ConsoleContext) -> None:
    """Add what the page does."""
    found = context.connections

    @router.post(HERE + "/groups")
    def connect(request: Request, group: Text = "") -> Response:
        """Connect the mailboxes of all members of a group."""
        _administrator(context, request)
        if not group.strip():
            raise InputError("No group was named.", fix="Give its name or its object id, as Entra shows it.")
        found.connect_group(group.strip())
        return redirect(request, f"{PATH}{HERE}?flash=group")

    @router.post(HERE + "/groups/end")
    def end(request: Request, group: Text = "") -> Response:
        """Forget a group with the mailboxes that it connected."""
        _administrator(context, request)
        found.end_group(group)
        return redirect(request, f"{PATH}{HERE}?flash=group_ended")


def _administrator(context: ConsoleContext, request: Request) -> Visitor:
    visitor = context.visitor(request)
    if not visitor.is_admin_of_all:
        fix = "Ask one, or have your address added to INLAID_ADMINS."
        raise ForbiddenError("Only an administrator of all workspaces connects other people's mailboxes.", fix=fix)
    return visitor
