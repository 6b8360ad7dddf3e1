"""What drives hold: folders and files with eTag, cTag and versions, locks, links, and who may read them."""

import base64
import hashlib
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.fakes.microsoft.people import Person
from tests.fakes.microsoft.sharing import Grant
from tests.fakes.microsoft.wire import Refusal


@dataclass
class DriveFile:
    """A file or folder. `lock` is "" or why it cannot be written; `is_malware` as Microsoft's scanner marks it.

    `parent` is the id of its folder, "" for the root; `grants` are its own permissions, None for those of its folder;
    `touched` is the number of its last change, and `size` what is told in place of the true one, for a file that no
    test wants to hold.
    """

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
    parent: str = ""
    is_folder: bool = False
    grants: list[Grant] | None = None
    touched: int = 0
    shared_at: int = 0
    is_gone: bool = False
    size: int | None = None

    @property
    def etag(self) -> str:
        return f'"{{{self.id}}},{self.changes}"'

    @property
    def ctag(self) -> str:
        return f'"c:{{{self.id}}},{self.edits}"'

    @property
    def link(self) -> str:
        """Where a person finds it."""
        return f"{self.drive.address}/{quote(self.drive.path_of(self))}"

    def write(self, data: bytes) -> None:
        """Replace the content, as a person who saves it does."""
        self.versions.insert(0, self.data)
        self.data = data
        self.edits += 1
        self._note()

    def rename(self, name: str) -> None:
        """Give it another name."""
        self.name = name
        self._note()

    def move(self, folder: "DriveFile | None") -> None:
        """Put it into another folder of the drive, None for the root; what is in a folder is not touched."""
        self.parent = folder.id if folder else ""
        self._note()

    def share(self, *grants: Grant) -> None:
        """Give it permissions of its own; those of its folder count no more."""
        self.grants = [*grants]
        self._note()
        self.shared_at = self.touched

    def inherit(self) -> None:
        """Let those of its folder count again."""
        self.grants = None
        self._note()
        self.shared_at = self.touched

    def delete(self) -> None:
        """Delete it, with all that is in it; only the folder itself is told of then (UNCONFIRMED)."""
        self._note()
        self.is_gone = True
        for inner in self.drive.within(self):
            self.drive.files.pop(inner.id, None)

    def _note(self) -> None:
        self.changes += 1
        self.touched = self.drive.next_change()

    def show(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "eTag": self.etag,
            "cTag": self.ctag,
            "size": len(self.data) if self.size is None else self.size,
            "webUrl": self.link,
            "lastModifiedDateTime": "2026-11-20T08:00:00Z",
            "parentReference": {"driveId": self.drive.id, "id": self.parent or self.drive.root},
        }
        if self.is_folder:
            return {**shown, "folder": {"childCount": 1}}
        digest = hashlib.sha1(self.data).digest()  # noqa: S324 - a hash of any kind
        shown["file"] = {
            "mimeType": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "hashes": {"quickXorHash": base64.b64encode(digest).decode()},
        }
        if self.is_malware:
            shown["malware"] = {"description": "EICAR"}
        return shown


@dataclass
class Drive:
    """Somebody's OneDrive, or a library when nobody owns it.

    `grants` are the permissions of its root, `address` where people find it. `tells_sharing` is what becomes of the
    preferences that tell of sharing: they are kept, `ignored` or `refused`; `hides_permissions` refuses whoever asks
    for permissions, and `is_shuffled` names what is within a folder before the folder. `honours_if_match`: writing
    content compares eTags.
    """

    id: str
    owner: Person | None = None
    root: str = field(default_factory=lambda: f"01{secrets.token_hex(8).upper()}ROOT")
    files: dict[str, DriveFile] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)
    name: str = "Documents"
    address: str = ""
    tells_sharing: str = "kept"
    hides_permissions: bool = False
    is_shuffled: bool = False
    honours_if_match: bool = True
    number: int = 1
    root_shared_at: int = 0
    # What was last asked for, and what has changed since then: all pages are told of the same.
    told: tuple[tuple[object, ...], list[DriveFile | None]] = field(default_factory=lambda: ((), []))

    def __post_init__(self) -> None:
        self.address = self.address or f"https://example-my.sharepoint.com/personal/{self.id}/Documents"

    def put(self, name: str, data: bytes, folder: DriveFile | None = None) -> DriveFile:
        """Save a file, as a person does."""
        made = DriveFile(self, name, data, parent=folder.id if folder else "", touched=self.next_change())
        self.files[made.id] = made
        return made

    def make_folder(self, name: str, within: DriveFile | None = None) -> DriveFile:
        """Make a folder."""
        made = self.put(name, b"", within)
        made.is_folder = True
        return made

    def share(self, *grants: Grant) -> None:
        """Give the root these permissions."""
        self.grants = [*grants]
        self.root_shared_at = self.next_change()

    def next_change(self) -> int:
        """Return the number of the next change."""
        self.number += 1
        return self.number

    def named(self, name: str) -> DriveFile | None:
        """Return the file of a name; names differ in more than case."""
        return next((one for one in self.living() if one.name.casefold() == name.casefold()), None)

    def living(self) -> list[DriveFile]:
        """Return what is there."""
        return [file for file in self.files.values() if not file.is_gone]

    def above(self, entry: DriveFile) -> Iterator[DriveFile]:
        """Yield the folders that an entry is in, the nearest first."""
        while (parent := self.files.get(entry.parent)) is not None:
            yield parent
            entry = parent

    def within(self, folder: DriveFile) -> list[DriveFile]:
        """Return what is in a folder, at any depth."""
        return [file for file in self.files.values() if folder in self.above(file)]

    def path_of(self, entry: DriveFile) -> str:
        """Return its path below the root."""
        return "/".join(reversed([entry.name, *(folder.name for folder in self.above(entry))]))

    def grants_of(self, entry: DriveFile | None) -> list[Grant]:
        """Return the permissions that hold for an entry, None for the root: its own, or those of what it is in."""
        chain = [entry, *self.above(entry)] if entry else []
        return next((found.grants for found in chain if found.grants is not None), self.grants)


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
        self.tokens: dict[str, str] = {}

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
        files = (one for drive in self.drives.values() for one in drive.living())
        found = next((file for file in files if file.link == link), None)
        if found is None:
            raise Refusal(404, "itemNotFound", "The sharing link no longer exists, or you do not have permission.")
        return found
