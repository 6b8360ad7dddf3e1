"""The command line in the language of whoever types: each help, each usage error, and whatever commands print."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from integrations.cli.app import app
from tests.fakes.slack.fixture import slack
from tests.integrations.cli.commands.test_rehearse import Playground, playground
from tests.integrations.cli.conftest import Terminal

__all__ = ["playground", "slack"]
# Words that no German text of ours has, nor the name of a command.
ENGLISH_WORDS = re.compile(
    r"\b(?:the|and|of|is|are|were|with|without|your|you|they|this|that|from|not|when|which|what|who|it|has|have|never)\b",
    re.IGNORECASE,
)
COMMANDS = Path(__file__).parents[3] / "integrations" / "cli"
# What shows something to a person, by its first argument.
_PRINTERS = frozenset({"print", "echo", "prompt", "confirm", "BadParameter", "show", "ask", "Table", "add_column"})
# What is written for somebody who develops: in English, as the names of measures are.
_FOR_DEVELOPERS = frozenset({"evaluation", "demo"})
# Names of things, and what somebody types: no words of ours.
_NAMES = re.compile(
    r"monday and thursday|thread\|always\|never|Your App Configuration Tokens|From a manifest|\{\w+\}|/\S+|https?://\S+"
    r"|`[^`]*`|inlaid [a-z-]+( [a-z-]+)*|--[a-z-]+|[A-Z]{2,}\w*|\b\w+_\w+\b|\[[^\]]*\]|'[^']*'|what {6}"
)


@pytest.fixture
def german(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of somebody whose machine speaks German; it is wide, so that no sentence is broken."""
    monkeypatch.setenv("LC_MESSAGES", "de_DE.UTF-8")
    monkeypatch.setenv("COLUMNS", "400")
    return terminal


def _paths(command: object, *names: str) -> Iterator[tuple[str, ...]]:
    yield names
    for name, below in getattr(command, "commands", {}).items():
        yield from _paths(below, *names, name)


def _english(shown: str) -> list[str]:
    """Return the lines with a word that no German text of ours has."""
    return [line for line in shown.splitlines() if ENGLISH_WORDS.search(_NAMES.sub("", line))]


def test_no_help_has_an_english_word(german: Terminal) -> None:
    left = {}
    for names in _paths(typer.main.get_command(app)):
        assert german.run(*names, "--help") == 0
        if found := _english(german.out):
            left[" ".join(names)] = found
    assert not left


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("dance", "Den Befehl 'dance' gibt es nicht."),
        ("rehearse gmial", "Den Befehl 'gmial' gibt es nicht. Meinten Sie 'gmail'?"),
        ("rehearse gmail", "Es fehlt die Option '--mailbox'."),
        ("run", "Es fehlt das Argument 'recipe'."),
        ("jobs --zap", "Die Option --zap gibt es nicht"),
        ("jobs list --limit none", "'--limit' ist so nicht möglich: Das muss eine ganze Zahl sein"),
        ("jobs list --limit 0", "'--limit' ist so nicht möglich: Das muss mindestens 1 sein"),
        ("jobs show one two", "Überzählige Argumente (two)"),
        ("rehearse slack --write", "--write schreibt Nachrichten: Nennen Sie mit --channel einen Kanal für Tests"),
    ],
)
def test_wrong_usage_is_one_line_in_german(german: Terminal, arguments: str, said: str) -> None:
    assert german.run(*arguments.split()) == 2
    assert said in german.err
    assert german.err.count("\n") == 1
    assert not _english(german.err)


def test_setup_and_doctor_say_in_german_what_is_missing(
    german: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert german.run("setup", "--check", "slack", "word", "outlook", "mail", "gmail", "imap") == 1
    assert "fehlt INLAID_SLACK_APP_TOKEN" in german.out
    assert "Als Nächstes: Gehen Sie die Schritte von slack durch" in german.out
    menus = re.compile(r"(?:Basic Information|App Credentials|Google Auth Platform|the|APIs & Services).*?(?:,|;|$)")
    assert [line for line in _english(menus.sub("", german.out)) if " > " not in line] == []
    german.run("doctor", "--all")
    assert "# Adresse des Webprozesses." in german.out
    assert _english(german.out) == []


def test_a_rehearsal_says_in_german_what_holds_and_what_was_seen(german: Terminal, playground: Playground) -> None:
    assert german.run("rehearse", "slack", *playground.named, "--write") == 0
    assert "bestanden" in german.out
    assert "Das Bot-Token nennt Workspace, Benutzer und Bot." in german.out
    assert _english(german.out) == []


def test_whatever_a_command_prints_is_in_the_catalogues() -> None:
    left = []
    for path in sorted(COMMANDS.rglob("*.py")):
        if path.parent.name in _FOR_DEVELOPERS:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and _called(node) in _PRINTERS:
                left += [f"{path.name}:{node.lineno} {text}" for text in _own_words(node.args[0])]
    assert not left


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _own_words(node: ast.expr) -> Iterator[str]:
    """Return texts that an expression shows as they stand here, untold."""
    if isinstance(node, ast.IfExp):
        yield from _own_words(node.body)
        yield from _own_words(node.orelse)
    text = ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    elif isinstance(node, ast.JoinedStr):
        text = " ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    if re.search(r"[a-z]{3} |[A-Z][a-z]{2}", _NAMES.sub("", text)):
        yield text


def test_programs_read_english_and_names_of_ones_own_stay(german: Terminal) -> None:
    assert {row["state"] for row in german.json("model", "list")["models"]} <= {"in use", "installed", ""}
    assert "The embedded model is chosen." in german.json("model", "use", "embedded")["message"]
    assert german.run("facts", "set", "booking link", "https://example.org/book") == 0
    assert "Gespeichert: booking link" in german.out


def test_plain_output_is_english_whatever_language_is_preferred(
    german: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "de_DE:en")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert german.run("tokens", "list") == 0
    assert "No tokens" in german.out
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert german.run("tokens", "list") == 0
    assert "Noch keine Token" in german.out
