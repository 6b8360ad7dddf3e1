"""What the command line reads and prints."""

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from integrations.cli.terminal import document_text
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


def test_each_heading_of_a_document_is_one_as_in_a_text() -> None:
    document, data = Document(), BytesIO()
    for level, text in enumerate(("House rules", "Quiet hours", "Nights"), 1):
        document.add_heading(text, level)
        document.add_paragraph(f"{text} are told.")
    document.add_heading("Waste", 2)
    document.add_paragraph("Pets allowed: \u2610 yes \u2612 no.")
    document.save(data)
    told = [line for line in document_text(data.getvalue(), "rules.docx").split("\n\n") if line.startswith("#")]
    assert told == ["# House rules", "## Quiet hours", "### Nights", "## Waste"]


def test_a_heading_that_goes_on_is_told_again_and_the_fourth_level_keeps_its_place() -> None:
    document, data = Document(), BytesIO()
    for level, text in (
        (1, "A"),
        (2, "B"),
        (3, "C"),
        (4, "D"),
        (4, "E"),
        (3, "F"),
        (1, "Notes"),
        (2, "Jan"),
        (1, "Notes"),
    ):
        document.add_heading(text, level)
        document.add_paragraph(f"{text} is told.")
    document.save(data)
    told = [line for line in document_text(data.getvalue(), "rules.docx").split("\n\n") if line.startswith("#")]
    assert told == ["# A", "## B", "### C", "#### D", "#### E", "### F", "# Notes", "## Jan", "# Notes"]
