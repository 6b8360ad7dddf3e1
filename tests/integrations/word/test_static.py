"""What is served is what the sources say, and small enough."""

import gzip
import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.integrations.word.conftest import PANE

STATIC = PANE.parent / "static"
MAX_GZIPPED_BYTES = 130_000
# A file of the build, as another names it.
NAMED = re.compile(rb"[\w-]+-[\w-]{8}\.(?:js|css)")
BUILT_FROM = ("src/**/*", "public/**/*", "*.html", "*.json", "*.ts")


def source_hash() -> str:
    """Return what build.sh writes: a hash of the hashes of the sources, as sha256sum prints them."""
    paths = [f"{path.relative_to(PANE)}" for pattern in BUILT_FROM for path in PANE.glob(pattern) if path.is_file()]
    named = sorted(path if "/" in path else f"./{path}" for path in paths)
    lines = "".join(f"{hashlib.sha256((PANE / path).read_bytes()).hexdigest()}  {path}\n" for path in named)
    return hashlib.sha256(lines.encode()).hexdigest()


def test_the_committed_build_is_of_these_sources() -> None:
    built = (STATIC / "sources.sha256").read_text().strip()
    assert built == source_hash(), "run integrations/word/pane/build.sh and commit integrations/word/static"


@pytest.mark.parametrize(
    ("page", "other_mode"), [("taskpane", ""), ("outlook", "composeApp-"), ("outlook", "readApp-")]
)
def test_the_pane_is_small_with_all_that_it_may_ever_load(page: str, other_mode: str) -> None:
    """With the sign-in at Microsoft; in Outlook a mail is either read or written."""
    waiting, loaded = [STATIC / f"{page}.html"], dict[Path, int]()
    while waiting:
        path = waiting.pop()
        content = path.read_bytes()
        loaded[path] = len(gzip.compress(content, 9))
        named = {Path(name.decode()).name for name in NAMED.findall(content)}
        found = (STATIC / "assets" / name for name in named if not (other_mode and name.startswith(other_mode)))
        waiting += [one for one in found if one.is_file() and one not in loaded]
    assert any(path.name.startswith("entra-") for path in loaded)
    assert 10_000 < sum(loaded.values()) <= MAX_GZIPPED_BYTES


def test_every_file_that_a_page_names_is_there() -> None:
    for page in STATIC.glob("*.html"):
        for part in page.read_text().split('"'):
            if part.startswith("./assets/") or part.startswith("icons/"):
                assert (STATIC / part).is_file(), part


def test_the_lock_names_no_package_index() -> None:
    packages = json.loads((PANE / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in packages.items() if name)


def test_the_sources_pass_their_own_checks_and_build_to_the_same_files(pane_tools: Path, tmp_path: Path) -> None:
    for command in (["check"], ["test"], ["build", "--", "--outDir", str(tmp_path / "dist"), "--emptyOutDir"]):
        done = subprocess.run(
            ["npm", "run", "--silent", *command],
            cwd=pane_tools,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    built = {str(path.relative_to(tmp_path / "dist")) for path in (tmp_path / "dist").rglob("*") if path.is_file()}
    committed = {str(path.relative_to(STATIC)) for path in STATIC.rglob("*") if path.is_file()} - {"sources.sha256"}
    assert built == committed
    for name in built:
        assert (tmp_path / "dist" / name).read_bytes() == (STATIC / name).read_bytes(), name


@pytest.mark.parametrize("language", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("])
def test_no_text_can_become_markup(language: str) -> None:
    assert [path.name for path in (PANE / "src").glob("*.ts") if language in path.read_text()] == []
