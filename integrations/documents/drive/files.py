"""Reads and writes files of drives. What is written depends on nobody else having written meanwhile.

The page of the method documents no precondition for a simple upload, and people report both 412 with a right eTag and
none with a wrong one: so `If-Match` is sent and the item is read again just before.
"""

from core.errors import InputError
from integrations.documents.drive.items import FIELDS, MOST_BYTES, Item, item_of, share_id
from integrations.graph.client import Graph, segment
from integrations.graph.errors import GraphOutage

# Above this a simple upload may be refused (https://learn.microsoft.com/graph/api/driveitem-put-content).
MOST_SIMPLE_BYTES = 4 * 2**20
# Pieces of an upload session are a multiple of 320 KiB.
PIECE_BYTES = 32 * 327_680
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Files:
    """Files that one person reaches.

    Args:
        graph: with the person's token.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def by_link(self, link: str) -> Item:
        """Return the file that a link of OneDrive or SharePoint means.

        Raises:
            InlaidError: see `items` and `integrations.graph.errors`; so for every method here.
        """
        found = self._graph.get(f"/shares/{segment(share_id(link))}/driveItem", prefer=["redeemSharingLink"])
        return item_of(found)

    def again(self, item: Item) -> Item:
        """Return the file as it is now."""
        return item_of(self._graph.get(_path(item), select=FIELDS))

    def find(self, beside: Item, name: str) -> Item:
        """Return the file of that name in the same folder."""
        return item_of(self._graph.get(f"{_in_folder(beside, name)}:"))

    def download(self, item: Item) -> bytes:
        """Return the content."""
        return self._graph.get_bytes(f"{_path(item)}/content", most_bytes=MOST_BYTES)

    def replace(self, item: Item, data: bytes) -> Item:
        """Write a new version of the file, if it is still as `item` says."""
        if len(data) <= MOST_SIMPLE_BYTES:
            path = f"{_path(item)}/content"
            return item_of(self._graph.put(path, data, content_type=MEDIA_TYPE, if_match=item.etag))
        return self._in_pieces(_path(item), item.name, data, behavior="replace", if_match=item.etag)

    def create(self, beside: Item, name: str, data: bytes) -> Item:
        """Write a new file into the same folder, if there is none of that name."""
        return self._in_pieces(f"{_in_folder(beside, name)}:", name, data, behavior="fail")

    def _in_pieces(self, path: str, name: str, data: bytes, *, behavior: str, if_match: str = "") -> Item:
        about = {"@microsoft.graph.conflictBehavior": behavior, "name": name, "fileSize": len(data)}
        session = self._graph.post(f"{path}/createUploadSession", {"item": about}, if_match=if_match)
        found = {}
        for start in range(0, len(data), PIECE_BYTES):
            piece = data[start : start + PIECE_BYTES]
            span = f"bytes {start}-{start + len(piece) - 1}/{len(data)}"
            try:
                found = self._graph.put_piece(str(session["uploadUrl"]), piece, content_range=span)
            except InputError as error:
                # 404 and 416 too: after a lost answer the piece, or the whole file, may be there all the same.
                raise GraphOutage("The upload to Microsoft was interrupted.", is_doubtful=True) from error
        return item_of(found)


def _path(item: Item) -> str:
    return f"/drives/{segment(item.drive)}/items/{segment(item.id)}"


def _in_folder(beside: Item, name: str) -> str:
    return f"/drives/{segment(beside.drive)}/items/{segment(beside.parent)}:/{segment(name)}"
