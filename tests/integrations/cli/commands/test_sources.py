"""`inlaid sources`, `inlaid ask` and `inlaid scan` as a person uses them; the rules answer, so no model is needed."""

import io
import json
from pathlib import Path

import pytest
from docx import Document

from core.settings import Settings
from tests.integrations.cli.commands.test_report import run

MAIL = b"From: ann@example.com\nTo: bob@example.com\nSubject: Printer\n\nThe printer stands in room 204.\n"


def word(folder: Path) -> Path:
    document = Document()
    document.add_heading("Travel", 1)
    document.add_paragraph("Hotel costs are refunded up to 140 EUR per night.")
    data = io.BytesIO()
    document.save(data)
    path = folder / "travel.docx"
    path.write_bytes(data.getvalue())
    return path


@pytest.fixture
def papers(settings: Settings, tmp_path: Path) -> Path:
    del settings  # the command works in a home of its own
    folder = tmp_path / "papers"
    folder.mkdir()
    word(folder)
    (folder / "printer.eml").write_bytes(MAIL)
    (folder / "empty.txt").write_text("")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "secret.txt").write_text("The code of the safe is 4711.")
    return folder


def test_documents_are_added_asked_and_removed(papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("sources", "add", str(papers), "--json") == 0
    added = json.loads(capsys.readouterr().out)
    assert {one["title"] for one in added["added"]} == {"travel.docx", "printer.eml"}
    assert [Path(name).name for name in added["refused"]] == ["empty.txt"]

    assert run("ask", "How much is refunded for a hotel per night?", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert "140 EUR" in answer["text"]
    assert answer["sources"][0]["title"] == "travel.docx, Travel"

    assert run("ask", "What is the code of the safe?", "--json") == 0
    declined = json.loads(capsys.readouterr().out)
    assert (declined["sources"], declined["skeleton"]) == ([], True)

    for one in added["added"]:
        assert run("sources", "remove", one["key"]) == 0
    assert run("sources", "list") == 0
    assert "No documents yet" in capsys.readouterr().out


def test_a_question_without_sources_says_how_to_add_some(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    del settings
    assert run("ask", "Where is the printer?") == 1
    assert "inlaid sources add" in capsys.readouterr().err


def test_a_path_that_does_not_exist_is_named(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    del settings
    assert run("sources", "add", "nowhere.txt") == 1
    assert "nowhere.txt" in capsys.readouterr().err


def test_findings_in_files_bear_their_quotes(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del settings
    path = tmp_path / "notes.txt"
    path.write_text("The supplier may not deliver before June, which puts the launch at risk. Lunch was good.")
    assert run("scan", str(path), "--json") == 0
    items = json.loads(capsys.readouterr().out)["items"]
    assert [item["file"] for item in items] == [str(path)] * len(items)
    assert any("at risk" in item["quote"] for item in items)
