"""The command line as a person uses it: results, JSON, exit codes, and errors in one line."""

import io
import json
import re
import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from core.settings import Settings
from core.store import open_store
from integrations.cli.app import main
from integrations.cli.demo.demo import SAMPLES
from integrations.documents import read_document
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer

TEXT = "The meeting is on Tuesday at 3 pm in room 4."
DOCUMENT = str(SAMPLES / "document.docx")
REWORDED = "We meet on Tuesday at 3 pm in room 4."


class Terminal:
    """Runs commands and keeps what they printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        self.out = ""
        self.err = ""

    def run(self, *arguments: str | Path, stdin: bytes = b"") -> int:
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = 0
        try:
            main([str(one) for one in arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *arguments: str | Path, stdin: bytes = b"") -> Any:
        assert self.run(*arguments, "--json", stdin=stdin) == 0, self.err
        return json.loads(self.out)

    def error(self, *arguments: str | Path, stdin: bytes = b"") -> str:
        assert self.run(*arguments, stdin=stdin) == 1
        assert self.err.startswith("inlaid: ")
        assert self.err.count("\n") == 1
        return self.err


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer
) -> Terminal:
    openai_server.respond = lambda _body: Answer(REWORDED)
    monkeypatch.setenv("INLAID_MODEL_URL", openai_server.url)
    return Terminal(capsys, monkeypatch)


def test_run_prints_the_draft_and_keeps_remarks_out_of_it(terminal: Terminal) -> None:
    assert terminal.run("run", "rewrite", "-", stdin=TEXT.encode()) == 0
    assert terminal.out == f"{REWORDED}\n"
    assert "tokens" in terminal.err


def test_run_reads_a_file_in_another_charset(terminal: Terminal, tmp_path: Path, openai_server: OpenAIServer) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes("Die Sitzung ist am Dienstag um 15:00 in Köln, grüße alle schön. ".encode("cp1252") * 3)
    terminal.run("run", "rewrite", file)
    assert "Köln, grüße alle schön" in openai_server.chats[0].prompt


def test_run_gives_one_json_object_with_the_stored_job(terminal: Terminal) -> None:
    draft = terminal.json("run", "rewrite", "--set", "tone=friendly", "-", stdin=TEXT.encode())
    assert (draft["text"], draft["recipe"]) == (REWORDED, "rewrite")
    shown = terminal.json("jobs", "show", draft["job_id"])
    assert (shown["state"], shown["draft"]["text"]) == ("delivered", REWORDED)
    assert [job["id"] for job in terminal.json("jobs", "list", "--limit", "5")["jobs"]] == [draft["job_id"]]


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (["run", "dance", "-"], b"x", "recipe called dance"),
        (["run", "rewrite", "-"], b"", "text"),
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


def test_a_failed_job_can_be_run_again(terminal: Terminal, openai_server: OpenAIServer) -> None:
    openai_server.key = "right"
    assert "INLAID_MODEL_KEY" in terminal.error("run", "rewrite", "-", stdin=TEXT.encode())
    openai_server.key = ""
    job = terminal.json("jobs", "list")["jobs"][0]
    assert job["state"] == "failed"
    assert terminal.json("jobs", "retry", job["id"])["state"] == "delivered"


def test_reply_writes_a_threaded_draft(terminal: Terminal, tmp_path: Path, openai_server: OpenAIServer) -> None:
    body = "Dear Nadia,\n\nwe take the 135 g paper and send the final PDF by Friday, 27 November.\n\nBest regards"
    asked: list[str] = []

    def respond(request: dict[str, Any]) -> Answer:
        asked.append(str(request["messages"][-1]["content"]))
        return Answer(body)

    openai_server.respond = respond
    output = tmp_path / "draft.eml"
    said = "135 g paper; final pdf by friday, 27 november"
    answer = terminal.json("reply", SAMPLES / "mail.eml", "-o", output, "--instruction", said)
    assert answer["needs_reply"]
    assert f"The owner wants to say: {said}" in asked[0]
    assert "Message from: Nadia Brandt, sent on Monday, 16 November 2026" in asked[0]
    assert "Sent to: Tom Keller" in asked[0]
    assert "Today: " in asked[0]
    mail = message_from_bytes(output.read_bytes(), policy=default)
    assert mail["In-Reply-To"] == "<20261116081237.4C1D@harbour-print.example>"
    assert mail["Subject"] == "Re: 4,000 programmes for the spring season"
    assert mail["To"].addresses[0].addr_spec == "nadia.brandt@harbour-print.example"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr] # it is a text mail
    assert text.startswith("Dear Nadia,\r\n")
    assert "> Two things are still open" in text


def test_reply_leaves_a_mail_alone_that_needs_none(terminal: Terminal, tmp_path: Path) -> None:
    newsletter = (
        b"From: News <news@shop.example>\nTo: me@here.example\nSubject: Sale\nList-Unsubscribe: <https://x>\n\nBuy!"
    )
    output = tmp_path / "draft.eml"
    answer = terminal.json("reply", "-", "-o", output, stdin=newsletter)
    assert (answer["needs_reply"], output.exists()) == (False, False)
    assert answer["reason"]
    assert "draft" not in answer


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
    assert [one.text for one in read_document(output.read_bytes()).comments] == ["It asks instead of ordering."]
    before = [one.text for one in read_document(document.read_bytes()).paragraphs]
    original = read_document(output.read_bytes(), view="original").paragraphs
    assert [one.text for one in original if one.text != "It asks instead of ordering."] == before


def _friendlier(prompt: str) -> str:
    number = re.search(r"(?m)^\[(\d+)\] The iron curtain must stay free of props at all times\.", prompt)
    assert number
    return f"[{number[1]}] Please keep the iron curtain free of props at all times.\nWhy: It asks instead of ordering."


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "empty"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ""), (b"PK\x03\x04broken", "")],
)
def test_edit_refuses_what_is_no_document(terminal: Terminal, tmp_path: Path, data: bytes, words: str) -> None:
    file = tmp_path / "file.docx"
    file.write_bytes(data)
    assert words in terminal.error("edit", file, "--recipe", "rewrite")
    assert not (tmp_path / "file-inlaid.docx").exists()


def test_recipes_are_listed_and_checked(terminal: Terminal, tmp_path: Path) -> None:
    listed = {recipe["name"]: recipe for recipe in terminal.json("recipes")["recipes"]}
    assert {"reply", "compose", "rewrite", "shorten", "proofread", "summarize", "actions"} <= set(listed)
    assert {"name": "text", "type": "text", "required": True}.items() <= listed["rewrite"]["inputs"][0].items()
    broken = tmp_path / "broken.toml"
    broken.write_text('name = "x"\ntitel = "X"\n')
    error = terminal.error("recipes", "check", broken)
    assert "titel" in error
    assert "broken.toml" in error


def test_a_recipe_of_the_own_folder_is_used(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "recipes"
    folder.mkdir()
    shipped = Path(sys.modules["core.recipes"].__file__ or "").parent / "rewrite.toml"
    (folder / "mine.toml").write_text(shipped.read_text().replace('name = "rewrite"', 'name = "mine"'))
    monkeypatch.setenv("INLAID_RECIPES_DIR", str(folder))
    assert terminal.json("run", "mine", "-", stdin=TEXT.encode())["recipe"] == "mine"


def test_doctor_masks_secrets_and_fails_when_the_model_is_down(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer
) -> None:
    monkeypatch.setenv("INLAID_MODEL_KEY", "canary")
    assert terminal.run("doctor") == 0
    assert "canary" not in terminal.out
    openai_server.refuse_connections()
    assert terminal.run("doctor", "--json") == 1
    checks = {check["name"]: check["ok"] for check in json.loads(terminal.out)["checks"]}
    assert (checks["model"], checks["database"]) == (False, True)


def test_a_setting_that_cannot_be_used_is_named(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_PORT", "many")
    assert "INLAID_PORT" in terminal.error("doctor")


def test_jobs_that_cannot_be_read_are_counted_and_doctor_names_them(terminal: Terminal, settings: Settings) -> None:
    kept = terminal.json("run", "rewrite", "-", stdin=TEXT.encode())["job_id"]
    lost = terminal.json("run", "rewrite", "-", stdin=f"{TEXT} Bring it.".encode())["job_id"]
    store = open_store(settings)
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE job SET request = x'00' WHERE id = ?", (lost,))
    store.close()
    listed = terminal.json("jobs", "list")
    assert ([job["id"] for job in listed["jobs"]], listed["left_out"]) == ([kept], 1)
    assert terminal.run("jobs", "list") == 0
    assert "1 of the newest cannot be read" in terminal.out
    assert "cannot be read" in terminal.error("jobs", "show", lost)
    terminal.run("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(terminal.out)["checks"]}
    assert checks["stored jobs"]["message"] == "1 of the newest 2 jobs cannot be read."
