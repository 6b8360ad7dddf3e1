"""`inlaid evaluate` as a person uses it: tables, JSON, broken lines by name."""

import csv
import io
import json
from pathlib import Path

import pytest

import core.recipes
from core.settings import Settings
from core.store import open_store
from tests.core.insight.making import finished_job
from tests.fakes.openai_replies import Answer, Json
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.test_app import Terminal

SAMPLES = Path(__file__).parents[3] / "core" / "insight" / "evaluation" / "samples.jsonl"


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer
) -> Terminal:
    openai_server.respond = lambda _body: Answer("Sure! Here is the text: I am a language model.")
    monkeypatch.setenv("INLAID_MODEL_URL", openai_server.url)
    monkeypatch.setenv("INLAID_MODEL_SIZE", "small")
    return Terminal(capsys, monkeypatch)


def test_bare_model_and_inlaid_stand_side_by_side(terminal: Terminal) -> None:
    found = terminal.json("evaluate", SAMPLES, "--limit", "1")
    values = {
        (one["task"], one["system"]): one["value"] for one in found["figures"] if one["measure"] == "passes_checks"
    }
    for task in ("reply", "title", "mine", "qa"):
        assert values[task, "bare model"] == 0
        assert values[task, "inlaid"] == 1
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


def test_several_models_are_named(terminal: Terminal, openai_server: OpenAIServer, tmp_path: Path) -> None:
    data = tmp_path / "set.jsonl"
    data.write_text(json.dumps({"task": "request", "source": "Please call me.", "label": "yes"}))
    found = terminal.json("evaluate", data, "--models", "one, two")
    systems = {one["system"] for one in found["figures"]}
    assert systems == {"always yes", "bare one", "inlaid with one", "bare two", "inlaid with two"}
    assert {chat.body["model"] for chat in openai_server.chats} == {"one", "two"}
    assert terminal.run("evaluate", data, "--models", "one,two") == 0
    assert "its results were not graded" in terminal.err


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


def test_prompt_variants_stand_side_by_side(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipes = tmp_path / "recipes"
    recipes.mkdir()
    bundled = (Path(core.recipes.__file__).parent / "rewrite.toml").read_text()
    (recipes / "rewrite.toml").write_text(f'{bundled}\n[prompt.variants.short]\nsystem = "Be brief."\n')
    monkeypatch.setenv("INLAID_RECIPES_DIR", str(recipes))
    monkeypatch.setenv("INLAID_MODEL_SIZE", "large")
    data = tmp_path / "set.jsonl"
    data.write_text(
        json.dumps(
            {
                "task": "draft",
                "recipe": "rewrite",
                "inputs": {"text": "Please send it."},
                "reference": "Please send it.",
            }
        )
    )
    found = terminal.json("evaluate", data, "--variants")
    assert {"inlaid, short", "inlaid"} <= {one["system"] for one in found["figures"]}


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


def a_set(folder: Path) -> Path:
    """Write a data set of three items to read and one that is only measured."""
    data = folder / "set.jsonl"
    texts = [
        "The hall is closed on Monday.",
        "The report is due on Friday.",
        "Guten Tag, können wir das auf 15 Uhr verschieben?",
    ]
    lines = [{"task": "title", "id": f"t{at}", "source": text} for at, text in enumerate(texts)]
    lines.append({"task": "request", "id": "y", "source": "Please call me.", "label": "yes"})
    data.write_text("\n".join(map(json.dumps, lines)))
    return data


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


def test_a_model_grades_without_knowing_whose_results_they_are(terminal: Terminal, tmp_path: Path) -> None:
    def verdict(body: Json) -> Answer:
        bare = "language model" in str(body["messages"][-1]["content"])
        return Answer(json.dumps({"reason": "Read.", "grade": "H" if bare else "B"}))

    with OpenAIServer(respond=verdict) as server:
        found = terminal.json("evaluate", a_set(tmp_path), "--judge", f"{server.url}#wise-70b")
        assert {chat.body["model"] for chat in server.chats} == {"wise-70b"}
        assert len(server.chats) == 12
    assert found["conclusion"][0].startswith(
        "Read by the model wise-70b: Inlaid is used as is or after light edits in 100 %"
    )
    assert found["grades"]["agreement"]["value"] == 1
    assert {one["grade"] for one in found["grades"]["results"] if one["system"] == "bare model"} == {"H"}
    assert "small model cannot judge" in terminal.error("evaluate", a_set(tmp_path), "--judge", "default")
    assert "cannot be used" in terminal.error("evaluate", a_set(tmp_path), "--judge", "ftp://x#y")


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


def test_half_a_character_in_a_data_set_costs_nothing_else(terminal: Terminal, tmp_path: Path) -> None:
    data = tmp_path / "set.jsonl"
    data.write_text('{"task": "title", "id": "a\\ud801", "source": "Half \\ud800 the hall is closed on Monday."}\n')
    found = terminal.json("evaluate", data, "--grade", tmp_path / "out", "--html", tmp_path / "page.html")
    assert {one["id"] for one in found["answers"]} == {"a?"}
    graded = fill(tmp_path / "out" / "sheet.csv", tmp_path / "out" / "key.json", tmp_path / "graded.csv")
    read = terminal.json("evaluate", "--grades", graded, "--key", tmp_path / "out" / "key.json")
    assert read["conclusion"][0].startswith("Read by 1 person")
