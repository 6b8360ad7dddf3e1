"""`inlaid sources` as a person uses it: add, ask, change, sync, ask again, delete, ask again; no model is needed."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from core.settings import Settings
from core.sources.index_sqlite import FILE_NAME
from tests.fakes.microsoft import FakeMicrosoft
from tests.fakes.microsoft.fixture import microsoft
from tests.fakes.microsoft.sharing import for_claim
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.fixture import slack as slack
from tests.integrations.cli.commands.test_report import run
from tests.integrations.cli.conftest import Terminal

__all__ = ["microsoft"]

MAIL = b"From: ann@example.com\nTo: bob@example.com\nSubject: Printer\n\nThe printer stands in room 204.\n"


def word(folder: Path, text: str = "Hotel costs are refunded up to 140 EUR per night.") -> Path:
    document = Document()
    document.add_heading("Travel", 1)
    document.add_paragraph(text)
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


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert run(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_a_folder_is_added_asked_changed_and_removed(papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    added = printed(capsys, "sources", "add", str(papers))
    (source,) = added["sources"]
    assert (source["title"], source["connector"], source["items"], source["errors"]) == ("papers", "folder", 3, 1)
    assert (source["shared"], source["sealed"], source["every_seconds"]) == (False, True, 3600)
    (unread,) = source["unread"]
    assert unread["title"] == "empty.txt"
    assert unread["error"]["fix"]

    answer = printed(capsys, "ask", "How much is refunded for a hotel per night?")
    assert "140 EUR" in answer["text"]
    assert answer["sources"][0]["title"] == "travel.docx, Travel"
    assert answer["sources"][0]["link"] == (papers / "travel.docx").as_uri()
    declined = printed(capsys, "ask", "What is the code of the safe?")
    assert (declined["sources"], declined["skeleton"]) == ([], True)
    assert any("add a document" in notice for notice in declined["notices"])

    word(papers, "Hotel costs are refunded up to 160 EUR per night.")
    printed(capsys, "sources", "sync", "papers")
    assert "160 EUR" in printed(capsys, "ask", "How much is refunded for a hotel per night?")["text"]

    (papers / "travel.docx").unlink()
    (source,) = printed(capsys, "sources", "sync")["sources"]
    assert source["items"] == 2
    assert printed(capsys, "ask", "How much is refunded for a hotel per night?")["sources"] == []

    printed(capsys, "sources", "remove", source["id"][-8:])
    assert run("sources", "list") == 0
    assert "No sources yet" in capsys.readouterr().out


def test_who_adds_a_source_for_themselves_hears_how_everybody_gets_it(
    papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("sources", "add", str(papers / "travel.docx")) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "Only you get answers from it, also in Slack." in told
    assert "run the same command with --shared." in told
    assert run("sources", "add", str(papers / "travel.docx"), "--shared") == 0
    assert "Nobody but you" not in capsys.readouterr().err


def test_a_file_is_taken_as_it_is_and_taken_away_again(papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    added = printed(capsys, "sources", "add", str(papers / "travel.docx"), str(papers / "printer.eml"), "--shared")
    (source,) = added["sources"]
    assert (source["title"], source["items"], source["shared"]) == ("Shared uploads", 2, True)
    assert run("sources", "add", str(papers / "empty.txt")) == 1
    assert "empty" in capsys.readouterr().err
    (papers / "travel.docx").unlink()
    assert "140 EUR" in printed(capsys, "ask", "How much is refunded for a hotel per night?")["text"]
    printed(capsys, "sources", "remove", "Shared uploads", "--document", "travel.docx")
    assert printed(capsys, "ask", "How much is refunded for a hotel per night?")["sources"] == []
    shown = printed(capsys, "sources", "show", "Shared uploads")
    assert [item["title"] for item in shown["documents"]] == ["printer.eml"]
    assert run("sources", "remove", "Shared uploads", "--document", "travel.docx") == 1
    assert "no document" in capsys.readouterr().err


def test_a_paused_source_is_read_no_more_and_goes_on(papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed(capsys, "sources", "add", str(papers))
    assert printed(capsys, "sources", "pause", "papers")["state"] == "paused"
    assert run("sources", "sync", "papers") == 1
    assert "inlaid sources resume" in capsys.readouterr().err
    assert printed(capsys, "sources", "sync")["sources"] == []
    assert "140 EUR" in printed(capsys, "ask", "How much is refunded for a hotel per night?")["text"]
    assert printed(capsys, "sources", "resume", "papers")["state"] == "active"
    assert printed(capsys, "sources", "sync", "papers")["sources"][0]["items"] == 3


def test_the_words_in_the_index_are_encrypted_or_kept_readable_later(
    papers: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(capsys, "sources", "add", str(papers))
    assert printed(capsys, "sources", "seal", "papers", "--plain")["sealed"] is False
    assert b"refund" in b"".join(file.read_bytes() for file in settings.home.glob(f"{FILE_NAME}*"))
    assert run("sources", "list") == 0
    assert "words readable in the index" in capsys.readouterr().out
    assert printed(capsys, "sources", "seal", "papers")["sealed"] is True
    assert b"refund" not in b"".join(file.read_bytes() for file in settings.home.glob(f"{FILE_NAME}*"))
    assert "140 EUR" in printed(capsys, "ask", "How much is refunded for a hotel per night?")["text"]


def test_an_index_that_was_lost_is_made_again_from_the_store(
    papers: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(capsys, "sources", "add", str(papers))
    for file in settings.home.glob(f"{FILE_NAME}*"):
        file.unlink()
    (papers / "travel.docx").rename(papers / "travel.txt")
    printed(capsys, "sources", "reindex")
    assert printed(capsys, "ask", "Where is the printer?")["sources"]


def test_the_same_folder_is_one_source_however_often_it_is_added(
    papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = printed(capsys, "sources", "add", str(papers))["sources"]
    again = printed(capsys, "sources", "add", str(papers), "--every", "1d", "--title", "HR")["sources"]
    assert first[0]["id"] == again[0]["id"]
    assert [(one["title"], one["every_seconds"]) for one in printed(capsys, "sources", "list")["sources"]] == [
        ("HR", 86_400)
    ]
    assert len(printed(capsys, "sources", "add", str(papers), "--shared")["sources"]) == 1
    assert len(printed(capsys, "sources", "list")["sources"]) == 2


def test_a_listing_tells_what_a_person_needs(papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("sources", "add", str(papers)) == 0
    told = capsys.readouterr()
    assert "empty.txt" in told.err
    assert run("sources", "list") == 0
    line = capsys.readouterr().out
    assert "papers  (folder: 3 documents" in line
    assert "1 not read" in line
    assert run("sources", "show", "papers", "--errors") == 0
    assert "empty.txt: This file is empty." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere.txt"], "nowhere.txt"),
        ([".", "--every", "1s"], "30m"),
        ([".", "--every", "1m"], "five minutes"),
        ([".", "--connector", "nothing"], "no connector"),
        (["/"], "whole machine"),
    ],
)
def test_what_cannot_be_added_says_why(
    settings: Settings, arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del settings
    (tmp_path / "a.txt").write_text("text")
    assert run("sources", "add", *arguments) == 1
    assert told in capsys.readouterr().err


def test_a_source_that_nobody_knows_is_named(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    del settings
    for command in ("show", "pause", "resume", "remove", "sync", "reindex"):
        assert run("sources", command, "nothing") == 1
        assert "inlaid sources list" in capsys.readouterr().err


def test_a_channel_of_slack_is_added_by_its_name(
    settings: Settings, slack: FakeSlack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = slack.workspace("Acme")
    ada = acme.person("Ada Lovelace")
    support = acme.channel("support", ada)
    ada.writes("The printer is repaired on Fridays.", support)
    monkeypatch.setenv("INLAID_SLACK_BOT_TOKEN", acme.bot_token)
    monkeypatch.setenv("INLAID_SLACK_API_URL", slack.api_url)
    assert run("sources", "add", "slack", "#support") == 0
    out = capsys.readouterr()
    assert "#support is read from its newest message back" in out.err
    assert "#support  (slack: 1 document, 1 passage, for all members of the workspace" in out.out
    assert run("sources", "add", "slack", "#sales") == 1
    assert "/invite @Inlaid" in capsys.readouterr().err
    printed(capsys, "sources", "pause", "#support")
    printed(capsys, "sources", "remove", "#support")
    assert printed(capsys, "sources", "list") == {"sources": []}
    del settings


def test_a_site_is_added_by_the_app_and_read(microsoft: FakeMicrosoft, terminal: Terminal) -> None:
    microsoft.app.application.add("Sites.Selected")
    site = microsoft.site("sites/HR")
    site.drives[0].share(for_claim(f"c:0-.f|rolemanager|spo-grid-all-users/{microsoft.tenant}"))
    site.drives[0].put("leave.md", b"26 days of leave.")
    shown = terminal.json("sources", "add", "sharepoint", "--site", site.address, "--app", "--title", "HR")
    (source,) = shown["sources"]
    assert (source["connector"], source["title"], source["items"]) == ("sharepoint", "HR", 1)
    assert terminal.run("sources", "list") == 0
    assert "for whoever may open it there" in terminal.out


def test_a_onedrive_is_added_by_a_link(
    microsoft: FakeMicrosoft, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    del microsoft
    monkeypatch.setenv("INLAID_PUBLIC_URL", "https://inlaid.example.com")
    assert terminal.json("sources", "add", "onedrive", "--folder", "Travel")["sources"] == []
    assert "https://inlaid.example.com/graph/sign-in?ticket=" in terminal.err
