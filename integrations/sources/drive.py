"""The connectors `onedrive` and `sharepoint`: somebody's own drive, or a library of a site, through Microsoft Graph.

Options of a source, all texts:

- `account`: with whose sign-in it is read (`integrations.graph.sign_in.GraphPerson.account`); without it, with the own
  permission of the app (Sites.Selected), which administrators alone may have it read with.
- `tenant`: the directory of that sign-in; without it, INLAID_MICROSOFT_TENANT_ID.
- `folder` of `onedrive`: a path in the drive, "" for all of it.
- `site` of `sharepoint`: the address of a site, library or folder, as a browser shows it.
- `site_groups`: lines `name = id of a group of Entra` or `name = tenant`: who the site's own groups are, which Graph
  does not tell. A group that is not named reaches nobody.

Rights are Microsoft's own, see `drive_rights`; they are believed for INLAID_SOURCE_RIGHTS_SECONDS.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, quote, unquote, urlsplit

from core.cached_property import cached_property
from core.drafts import JsonObject
from core.errors import DocumentError, ForbiddenError, InputError, NotFoundError, SourceBusy
from core.ports import Token
from core.settings import Settings, load_settings
from core.sources.formats import MAX_FILE_BYTES, check_size
from core.sources.management import RIGHTS
from core.sources.model import ChangePage, Content, ItemChange, Source, person_principal
from core.sources.store import SourceStore
from core.store.records import RecordStore
from integrations.graph.client import Graph, segment
from integrations.graph.errors import GraphOutage
from integrations.graph.groups import refresh_groups
from integrations.graph.sign_in import make_sign_in
from integrations.graph.tokens import TokenCaches
from integrations.sources.drive_changes import MALWARE, DriveReading
from integrations.sources.drive_cursor import DriveCursor
from integrations.sources.drive_rights import TENANT, DriveRights, is_id, site_groups_in

# The least that reads: https://learn.microsoft.com/graph/permissions-reference
OWN_SCOPES = ("Files.Read",)
SITE_SCOPES = ("Sites.Read.All",)
APP_PERMISSIONS = ("Sites.Selected",)
_VIEWS = ("/forms/", "/sitepages/", "/_layouts/")


@dataclass
class OneDriveConnector:
    """See `core.sources.ports.Connector`.

    Args:
        records: hold the tokens.
        clock: Unix seconds.
        wait: called with the seconds to wait when Microsoft asks for it.
    """

    records: RecordStore
    clock: Callable[[], float] = time.time
    wait: Callable[[float], None] = time.sleep

    name = "onedrive"
    scopes = OWN_SCOPES

    @cached_property
    def settings(self) -> Settings:
        """Those of the process."""
        return load_settings()

    def locate(self, source: Source) -> Source:
        """Note who reads it, for the lists of sources."""
        return replace(source, options={**source.options, RIGHTS: "whoever may open it there"})

    def check(self, source: Source) -> str:
        """Say what is there, and whether its permissions can be read."""
        self._require_rhythm(source)
        graph = self._graph(source)
        drive, top, place = self._find(graph, source)
        rights = DriveRights(self._tenant(source), site_groups(source))
        item = top or str(graph.get(f"/drives/{segment(drive)}/root")["id"])
        (found,) = graph.get_many([f"/drives/{segment(drive)}/items/{segment(item)}/permissions"])
        if isinstance(found, ForbiddenError):
            return f"{place}; who may read it cannot be seen, so that nobody but you will find anything in it"
        if isinstance(found, Exception):
            raise found
        unknown = [name for name in site_groups_in(found.get("value", ())) if name.casefold() not in rights.site_groups]
        told = f"; who is in these groups of the site is not known: {', '.join(unknown)}" if unknown else ""
        return f"{place}{told}"

    def changes(self, source: Source, cursor: str) -> ChangePage:
        """Return the next page of changes; see `drive_changes`."""
        graph = self._graph(source)
        place = DriveCursor.read(cursor) if cursor else None
        if place is None:
            drive, top, _ = self._find(graph, source)
            place = DriveCursor(drive, top)
        reading = DriveReading(
            graph,
            DriveRights(self._tenant(source), site_groups(source)),
            person_principal(source.workspace, source.person),
            bool(source.options.get("account")),
            self.settings.source_rights_seconds,
            self.clock(),
        )
        with _waiting():
            page = reading.page(place)
        if page.is_last:
            refresh_groups(make_sign_in(self.settings, self.records), self.records, reading.rights.tenant)
        return page

    def fetch(self, source: Source, item: ItemChange) -> Content:
        """Return a file; one that is too large is not asked for."""
        if item.version == MALWARE:
            raise DocumentError("Microsoft found malware in this file.", fix="Ask your administrator to look at it.")
        check_size(int(item.version.partition("-")[0]))
        drive, _, key = item.key.rpartition("/")
        path = f"/drives/{segment(drive)}/items/{segment(key)}/content"
        with _waiting():
            return Content(self._graph(source).get_bytes(path, max_bytes=MAX_FILE_BYTES), item.title)

    def forget(self, source: Source) -> None:
        """Delete the tokens of a sign-in that no other source is read with."""
        forget_sign_in(self.records, str(source.options.get("account", "")))

    def _find(self, graph: Graph, source: Source) -> tuple[str, str, str]:
        """Return drive and folder of a source, "" for all of it, and what to call it."""
        drive = graph.get("/me/drive")
        folder = str(source.options.get("folder", "")).strip("/ ")
        return str(drive["id"]), _folder(graph, str(drive["id"]), folder), folder or "the whole OneDrive"

    def _graph(self, source: Source) -> Graph:
        return Graph(self.settings.microsoft_graph_url, self._token(source), wait=self.wait)

    def _token(self, source: Source) -> Token:
        sign_in, account = make_sign_in(self.settings, self.records), str(source.options.get("account", ""))
        if not account:
            raise InputError("A OneDrive is read with the sign-in of its owner.", fix="Add it with that sign-in.")
        return sign_in.of_person(account, self.scopes)

    def _tenant(self, source: Source) -> str:
        tenant = str(source.options.get("tenant", "")) or self.settings.microsoft_tenant_id
        if not is_id(tenant):
            fix = "Set INLAID_MICROSOFT_TENANT_ID to the id of the directory, not its name."
            raise InputError("Whose people may read is not known.", fix=fix)
        return tenant

    def _require_rhythm(self, source: Source) -> None:
        """Refuse a rhythm at which rights would be older than they are believed."""
        if not 0 < source.every_seconds <= self.settings.source_rights_seconds / 2:
            hours = self.settings.source_rights_seconds / 7200
            fix = f"Have it read every hour; at least every {hours:g} hours at least."
            raise InputError("Rights are read with it, so it has to be read regularly.", fix=fix)


class SharePointConnector(OneDriveConnector):
    """See `core.sources.ports.Connector`."""

    name = "sharepoint"
    scopes = SITE_SCOPES

    def _token(self, source: Source) -> Token:
        sign_in, account = make_sign_in(self.settings, self.records), str(source.options.get("account", ""))
        return sign_in.of_person(account, self.scopes) if account else sign_in.of_app()

    def _find(self, graph: Graph, source: Source) -> tuple[str, str, str]:
        host, path = site_path(str(source.options.get("site", "")))
        site = _site(graph, host, path)
        drives = [*graph.paged(f"/sites/{segment(str(site['id']))}/drives")]
        inside = [drive for drive in drives if _starts_with(path, _path_of(str(drive.get("webUrl", ""))))]
        if inside:
            drive = max(inside, key=lambda found: len(str(found["webUrl"])))
            folder = path[len(_path_of(str(drive["webUrl"]))) :].strip("/")
        elif path.casefold() == _path_of(str(site.get("webUrl", ""))).casefold() and drives:
            drive, folder = drives[0], ""
        else:
            names = ", ".join(str(drive.get("name", "")) for drive in drives)
            raise NotFoundError("There is no such library in this site.", fix=f"Open it and copy its address: {names}.")
        place = f"{site.get('displayName', '')}, {drive.get('name', '')}"
        key = str(drive["id"])
        return key, _folder(graph, key, folder), f"{place}, {folder}" if folder else place


@contextmanager
def _waiting() -> Iterator[None]:
    """Say of a request that Microsoft had wait longer than we wait here that nothing is wrong."""
    try:
        yield
    except GraphOutage as error:
        if not error.retry_after_seconds:
            raise
        raise SourceBusy(
            "Microsoft asks to wait.", fix="It continues automatically.", retry_after_seconds=error.retry_after_seconds
        ) from error


def forget_sign_in(records: RecordStore, account: str) -> None:
    """Delete the tokens of a sign-in, unless a source is read with it."""
    store, after = SourceStore(records.database, records.cipher), ""
    while account and (page := store.list(after=after)):
        if any(status.source.options.get("account") == account for status in page):
            return
        after = page[-1].source.id
    if account:
        TokenCaches(records).forget(account)


def site_groups(source: Source) -> dict[str, str]:
    """Return who the groups of a site are, by their name in small letters.

    Raises:
        InputError: a line says no group.
    """
    found = dict[str, str]()
    for line in str(source.options.get("site_groups", "")).splitlines():
        name, _, group = (part.strip() for part in line.rpartition("="))
        if not line.strip():
            continue
        if not name or not (group == TENANT or is_id(group)):
            fix = "Write: Marketing Members = OBJECT ID of a group of Entra, or = tenant for everybody."
            raise InputError(f"This line names no group: {line.strip()[:80]}", fix=fix)
        found[name.casefold()] = group
    return found


def site_path(address: str) -> tuple[str, str]:
    """Return host and path of a place in SharePoint, as a browser shows its address.

    Raises:
        InputError: it is none.
    """
    parts = urlsplit(address.strip())
    path = unquote(parts.path)
    if parts.scheme != "https" or not parts.hostname or path.startswith("/:"):
        fix = "Open the site, library or folder in a browser and copy its address; a sharing link does not work."
        raise InputError("This is not the address of a site.", fix=fix)
    shown = parse_qs(parts.query)
    inner = (shown.get("id") or shown.get("RootFolder") or [""])[0]
    if inner.startswith("/"):
        path = inner
    for view in _VIEWS:
        path = path[: path.casefold().find(view)] if view in path.casefold() else path
    return parts.hostname, path.strip("/")


def _site(graph: Graph, host: str, path: str) -> JsonObject:
    """Return the site that a path is in; libraries of the first site of a host stand beside its other sites."""
    names = path.split("/")
    is_named = len(names) > 1 and names[0].casefold() in {"sites", "teams"}
    where = f"{host}:/{quote('/'.join(names[:2]))}" if is_named else host
    try:
        return graph.get(f"/sites/{where}")
    except ForbiddenError as error:
        fix = "Grant Inlaid this site (Sites.Selected), see deploy/entra, or add it with your own sign-in."
        raise ForbiddenError("Microsoft does not let Inlaid read this site.", fix=fix) from error
    except NotFoundError as error:
        raise NotFoundError("Microsoft cannot find this site.", fix="Open it and copy its address.") from error


def _folder(graph: Graph, drive: str, folder: str) -> str:
    """Return the id of a folder of a drive, "" for all of it.

    Raises:
        NotFoundError: there is no such folder.
    """
    if not folder:
        return ""
    try:
        return str(graph.get(f"/drives/{segment(drive)}/root:/{quote(folder)}")["id"])
    except NotFoundError as error:
        raise NotFoundError("There is no such folder.", fix="Check its path, from the root of the drive.") from error


def _path_of(address: str) -> str:
    return unquote(urlsplit(address).path).strip("/")


def _starts_with(path: str, start: str) -> bool:
    return f"{path.casefold()}/".startswith(f"{start.casefold()}/")
