"""Room on a disk: what there has to be, and the error that says that there is none."""

import errno
import os
import shutil
from pathlib import Path

MIN_FREE_BYTES = 32 * 1024 * 1024
MEGABYTE = 2**20


def free_bytes(path: Path) -> int:
    """Return the room on the disk of a path, which need not exist yet.

    Raises:
        OSError: it cannot be found out.
    """
    return shutil.disk_usage(_nearest(path)).free


def is_full(path: Path) -> bool:
    """Say whether the disk of a path has less room than Inlaid needs; not when it cannot be found out."""
    try:
        return free_bytes(path) < MIN_FREE_BYTES
    except OSError:
        return False


def require_writable(path: Path) -> None:
    """Make sure that files can be written into a folder, which need not exist yet.

    Raises:
        OSError: it is no folder, nobody may write there, or there is no disk behind it, as in /proc.
    """
    place = _nearest(path)
    if not place.is_dir():
        reason = errno.ENOTDIR
    elif os.statvfs(place).f_flag & os.ST_RDONLY or not shutil.disk_usage(place).total:
        reason = errno.EROFS
    else:
        reason = 0 if os.access(place, os.W_OK | os.X_OK) else errno.EACCES
    if reason:
        raise OSError(reason, os.strerror(reason), str(place))


def _nearest(path: Path) -> Path:
    """Return a path, or the nearest one above it that exists."""
    place = path.absolute()
    while not place.exists():
        place = place.parent
    return place
