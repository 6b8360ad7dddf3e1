"""`inlaid signals` as a person uses it: scan, list, decide, scan again; what a model lists rests on quotes of files."""

import csv
import io
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from core.errors import NotFoundError
from core.settings import load_settings
from core.signals.board import load_board
from core.store import open_store
from tests.core.signals.scanned import lose_digest
from tests.fakes.openai_replies import Answer, Json
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import Terminal

LINE = "Müller GmbH cancels in May if the export stays broken."
OTHER = "A school asked for a yearly licence."


@pytest.fixture
def notes(tmp_path: Path, terminal: Terminal, openai_server: OpenAIServer) -> Path:
    """A folder that is a source, and a model that finds each of the two lines that a text holds."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "support.txt").write_text(f"Monday was quiet.\n\n{LINE}\n")

    def respond(body: Json) -> Answer:
        text = str(body["messages"])
        found = [
            {"text": f"{kind}: {line}", "quote": line, "who": "", "due": ""}
            for kind, line in (("Risk", LINE), ("Opportunity", OTHER))
            if line in text
        ]
        return Answer(json.dumps({"items": found}))

    openai_server.respond = respond
    assert terminal.run("sources", "add", folder) == 0
    return folder


def kinds(listed: Any) -> list[str]:
    return [signal["kind"] for signal in listed["signals"]]


def test_what_is_found_is_kept_decided_and_found_anew(terminal: Terminal, notes: Path) -> None:
    scanned = terminal.json("signals", "scan", "notes", "--title", "Weekly", "--every", "monday 08:00")
    assert (scanned["jobs"], scanned["failed"], kinds(scanned)) == (1, 0, ["risk"])
    signal = scanned["signals"][0]["id"]
    shown = terminal.json("signals", "show", signal[-8:])
    assert shown["quotes"][0]["quote"] == LINE
    assert shown["quotes"][0]["link"] == (notes / "support.txt").as_uri()

    assert terminal.json("signals", "dismiss", signal)["state"] == "dismissed"
    assert kinds(terminal.json("signals", "list")) == []
    assert kinds(terminal.json("signals", "list", "--state", "dismissed")) == ["risk"]
    assert kinds(terminal.json("signals", "list", "--state", "dismissed", "--since", "2999-01-01")) == []
    assert terminal.json("signals", "run", "Weekly")["jobs"] == 0

    (notes / "sales.txt").write_text(f"{OTHER}\n")
    assert terminal.run("sources", "sync", "notes") == 0
    again = terminal.json("signals", "run", "weekly")
    assert (again["jobs"], kinds(again)) == (1, ["opportunity"])
    assert terminal.json("signals", "reopen", signal)["state"] == "open"
    assert terminal.json("signals", "assign", signal, "Kim")["owner"] == "Kim"
    assert kinds(terminal.json("signals", "list", "--kind", "risk")) == ["risk"]
    assert kinds(terminal.json("signals", "list", "--owner", "kim")) == ["risk"]
    assert len(kinds(terminal.json("signals", "list", "--source", "notes"))) == 2
    assert kinds(terminal.json("signals", "list", "--severity", "medium")) == ["risk"]
    assert kinds(terminal.json("signals", "list", "--severity", "high")) == []
    assert terminal.run("signals", "list", "--severity", "grave") == 1
    assert terminal.run("signals", "list", "--source", "nothing") == 1

    (notes / "support.txt").unlink()
    assert terminal.run("sources", "sync", "notes") == 0
    assert kinds(terminal.json("signals", "list")) == ["opportunity"]
    (status,) = terminal.json("signals", "scans")["scans"]
    assert (status["title"], status["schedule"], status["active"]) == ("Weekly", "monday 08:00", True)
    assert terminal.run("signals", "pause", "Weekly") == 0
    assert terminal.json("signals", "scans")["scans"][0]["due_at"] is None
    assert terminal.run("signals", "remove", "Weekly") == 0
    assert terminal.out == "The scan Weekly and what it found are deleted.\n"
    assert terminal.run("signals", "list") == 0
    assert "No scans yet" in terminal.out


def test_a_table_for_a_spreadsheet_holds_no_formula(
    terminal: Terminal, notes: Path, openai_server: OpenAIServer
) -> None:
    line = "=HYPERLINK(1) is what somebody wrote."
    (notes / "support.txt").write_text(line)
    answer = json.dumps({"items": [{"text": line, "quote": line, "who": "", "due": ""}]})
    openai_server.respond = lambda _body: Answer(answer)
    terminal.run("sources", "sync", "notes")
    terminal.json("signals", "scan", "notes")
    assert terminal.run("signals", "list", "--csv") == 0
    (row,) = csv.DictReader(io.StringIO(terminal.out))
    assert row["text"] == f"'{line}"
    assert row["severity"] == "low"


def test_one_look_at_files_keeps_nothing(terminal: Terminal, notes: Path) -> None:
    once = terminal.json("signals", "scan", notes, "--once")
    assert once == terminal.json("scan", notes)
    assert [item["quote"] for item in once["items"]] == [LINE]
    assert terminal.json("signals", "list")["signals"] == []
    assert terminal.json("signals", "scans")["scans"] == []
    assert "--once" in terminal.error("signals", "scan", notes / "support.txt")


def test_a_schedule_holds_in_the_time_that_is_asked_for(terminal: Terminal, notes: Path) -> None:
    del notes
    terminal.json("signals", "scan", "notes", "--every", "every Monday", "--zone", "Asia/Tokyo", "--title", "Tokyo")
    (status,) = terminal.json("signals", "scans")["scans"]
    assert (status["schedule"], status["zone"]) == ("monday 08:00", "Asia/Tokyo")
    assert terminal.run("signals", "scans") == 0
    assert "every Monday at 08:00 Asia/Tokyo" in terminal.out


def test_a_digest_that_was_not_delivered_is_listed_with_its_scan(terminal: Terminal, notes: Path) -> None:
    del notes
    terminal.json("signals", "scan", "notes", "--title", "Weekly", "--every", "monday", "--digest", "mail")
    settings = load_settings()
    with closing(open_store(settings)) as store:
        (status,) = load_board(settings, store.records, store.jobs).scans("local", settings.local_person)
        lose_digest(store, status.scan, NotFoundError("No mailbox is connected.", fix="Connect one."))
    assert terminal.run("signals", "scans") == 0
    assert "Its last digest was not delivered: No mailbox is connected. Connect one." in " ".join(terminal.out.split())


def test_what_was_found_is_told_and_reported(
    terminal: Terminal, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAID_SLACK_SIGNING_SECRET", "of the app")
    del notes
    wish = ("--digest", "slack", "--digest", "mail", "--only-news")
    terminal.json("signals", "scan", "notes", "--title", "Weekly", "--every", "monday", *wish)
    (status,) = terminal.json("signals", "scans")["scans"]
    assert status["digest"] == {"slack": True, "mail": True, "channel": "", "only_news": True, "channel_name": ""}
    told = terminal.json("signals", "digest", "Weekly")
    assert told["headline"] == "Weekly: 1 new."
    assert [(signal["movement"], signal["quotes"][0]["quote"]) for signal in told["told"]] == [("new", LINE)]
    assert terminal.run("signals", "digest", "Weekly") == 0
    assert LINE in terminal.out
    file = tmp_path / "signals.docx"
    assert terminal.run("signals", "report", file) == 0
    text = "\n".join(paragraph.text for paragraph in Document(str(file)).paragraphs)
    assert LINE in text
    assert "support" in text


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("scan", "nowhere"), "There is no source"),
        (("scan", "--every", "sometimes"), "is no day"),
        (("scan", "--every", "daily 08:00", "--zone", "Europe/Nowhere"), "no time zone"),
        (("scan", "--digest", "teams"), "cannot go to"),
        (("scan", "--digest", "slack"), "Slack is not set up"),
        (("digest", "nothing"), "There is no scan"),
        (("show", "nothing"), "There is no signal"),
        (("run", "nothing"), "There is no scan"),
        (("confirm", ""), "There is no signal"),
    ],
)
def test_what_cannot_be_is_one_line(terminal: Terminal, notes: Path, arguments: tuple[str, ...], problem: str) -> None:
    del notes
    assert problem in terminal.error("signals", *arguments)


def test_without_sources_a_scan_says_how_to_add_some(terminal: Terminal) -> None:
    assert "inlaid sources add" in terminal.error("signals", "scan")
