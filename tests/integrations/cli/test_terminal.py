"""What the command line reads and prints."""

from pathlib import Path

import pytest

from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import Terminal


def test_run_reads_a_file_in_another_charset(terminal: Terminal, tmp_path: Path, openai_server: OpenAIServer) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes("Die Sitzung ist am Dienstag um 15:00 in Köln, grüße alle schön. ".encode("cp1252") * 3)
    terminal.run("run", "rewrite", file)
    assert "Köln, grüße alle schön" in openai_server.chats[0].prompt


def test_an_error_is_told_in_the_language_of_this_machine(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "There is no recipe called" in terminal.error("run", "nothing", "-")
    monkeypatch.setenv("LC_ALL", "de_AT.UTF-8")
    assert "Ein Rezept namens nothing gibt es nicht." in terminal.error("run", "nothing", "-")
    monkeypatch.setenv("LC_ALL", "pt_BR.UTF-8")
    assert "There is no recipe called" in terminal.error("run", "nothing", "-")
