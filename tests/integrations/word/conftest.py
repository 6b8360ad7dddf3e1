"""What some tests of the pane need from npm."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PANE = ROOT / "integrations/word/pane"
# Beside the virtual environment, so that it is installed once; never beside the sources, which are packaged.
TOOLS = ROOT / ".venv/word-pane"


@pytest.fixture(scope="session")
def pane_tools() -> Path:
    """Return a copy of the pane's sources with its npm packages, installed on first use."""
    if shutil.which("npm") is None:
        pytest.skip("no npm here: run tests/office/install.sh")
    TOOLS.mkdir(exist_ok=True, parents=True)
    with (TOOLS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for path in TOOLS.iterdir():
            if path.name not in {"node_modules", "lock", "installed.json"}:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(PANE, TOOLS, dirs_exist_ok=True)
        wanted, installed = (PANE / "package-lock.json").read_text(), TOOLS / "installed.json"
        if not installed.exists() or installed.read_text() != wanted:
            done = subprocess.run(
                ["npm", "ci", "--silent", "--no-audit", "--no-fund"],
                cwd=TOOLS, capture_output=True, text=True, timeout=150, check=False,
            )  # fmt: skip
            if done.returncode != 0:
                pytest.skip(f"npm could not install the tools of the pane: {done.stderr[-200:]}")
            installed.write_text(wanted)
    return TOOLS
