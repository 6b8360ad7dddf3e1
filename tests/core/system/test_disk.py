"""How much room there is for what is kept."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from core.system.disk import MIN_FREE_BYTES, free_bytes, is_full, require_writable


def test_the_room_of_a_folder_that_is_yet_to_be_made_is_that_of_its_disk(tmp_path: Path) -> None:
    there = shutil.disk_usage(tmp_path).free
    assert free_bytes(tmp_path / "a" / "b") == pytest.approx(there, rel=0.2)
    assert is_full(tmp_path / "a" / "b") == (there < MIN_FREE_BYTES)


def test_a_disk_without_room_is_full() -> None:
    assert is_full(Path("/proc/self"))  # a file system that has no room at all


def test_where_nothing_can_be_written_is_told_with_why(tmp_path: Path) -> None:
    require_writable(tmp_path / "a" / "b")
    (file := tmp_path / "file").touch()
    for place, reason in ((file, errno.ENOTDIR), (file / "a", errno.ENOTDIR), (Path("/proc/x"), errno.EROFS)):
        with pytest.raises(OSError, match=os.strerror(reason)):
            require_writable(place)
