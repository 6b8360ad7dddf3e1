"""Files of Graph: items with their tags, content by redirect, small uploads and upload sessions.

Enforced: preconditions (412), locks and check-outs (423, in both documented forms by turns), sessions above 4 MB,
pieces of a multiple of 320 KiB in order and without the token, download addresses without the token.
"""

import re
import secrets
from typing import TYPE_CHECKING, Any

from tests.fakes.microsoft.drives import Drive, DriveFile, UploadSession
from tests.fakes.microsoft.wire import Answer, Call, Refusal, Request, Routes

if TYPE_CHECKING:
    from tests.fakes.microsoft.service import FakeMicrosoft

READ = (
    "Files.Read", "Files.ReadWrite", "Files.Read.All", "Files.ReadWrite.All", "Sites.Read.All", "Sites.ReadWrite.All",
    "Sites.Selected",
)  # fmt: skip
WRITE = ("Files.ReadWrite", "Files.ReadWrite.All", "Sites.ReadWrite.All")
BEYOND_ONE = frozenset({"Files.Read.All", "Files.ReadWrite.All", "Sites.Read.All", "Sites.ReadWrite.All"})
CONTENT = "/drive-content/"
MAX_SMALL_BYTES = 4 * 2**20
PIECE_UNIT_BYTES = 327_680
MAX_PIECE_BYTES = 60 * 2**20
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def add_drive(routes: Routes) -> None:
    """Add what reads and writes files."""
    routes.add("GET", "/shares/{share}/driveItem", read_shared, allows=READ)
    routes.add("GET", "/drives/{drive}/items/{item}", read_item, allows=READ)
    routes.add("GET", "/drives/{drive}/items/{item}/content", read_content, allows=READ)
    routes.add("GET", "/drives/{drive}/items/{item}/versions", read_versions, allows=READ)
    routes.add("PUT", "/drives/{drive}/items/{item}/content", write_content, allows=WRITE)
    routes.add("POST", "/drives/{drive}/items/{item}/createUploadSession", open_session, allows=WRITE)
    routes.add("DELETE", "/drives/{drive}/items/{item}", delete_item, allows=WRITE)
    routes.add("GET", "/drives/{drive}/items/{item}:/{name}:", read_named, allows=READ)
    routes.add("PUT", "/drives/{drive}/items/{item}:/{name}:/content", create_file, allows=WRITE)
    routes.add("POST", "/drives/{drive}/items/{item}:/{name}:/createUploadSession", open_new_session, allows=WRITE)


def read_shared(call: Call) -> Answer:
    found = call.microsoft.drives.shared(call.params["share"])
    _require_reach(call, found.drive)
    return Answer(200, found.show())


def read_item(call: Call) -> Answer:
    return Answer(200, file_of(call).show())


def read_named(call: Call) -> Answer:
    found = drive_of(call).named(call.params["name"])
    if found is None:
        raise Refusal(404, "itemNotFound", "The resource could not be found.")
    return Answer(200, found.show())


def read_content(call: Call) -> Answer:
    found = file_of(call)
    if found.is_folder:
        raise Refusal(400, "invalidRequest", "You cannot get content for a folder")
    if found.is_malware:
        raise Refusal(403, "malwareDetected", "Malware was detected in the requested resource.")
    ticket = secrets.token_urlsafe(12)
    call.microsoft.drives.downloads[ticket] = found
    return Answer(302, "", {"Location": f"{call.microsoft.url}{CONTENT}download/{ticket}"})


def read_versions(call: Call) -> Answer:
    found = file_of(call)
    count = len(found.versions) + 1
    return Answer(200, {"value": [{"id": f"{number}.0"} for number in range(count, 0, -1)]})


def write_content(call: Call) -> Answer:
    found = file_of(call)
    with call.microsoft.drives.lock:
        _require_writable(call, found)
        _require_small(call)
        found.write(call.request.body)
        return Answer(200, found.show())


def delete_item(call: Call) -> Answer:
    found = file_of(call)
    with call.microsoft.drives.lock:
        _require_writable(call, found)
        found.delete()
    return Answer(204)


def create_file(call: Call) -> Answer:
    drive = drive_of(call)
    _require_small(call)
    behavior = call.query.get("@microsoft.graph.conflictBehavior", "replace")
    with call.microsoft.drives.lock:
        return Answer(201, _made(drive, call.params["name"], call.request.body, behavior).show())


def open_session(call: Call) -> Answer:
    found = file_of(call)
    _require_writable(call, found)
    return _session(call, found.drive, found.name, found)


def open_new_session(call: Call) -> Answer:
    return _session(call, drive_of(call), call.params["name"], None)


