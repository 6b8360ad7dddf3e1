"""What drives hold: files with eTag, cTag and versions, locks, and links that share them."""

import base64
import hashlib
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.microsoft.people import Person
from tests.fakes.microsoft.wire import Refusal


@dataclass
class DriveFile:
    """A file. `lock` is "" or why it cannot be written; `is_malware` as Microsoft's scanner marks it."""

    drive: "Drive"
    name: str
    data: bytes
    id: str = field(default_factory=lambda: f"01{secrets.token_hex(16).upper()}")
    versions: list[bytes] = field(default_factory=list)
    changes: int = 1
    edits: int = 1
    lock: str = ""
    is_malware: bool = False
    is_read_only: bool = False

    @property
    def etag(self) -> str:
        return f'"{{{self.id}}},{self.changes}"'

    @property
    def ctag(self) -> str:
        return f'"c:{{{self.id}}},{self.edits}"'

    @property
    def link(self) -> str:
        """Where a person finds it."""
        return f"https://example-my.sharepoint.com/personal/{self.drive.id}/Documents/{self.name}"

    def write(self, data: bytes) -> None:
        """Replace the content, as a person who saves it does."""
        self.versions.insert(0, self.data)
        self.data = data
        self.changes += 1
        self.edits += 1

    def show(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "eTag": self.etag,
            "cTag": self.ctag,
            "size": len(self.data),
            "webUrl": self.link,
            "parentReference": {"driveId": self.drive.id, "id": self.drive.root},
            "file": {
                "mimeType": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "hashes": {"quickXorHash": base64.b64encode(hashlib.sha1(self.data).digest()).decode()},  # noqa: S324
            },
        }
        if self.is_malware:
            shown["malware"] = {"description": "EICAR"}
        return shown


@dataclass
class Drive:
    """Somebody's OneDrive, or a library when nobody owns it."""

    id: str
    owner: Person | None = None
    root: str = field(default_factory=lambda: f"01{secrets.token_hex(8).upper()}ROOT")
    files: dict[str, DriveFile] = field(default_factory=dict)

    def put(self, name: str, data: bytes) -> DriveFile:
        """Save a file, as a person does."""
        made = DriveFile(self, name, data)
        self.files[made.id] = made
        return made

    def named(self, name: str) -> DriveFile | None:
        """Return the file of a name; names differ in more than case."""
        return next((one for one in self.files.values() if one.name.casefold() == name.casefold()), None)


@dataclass
class UploadSession:
    """A file that is coming in pieces. `target` is replaced, or a file of the `name` made."""

    drive: Drive
    name: str
    target: DriveFile | None
    behavior: str
    size: int
    data: bytearray = field(default_factory=bytearray)


class Drives:
    """All drives of the tenant."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.drives: dict[str, Drive] = {}
        self.sessions: dict[str, UploadSession] = {}
        self.downloads: dict[str, DriveFile] = {}

    def of(self, person: Person) -> Drive:
        """Return somebody's OneDrive."""
        return self.drives.setdefault(f"b!{person.oid}", Drive(f"b!{person.oid}", person))

    def library(self, name: str) -> Drive:
        """Return a library that the whole team reaches."""
        return self.drives.setdefault(f"b!{name}", Drive(f"b!{name}"))

    def shared(self, encoded: str) -> DriveFile:
        """Return the file of an encoded sharing link."""
        if not encoded.startswith("u!"):
            raise Refusal(400, "invalidRequest", "The sharing token is malformed.")
        padded = encoded[2:] + "=" * (-len(encoded[2:]) % 4)
        link = base64.urlsafe_b64decode(padded).decode(errors="replace")
        files = (one for drive in self.drives.values() for one in drive.files.values())
        found = next((one for one in files if one.link == link), None)
        if found is None:
            raise Refusal(404, "itemNotFound", "The sharing link no longer exists, or you do not have permission.")
        return found
