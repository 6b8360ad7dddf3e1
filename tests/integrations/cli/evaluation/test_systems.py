"""What is held against each other: models by name, prompt variants, and a model that grades."""

import json
from pathlib import Path

import pytest

import core.recipes
from tests.fakes.openai_replies import Answer, Json
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import Terminal
from tests.integrations.cli.evaluation.conftest import a_set


def test_several_models_are_named(terminal: Terminal, openai_server: OpenAIServer, tmp_path: Path) -> None:
    data = tmp_path / "set.jsonl"
    data.write_text(json.dumps({"task": "request", "source": "Please call me.", "label": "yes"}))
    found = terminal.json("evaluate", data, "--models", "one, two")
    systems = {one["system"] for one in found["figures"]}
    assert systems == {"always yes", "bare one", "inlaid with one", "bare two", "inlaid with two"}
    assert {chat.body["model"] for chat in openai_server.chats} == {"one", "two"}
    assert terminal.run("evaluate", data, "--models", "one,two") == 0
    assert "its results were not graded" in terminal.err


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
