"""`inlaid evaluate` as a person uses it: tables, JSON, broken lines by name."""

import csv
import io
import json
from pathlib import Path

from core.settings import Settings
from core.store import open_store
from tests.core.insight.making import finished_job
from tests.integrations.cli.conftest import Terminal

SAMPLES = Path(__file__).parents[3] / "core" / "insight" / "evaluation" / "samples.jsonl"


def test_bare_model_and_inlaid_stand_side_by_side(terminal: Terminal) -> None:
    found = terminal.json("evaluate", SAMPLES, "--limit", "1")
    values = {
        (one["task"], one["system"]): one["value"] for one in found["figures"] if one["measure"] == "passes_checks"
    }
    # Of a title that is not sure some are there to choose from, which is none that passes (DECISIONS 458).
    for task, of_ours in {"reply": 1, "title": 0, "mine": 1, "qa": 1}.items():
        assert values[task, "bare model"] == 0
        assert values[task, "inlaid"] == of_ours
    assert {one["other"] for one in found["differences"]} >= {"bare model", "stock phrase"}
    assert found["left_out"] == []


def test_broken_lines_are_named_and_the_rest_is_measured(terminal: Terminal, tmp_path: Path) -> None:
    data = tmp_path / "set.jsonl"
    data.write_text('{"task": "title", "source": "The hall is closed on Monday."}\nnonsense\n{"task": "instruct"}\n')
    assert terminal.run("evaluate", data) == 0
    assert "title" in terminal.out
    assert "1 few" in terminal.out
    assert terminal.out.startswith("Not graded: the numbers below say how far results keep to the rules")
    assert "set.jsonl:2: The line is not JSON." in terminal.err
    assert "set.jsonl:3: The task “instruct” cannot be scored" in terminal.err


def test_a_mail_is_decided_by_triage(terminal: Terminal, tmp_path: Path) -> None:
    mail = "From: Ana <ana@example.org>\nTo: Tom <tom@example.net>\nSubject: Friday\n\nTom, can you come on Friday?\n"
    data = tmp_path / "set.jsonl"
    data.write_text(json.dumps({"task": "needs_reply", "source": mail, "label": "yes"}))
    found = terminal.json("evaluate", data)
    assert [one["verdict"] for one in found["answers"] if one["system"] == "inlaid"] == ["yes"]


def test_a_set_without_one_item_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    data = tmp_path / "set.jsonl"
    data.write_text("\n")
    assert terminal.run("evaluate", data) == 1
    assert "No line of the data set can be scored." in terminal.err


def test_accepted_work_of_those_who_agreed_is_a_data_set(terminal: Terminal, settings: Settings) -> None:
    store = open_store(settings)
    job = finished_job(store, person="ann@example.com", inputs={"message": "When do the desks come, Ann?"})
    store.outcomes.add(job, "accepted", person="ann@example.com", distance=0.0, detail={})
    store.close()
    assert terminal.run("evaluate", "--from-accepted") == 1
    assert terminal.run("learned", "share", "--on", "--person", "ann@example.com") == 0
    found = terminal.json("evaluate", "--from-accepted")
    assert {one["task"] for one in found["answers"]} == {"draft"}


def fill(sheet: Path, key: Path, target: Path) -> Path:
    """Grade as a person would: what the bare model says is discarded. German Excel saves it with semicolons."""
    rows = list(csv.DictReader(io.StringIO(sheet.read_text(encoding="utf-8-sig"), newline="")))
    named = json.loads(key.read_text())["rows"]
    for row in rows:
        row["grade"] = "c" if named[row["row"]]["systems"] == ["bare model"] else "A"
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return target


def test_half_a_character_in_a_data_set_costs_nothing_else(terminal: Terminal, tmp_path: Path) -> None:
    data = tmp_path / "set.jsonl"
    data.write_text('{"task": "title", "id": "a\\ud801", "source": "Half \\ud800 the hall is closed on Monday."}\n')
    found = terminal.json("evaluate", data, "--grade", tmp_path / "out", "--html", tmp_path / "page.html")
    assert {one["id"] for one in found["answers"]} == {"a?"}
    graded = fill(tmp_path / "out" / "sheet.csv", tmp_path / "out" / "key.json", tmp_path / "graded.csv")
    read = terminal.json("evaluate", "--grades", graded, "--key", tmp_path / "out" / "key.json")
    assert read["conclusion"][0].startswith("Read by 1 person")
