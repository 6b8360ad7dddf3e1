"""One file of a drive as Graph describes it, and what a link says about it. Pure."""

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from core.errors import DocumentError, ForbiddenError, InputError, LimitError

MAX_FILE_BYTES = 30 * 2**20
EXTENSIONS = (".docx", ".dotx", ".docm", ".dotm")
MAX_LINK_CHARS = 4000
FIELDS = ("id", "name", "eTag", "cTag", "size", "webUrl", "parentReference", "file", "folder", "malware")


@dataclass(frozen=True)
class DriveItem:
    """A file at one moment.

    Args:
        drive, id: where it is.
        parent: id of its folder.
        name: with extension.
        etag: changes with every change, also of its name.
        ctag: changes with its content; the service itself may change it.
        digest: hash of its content as the service computes it, "" when it did not say.
        link: where a person opens it.
    """

    drive: str
    id: str
    parent: str
    name: str
    etag: str
    ctag: str
    digest: str
    link: str

    def has_content_of(self, ctag: str, digest: str) -> bool:
        """Whether its content still has this tag or hash."""
        return self.ctag == ctag or bool(digest and self.digest == digest)


def drive_item(found: dict[str, Any]) -> DriveItem:
    """Return the item that Graph described.

    Raises:
        DocumentError: it is no Word document.
        ForbiddenError: Microsoft found malware in it.
        LimitError: it is too large.
    """
    name = str(found.get("name", ""))
    if "malware" in found:
        raise ForbiddenError(
            f"Microsoft holds {name} in quarantine: malware was found in it.", fix="Ask your administrator."
        )
    if "file" not in found or not name.lower().endswith(EXTENSIONS):
        raise DocumentError(f"{name or 'The link'} is no Word document.", fix="Give the link of a .docx file.")
    if int(found.get("size", 0)) > MAX_FILE_BYTES:
        raise LimitError(
            f"{name} is larger than {MAX_FILE_BYTES // 2**20} MB.", fix="Split it, or remove large pictures."
        )
    parent = found.get("parentReference", {})
    return DriveItem(
        drive=str(parent.get("driveId", "")),
        id=str(found["id"]),
        parent=str(parent.get("id", "")),
        name=name,
        etag=str(found.get("eTag", "")),
        ctag=str(found.get("cTag", "")),
        digest=str(found["file"].get("hashes", {}).get("quickXorHash", "")),
        link=str(found.get("webUrl", "")),
    )


def share_id(link: str) -> str:
    """Return how Graph's `/shares` names a link (base64url, https://learn.microsoft.com/graph/api/shares-get).

    Raises:
        InputError: it is no web address.
    """
    parts = urlsplit(link.strip()[: MAX_LINK_CHARS + 1])
    if len(link) > MAX_LINK_CHARS or parts.scheme != "https" or not parts.hostname:
        raise InputError(
            "This is not the link of a document.", fix="Copy the link from OneDrive or SharePoint; it begins https://."
        )
    return "u!" + base64.urlsafe_b64encode(link.strip().encode()).decode().rstrip("=")


def copy_name(name: str, job_id: str) -> str:
    """Return the name of the copy that a job makes; the same job always gives the same one."""
    stem, _, extension = name.rpartition(".")
    return f"{stem} (Inlaid {job_id[:8]}).{extension}"
