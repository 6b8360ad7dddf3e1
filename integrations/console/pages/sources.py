"""Sources: what answers rest on. Added, uploaded, read now, paused and removed, with what could not be read.

Everybody uploads files, and connects drives with their own sign-in; administrators connect other places, and share.
"""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, UploadFile
from starlette.responses import Response

from core.drafts import JsonObject
from core.errors import InputError
from core.people import address_of_shared
from core.sources.management import SourceUser, is_shared
from core.sources.model import Source
from core.sources.search import shown_link
from core.sources.uploads import CONNECTOR as UPLOADS
from core.sources.uploads import Upload
from core.text.catalogues import N_
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.rendering import PATH, flash, page, redirect

HERE = "/sources"
KINDS = N_(
    {
        UPLOADS: "uploads",
        "folder": "folder",
        "mailbox": "mailbox",
        "onedrive": "OneDrive",
        "sharepoint": "SharePoint",
        "slack": "Slack",
        "web": "web page",
    }
)
PAGE_ITEMS = 50
FLASHES = N_(
    {
        "added": "Added. It is being read; what was read is found at once.",
        "uploaded": "Uploaded. It is found within a minute.",
        "removed": "Removed: nothing of it is found any more, and it is being deleted.",
        "document": "The document is forgotten.",
        "paused": "Paused: it is read no more, and what is known of it stays.",
        "resumed": "Resumed: it is read again.",
        "synced": "It will be read in a moment.",
        "indexed": "Its index is made anew in the background; until then it is searched as before.",
    }
)
EVERY = (
    (3600, N_("every hour")),
    (21_600, N_("every six hours")),
    (86_400, N_("every day")),
    (0, N_("only when somebody asks")),
)
Id = Annotated[str, Form(max_length=80)]
Every = Annotated[int, Form(ge=0, le=30 * 86_400)]


def add_sources(router: APIRouter, context: ConsoleContext) -> None:
    """Add the pages."""
    manager = context.sources

    @router.get(HERE)
    def show(request: Request, flash: str = "") -> Response:
        """Show the sources that the visitor may know of."""
        visitor = context.visitor(request)
        user = source_user(context, visitor)
        return page(
            "sources.html.jinja",
            visitor,
            here=HERE,
            flash=FLASHES.get(flash, ""),
            found=manager.seen(user),
            user=user,
            is_managed=lambda source: manager.is_managed(user, source),
            sees_all_of=lambda source: manager.sees_all_of(user, source),
            is_shared=is_shared,
            every=EVERY,
            has_microsoft=context.connections.has_microsoft,
            may_share=visitor.administers(visitor.workspace),
            may_connect=user.is_administrator_here,
        )

    _add_one(router, context)
    _add_adding(router, context)
    _add_drives(router, context)
    _add_acting(router, context)


def _add_one(router: APIRouter, context: ConsoleContext) -> None:
    manager = context.sources

    @router.get(HERE + "/source")
    def show_one(
        request: Request,
        source: Annotated[str, Query(max_length=80)],
        after: Annotated[int, Query(ge=0)] = 0,
        errors: bool = False,
        flash: str = "",
    ) -> Response:
        """Show a source that the visitor manages, with its documents."""
        visitor = context.visitor(request)
        status = manager.managed(source_user(context, visitor), source)
        items = manager.items(source_user(context, visitor), status.source, after, PAGE_ITEMS, with_errors=errors)
        return page(
            "source.html.jinja",
            visitor,
            here=HERE,
            flash=FLASHES.get(flash, ""),
            shown=status,
            items=items,
            shown_link=shown_link,
            errors=errors,
            following=items[-1].id if len(items) == PAGE_ITEMS else 0,
            kinds=KINDS,
            is_upload=status.source.connector == UPLOADS,
            may_seal=source_user(context, visitor).manages(status.source) and status.source.state == "active",
            is_shared=is_shared(status.source),
            of_members=bool(address_of_shared(status.source.person)),
        )


def _add_adding(router: APIRouter, context: ConsoleContext) -> None:
    manager = context.sources

    @router.post(HERE + "/add")
    def add(  # noqa: PLR0913 - the fields of the form
        request: Request,
        place: Annotated[str, Form(max_length=2000)] = "",
        title: Annotated[str, Form(max_length=200)] = "",
        every: Annotated[int, Form(ge=0, le=30 * 86_400)] = 3600,
        shared: Annotated[bool, Form()] = False,
        sealed: Annotated[bool, Form()] = False,
        folders: Annotated[str, Form(max_length=2000)] = "",
    ) -> Response:
        """Connect a folder, a web page or a channel of Slack; with `folders`, those of the visitor's mailbox."""
        visitor, place = context.visitor(request), place.strip()
        connector, options = _wanted(place, folders.strip())
        user = source_user(context, visitor)
        user.require_to_add(connector)
        if not place:
            raise InputError("No place was entered.", fix="Enter the path of a folder, or the address of a web page.")
        if readers := user.readers(is_shared=shared):
            options["readers"] = readers
        source = Source(
            "", visitor.workspace, visitor.person, connector, title.strip() or place, options,
            every_seconds=every, is_sealed=sealed,
        )  # fmt: skip
        manager.add(source)
        return redirect(request, f"{PATH}{HERE}?flash=added")

    @router.post(HERE + "/upload")
    def upload(request: Request, file: UploadFile, shared: Annotated[bool, Form()] = False) -> Response:
        """Take a file as it is now."""
        visitor = context.visitor(request)
        taken = Upload(file.filename or "", file.file.read())
        manager.upload(source_user(context, visitor), taken, is_shared=shared)
        return redirect(request, f"{PATH}{HERE}?flash=uploaded")


