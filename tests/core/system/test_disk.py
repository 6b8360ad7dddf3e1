"""How much room there is for what is kept."""

import shutil
from pathlib import Path

import pytest

from core.system.disk import MIN_FREE_BYTES, free_bytes, is_full


def test_the_room_of_a_folder_that_is_yet_to_be_made_is_that_of_its_disk(tmp_path: Path) -> None:
    there = shutil.disk_usage(tmp_path).free
    assert free_bytes(tmp_path / "a" / "b") == pytest.approx(there, rel=0.2)
    assert is_full(tmp_path / "a" / "b") == (there < MIN_FREE_BYTES)


def test_a_disk_without_room_is_full() -> None:
    assert is_full(Path("/proc/self"))  # a file system that has no room at all
