"""`inlaid audit`: what was done is listed, checked and exported, and commands write down what they do themselves."""

import json
from pathlib import Path

import pytest

from core.settings import Settings
from core.store import open_store
from tests.core.insight.making import finished_job
from tests.integrations.cli.commands.test_report import run


def listed(capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, object]]:
    capsys.readouterr()
    assert run("audit", "list", "--json", *options) == 0
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)["entries"]
    return found


def test_what_commands_do_is_listed_and_verified(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    finished_job(open_store(settings), person="bob@example.com")
    assert run("teams", "assign", "Sales", "bob@example.com") == 0
    assert run("purge", "--person", "bob@example.com", "--yes") == 0
    entries = listed(capsys, "--door", "cli")
    assert [one["action"] for one in entries if one["action"] != "person.linked"] == ["person.purged", "team.joined"]
    assert {str(one["actor"]["name"]) for one in entries} == {settings.local_person}  # type: ignore[index]
    assert "bob@example.com" not in str(entries)
    assert [one["action"] for one in listed(capsys, "--action", "team")] == ["team.joined"]
    assert run("audit", "list") == 0
    assert "put a person into a team person-" in capsys.readouterr().out

    assert run("audit", "verify", "--json") == 0
    checked = json.loads(capsys.readouterr().out)
    assert checked["problems"] == []
    assert run("audit", "verify", "--head", checked["head"]) == 0
    assert f"head: {checked['head']}" in capsys.readouterr().out
    assert run("audit", "verify", "--head", f"1:{'0' * 64}") == 1
    assert "cut off or written anew" in capsys.readouterr().err
    assert run("audit", "verify", "--head", "nonsense") == 1


def test_an_export_is_lines_of_events_and_is_written_down(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    finished_job(open_store(settings), person="ann@example.com")
    file = tmp_path / "trail.jsonl"
    assert run("audit", "export", "-o", str(file)) == 0
    told = capsys.readouterr().err
    events = [json.loads(line) for line in file.read_text().splitlines()]
    assert [event["metadata"]["event_code"] for event in events][:2] == ["job.requested", "job.finished"]
    assert events[0]["actor"]["user"]["name"] == "ann@example.com"
    head = open_store(settings).audit.head()
    assert str(head) in told.replace("\n", "")
    assert next(one["action"] for one in listed(capsys)) == "audit.exported"

    assert run("audit", "export", "--format", "plain", "--after", str(len(events))) == 0
    assert [json.loads(line)["action"] for line in capsys.readouterr().out.splitlines()] == ["audit.exported"]
    assert run("audit", "export", "--format", "xml") == 1
