"""The example of a connector, installed as a package of its own, is found by its entry point and syncs a wiki."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "deploy/examples/connector"
UV = Path(sys.executable).parent / "uv"

SYNC = """
import json, sys
from core.errors import InlaidError
from core.settings import load_settings
from core.sources.model import EVERYBODY, Reader, Source, address_principal
from core.sources.search import load_sources
from core.store import open_store
from integrations.registry import Connectors, open_sync

settings = load_settings()
sources = load_sources(settings, open_store(settings))
known = sources.store.list()
options = {"path": sys.argv[1]}
source = known[0].source if known else sources.store.add(Source("", "local", "ann", "wiki", "Wiki", options))
done = open_sync(sources).work(source.id)
principals = {"everybody": EVERYBODY, "bob": address_principal("Bob@example.com")}
readers = {name: Reader(frozenset({principal})) for name, principal in principals.items()}
print(json.dumps({
    "names": Connectors().names(),
    "check": Connectors().of("wiki").check(source),
    "error": done.error.code if done.error else "",
    "found": {
        name: sorted(hit.text for hit in sources.find([reader], "How many days of leave?", limit=10))
        for name, reader in readers.items()
    },
}))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the example beside the project, as pip would."""
    return install(EXAMPLE, tmp_path_factory.mktemp("installed"))


def install(example: Path, folder: Path) -> Path:
    """Install an example into a folder, and return that."""
    built = [str(UV), "--quiet", "--offline", "pip", "install", "--no-deps", "--no-build-isolation"]
    subprocess.run([*built, "--python", sys.executable, "--target", folder, example], check=True)
    return folder


@pytest.fixture
def wiki(tmp_path: Path) -> Path:
    path = tmp_path / "wiki.db"
    write(
        path,
        "CREATE TABLE spaces (name TEXT PRIMARY KEY, members TEXT)",
        "CREATE TABLE pages (id INTEGER PRIMARY KEY, space TEXT, title TEXT, body TEXT, number INTEGER,"
        " is_deleted INTEGER DEFAULT 0)",
        "INSERT INTO spaces VALUES ('staff', '*'), ('board', 'bob@example.com')",
        "INSERT INTO pages VALUES (1, 'staff', 'Leave', 'Everybody has 26 days of leave.', 1, 0),"
        " (2, 'board', 'Plans', 'From 2027 on it will be 30 days of leave.', 2, 0)",
    )
    return path


def write(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def run(code: str, installed: Path, home: Path, *arguments: str) -> str:
    """Run a snippet where the example is installed; return what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INLAID_")}
    environment |= {"PYTHONPATH": os.pathsep.join([str(installed), str(ROOT)]), "INLAID_HOME": str(home)}
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def synced(installed: Path, wiki: Path) -> dict[str, object]:
    return json.loads(run(SYNC, installed, wiki.parent / "home", str(wiki)))  # type: ignore[no-any-return]


def found(result: dict[str, object]) -> dict[str, Iterable[str]]:
    return result["found"]  # type: ignore[return-value]


def test_the_example_is_found_and_its_wiki_is_read_within_rights(installed: Path, wiki: Path) -> None:
    result = synced(installed, wiki)
    assert "wiki" in result["names"]  # type: ignore[operator]
    assert (result["check"], result["error"]) == ("2 pages", "")
    assert found(result) == {
        "everybody": ["Everybody has 26 days of leave."],
        "bob": ["From 2027 on it will be 30 days of leave."],
    }
    write(
        wiki,
        "UPDATE pages SET body = 'Everybody has 28 days of leave.', number = 3 WHERE id = 1",
        "UPDATE pages SET is_deleted = 1, number = 4 WHERE id = 2",
    )
    assert found(synced(installed, wiki)) == {"everybody": ["Everybody has 28 days of leave."], "bob": []}


CHECK = """
import sys
from core.errors import InlaidError
from core.sources.model import Source
from inlaid_wiki import WikiConnector

for path in sys.argv[1:]:
    try:
        WikiConnector().check(Source("", "local", "ann", "wiki", "Wiki", {"path": path}))
    except InlaidError as error:
        print(error.code)
"""


def test_what_goes_wrong_at_the_place_is_told_apart(installed: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_bytes(b"no database at all, but a text" * 50)
    told = run(CHECK, installed, tmp_path / "home", str(text), str(tmp_path / "none.db"), "wiki.db")
    assert told.split() == ["input", "outage", "input"]
