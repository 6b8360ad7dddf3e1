"""`inlaid setup`: at a real terminal, and without one."""

import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path
from typing import Self

import pytest
from dotenv import dotenv_values

from tests.fakes.slack.fixture import slack
from tests.fakes.slack.service import FakeSlack
from tests.fakes.slack.workspace import Workspace
from tests.integrations.cli.conftest import Terminal

__all__ = ["slack"]
COMMAND = [sys.executable, "-m", "integrations.cli.app", "setup"]
PATIENCE_SECONDS = 60
ROOT = Path(__file__).parents[4]


class Screen:
    """A terminal of a process, as a person has it: what it shows, and keys that are pressed."""

    def __init__(self, *arguments: str, folder: Path) -> None:
        self.handle, other = pty.openpty()
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "TERM": "dumb"}
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=other, stdout=other, stderr=other, cwd=folder, env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(other)
        self.shown = ""
        self._read_to = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End what a failed test has left."""
        self.process.kill()
        self.process.wait(PATIENCE_SECONDS)
        os.close(self.handle)

    def wait_for(self, text: str) -> None:
        """Read until the text is shown, behind what was waited for before."""
        while (found := self.shown.find(text, self._read_to)) < 0:
            assert self._read(), f"{text!r} is not in {self.shown!r}"
        self._read_to = found + len(text)

    def type(self, text: str) -> None:
        """Press keys, and Enter."""
        os.write(self.handle, f"{text}\n".encode())

    def end(self) -> int:
        """Read to the end, and return the exit code."""
        while self._read():
            pass
        return self.process.wait(PATIENCE_SECONDS)

    def _read(self) -> bool:
        try:
            if select.select([self.handle], [], [], PATIENCE_SECONDS)[0]:
                data = os.read(self.handle, 4096)
                self.shown += data.decode(errors="replace").replace("\r\n", "\n")
                return bool(data)
        except OSError:  # the other end is closed
            return False
        return False


@pytest.fixture
def acme(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with the app, at the Slack of the settings."""
    monkeypatch.setenv("INLAID_SLACK_API_URL", slack.api_url)
    return slack.workspace()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder to run in."""
    made = tmp_path / "place"
    made.mkdir()
    return made


def test_a_person_sets_up_slack_at_a_terminal(folder: Path, slack: FakeSlack, acme: Workspace) -> None:
    app = slack.app_token()
    with Screen(folder=folder) as screen:
        screen.wait_for("Wanted")
        screen.type("slack")
        screen.wait_for("Way (Enter: socket)")
        screen.type("")
        for name, token in (("APP", app), ("BOT", acme.bot_token)):
            screen.wait_for(f"INLAID_SLACK_{name}_TOKEN:")
            screen.wait_for("Value: ")  # the blank comes when nothing is echoed any more
            screen.type(token)
        screen.wait_for("Write them?")
        assert not (folder / ".env").exists()
        screen.type("y")
        assert screen.end() == 0
    assert "ok   slack: " in screen.shown
    assert "Next: Start `inlaid up`" in screen.shown
    assert acme.bot_token not in screen.shown
    assert dotenv_values(folder / ".env")["INLAID_SLACK_BOT_TOKEN"] == acme.bot_token


def test_ctrl_c_keeps_nothing_that_was_not_confirmed(folder: Path) -> None:
    with Screen("slack", folder=folder) as screen:
        screen.wait_for("Way (Enter: socket)")
        os.write(screen.handle, b"\x04")  # the end of what is typed
        assert screen.end() == 130
    assert "What was confirmed is kept" in screen.shown
    assert screen.shown.count("Broken off") == 1
    assert list(folder.iterdir()) == []


def test_without_a_terminal_it_says_how_to_ask_without_questions(terminal: Terminal) -> None:
    assert "inlaid setup slack --check" in terminal.error("setup", "slack", stdin=b"xapp-1\nxoxb-1\ny\n")


def test_what_is_missing_is_told_without_questions_and_nothing_changes(
    terminal: Terminal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert terminal.run("setup", "slack", "word", "--check") == 1
    assert "missing INLAID_SLACK_APP_TOKEN: Basic Information" in terminal.out
    assert "Next: Go through the steps of slack, and set INLAID_SLACK_APP_TOKEN (Basic" in terminal.out
    assert "https://inlaid.example.com below stands for your address" in terminal.out
    assert "Authentication, Web: https://inlaid.example.com/graph/signed-in" in terminal.out
    assert list(folder.iterdir()) == []
    monkeypatch.setenv("INLAID_PUBLIC_URL", "https://inlaid.kontor.example")
    assert terminal.run("setup", "slack", "--check") == 1
    assert "inlaid slack manifest --one-workspace --url https://inlaid.kontor.example" in terminal.out
    assert "example.com" not in terminal.out
    monkeypatch.delenv("INLAID_PUBLIC_URL")
    assert terminal.run("setup", "--check") == 0  # nothing is asked for, so nothing is missing
    assert "Nothing is set up yet. What can be:\n  slack     Slack\n  word      Word" in terminal.out
    assert "Next: Name what you want, such as: inlaid setup slack." in terminal.out
    assert "'fax' cannot be set up" in terminal.error("setup", "fax", "--check")


def test_json_says_what_is_there_and_from_where_and_shows_no_value(
    terminal: Terminal, folder: Path, slack: FakeSlack, acme: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    app = slack.app_token()
    monkeypatch.setenv("INLAID_SLACK_APP_TOKEN", app)
    (folder / ".env").write_text(f"INLAID_SLACK_BOT_TOKEN={acme.bot_token}\n")
    found = terminal.json("setup")
    (part,) = found["parts"]
    assert part["set"] == {"INLAID_SLACK_APP_TOKEN": "environment", "INLAID_SLACK_BOT_TOKEN": ".env"}
    assert (found["ready"], part["name"], part["way"], part["missing"]) == (True, "slack", "socket", [])
    assert [one["name"] for one in found["checks"]] == ["slack"]
    assert acme.bot_token not in terminal.out
    (folder / ".env").write_text("INLAID_SLACK_BOT_TOKEN=xoxb-wrong\n")
    assert terminal.run("setup", "--json") == 1
    told = json.loads(terminal.out)
    assert (told["ready"], told["checks"][0]["ok"]) == (False, False)
    assert "Slack refuses INLAID_SLACK_BOT_TOKEN" in told["next"]


def test_a_broken_file_is_named_and_left_alone(terminal: Terminal, folder: Path) -> None:
    file = folder / "settings"
    file.write_text("INLAID_SLACK_BOT_TOKEN='xoxb-half\n")
    error = terminal.error("setup", "--check", "--file", file)
    assert "Line 1 of" in error
    assert "half" not in error
    assert file.read_text() == "INLAID_SLACK_BOT_TOKEN='xoxb-half\n"