def _add_drives(router: APIRouter, context: ConsoleContext) -> None:
    @router.post(HERE + "/onedrive")
    def connect_onedrive(
        request: Request,
        folder: Annotated[str, Form(max_length=1000)] = "",
        every: Every = 3600,
        sealed: Annotated[bool, Form()] = False,
    ) -> Response:
        """Lead to the sign-in that the visitor's OneDrive is read with."""
        visitor, folder = context.visitor(request), folder.strip("/ ")
        title = f"OneDrive: {folder}" if folder else "OneDrive"
        source = Source("", visitor.workspace, visitor.person, "onedrive", title, {"folder": folder}, "active", every)
        return _lead_to(context.invite_source(replace(source, is_sealed=sealed)))

    @router.post(HERE + "/sharepoint")
    def connect_sharepoint(  # noqa: PLR0913 - the fields of the form
        request: Request,
        site: Annotated[str, Form(max_length=2000)] = "",
        title: Annotated[str, Form(max_length=200)] = "",
        reads: Annotated[Literal["person", "app"], Form()] = "person",
        site_groups: Annotated[str, Form(max_length=10_000)] = "",
        every: Every = 3600,
        sealed: Annotated[bool, Form()] = False,
    ) -> Response:
        """Connect a site, by the app itself or with the sign-in of the visitor."""
        visitor, site = context.visitor(request), site.strip()
        if not site:
            raise InputError("No address was entered.", fix="Open the site in a browser and copy its address.")
        options: JsonObject = {"site": site, "site_groups": site_groups.replace("\r\n", "\n").strip()}
        source = Source(
            "", visitor.workspace, visitor.person, "sharepoint", title.strip() or site, options,
            every_seconds=every, is_sealed=sealed,
        )  # fmt: skip
        if reads == "person":
            return _lead_to(context.invite_source(source))
        source_user(context, visitor).require_to_add("sharepoint")
        _, found = context.sources.add(source)
        if "hx-request" in request.headers:
            return flash(request, "flash.html.jinja", words=N_(f"Connected: {found}. It is being read."))
        return redirect(request, f"{PATH}{HERE}?flash=added")


def _lead_to(link: str) -> Response:
    # Through htmx: the policy of the page lets forms lead nowhere but to this server.
    return Response(status_code=204, headers={"HX-Redirect": link})


def _add_acting(router: APIRouter, context: ConsoleContext) -> None:
    manager = context.sources

    @router.post(HERE + "/sync")
    def sync(request: Request, source: Id) -> Response:
        """Have a source be read now."""
        manager.sync(manager.managed(source_user(context, context.visitor(request)), source))
        return redirect(request, _address(source, "synced"))

    @router.post(HERE + "/pause")
    def pause(request: Request, source: Id) -> Response:
        """Read a source no more, or a paused one again."""
        status = manager.managed(source_user(context, context.visitor(request)), source)
        is_paused = status.source.state == "paused"
        (manager.resume if is_paused else manager.pause)(status)
        return redirect(request, _address(source, "resumed" if is_paused else "paused"))

    @router.post(HERE + "/seal")
    def seal(request: Request, source: Id, sealed: Annotated[bool, Form()]) -> Response:
        """Have the index of a source hold keyed hashes, or words."""
        user = source_user(context, context.visitor(request))
        manager.seal(user, manager.managed(user, source), is_sealed=sealed)
        return redirect(request, _address(source, "indexed"))

    @router.post(HERE + "/remove")
    def remove(request: Request, source: Id) -> Response:
        """Forget a source."""
        manager.remove(manager.managed(source_user(context, context.visitor(request)), source))
        return redirect(request, f"{PATH}{HERE}?flash=removed")

    @router.post(HERE + "/remove-document")
    def remove_document(request: Request, source: Id, key: Annotated[str, Form(max_length=3000)]) -> Response:
        """Forget an uploaded file."""
        # Browsers send line breaks of a form as CR LF.
        key = key.replace("\r\n", "\n")
        manager.remove_item(manager.managed(source_user(context, context.visitor(request)), source), key)
        return redirect(request, _address(source, "document"))


def _wanted(place: str, folders: str) -> tuple[str, JsonObject]:
    """Return which connector reads a place that was entered, and its options."""
    if folders:
        return "mailbox", {"mailbox": place, "folders": folders}
    if place.startswith("#"):
        return "slack", {"channel": place}
    return ("web", {"url": place}) if "://" in place else ("folder", {"path": place})


def source_user(context: ConsoleContext, visitor: Visitor) -> SourceUser:
    """Return the visitor as somebody who manages sources."""
    names = frozenset((name.workspace, name.person) for name in context.names(visitor))
    return SourceUser(visitor.workspace, visitor.person, names, visitor.scope if visitor.is_admin else None)


def _address(source: str, flash: str) -> str:
    return f"{PATH}{HERE}/source?source={source}&flash={flash}"
