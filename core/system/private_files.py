"""Files of ours are for their owner alone: folders 0700, files 0600, whatever makes them, and whatever the umask.

What an earlier version or somebody else left open to others is closed when it is used.
"""

import os
import stat
from pathlib import Path
from typing import IO

from core.logs import logger

FOLDER_MODE = 0o700
FILE_MODE = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_log = logger(__name__)


def make_private_folder(folder: Path) -> None:
    """Make a folder if need be, and close it to others.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    close_to_others(folder)


def make_private_file(path: Path) -> None:
    """Make an empty file unless it is there, and close it to others.

    Raises:
        OSError: it cannot be made.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
    except FileExistsError:
        close_to_others(path)


def open_private(path: Path, mode: str) -> IO[bytes]:
    """Open a binary file for writing; see `make_private_file`.

    Raises:
        OSError: it cannot be opened.
    """
    make_private_file(path)
    return path.open(mode)


def close_to_others(path: Path) -> None:
    """Take away what others may do with a file or folder of ours. What is not ours, or not there, is left alone."""
    if not is_open_to_others(path):
        return
    try:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OTHERS)
    except OSError:
        return  # another user's: `inlaid doctor` tells
    _log.warning("others could read this; it is closed now", source=path.name)


def is_open_to_others(path: Path) -> bool:
    """Say whether others may do anything with it. A folder that is everybody's, like /tmp, never counts."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return bool(mode & _OTHERS) and not mode & stat.S_ISVTX
