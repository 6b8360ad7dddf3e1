"""The connector `folder`: the documents in a folder of this machine or of a drive that is mounted here.

Options of a source: `path`, absolute; `readers`, see `core.sources.model.declared_access`; `link`, where people open
the folder in a browser, absent for links to the files themselves.

Each sync lists the folder anew, in pages, and is complete unless a part of it could not be read. A symbolic link is
never followed: one within the folder leads to what is listed anyway, one out of it would show what nobody connected.
A mail (`.eml`) is as old as it says itself: saved or copied, its file is younger.
"""

import json
import os
import stat
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote_from_bytes, unquote_to_bytes

from core.errors import InputError, NotFoundError, OutageError
from core.sources.formats import check_size, is_document, is_picture
from core.sources.mail_date import HEAD_BYTES, is_mail, sent_at
from core.sources.model import ChangePage, Content, ItemChange, Source, declared_access
from core.text.catalogues import N_

PAGE_FILES = 2_000
CHECK_SECONDS = 10.0
Parts = tuple[str, ...]
# What programs leave beside the documents: Office while a file is open, and systems for themselves.
_LEFT_BEHIND = ("~$", ".")
_LEFT_FOLDERS = {"__MACOSX", "$RECYCLE.BIN", "System Volume Information", "lost+found"}
# A key is the path in UTF-8; what is not UTF-8, and what would spoil a line of a list, stands as %XX.
_ESCAPED = {number: f"%{number:02X}" for number in (*range(32), ord("%"), 127)}
_ESCAPED |= {0xDC00 + number: f"%{number:02X}" for number in range(128, 256)}


