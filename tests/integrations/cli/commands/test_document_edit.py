"""A recipe over a Word document, as tracked changes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from integrations.cli.demo.demo import SAMPLES
from integrations.documents import read_document
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import Terminal


def test_edit_writes_tracked_changes_and_leaves_the_original(
    terminal: Terminal, tmp_path: Path, openai_server: OpenAIServer
) -> None:
    document = tmp_path / "rules.docx"
    document.write_bytes((SAMPLES / "document.docx").read_bytes())
    asked: list[str] = []

    def respond(request: dict[str, Any]) -> Answer:
        asked.append(str(request["messages"][-1]["content"]))
        return Answer(_friendlier(asked[-1]))

    openai_server.respond = respond
    options = ("--instruction", "friendlier", "--set", "tone=direct")
    report = terminal.json("edit", document, "--recipe", "rewrite", *options)
    output = tmp_path / "rules-inlaid.docx"
    assert report["applied"] >= 1
    assert "Tone: direct\nAlso: friendlier\n" in asked[0]
    assert document.read_bytes() == (SAMPLES / "document.docx").read_bytes()
    assert read_document(output.read_bytes()).revisions
    assert [comment.text for comment in read_document(output.read_bytes()).comments] == ["It asks instead of ordering."]
    before = [paragraph.text for paragraph in read_document(document.read_bytes()).paragraphs]
    original = read_document(output.read_bytes(), view="original").paragraphs
    assert [one.text for one in original if one.text != "It asks instead of ordering."] == before


def test_a_document_for_which_no_tone_was_chosen_keeps_its_own(
    terminal: Terminal, tmp_path: Path, openai_server: OpenAIServer
) -> None:
    document = tmp_path / "rules.docx"
    document.write_bytes((SAMPLES / "document.docx").read_bytes())
    asked: list[str] = []

    def respond(request: dict[str, Any]) -> Answer:
        asked.append(str(request["messages"][-1]["content"]))
        return Answer(_friendlier(asked[-1]))

    openai_server.respond = respond
    terminal.json("edit", document, "--recipe", "rewrite")
    assert asked[0].startswith("Tone: the text's own")


def _friendlier(prompt: str) -> str:
    number = re.search(r"(?m)^\[(\d+)\] The iron curtain must stay free of props at all times\.", prompt)
    assert number
    return f"[{number[1]}] Please keep the iron curtain free of props at all times.\nWhy: It asks instead of ordering."


def test_paragraphs_with_changes_and_comments_on_others_are_counted_apart(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAID_MODEL_SIZE", "small")  # rules proofread
    document = Document()
    for text in ("Please do not loose the receipt for it.", "Everyone must bring there own lunch.", "It is fine."):
        document.add_paragraph(text)
    document.save(str(tmp_path / "rules.docx"))
    file, output = tmp_path / "rules.docx", tmp_path / "out.docx"
    assert terminal.run("edit", file, "--recipe", "proofread", "--output", output) == 0
    said = " ".join(terminal.err.split())
    assert "1 paragraph changed, as tracked changes in" in said
    # Why something was changed stands beside it, too.
    assert "2 comments in" in said
    assert len(read_document(output.read_bytes()).comments) == 2
    assert "1 of 3 paragraphs changed" in said


def test_edit_that_takes_a_larger_model_writes_no_file_and_says_why(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAID_MODEL_SIZE", "small")
    file = tmp_path / "minutes.docx"
    document = Document()
    document.add_paragraph("Everyone was happy at the party. The cake was large enough for all of us.")
    document.save(str(file))
    reason = (
        "A list of risks and other points that matter needs a larger model: this text was not "
        "looked through for any, so read it yourself."
    )
    assert reason in terminal.error("edit", file, "--recipe", "risks")
    assert terminal.run("edit", file, "--recipe", "risks", "--json") == 1
    told = json.loads(terminal.out)
    assert told["file"] is None
    assert reason in told["text"]
    assert reason in terminal.err
    assert [*tmp_path.glob("*.docx")] == [file]


def test_another_ending_is_refused_and_a_place_that_cannot_be_written_is_said(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "rules.docx"
    file.write_bytes((SAMPLES / "document.docx").read_bytes())
    for command in (("edit", file, "--recipe", "proofread"), ("document", "accept", file)):
        assert "ends in .docx" in terminal.error(*command, "-o", tmp_path / "out.pdf")
    said = terminal.error("document", "accept", file, "-o", "/proc/out.docx")
    assert "cannot be written" in said
    assert "-o" in said


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "empty"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ""), (b"PK\x03\x04broken", "")],
)
def test_edit_refuses_what_is_no_document(terminal: Terminal, tmp_path: Path, data: bytes, words: str) -> None:
    file = tmp_path / "file.docx"
    file.write_bytes(data)
    assert words in terminal.error("edit", file, "--recipe", "rewrite")
    assert not (tmp_path / "file-inlaid.docx").exists()
