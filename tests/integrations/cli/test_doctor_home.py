"""The doctor says which folder it looked at, whether something runs there, and makes nothing in an empty one."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.settings import Settings, load_settings
from core.store import open_store
from integrations.cli.processes.data_dir import api_token, locked_data_dir, note_web_url
from integrations.cli.processes.started_settings import keep_started_settings
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import Terminal
from tests.servers.valkey import free_port


@pytest.fixture(autouse=True)
def installed(settings: Settings) -> None:
    """Make the database of an installation; what is new and empty is no installation."""
    open_store(settings).close()


def found(terminal: Terminal, name: str) -> dict[str, str]:
    """Return what the doctor finds of one thing now."""
    terminal.run("doctor", "--json")
    (one,) = [check for check in json.loads(terminal.out)["checks"] if check["name"] == name]
    return dict(one)


@pytest.mark.parametrize("mistyped", ["INLAID_HOME", "INLAID_DATABASE_URL"])
def test_a_mistyped_place_is_no_installation_and_stays_as_it_is(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mistyped: str
) -> None:
    place = tmp_path / "mistyped"
    monkeypatch.setenv(mistyped, str(place) if mistyped == "INLAID_HOME" else f"sqlite:///{place}/x.db")
    assert terminal.run("doctor") == 1
    assert terminal.out.startswith("fail home: ")
    assert str(place) in terminal.out.splitlines()[0]
    assert not place.exists()


def test_a_place_where_nothing_can_be_written_is_not_called_well_or_full(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (file := tmp_path / "file").touch()
    for place, why in ((file, "Not a directory"), (Path("/proc/x"), "Read-only file system")):
        monkeypatch.setenv("INLAID_HOME", str(place))
        disk = found(terminal, "disk")
        assert not disk["ok"]
        assert disk["message"] == f"INLAID_HOME ({place}) is not writable: {why}."
    monkeypatch.setenv("INLAID_HOME", str(file))
    assert found(terminal, "home")["message"] == f"{file} is a file, not a folder."


def test_the_folder_that_was_looked_at_is_always_named(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    for arguments in ((), ("--all",)):
        terminal.run("doctor", *arguments)
        assert f"Checked: {settings.home}" in terminal.out.splitlines()
    monkeypatch.setenv("INLAID_HOME", "relative")
    terminal.run("doctor")
    assert f"Checked: {Path('relative').absolute()}" in terminal.out.splitlines()


def test_what_runs_on_the_folder_is_told(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, settings: Settings, openai_server: OpenAIServer
) -> None:
    monkeypatch.setenv("INLAID_PORT", str(free_port()))
    assert found(terminal, "processes")["fix"] == "Start them with: inlaid up"
    with locked_data_dir(settings.home):
        told = found(terminal, "processes")["message"]
        assert "does not answer: worker, scheduler, web (http://127.0.0.1:" in told
        (settings.home / "run").mkdir()
        for name in ("worker", "beat"):
            (settings.home / "run" / f"{name}.ready").touch()
        assert "does not answer: web (http://127.0.0.1:" in found(terminal, "processes")["message"]
    assert "do not run on" in found(terminal, "processes")["message"]
    monkeypatch.setenv("INLAID_PORT", str(urlsplit(openai_server.url).port))
    assert "is in use by something else: set INLAID_PORT" in found(terminal, "processes")["fix"]


def test_a_broker_that_is_away_is_named_with_host_and_port(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("INLAID_BROKER_URL", f"redis://:canary@127.0.0.1:{port}/0")
    assert found(terminal, "broker")["message"] == f"The broker at 127.0.0.1:{port} cannot be reached."
    assert "canary" not in terminal.out


@pytest.mark.parametrize(("line", "code"), [("INLAID_API_TOKENS=secret=it@corp.example", 1), ("INLAID_PORT=8411", 0)])
def test_secrets_in_a_file_that_others_can_read_are_told(terminal: Terminal, line: str, code: int) -> None:
    file = Path(".env").absolute()
    file.write_text(f"{line}\n")
    file.chmod(0o644)
    assert terminal.run("doctor") == code
    if code:
        told = f"Other users of this machine can read the secrets in {file}. Let its owner close it: chmod 600 {file}"
        assert f"fail secrets: {told}" in terminal.out
    file.chmod(0o600)
    assert terminal.run("doctor") == 0


def test_a_broken_file_of_settings_is_one_line(terminal: Terminal) -> None:
    Path(".env").write_text('INLAID_ADMINS="it@corp.example\n')
    assert f"Line 1 of {Path('.env').absolute()}" in terminal.error("doctor")


def test_the_files_of_settings_that_were_read_are_named_in_full(terminal: Terminal, settings: Settings) -> None:
    here, of_home = Path(".env").absolute(), settings.home.absolute() / ".env"
    terminal.run("doctor")
    assert f"No file of settings is there: {here}, {of_home}" in terminal.out.splitlines()
    for file in (here, of_home):
        file.write_text("INLAID_OWNER_NAME=Ann\n")
    terminal.run("doctor", "--all")
    assert f"Settings read from: the environment, {here}, {of_home}" in terminal.out.splitlines()
    terminal.run("doctor", "--json")
    assert json.loads(terminal.out)["files"] == [str(here), str(of_home)]


def test_settings_that_differ_from_those_that_a_running_server_has_are_named_without_values(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setenv("INLAID_API_TOKENS", "canary-one")
    keep_started_settings(load_settings())
    kept = settings.home / "up.settings"
    assert kept.stat().st_mode & 0o077 == 0
    assert "canary" not in kept.read_text()
    with locked_data_dir(settings.home):
        terminal.run("doctor")
        assert "other settings" not in terminal.out
        monkeypatch.setenv("INLAID_API_TOKENS", "canary-two")
        monkeypatch.setenv("INLAID_OWNER_NAME", "Ann")
        terminal.run("doctor")
        (line,) = [line for line in terminal.out.splitlines() if "other settings" in line]
        assert "read here: INLAID_API_TOKENS, INLAID_OWNER_NAME." in line
        assert "canary" not in terminal.out
    terminal.run("doctor")
    assert "other settings" not in terminal.out  # nothing runs there


def test_the_link_and_the_doctor_go_to_where_it_is_up_and_not_to_where_it_would_be(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setenv("INLAID_PORT", "8411")
    api_token(settings.home)
    link = "/console/sign-in?code="
    assert terminal.json("console")["link"].startswith(f"http://127.0.0.1:8411{link}")
    with locked_data_dir(settings.home):
        note_web_url(settings.home, "http://127.0.0.1:18994")
        assert terminal.json("console")["link"].startswith(f"http://127.0.0.1:18994{link}")
        assert "web (http://127.0.0.1:18994)" in found(terminal, "processes")["message"]
    assert terminal.json("console")["link"].startswith(f"http://127.0.0.1:8411{link}")