class FolderConnector:
    """See `core.sources.ports.Connector`.

    Args:
        private: a folder that is never read, wherever it lies; without it the one that holds Inlaid's own files.
    """

    name = "folder"

    def __init__(self, private: Path | None = None) -> None:
        self._private = private

    def check(self, source: Source) -> str:
        """Count what is there; a large folder is not counted to its end."""
        walk = self._walk(_root(source))
        began = time.monotonic()
        documents = 0
        for _ in walk.files(()):
            documents += 1
            if time.monotonic() - began > CHECK_SECONDS:
                break
        more = "more than " if time.monotonic() - began > CHECK_SECONDS else ""
        counts = {
            "symbolic links left out": walk.links,
            "pictures left out, since text in them is not read": walk.pictures,
            "files of other kinds left out": walk.others,
            "folders that cannot be read": walk.unreadable,
        }
        left = [f"{name}: {count}" for name, count in counts.items() if count]
        return "; ".join([f"documents: {more}{documents}", *left])

    def changes(self, source: Source, cursor: str) -> ChangePage:
        """Return the next documents of the folder in the order of their paths; the last page begins anew."""
        place: _Place = json.loads(cursor) if cursor else {"after": "", "partial": False}
        walk = self._walk(_root(source))
        link = str(source.options.get("link", ""))
        files = list(islice(walk.files(_parts(place["after"])), PAGE_FILES))
        is_last = len(files) < PAGE_FILES
        is_partial = bool(place["partial"] or walk.unreadable)
        return ChangePage(
            [_change(file, walk.root, link) for file in files],
            cursor="" if is_last else json.dumps({"after": _key(files[-1].parts), "partial": is_partial}),
            access=() if cursor else [declared_access(source)],
            is_last=is_last,
            is_complete=is_last and not is_partial,
        )

    def fetch(self, source: Source, item: ItemChange) -> Content:
        """Return a file, read whole."""
        root = _root(source)
        parts = _parts(item.key)
        try:
            descriptor = _open(root, parts)
        except FileNotFoundError as error:
            raise NotFoundError("This file is no longer there.", fix="The next sync will see it.") from error
        except OSError as error:
            raise InputError(
                f"This file cannot be read: {os.strerror(error.errno or 0)}.", fix="Let Inlaid's account read it."
            ) from error
        with open(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise InputError("This is not an ordinary file.", fix="Remove it, or connect another folder.")
            check_size(found.st_size)
            data = file.read(found.st_size + 1)
            check_size(len(data))
        return Content(data, _shown(parts[-1]))

    def _walk(self, root: Path) -> "_Walk":
        if self._private is None:
            from core.settings import load_settings

            self._private = load_settings().home
        return _Walk(root, self._private)


class _Place(TypedDict):
    """A cursor: the key of the last document, and whether a folder before it could not be read."""

    after: str
    partial: bool


@dataclass(frozen=True)
class _File:
    parts: Parts
    found: os.stat_result


class _Walk:
    """One way through a folder. It counts what it leaves out.

    Args:
        root: the folder.
        private: a folder that is never entered.
    """

    def __init__(self, root: Path, private: Path) -> None:
        self.root = root
        self.links = self.pictures = self.others = self.unreadable = 0
        self._private = os.path.realpath(private)
        if os.path.commonpath([self._private, root]) == self._private:
            raise InputError(f"{root} holds the files of Inlaid itself.", fix="Connect another folder.")

    def files(self, after: Parts) -> Iterator[_File]:
        """Yield the documents behind a path, in the order of their paths; folder by folder, so little is held."""
        waiting = [self._entries((), after)]
        while waiting:
            entry = next(waiting[-1], None)
            if entry is None:
                waiting.pop()
                continue
            parts, is_folder = entry
            if is_folder:
                waiting.append(self._entries(parts, after))
            elif (found := self._document(parts)) is not None:
                yield _File(parts, found)

    def _entries(self, folder: Parts, after: Parts) -> Iterator[tuple[Parts, bool]]:
        """Yield what is in a folder and not before a path: its parts, and whether it is a folder."""
        try:
            with os.scandir(self.root.joinpath(*folder)) as entries:
                names = sorted((entry.name, self._kind(entry, folder)) for entry in entries)
        except OSError as error:
            is_removed = isinstance(error, FileNotFoundError) and folder  # a moment ago
            self.unreadable += not is_removed
            return
        for name, kind in names:
            parts = (*folder, name)
            is_folder = kind == "folder"
            if kind and (parts >= after[: len(parts)] if is_folder else parts > after):
                yield parts, is_folder

    def _kind(self, entry: os.DirEntry[str], folder: Parts) -> str:
        """Return whether an entry is a "folder" or a "file" to look at, "" for neither."""
        if entry.name.startswith(_LEFT_BEHIND):
            return ""
        if entry.is_symlink():
            self.links += 1
            return ""
        if entry.is_dir(follow_symlinks=False):
            is_left = entry.name in _LEFT_FOLDERS or os.path.join(self.root, *folder, entry.name) == self._private
            return "" if is_left else "folder"
        if entry.is_file(follow_symlinks=False) and is_document(entry.name):
            return "file"
        if is_picture(entry.name):
            self.pictures += 1
        else:
            self.others += 1
        return ""

    def _document(self, parts: Parts) -> os.stat_result | None:
        try:
            return os.lstat(self.root.joinpath(*parts))
        except OSError as error:
            self.unreadable += not isinstance(error, FileNotFoundError)  # removed a moment ago
            return None


def _root(source: Source) -> Path:
    """Return the folder of a source, without symbolic links in its path.

    Raises:
        InputError: it is no absolute path of a folder.
        OutageError: it is not there, as with a drive that is not mounted.
    """
    path = Path(str(source.options.get("path", "")))
    if not path.is_absolute() or "\0" in str(path):
        raise InputError("A folder needs its whole path.", fix="Give one that begins with a slash.")
    try:
        root = path.resolve(strict=True)
        os.scandir(root).close()
    except NotADirectoryError as error:
        raise InputError(f"{path} is no folder.", fix="Give the folder that the file is in.") from error
    except (OSError, RuntimeError) as error:
        is_closed = isinstance(error, PermissionError)
        problem = N_(f"The folder {path} may not be read.") if is_closed else N_(f"The folder {path} is not there.")
        fix = "Check that the drive is connected, and that Inlaid's account may read it."
        raise OutageError(problem, fix=fix) from error
    if root == Path(root.anchor):
        raise InputError("The whole machine cannot be a source.", fix="Give the folder that holds the documents.")
    return root


def _open(root: Path, parts: Parts) -> int:
    """Open a file of a folder, without following a symbolic link anywhere below the folder.

    Raises:
        OSError: it is not there, or the way to it is a link.
    """
    if not parts or any(part in {"", ".", ".."} or part.startswith(_LEFT_BEHIND) for part in parts):
        raise FileNotFoundError
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    for number, part in enumerate(parts, 1):
        # Not to wait for the other end of a pipe that stands where a file was.
        kind = os.O_NONBLOCK if number == len(parts) else os.O_DIRECTORY
        try:
            opened = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | kind, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        descriptor = opened
    return descriptor


def _change(file: _File, root: Path, link: str) -> ItemChange:
    found = file.found
    path = os.fsencode(os.path.join(*file.parts))
    return ItemChange(
        _key(file.parts),
        version=f"{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}",
        access="readers",
        title=_shown(file.parts[-1]),
        link=f"{link.rstrip('/')}/{quote_from_bytes(path)}" if link else root.joinpath(*file.parts).as_uri(),
        modified_at=(_sent_at(root, file.parts) if is_mail(file.parts[-1]) else 0.0) or found.st_mtime,
    )


def _sent_at(root: Path, parts: Parts) -> float:
    """Return when a mail was sent, 0 where it does not say or cannot be read."""
    try:
        with open(_open(root, parts), "rb") as file:
            return sent_at(file.read(HEAD_BYTES)) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else 0.0
    except OSError:
        return 0.0


def _key(parts: Parts) -> str:
    return "/".join(parts).translate(_ESCAPED)


def _parts(key: str) -> Parts:
    return tuple(os.fsdecode(unquote_to_bytes(key)).split("/")) if key else ()


def _shown(name: str) -> str:
    """Return a name as people read it, whatever encoding it was written in."""
    raw = os.fsencode(name)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    return unicodedata.normalize("NFC", "".join(letter if letter.isprintable() else " " for letter in text))
