"""The command line as a person uses it: results, JSON, exit codes, and errors in one line."""

from importlib.metadata import version

import pytest

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


def test_a_recipe_taken_for_a_command_is_told_how_it_is_run(terminal: Terminal) -> None:
    assert terminal.run("summarize", "thread.txt") == 2
    assert "inlaid run summarize FILE" in terminal.err
    assert terminal.run("dance") == 2
    assert "It is a recipe" not in terminal.err


def test_the_version_is_that_of_the_package(terminal: Terminal) -> None:
    assert terminal.run("--version") == 0
    assert terminal.out == f"inlaid {version('inlaid')}\n"
