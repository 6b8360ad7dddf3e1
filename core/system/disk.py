"""Room on a disk: what there has to be, and the error that says that there is none."""

import shutil
from pathlib import Path

MIN_FREE_BYTES = 32 * 1024 * 1024
MEGABYTE = 2**20


def free_bytes(path: Path) -> int:
    """Return the room on the disk of a path, which need not exist yet.

    Raises:
        OSError: it cannot be found out.
    """
    place = path.absolute()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def is_full(path: Path) -> bool:
    """Say whether the disk of a path has less room than Inlaid needs; not when it cannot be found out."""
    try:
        return free_bytes(path) < MIN_FREE_BYTES
    except OSError:
        return False
