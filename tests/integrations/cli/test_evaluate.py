"""`inlaid evaluate` as a person uses it: tables, JSON, broken lines by name."""

import json
from pathlib import Path

import pytest

import core.recipes
from core.settings import Settings
from core.store import open_store
from tests.core.insight.making import finished_job
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.test_app import Terminal

SAMPLES = Path(__file__).parents[2] / "core" / "insight" / "evaluation" / "samples.jsonl"


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
    values = {(one["task"], one["system"]): one["value"] for one in found["figures"] if one["measure"] == "usable"}
    for task in ("reply", "title", "request", "mine", "qa"):
        assert values[task, "bare model"] == 0
        assert values[task, "inlaid"] == 1
    assert {one["other"] for one in found["differences"]} >= {"bare model", "stock phrase"}
    assert found["left_out"] == []


def test_broken_lines_are_named_and_the_rest_is_measured(terminal: Terminal, tmp_path: Path) -> None:
    data = tmp_path / "set.jsonl"
    data.write_text('{"task": "title", "source": "The hall is closed on Monday."}\nnonsense\n{"task": "instruct"}\n')
    assert terminal.run("evaluate", data) == 0
    assert "title (1 items)" in terminal.out
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
    assert "No recommendation: 1 items are too few" in terminal.err


def test_the_page_holds_every_task_and_shows_no_answer_as_markup(terminal: Terminal, tmp_path: Path) -> None:
    page = tmp_path / "evaluation.html"
    data = tmp_path / "set.jsonl"
    data.write_text('{"task": "title", "source": "The hall is closed on Monday."}\n{"task": "<script>"}\n')
    assert terminal.run("evaluate", data, "--models", "one,two", "--html", page) == 0
    html = page.read_text()
    assert "<h2>title</h2>" in html
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
