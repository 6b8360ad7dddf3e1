"""The command line as a person uses it: results, JSON, exit codes, and errors in one line."""

import io
import os
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from integrations.cli.app import main
from tests.integrations.cli.conftest import DOCUMENT, Terminal


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (["run", "dance", "-"], b"x", "recipe called dance"),
        (["run", "sumarize", "-"], b"x", "Did you mean summarize?"),
        (["run", "rewrite", "-"], b" \n", "The input holds no text."),
        (["run", "rewrite", "-"], b"\x00\x01\x02", "not a text"),
        (["run", "rewrite", "missing.txt"], b"", "cannot be read"),
        (["run", "rewrite", "--set", "tone", "-"], b"x", "NAME=VALUE"),
        (["run", "rewrite", "--set", "colour=red", "-"], b"x", "colour"),
        (["jobs", "show", "nothing"], b"", "no such job"),
        (["jobs", "cancel", "nothing"], b"", "no such job"),
        (["reply", "-"], b"", "empty"),
        (["reply", "."], b"", ". is a folder. Give a file."),
        (["sources", "add", ""], b"", "The place is empty."),
        (["reply", "-", "--instruction", "-"], b"x", "from stdin"),
        (["edit", DOCUMENT, "--recipe", "rewrite", "--set", "tone"], b"", "NAME=VALUE"),
        (["edit", DOCUMENT, "--recipe", "rewrite", "--set", "tone=loud"], b"", "tone: Please choose one of polite"),
        (["edit", DOCUMENT, "--recipe", "rewrite", "--set", "colour=red"], b"", "colour"),
        (["edit", DOCUMENT, "--recipe", "shorten", "--instruction", "x"], b"", "instruction"),
        (["edit", "missing.docx", "--recipe", "rewrite"], b"", "cannot be read"),
        (["recipes", "check", "missing.toml"], b"", "missing.toml"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_cannot_be_done_is_one_line_that_names_it(
    terminal: Terminal, arguments: list[str], stdin: bytes, words: str
) -> None:
    assert words in terminal.error(*arguments, stdin=stdin)


def test_a_wrong_command_is_a_usage_error(terminal: Terminal) -> None:
    assert terminal.run("dance") == 2
    assert terminal.run("run") == 2


def test_an_authority_in_the_file_of_settings_counts_where_the_environment_names_none(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(".env").write_text("SSL_CERT_FILE=/etc/own.pem\nHTTPS_PROXY=http://of-the-file:1\n")
    monkeypatch.setenv("SSL_CERT_FILE", "to be put back")
    monkeypatch.setenv("HTTPS_PROXY", "http://exported:1")
    os.environ.pop("SSL_CERT_FILE")
    assert terminal.run("recipes") == 0
    assert (os.environ["SSL_CERT_FILE"], os.environ["HTTPS_PROXY"]) == ("/etc/own.pem", "http://exported:1")


class Interrupted(io.RawIOBase):
    """A terminal at which somebody presses Ctrl-C in place of typing."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: object) -> int:
        raise KeyboardInterrupt


def test_ctrl_c_ends_a_command_with_a_word(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Interrupted())))
    with pytest.raises(SystemExit) as ended:
        main(["run", "rewrite", "-"])
    assert (ended.value.code, capsys.readouterr().err) == (130, "inlaid: Broken off.\n")


def test_all_that_is_missing_is_named_at_once(terminal: Terminal) -> None:
    assert terminal.run("edit") == 2
    assert terminal.err.startswith("inlaid: Missing: 'document', '--recipe'.")
    assert terminal.run("document", "compare", DOCUMENT) == 2
    assert terminal.err.startswith("inlaid: Missing argument 'new'.")


@pytest.mark.parametrize(
    "arguments",
    [
        ["reply", ""],
        ["run", "summarize", ""],
        ["scan", ""],
        ["edit", "", "--recipe", "proofread"],
        ["document", "compare", DOCUMENT, ""],
        ["document", "accept", DOCUMENT, "-o", ""],
    ],
    ids=" ".join,
)
def test_an_empty_name_of_a_file_is_refused_and_is_not_the_current_folder(
    terminal: Terminal, arguments: list[str]
) -> None:
    assert terminal.run(*arguments) == 2
    assert "It is empty; give a file." in terminal.err
    assert terminal.err.count("\n") == 1


def test_an_empty_text_beside_a_file_is_no_empty_file(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text("The meeting is on Tuesday at 3 pm in room 4.")
    assert terminal.run("run", "rewrite", file, "--model", "") == 0


def test_a_recipe_taken_for_a_command_is_told_how_it_is_run(terminal: Terminal) -> None:
    assert terminal.run("summarize", "thread.txt") == 2
    assert "inlaid run summarize FILE" in terminal.err
    assert terminal.run("dance") == 2
    assert "It is a recipe" not in terminal.err


def test_the_version_is_that_of_the_package(terminal: Terminal) -> None:
    assert terminal.run("--version") == 0
    assert terminal.out == f"inlaid {version('inlaid')}\n"