def answer_content(microsoft: "FakeMicrosoft", request: Request) -> Answer:
    """Answer at the addresses that need no token, and take none."""
    try:
        if "authorization" in request.headers:
            raise Refusal(401, "unauthenticated", "The address carries its own proof.")
        kind, _, ticket = request.path.removeprefix(CONTENT).partition("/")
        if kind == "download" and ticket in microsoft.drives.downloads and request.method == "GET":
            return Answer(200, microsoft.drives.downloads[ticket].data, content_type="application/octet-stream")
        if kind == "upload" and ticket in microsoft.drives.sessions and request.method == "PUT":
            with microsoft.drives.lock:
                return _take_piece(microsoft, request, ticket)
        raise Refusal(404, "itemNotFound", "The upload session was not found.")
    except Refusal as refusal:
        return refusal.answer()


def _take_piece(microsoft: "FakeMicrosoft", request: Request, ticket: str) -> Answer:
    session = microsoft.drives.sessions[ticket]
    found = _RANGE.fullmatch(request.headers.get("content-range", ""))
    if not found:
        raise Refusal(400, "invalidRequest", "The Content-Range header is missing or malformed.")
    first, last, size = (int(part) for part in found.groups())
    piece = request.body
    is_last = last + 1 == size
    if len(piece) != last - first + 1 or size != session.size or len(piece) >= MAX_PIECE_BYTES:
        raise Refusal(400, "invalidRequest", "The Content-Range header does not match the content.")
    if not is_last and len(piece) % PIECE_UNIT_BYTES:
        raise Refusal(400, "invalidRequest", "A piece must be a multiple of 320 KiB.")
    if first != len(session.data):
        raise Refusal(416, "invalidRange", "Uploaded fragment overlaps with existing data.")
    session.data += piece
    if not is_last:
        return Answer(202, {"nextExpectedRanges": [f"{last + 1}-"], "expirationDateTime": "2026-12-24T00:00:00Z"})
    del microsoft.drives.sessions[ticket]
    if session.target is None:
        return Answer(201, _made(session.drive, session.name, bytes(session.data), session.behavior).show())
    session.target.write(bytes(session.data))
    return Answer(200, session.target.show())


def _session(call: Call, drive: Drive, name: str, target: DriveFile | None) -> Answer:
    asked: dict[str, Any] = call.json.get("item", {})
    behavior = str(asked.get("@microsoft.graph.conflictBehavior", "fail"))
    if target is None and behavior == "fail" and drive.named(name):
        raise Refusal(409, "nameAlreadyExists", "An item with the same name already exists.")
    ticket = secrets.token_urlsafe(12)
    session = UploadSession(drive, name, target, behavior, int(asked.get("fileSize", 0)))
    call.microsoft.drives.sessions[ticket] = session
    about = {"uploadUrl": f"{call.microsoft.url}{CONTENT}upload/{ticket}", "nextExpectedRanges": ["0-"]}
    return Answer(200, about)


def _made(drive: Drive, name: str, data: bytes, behavior: str) -> DriveFile:
    known = drive.named(name)
    if known and behavior == "fail":
        raise Refusal(409, "nameAlreadyExists", "An item with the same name already exists.")
    if known and behavior == "replace":
        known.write(data)
        return known
    if known:
        stem, _, extension = name.rpartition(".")
        name = f"{stem} 1.{extension}"
    return drive.put(name, data)


def file_of(call: Call) -> DriveFile:
    found = drive_of(call).files.get(call.params["item"])
    if found is None or found.is_gone:
        raise Refusal(404, "itemNotFound", "The resource could not be found.")
    return found


def drive_of(call: Call) -> Drive:
    found = call.microsoft.drives.drives.get(call.params["drive"])
    if found is None:
        raise Refusal(404, "itemNotFound", "The drive could not be found.")
    _require_reach(call, found)
    return found


def _require_reach(call: Call, drive: Drive) -> None:
    is_own = call.caller is not None and drive.owner is call.caller
    is_granted = any(drive in site.drives and site.is_granted for site in call.microsoft.sites)
    if not is_own and not call.scopes & BEYOND_ONE and not ("Sites.Selected" in call.scopes and is_granted):
        raise Refusal(403, "accessDenied", "The caller does not have permission to perform the action.")


def _require_writable(call: Call, found: DriveFile) -> None:
    if found.is_read_only:
        raise Refusal(403, "accessDenied", "The caller does not have permission to perform the action.")
    if found.lock and len(call.microsoft.ledger.requests) % 2:
        raise Refusal(423, "resourceLocked", "The resource you are attempting to access is locked")
    if found.lock:
        raise Refusal(423, "notAllowed", "The resource you are attempting to access is locked", inner="resourceLocked")
    if call.if_match and found.drive.honours_if_match and call.if_match not in {found.etag, found.ctag}:
        raise Refusal(412, "notAllowed", "ETag does not match current item's value", inner="entityTagDoesNotMatch")


def _require_small(call: Call) -> None:
    if len(call.request.body) > MAX_SMALL_BYTES:
        raise Refusal(413, "payloadTooLarge", "Use an upload session.")
