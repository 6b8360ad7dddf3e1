"""The caller's mailboxes and what they have set for them: signatures, folders, when and for whom drafts are made."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse, Response

from integrations.api.forms import Form
from integrations.api.services import AnyCaller, JobsRoute

router = APIRouter(prefix="/api/v1/mailboxes", tags=["mailboxes"], route_class=JobsRoute)
Short = Annotated[str, Field(max_length=500)]
Signature = Annotated[str, Field(max_length=2000)]


class MailboxForm(Form):
    """A mailbox by its name, and the settings that change; what is left out stays.

    `signatures` are by language (`en`, `de` …, `any` for all others), "" for none any more; `folders` are those beside
    the inbox, and take the place of the last. The others are those of `inlaid mailbox set`.
    """

    name: str = Field(min_length=1, max_length=500)
    signatures: dict[str, Signature] | None = Field(None, max_length=50)
    folders: list[Short] | None = Field(None, max_length=100)
    aliases: list[Short] | None = Field(None, max_length=100)
    threshold: float | None = None
    paused: bool | None = None
    quiet_hours: Short | None = None
    timezone: Short | None = None
    drafts_per_day: int | None = None
    follow_up_days: int | None = None
    on_request: Short | None = None
    reply_all: Short | None = None
    gaps_only: bool | None = None
    tells_in_slack: bool | None = None


@router.get("")
def list_mailboxes(caller: AnyCaller) -> Response:
    """Return your mailboxes: how each stands, and its settings."""
    return JSONResponse({"mailboxes": caller.api.mailboxes.listed((caller.workspace, caller.person))})


@router.patch("")
def change_mailbox(form: MailboxForm, caller: AnyCaller) -> Response:
    """Change settings of one of your mailboxes; folders are looked for in it first."""
    changes = {name: value for name, value in form.model_dump(exclude={"name"}).items() if value is not None}
    listed = {name: tuple(changes[name]) for name in ("folders", "aliases") if name in changes}
    return JSONResponse(caller.api.mailboxes.change((caller.workspace, caller.person), form.name, changes | listed))
