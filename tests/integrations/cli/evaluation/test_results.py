"""What is printed and written of an evaluation: the table, the page, the blind sheet."""

import json
from pathlib import Path

import pytest

from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import Terminal
from tests.integrations.cli.evaluation.conftest import a_set
from tests.integrations.cli.evaluation.test_evaluate import fill


def test_the_page_holds_every_task_and_shows_no_answer_as_markup(terminal: Terminal, tmp_path: Path) -> None:
    page = tmp_path / "evaluation.html"
    data = tmp_path / "set.jsonl"
    data.write_text('{"task": "title", "source": "The hall is closed on Monday."}\n{"task": "<script>"}\n')
    assert terminal.run("evaluate", data, "--models", "one,two", "--html", page) == 0
    html = page.read_text()
    assert "<h3>title</h3>" in html
    assert "inlaid with two" in html
    assert "No recommendation" in html
    assert "cost, USD" in html
    assert "<script" not in html
    assert "&lt;script" in html


def test_a_blind_sheet_is_written_graded_and_read_back(terminal: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = terminal.json("evaluate", a_set(tmp_path), "--grade", out, "--seed", "3")
    assert made["grades"] is None
    assert made["conclusion"][0].startswith("Not graded: ")
    assert {Path(file).name for file in made["sheet"].values()} == {"sheet.html", "sheet.csv", "key.json"}
    graded = fill(out / "sheet.csv", out / "key.json", tmp_path / "graded.csv")
    page = tmp_path / "page.html"
    read = ("evaluate", "--grades", graded, "--key", out / "key.json")
    found = terminal.json(*read, "--html", page)
    assert found["conclusion"][0] == (
        "Read by 1 person: Inlaid is used as is or after light edits in 100 % (44 to 100) of 3 results, the bare model"
        " in 0 %; none harmful."
    )
    assert "Only 3 results were read" in found["conclusion"][1]
    groups = {(one["group"], one["system"]): (one["a"], one["c"]) for one in found["grades"]["groups"]}
    assert groups["all", "bare model"] == (0, 3)
    assert groups["language de", "inlaid"] == (1, 0)
    assert found["figures"] == made["figures"]
    assert found["conclusion"][0] in page.read_text()
    assert terminal.run(*read) == 0
    assert terminal.out.startswith("Read by 1 person: Inlaid is used as is")
    assert "Grades: A+B" in terminal.out
    assert "There is a sheet in" in terminal.error("evaluate", a_set(tmp_path), "--grade", out)


def test_sheets_that_cannot_be_read_are_one_line(terminal: Terminal, tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    for folder, seed in ((out, "3"), (other, "4")):
        assert terminal.run("evaluate", a_set(tmp_path), "--grade", folder, "--seed", seed) == 0
    graded = fill(out / "sheet.csv", out / "key.json", tmp_path / "graded.csv")
    assert "key and nothing else" in terminal.error("evaluate", "--grades", graded)
    assert "key and nothing else" in terminal.error(
        "evaluate", "set.jsonl", "--grades", graded, "--key", out / "key.json"
    )
    assert "not of the sheet" in terminal.error("evaluate", "--grades", graded, "--key", other / "key.json")
    assert "not the key" in terminal.error("evaluate", "--grades", graded, "--key", graded)
    assert "holds no grades" in terminal.error("evaluate", "--grades", out / "sheet.csv", "--key", out / "key.json")
    graded.write_bytes(graded.read_bytes().decode("utf-8-sig").encode("cp1252"))
    assert "not in UTF-8" in terminal.error("evaluate", "--grades", graded, "--key", out / "key.json")
    yes = tmp_path / "yes.jsonl"
    yes.write_text(json.dumps({"task": "request", "source": "Please call me.", "label": "yes"}))
    assert "only for yes or no" in terminal.error("evaluate", yes, "--grade", tmp_path / "none")


def test_what_checks_did_is_told_with_examples(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer
) -> None:
    monkeypatch.setenv("INLAID_MODEL_SIZE", "large")
    answers = iter(["Meet Dr. Smith on 9 May.", "Meet [Name] there.", "The hall is closed on Monday."])
    last = "The hall is closed on Monday."
    openai_server.respond = lambda _body: Answer(next(answers, last))
    data = tmp_path / "set.jsonl"
    item = {"task": "draft", "recipe": "rewrite", "inputs": {"text": last}}
    data.write_text(json.dumps(item))
    found = terminal.json("evaluate", data)
    assert found["checks"]
    for effect in found["checks"]:
        assert effect["system"] == "inlaid"
        assert effect["objections"] == effect["drafts"] == 1
        assert effect["repaired"] + effect["delivered"] + effect["lost"] >= 1
        assert effect["examples"]
    assert sum(effect["extra_calls"] for effect in found["checks"]) >= 1
    assert terminal.run("evaluate", data) == 0
