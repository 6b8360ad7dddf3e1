"""`inlaid report` as a person uses it."""

import csv
import io
import json
from pathlib import Path

import pytest

from core.settings import Settings
from core.store import open_store
from integrations.cli.app import main
from tests.core.insight.making import finished_job


def run(*arguments: str) -> int:
    """Run the command and return its exit code."""
    try:
        main(list(arguments))
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.fixture
def worked(settings: Settings) -> None:
    """Let somebody have two drafts, one of them accepted."""
    store = open_store(settings)
    finished_job(store, text="[bold]not markup[/]", recipe_version=1, prompt_hash="ab12")
    job = finished_job(store, recipe="summarize")
    store.outcomes.add(job, "accepted", person="ann", distance=0.0, detail={})
    store.close()


def test_an_empty_report_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("report") == 0
    assert "inlaid demo" in capsys.readouterr().out


@pytest.mark.usefixtures("worked")
def test_the_table_shows_counts_where_a_share_would_say_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("report") == 0
    shown = capsys.readouterr().out
    assert "1 of 1" in shown
    assert " %" not in shown.replace("95 % within", "")
    assert "Shares are shown from ten decisions on" in shown
    assert "Summarize" in shown


@pytest.mark.usefixtures("worked")
def test_json_csv_and_html_hold_the_same_report(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("report", "--recipe", "summarize", "--json") == 0
    assert json.loads(capsys.readouterr().out)["total"]["jobs"] == 1
    assert run("report", "--csv", "-") == 0
    assert next(csv.DictReader(io.StringIO(capsys.readouterr().out)))["jobs"] == "2"
    assert run("report", "--html", str(tmp_path / "report.html")) == 0
    assert f"Written to {tmp_path / 'report.html'}." in capsys.readouterr().out.replace("\n", "")
    page = (tmp_path / "report.html").read_text()
    assert "<svg" in page
    assert "<script" not in page
    assert "src=" not in page
    assert run("report", "--png", str(tmp_path / "report.png")) == 0
    assert (tmp_path / "report.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.usefixtures("worked")
def test_the_report_compares_by_what_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("report", "--by", "recipe_version", "--json") == 0
    by = json.loads(capsys.readouterr().out)["by"]
    assert {one["name"] for one in by["recipe_version"]} == {"reply / 1", "summarize / not recorded"}
    assert list(by) == ["recipe_version"]
    assert run("report", "--json") == 0
    assert {"recipe_version", "prompt_hash", "variant", "team"} <= set(json.loads(capsys.readouterr().out)["by"])
    assert run("report", "--prompt-hash", "ab12", "--by", "model") == 0
    assert "By model" in capsys.readouterr().out
    assert run("report", "--by", "weather") == 1
    assert "recipe_version" in capsys.readouterr().err


@pytest.mark.usefixtures("worked")
def test_counting_again_says_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("report", "rebuild") == 0
    assert "2 jobs counted" in capsys.readouterr().out
    assert run("report", "rebuild", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"jobs": 2}


@pytest.mark.parametrize("arguments", [["--since", "never"], ["--json", "--csv", "-"], ["--png", "x.png"]])
def test_what_cannot_be_asked_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("report", *arguments) == 1
    assert capsys.readouterr().err.startswith("inlaid: ")


def test_people_are_put_into_teams(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("teams", "assign", "sales", "ann@example.com", "bob@example.com") == 0
    assert run("teams", "assign", "", "bob@example.com") == 0
    assert run("teams", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"teams": {"sales": ["ann@example.com"]}}
