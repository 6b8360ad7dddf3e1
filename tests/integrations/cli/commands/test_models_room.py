"""`inlaid model install` without room: on the disk, or in memory."""

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import Settings
from tests.fakes.hub import Hub, small_gguf
from tests.integrations.cli.commands.test_models_installing import FILE, NAME, REPOSITORY, left, refused
from tests.integrations.cli.conftest import Terminal
from tests.processes.commands import wait_until

TMPFS_BYTES = 3 * 2**20


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(capsys, monkeypatch)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={TMPFS_BYTES}", "tmpfs", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_without_room_is_told_before_anything_is_fetched(
    terminal: Terminal, hub: Hub, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAID_HOME", str(small_disk))
    hub.add(REPOSITORY, FILE, small_gguf(size_bytes=TMPFS_BYTES))
    error = refused(terminal, "model", "install", NAME)
    assert "is full: 3 MB are free, 70 MB are needed" in error
    assert hub.of_store() == []


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(2**16))


def test_a_disk_that_becomes_full_gives_its_room_back(
    terminal: Terminal, hub: Hub, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else fills the disk while the file comes."""
    monkeypatch.setenv("INLAID_HOME", str(small_disk))
    subprocess.run(["mount", "-o", "remount,size=80m", str(small_disk)], check=True)
    file = hub.add(REPOSITORY, FILE, small_gguf(size_bytes=8 * 2**20), held=threading.Event())
    done: list[int] = []
    running = threading.Thread(target=lambda: done.append(terminal.run("model", "install", NAME)))
    running.start()
    wait_until(hub.begun.is_set)
    with pytest.raises(OSError, match="No space left"):
        fill(small_disk / "filler")
    assert file.held is not None
    file.held.set()
    running.join(30)
    assert done == [1]
    assert "is full" in terminal.err
    assert left(Settings(home=small_disk)) == []
