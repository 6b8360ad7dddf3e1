"""Reads and writes files of drives. What is written depends on nobody else having written meanwhile.

The page of the method documents no precondition for a simple upload, and people report both 412 with a right eTag and
none with a wrong one: so `If-Match` is sent and the item is read again just before.
"""

from core.errors import InputError
from integrations.documents.drive.items import FIELDS, MAX_FILE_BYTES, DriveItem, drive_item, share_id
from integrations.graph.client import Graph, segment
from integrations.graph.errors import GraphOutage

# Above this a simple upload may be refused (https://learn.microsoft.com/graph/api/driveitem-put-content).
MAX_SIMPLE_UPLOAD_BYTES = 4 * 2**20
# Chunks of an upload session are a multiple of 320 KiB.
CHUNK_BYTES = 32 * 327_680
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class DriveFiles:
    """DriveFiles that one person reaches.

    Args:
        graph: with the person's token.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def by_link(self, link: str) -> DriveItem:
        """Return the file that a link of OneDrive or SharePoint means.

        Raises:
            InlaidError: see `items` and `integrations.graph.errors`; so for every method here.
        """
        found = self._graph.get(f"/shares/{segment(share_id(link))}/driveItem", prefer=["redeemSharingLink"])
        return drive_item(found)

    def again(self, item: DriveItem) -> DriveItem:
        """Return the file as it is now."""
        return drive_item(self._graph.get(_path(item), select=FIELDS))

    def find(self, beside: DriveItem, name: str) -> DriveItem:
        """Return the file of that name in the same folder."""
        return drive_item(self._graph.get(f"{_in_folder(beside, name)}:"))

    def download(self, item: DriveItem) -> bytes:
        """Return the content."""
        return self._graph.get_bytes(f"{_path(item)}/content", max_bytes=MAX_FILE_BYTES)

    def replace(self, item: DriveItem, data: bytes) -> DriveItem:
        """Write a new version of the file, if it is still as `item` says."""
        if len(data) <= MAX_SIMPLE_UPLOAD_BYTES:
            path = f"{_path(item)}/content"
            return drive_item(self._graph.put(path, data, content_type=MEDIA_TYPE, if_match=item.etag))
        return self._upload_in_chunks(_path(item), item.name, data, behavior="replace", if_match=item.etag)

    def create(self, beside: DriveItem, name: str, data: bytes) -> DriveItem:
        """Write a new file into the same folder, if there is none of that name."""
        return self._upload_in_chunks(f"{_in_folder(beside, name)}:", name, data, behavior="fail")

    def _upload_in_chunks(self, path: str, name: str, data: bytes, *, behavior: str, if_match: str = "") -> DriveItem:
        about = {"@microsoft.graph.conflictBehavior": behavior, "name": name, "fileSize": len(data)}
        session = self._graph.post(f"{path}/createUploadSession", {"item": about}, if_match=if_match)
        found = {}
        for start in range(0, len(data), CHUNK_BYTES):
            chunk = data[start : start + CHUNK_BYTES]
            span = f"bytes {start}-{start + len(chunk) - 1}/{len(data)}"
            try:
                found = self._graph.put_chunk(str(session["uploadUrl"]), chunk, content_range=span)
            except InputError as error:
                # 404 and 416 too: after a lost answer the chunk, or the whole file, may be there all the same.
                raise GraphOutage("The upload to Microsoft was interrupted.", is_doubtful=True) from error
        return drive_item(found)


def _path(item: DriveItem) -> str:
    return f"/drives/{segment(item.drive)}/items/{segment(item.id)}"


def _in_folder(beside: DriveItem, name: str) -> str:
    return f"/drives/{segment(beside.drive)}/items/{segment(beside.parent)}:/{segment(name)}"
