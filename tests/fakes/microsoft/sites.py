"""Sites with their libraries, what has changed in a drive, and who may read.

Facts: https://learn.microsoft.com/graph/api/driveitem-delta (pages, tokens, 410 with Location, `deleted`, the three
preferences that tell of sharing and only hold together), .../driveitem-list-permissions (others than the owner see what
applies to them), .../permissions-selected-overview (an app with Sites.Selected reaches the sites granted to it).
"""

import random
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.microsoft.drive import drive_of, file_of
from tests.fakes.microsoft.drives import Drive, DriveFile
from tests.fakes.microsoft.wire import Answer, Call, Refusal, Routes

READ = ("Files.Read", "Files.Read.All", "Files.ReadWrite", "Files.ReadWrite.All", "Sites.Read.All", "Sites.Selected")
SITES = ("Sites.Read.All", "Sites.ReadWrite.All", "Sites.Selected")
SHARING = {"deltashowremovedasdeleted", "deltatraversepermissiongaps", "deltashowsharingchanges"}
USUAL_PER_PAGE = 200
HOST = "example.sharepoint.com"


@dataclass
class Site:
    """A site with its libraries. `is_granted`: an administrator let the app read it (Sites.Selected)."""

    path: str
    drives: list[Drive] = field(default_factory=list)
    is_granted: bool = True
    id: str = field(default_factory=lambda: f"{HOST},{uuid.uuid4()},{uuid.uuid4()}")

    @property
    def address(self) -> str:
        return f"https://{HOST}/{self.path}".rstrip("/")

    def show(self) -> dict[str, Any]:
        return {"id": self.id, "displayName": self.path.rpartition("/")[2] or "Home", "webUrl": self.address}


def add_sites(routes: Routes) -> None:
    """Add what finds drives and tells what changed in them."""
    routes.add("GET", "/users/{user}/drive", read_own, allows=READ)
    routes.add("GET", "/drives/{drive}", read_drive, allows=READ)
    routes.add("GET", "/drives/{drive}/root", read_root, allows=READ)
    routes.add("GET", "/drives/{drive}/root:/{path*}", read_path, allows=READ)
    routes.add("GET", "/drives/{drive}/root/delta", read_delta, allows=READ)
    routes.add("GET", "/drives/{drive}/items/{item}/permissions", read_permissions, allows=READ)
    routes.add("GET", "/sites/{host}:/{path*}", read_site, allows=SITES)
    routes.add("GET", "/sites/{site}", read_site, allows=SITES)
    routes.add("GET", "/sites/{site}/drives", read_drives, allows=SITES)


def read_own(call: Call) -> Answer:
    return Answer(200, _show_drive(call.microsoft.drives.of(call.whose())))


def read_drive(call: Call) -> Answer:
    return Answer(200, _show_drive(drive_of(call)))


def read_root(call: Call) -> Answer:
    return Answer(200, _show_root(drive_of(call)))


def read_path(call: Call) -> Answer:
    drive = drive_of(call)
    wanted = call.params["path"].strip("/").casefold()
    found = next((one for one in drive.living() if drive.path_of(one).casefold() == wanted), None)
    if found is None or not _sees(call, drive, found):
        raise Refusal(404, "itemNotFound", "The resource could not be found.")
    return Answer(200, found.show())


def read_site(call: Call) -> Answer:
    return Answer(200, _site(call).show())


def read_drives(call: Call) -> Answer:
    return Answer(200, {"value": [_show_drive(drive) for drive in _site(call).drives]})


def read_permissions(call: Call) -> Answer:
    drive = drive_of(call)
    entry = None if call.params["item"] == drive.root else file_of(call)
    if drive.hides_permissions:
        raise Refusal(403, "accessDenied", "The caller does not have permission to perform the action.")
    grants = drive.grants_of(entry)
    if call.is_app or drive.owner is call.caller:
        return Answer(200, {"value": [grant.to_json() for grant in grants]})
    assert call.caller is not None
    theirs = [grant for grant in grants if grant.reaches(call.caller, call.microsoft.groups)]
    return Answer(200, {"value": [grant.to_json(with_roles=False) for grant in theirs]})


