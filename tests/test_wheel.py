"""What is shipped: the wheel, installed into an environment of its own and run where the sources are out of sight."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("core", "worker", "integrations")
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, with the build backend of the lock."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([BIN / "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a new virtual environment that borrows only the third-party packages of this one."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    uv = [str(BIN / "uv"), "--quiet", "--offline"]
    subprocess.run([*uv, "venv", "--python", sys.executable, folder], check=True)
    subprocess.run([*uv, "pip", "install", "--no-deps", "--python", folder, wheel], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    # A path named in a .pth file brings its packages, but not the .pth file of our editable install.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def run(program: Path, *arguments: str, cwd: Path) -> str:
    """Run a program of the new environment and return what it printed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [program, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_every_file_of_the_three_packages_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")}
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    on_disk = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in names if ".dist-info/" not in name} == on_disk
    assert {f"{package}/py.typed" for package in PACKAGES} <= names


def test_the_installed_packages_are_the_wheels(installed: Path, tmp_path: Path) -> None:
    code = "import core, worker, integrations; print(*(m.__file__ for m in (core, worker, integrations)), sep='\\n')"
    places = run(installed / "python", "-c", code, cwd=tmp_path).split()
    assert [Path(place).is_relative_to(installed.parent) for place in places] == [True] * len(PACKAGES)


def test_the_installed_command_finds_its_recipes_and_migrations(installed: Path, tmp_path: Path, home: Path) -> None:
    assert "Usage" in run(installed / "inlaid", "--help", cwd=tmp_path)
    assert "reply" in run(installed / "inlaid", "recipes", cwd=tmp_path)
    names = {
        recipe["name"] for recipe in json.loads(run(installed / "inlaid", "recipes", "--json", cwd=tmp_path))["recipes"]
    }
    assert names >= {"reply", "compose", "rewrite", "shorten", "proofread", "summarize", "actions"}
    run(installed / "inlaid", "migrate", cwd=tmp_path)
    assert (home / "inlaid.db").exists()
