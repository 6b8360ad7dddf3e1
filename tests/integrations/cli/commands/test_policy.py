"""`inlaid policy`: checked, shown, explained."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.settings import Settings
from tests.integrations.cli.commands.test_report import run

ANN = "ann@example.com"
TEXT = f'[group.finance]\nmembers = ["{ANN}"]\nrecipes = {{ deny = ["rewrite"] }}\nask = "it@example.com"\n'


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert run("policy", *arguments, "--json") == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.fixture
def file(settings: Settings) -> Path:
    settings.home.mkdir(exist_ok=True)
    path = settings.home / "policies.toml"
    path.write_text(TEXT)
    return path


def test_it_is_told_why_somebody_may_not(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    why = printed(capsys, "why", ANN, "--recipe", "rewrite", "--surface", "slack", code=1)
    assert (why["allowed"], why["refusals"][0]["rule"]) == (False, "group.finance.recipes.deny")
    assert why["groups"] == [{"name": "finance", "title": "finance", "because": f"member {ANN}"}]
    assert printed(capsys, "why", ANN, "--recipe", "summarize")["allowed"] is True
    assert printed(capsys, "why", "bob@example.com")["allowed"] is True
    assert run("policy", "why", ANN) == 0
    shown = capsys.readouterr().out
    assert "The recipe rewrite is not allowed by the rule recipes.deny of the group finance" in shown.replace("\n", " ")
    assert run("policy", "why", "nobody") == 1
    assert printed(capsys, "show", ANN)["rules"] == [
        {"section": "group.finance", "rule": "recipes.deny", "value": ["rewrite"]}
    ]


@pytest.mark.parametrize(
    ("option", "name", "meant"),
    [("--recipe", "translat", "recipe"), ("--recipe", "sumarize", "recipe"), ("--surface", "slak", "surface")],
)
def test_a_slip_of_the_pen_is_no_all_clear(
    file: Path, capsys: pytest.CaptureFixture[str], option: str, name: str, meant: str
) -> None:
    assert run("policy", "why", ANN, option, name) == 1
    told = capsys.readouterr()
    assert "Allowed" not in told.out
    assert f"There is no {meant} called {name}. Did you mean " in told.err


def test_it_is_said_that_nobody_is_known_by_an_address(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("policy", "why", "nobody@nowhere.example") == 0
    told = capsys.readouterr()
    assert "Nobody has signed in as nobody@nowhere.example yet." in " ".join(told.err.split())
    assert "Allowed." in told.out


def test_where_there_are_none_it_is_said_what_they_are_and_how_one_is_made(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("show", "list"):
        assert printed(capsys, command) == {
            "origin": "", "file": "", "version": 0, "newest_version": 0, "text": "", "error": None
        }  # fmt: skip
        assert run("policy", command) == 0
        shown = capsys.readouterr().out.replace("\n", "")
        assert "There are no policies: everything is allowed." in shown
        assert "Policies say which recipes" in shown
        assert str(settings.home / "policies.toml") in shown


def test_what_is_in_force_is_shown(file: Path, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(capsys, "show")
    assert (shown["origin"], shown["file"], shown["text"], shown["error"]) == ("file", str(file), TEXT, None)
    assert run("policy", "show") == 0
    assert "The file is in force" in capsys.readouterr().out
    file.unlink()
    assert printed(capsys, "show")["origin"] == ""


def test_a_file_is_checked_with_its_lines(tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "check") == {"ok": True, "warnings": []}
    draft = tmp_path / "draft.toml"
    draft.write_text(TEXT.replace("rewrite", "rewrit"))
    [warning] = printed(capsys, "check", str(draft))["warnings"]
    assert warning["line"] == 3
    assert "did you mean rewrite?" in warning["message"]
    draft.write_text("[installation]\nrecipe = 1\n")
    assert run("policy", "check", str(draft)) == 1
    assert "draft.toml, line 2: installation.recipe: unknown key" in capsys.readouterr().err.replace("\n", " ")


def test_a_command_is_refused_and_the_doctor_tells_of_a_broken_file(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    path = settings.home / "policies.toml"
    settings.home.mkdir(mode=0o700, exist_ok=True)
    path.write_text('[installation]\nrecipes = { deny = ["summarize"] }\n')
    assert run("recipes", "--json") == 0
    names = {recipe["name"] for recipe in json.loads(capsys.readouterr().out)["recipes"]}
    assert names >= {"title", "reply"}
    assert "summarize" not in names
    assert run("run", "summarize", "--set", "text=The report is due on Friday.") == 1
    assert "The recipe summarize is not allowed by the rule recipes.deny" in capsys.readouterr().err.replace("\n", " ")
    path.write_text("[installation\n")
    run("doctor", "--json")
    [check] = [row for row in json.loads(capsys.readouterr().out)["checks"] if row["name"] == "policies"]
    assert check["ok"] is False
    assert "the last good one holds" in check["message"]
    assert "is not valid TOML on line" in check["message"]
    assert run("run", "summarize", "--set", "text=The report is due on Friday.") == 1


STYLE = """
[installation.style.en]
use = { customer = ["client"] }
signature = "{name}\\nExample Ltd"
[group.all]
members = ["*"]
[group.all.style.en]
closing = "Yours,"
[group.more]
members = ["*"]
[group.more.style.en]
closing = "Best,"
"""
MAIL = """From: Ann Lee <ann.lee@example.com>
To: tom@example.com
Subject: Lunch
Message-ID: <1@example.com>

Hi Tom,

could you tell me when the client comes on Tuesday?

Best,
Ann
"""


def test_the_house_style_is_shown_warned_of_and_signs_a_mail_file_once(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.home.mkdir(exist_ok=True)
    (settings.home / "policies.toml").write_text(STYLE)
    monkeypatch.setenv("INLAID_OWNER_NAME", "Tom Fox")
    [warning] = printed(capsys, "check")["warnings"]
    assert (warning["line"], "whoever is in both gets that of all" in warning["message"]) == (12, True)
    held = {row["rule"]: row["value"] for row in printed(capsys, "show", ANN)["style"]}
    assert held["group.all.style.en.closing"] == "Yours,"
    assert held["installation.style.en.use"] == "“client” → “customer”"
    assert run("policy", "show", ANN) == 0
    assert "installation.style.en.signature = {name} / Example Ltd" in capsys.readouterr().out.replace("\n", " ")
    mail, draft = tmp_path / "mail.eml", tmp_path / "draft.eml"
    mail.write_text(MAIL)
    assert run("reply", str(mail), "-o", str(draft)) == 0
    said = draft.read_text().replace("\r\n", "\n")
    assert "Yours,\nTom Fox\nExample Ltd\n" in said
    assert said.count("Example Ltd") == 1


def test_of_broken_policies_an_employee_reads_one_sentence_and_no_line_of_a_log(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.home.mkdir(mode=0o700, exist_ok=True)
    (settings.home / "policies.toml").write_text("[installation\n")
    text = tmp_path / "text.txt"
    text.write_text("The hall is closed on Monday.")
    assert run("run", "title", str(text)) == 1
    assert capsys.readouterr().err.startswith("inlaid: The policies of this installation cannot be used.")
