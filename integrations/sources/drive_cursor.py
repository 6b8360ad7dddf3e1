"""Where the reading of a drive stands: the next link of Graph, the folders, and which of them have permissions.

An item's permissions are its own, or those of the nearest folder above it that has its own. Which folder that is
follows from the tree alone, so permissions are asked for once for each that has its own, and a change of them is one
access list. Facts: https://learn.microsoft.com/graph/api/driveitem-delta, "Scanning permissions hierarchies": with
`Prefer: hierarchicalsharing` the root and whatever has permissions of its own bear the facet `shared`.
"""

import base64
import json
import zlib
from dataclasses import dataclass, field


@dataclass
class DriveCursor:
    """A cursor of a drive.

    Attributes:
        drive: the id of the drive.
        top: the id of the folder that is read, that of the root for all.
        root: the id of the root, "" until it was named.
        link: where Graph goes on.
        is_first: whether everything is being named, and not what has changed.
        is_between: whether nothing waited when this was written.
        tells: whether Graph tells what has permissions of its own; without it each file is asked for its own.
        folders: by id the folder that each is in, and whether it has permissions of its own.
        lists: the keys of the access lists that were told.
        read_at: when everything was last named, Unix seconds.
        swept: how many of the lists were told again in turn.
        is_shut: whether all lists were emptied since the drive cannot be read any more.
    """

    drive: str
    top: str
    root: str = ""
    link: str = ""
    is_first: bool = True
    is_between: bool = False
    tells: bool = True
    folders: dict[str, tuple[str, bool]] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)
    read_at: float = 0.0
    swept: int = 0
    is_shut: bool = False

    @classmethod
    def read(cls, text: str) -> "DriveCursor":
        """Return what `text` wrote.

        Raises:
            ValueError: it is none.
        """
        data = json.loads(zlib.decompress(base64.b85decode(text)))
        folders = {key: (str(parent), bool(is_own)) for key, (parent, is_own) in data.pop("folders").items()}
        return cls(folders=folders, lists=set(data.pop("lists")), **data)

    @property
    def text(self) -> str:
        """What is stored."""
        data = {**vars(self), "lists": sorted(self.lists)}
        return base64.b85encode(zlib.compress(json.dumps(data).encode(), 1)).decode()

    def scope_of(self, folder: str) -> str:
        """Return whose permissions hold for what is in a folder: its own id, or that of one above it."""
        while folder in self.folders:
            parent, is_own = self.folders[folder]
            if is_own:
                return folder
            folder = parent
        return folder

    def is_within(self, folder: str, above: str) -> bool:
        """Return whether a folder is another one, or somewhere in it; all are in the root."""
        while folder != above and folder in self.folders:
            folder = self.folders[folder][0]
        return folder == above or above == self.root

    def is_known(self, folder: str) -> bool:
        """Whether the way from a folder up to the root is known."""
        while folder in self.folders:
            folder = self.folders[folder][0]
        return folder == self.root
