"""What answers rest on: sources are listed, added, read and removed, and files uploaded.

The worker reads them: nothing of a file is opened here.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from core.drafts import JsonObject
from core.sources.management import RIGHTS, public_item, public_source
from core.sources.model import Source
from core.sources.uploads import Upload
from integrations.api.services import AnyCaller, SourcesRoute

router = APIRouter(prefix="/api/v1/sources", tags=["sources"], route_class=SourcesRoute)
# Who may read is said by `shared` alone or by the place, and with whose sign-in it is read by who signs in.
KEPT_OPTIONS = {"account", "readers", "tenant", RIGHTS}
# How much a source holds, for whoever may not read all of it.
UNTOLD: JsonObject = {"items": None, "passages": None, "errors": None}
_NAMES = {"onedrive": "OneDrive", "sharepoint": "SharePoint"}


class SourceForm(BaseModel):
    """A place that answers may rest on; `options` are its connector's, such as `path` or `url`.

    With `sign_in` it is read with your own sign-in at Microsoft 365, and added once you have opened the link that is
    the answer.
    """

    model_config = ConfigDict(extra="forbid")
    connector: str = Field(max_length=80)
    title: str = Field("", max_length=200)
    options: dict[str, str] = Field(default_factory=dict, max_length=20)
    every_seconds: int = Field(3600, ge=0, le=30 * 86_400)
    shared: bool = False
    sealed: bool = True
    sign_in: bool = False


class StateForm(BaseModel):
    """Whether a source is read, and whether its index holds keyed hashes instead of words; None for as it is."""

    model_config = ConfigDict(extra="forbid")
    state: Literal["active", "paused"] | None = None
    sealed: bool | None = None


@router.get("")
def list_sources(caller: AnyCaller, own: bool = False) -> Response:
    """Return the sources that you added, those of which you may read something, and those that you look after.

    With `own` only those that you added. How much a source holds is null where you may not read all of it.
    """
    user = caller.source_user
    manager = caller.api.sources
    found = (status for status in manager.seen(user) if not own or user.owns(status.source))
    listed = [public_source(status) | ({} if manager.sees_all_of(user, status.source) else UNTOLD) for status in found]
    return JSONResponse({"sources": listed})


@router.post("", status_code=201)
def add_source(form: SourceForm, caller: AnyCaller) -> Response:
    """Add a place; a worker begins to read it at once. One that needs your sign-in is answered with a link."""
    user = caller.source_user
    if not form.sign_in:
        user.require_to_add(form.connector)
    options: JsonObject = {name: value for name, value in form.options.items() if name not in KEPT_OPTIONS}
    if readers := user.readers(is_shared=form.shared):
        options["readers"] = readers
    named = form.options.get("path", "") or form.options.get("url", "") or form.options.get("site", "")
    title = form.title or named or _NAMES.get(form.connector, form.connector)
    source = Source(
        "",
        caller.workspace,
        caller.person,
        form.connector,
        title,
        options,
        every_seconds=form.every_seconds,
        is_sealed=form.sealed,
    )
    if form.sign_in:
        return JSONResponse({"sign_in": caller.api.invite_source(source)})
    status, found = caller.api.sources.add(source)
    return JSONResponse({**public_source(status), "found": found}, 201)


@router.post("/uploads", status_code=201)
def upload_file(
    file: UploadFile,
    caller: AnyCaller,
    title: Annotated[str, Form(max_length=200)] = "",
    link: Annotated[str, Form(max_length=2000)] = "",
    shared: Annotated[bool, Form()] = False,
) -> Response:
    """Add a file as it is now; one of the same title and link is replaced."""
    upload = Upload(file.filename or "", file.file.read(), title, link)
    return JSONResponse(public_source(caller.api.sources.upload(caller.source_user, upload, is_shared=shared)), 201)


@router.get("/{source_id}")
def read_source(
    source_id: str,
    caller: AnyCaller,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    errors: bool = False,
) -> Response:
    """Return one of your sources with its documents; `next` goes on behind them, null at the end."""
    manager = caller.api.sources
    status = manager.managed(caller.source_user, source_id)
    items = manager.items(caller.source_user, status.source, after, limit, with_errors=errors)
    following = items[-1].id if len(items) == limit else None
    documents = [public_item(item) for item in items]
    return JSONResponse({**public_source(status), "documents": documents, "next": following})


@router.post("/{source_id}/sync", status_code=202)
def sync_source(source_id: str, caller: AnyCaller) -> Response:
    """Have one of your sources be read as soon as a worker can."""
    status = caller.api.sources.managed(caller.source_user, source_id)
    caller.api.sources.sync(status)
    return JSONResponse(public_source(caller.api.sources.sources.store.get(source_id)), 202)


@router.post("/{source_id}/state")
def change_state(source_id: str, form: StateForm, caller: AnyCaller) -> Response:
    """Pause one of your sources, or read it again; with `sealed` its index is made anew in the background."""
    manager = caller.api.sources
    status = manager.managed(caller.source_user, source_id)
    if form.state:
        (manager.pause if form.state == "paused" else manager.resume)(status)
    if form.sealed is not None:
        status = manager.managed(caller.source_user, source_id)
        manager.seal(caller.source_user, status, is_sealed=form.sealed)
    return JSONResponse(public_source(manager.sources.store.get(source_id)))


@router.delete("/{source_id}/documents", status_code=202)
def remove_document(source_id: str, key: Annotated[str, Query(max_length=3000)], caller: AnyCaller) -> Response:
    """Forget an uploaded file."""
    manager = caller.api.sources
    manager.remove_item(manager.managed(caller.source_user, source_id), key)
    return JSONResponse({"removed": key}, 202)


@router.delete("/{source_id}", status_code=202)
def remove_source(source_id: str, caller: AnyCaller) -> Response:
    """Forget one of your sources and all that is known of it; nothing of it is found from now on."""
    manager = caller.api.sources
    manager.remove(manager.managed(caller.source_user, source_id))
    return JSONResponse({"removed": source_id}, 202)
