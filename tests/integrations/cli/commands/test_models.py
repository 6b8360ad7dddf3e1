"""Several model endpoints on the command line: which one is asked, and what is wrong with each or with their file."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.store import Store
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import REWORDED, TEXT, Terminal


@pytest.fixture
def other_server() -> Iterator[OpenAIServer]:
    with OpenAIServer("k3y", lambda _body: Answer(REWORDED)) as server:
        yield server


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    openai_server: OpenAIServer,
    other_server: OpenAIServer,
) -> Terminal:
    openai_server.respond = lambda _body: Answer(REWORDED)
    (tmp_path / "models.toml").write_text(
        f"""
        routes = {{default = ["one"]}}
        [[endpoints]]
        name = "one"
        url = "{openai_server.url}"
        model = "model-one"
        [[endpoints]]
        name = "two"
        url = "{other_server.url}"
        model = "model-two"
        key_env = "TWO_KEY"
        local = false
        """
    )
    monkeypatch.setenv("INLAID_MODELS_FILE", str(tmp_path / "models.toml"))
    monkeypatch.setenv("TWO_KEY", "k3y")
    return Terminal(capsys, monkeypatch)


def test_the_route_decides_unless_an_endpoint_is_named(terminal: Terminal) -> None:
    assert terminal.json("run", "rewrite", "-", stdin=TEXT.encode())["model"] == "model-one"
    assert terminal.json("run", "rewrite", "-", "--model", "two", stdin=TEXT.encode())["model"] == "model-two"
    assert "Take one of: one, two" in terminal.error("run", "rewrite", "-", "--model", "three", stdin=TEXT.encode())


def test_doctor_says_of_every_endpoint_whether_it_works(
    terminal: Terminal, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer
) -> None:
    checks = {check["name"]: check for check in terminal.json("doctor")["checks"]}
    assert "model-one" in checks["model one"]["message"]
    assert "sees no personal data" in checks["model two"]["message"]
    assert checks["models"]["message"] == "default: one"
    monkeypatch.setenv("TWO_KEY", "canary")
    openai_server.refuse_connections()
    assert terminal.run("doctor", "--json") == 1
    checks = {check["name"]: check for check in json.loads(terminal.out)["checks"]}
    assert (checks["model one"]["ok"], checks["model two"]["ok"]) == (False, False)
    assert "key_env of the endpoint two" in checks["model two"]["fix"]
    assert "canary" not in terminal.out


@pytest.mark.parametrize(("old", "new"), [("model =", "modell ="), ('default = ["one"]', 'default = ["ones"]')])
def test_a_file_that_is_wrong_is_one_line_that_names_the_key(
    terminal: Terminal, tmp_path: Path, old: str, new: str
) -> None:
    path = tmp_path / "models.toml"
    path.write_text(path.read_text().replace(old, new))
    error = terminal.error("run", "rewrite", "-", stdin=TEXT.encode())
    assert "models.toml" in error
    assert "did you mean model?" in error or "did you mean one?" in error
    assert terminal.run("doctor") == 1