def read_delta(call: Call) -> Answer:
    drive = drive_of(call)
    told = {preference.casefold() for preference in call.preferences}
    if told & SHARING and not told >= SHARING:
        raise Refusal(400, "invalidRequest", "The preferences that tell of sharing hold together only.")
    if told & SHARING and drive.tells_sharing == "refused":
        raise Refusal(403, "accessDenied", "The caller does not have permission to perform the action.")
    since, position, until = _place(call, drive)
    asked = (call.caller.oid if call.caller else "", since, until, drive.number)
    if drive.told[0] != asked:
        drive.told = (asked, _changed(call, drive, since, until))
    entries = drive.told[1]
    size = int(call.query.get("$top", USUAL_PER_PAGE))
    tells = drive.tells_sharing == "kept" and told >= SHARING and "hierarchicalsharing" in told
    value = [_tell(call, drive, entry, since, tells) for entry in entries[position : position + size]]
    if position + size < len(entries):
        link = {"@odata.nextLink": _link(call, drive, f"{since}.{position + size}.{until}")}
    else:
        link = {"@odata.deltaLink": _link(call, drive, f"{until}.0.0")}
    return Answer(200, {"value": value, **link})


def _place(call: Call, drive: Drive) -> tuple[int, int, int]:
    """Return since which change is told, how much of it was, and up to which change."""
    token = call.query.get("token", "")
    if not token:
        return 0, 0, drive.number
    drives = call.microsoft.drives
    if token not in drives.tokens:
        again = f"{call.microsoft.graph_url}/drives/{drive.id}/root/delta"
        raise Refusal(410, "resyncChangesApplyDifferences", "Resync is required.", headers={"Location": again})
    since, position, until = (int(part) for part in drives.tokens[token].split("."))
    return since, position, until or drive.number


def _changed(call: Call, drive: Drive, since: int, until: int) -> list[DriveFile | None]:
    """Return what has changed, with the folders that it is in; None stands for the root."""
    seen = {
        entry.id: entry
        for entry in drive.files.values()
        if since < entry.touched <= until and (since or not entry.is_gone)
    }
    visible = [entry for entry in seen.values() if since or _sees(call, drive, entry)]
    folders = {folder.id: folder for entry in visible for folder in drive.above(entry)} if since else {}
    found: list[DriveFile | None] = [*({**folders, **{entry.id: entry for entry in visible}}).values()]
    if drive.is_shuffled:
        random.Random(7).shuffle(found)
    return [None, *found]


def _tell(call: Call, drive: Drive, entry: DriveFile | None, since: int, tells: bool) -> dict[str, Any]:
    if entry is None:
        shown = _show_root(drive)
        if tells:
            shown["shared"] = {}
            shown |= {"@microsoft.graph.sharedChanged": "True"} if since and drive.root_shared_at > since else {}
        return shown
    if entry.is_gone or not _sees(call, drive, entry):
        gone = {"id": entry.id, "parentReference": {"driveId": drive.id}, "deleted": {"state": "deleted"}}
        return gone | ({"folder": {}} if entry.is_folder else {"file": {}})
    shown = entry.show()
    if tells:
        shown |= {"shared": {"scope": "users"} if entry.grants else {}} if entry.grants is not None else {}
        shown |= {"@microsoft.graph.sharedChanged": "True"} if since and entry.shared_at > since else {}
    elif any("link" in grant.shown for grant in drive.grants_of(entry)):
        shown["shared"] = {"scope": "users"}
    return shown


def _link(call: Call, drive: Drive, place: str) -> str:
    token = uuid.uuid4().hex
    call.microsoft.drives.tokens[token] = place
    size = {"$top": call.query["$top"]} if "$top" in call.query else {}
    query = "&".join(f"{name}={value}" for name, value in {**size, "token": token}.items())
    return f"{call.microsoft.graph_url}/drives/{drive.id}/root/delta?{query}"


def _sees(call: Call, drive: Drive, entry: DriveFile) -> bool:
    if call.is_app or drive.owner is call.caller:
        return True
    assert call.caller is not None
    return any(grant.reaches(call.caller, call.microsoft.groups) for grant in drive.grants_of(entry))


def _site(call: Call) -> Site:
    sites = call.microsoft.sites
    if "path" in call.params:
        path = call.params["path"].casefold()
        found = next((site for site in sites if site.path.casefold() == path and call.params["host"] == HOST), None)
    else:
        found = next(
            (site for site in sites if call.params["site"] in {site.id, HOST if not site.path else site.id}), None
        )
    if found is None:
        raise Refusal(404, "itemNotFound", "Requested site could not be found")
    if call.scopes.isdisjoint(SITES[:2]) and not found.is_granted:
        raise Refusal(403, "accessDenied", "Access denied")
    return found


def _show_root(drive: Drive) -> dict[str, Any]:
    return {"id": drive.root, "name": "root", "root": {}, "folder": {}, "webUrl": drive.address,
            "parentReference": {"driveId": drive.id}}  # fmt: skip


def _show_drive(drive: Drive) -> dict[str, Any]:
    kind = "business" if drive.owner else "documentLibrary"
    return {"id": drive.id, "name": drive.name, "driveType": kind, "webUrl": drive.address}
