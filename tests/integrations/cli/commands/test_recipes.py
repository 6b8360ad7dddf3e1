"""Recipes on the command line: listed, checked, run on a text."""

import sys
from pathlib import Path

import pytest

from tests.integrations.cli.conftest import REWORDED, TEXT, Terminal


def test_run_prints_the_draft_and_keeps_remarks_out_of_it(terminal: Terminal) -> None:
    assert terminal.run("run", "rewrite", "-", stdin=TEXT.encode()) == 0
    assert terminal.out == f"{REWORDED}\n"
    assert "tokens" in terminal.err


def test_run_gives_one_json_object_with_the_stored_job(terminal: Terminal) -> None:
    draft = terminal.json("run", "rewrite", "--set", "tone=friendly", "-", stdin=TEXT.encode())
    assert (draft["text"], draft["recipe"]) == (REWORDED, "rewrite")
    shown = terminal.json("jobs", "show", draft["job_id"])
    assert (shown["state"], shown["draft"]["text"]) == ("delivered", REWORDED)
    assert [job["id"] for job in terminal.json("jobs", "list", "--limit", "5")["jobs"]] == [draft["job_id"]]


def test_recipes_are_listed_and_checked(terminal: Terminal, tmp_path: Path) -> None:
    listed = {recipe["name"]: recipe for recipe in terminal.json("recipes")["recipes"]}
    assert {"reply", "compose", "rewrite", "shorten", "proofread", "summarize", "actions"} <= set(listed)
    assert {"name": "text", "type": "text", "required": True}.items() <= listed["rewrite"]["inputs"][0].items()
    broken = tmp_path / "broken.toml"
    broken.write_text('name = "x"\ntitel = "X"\n')
    error = terminal.error("recipes", "check", broken)
    assert "titel" in error
    assert "broken.toml" in error


def test_a_recipe_of_the_own_folder_is_used(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "recipes"
    folder.mkdir()
    shipped = Path(sys.modules["core.recipes"].__file__ or "").parent / "rewrite.toml"
    (folder / "mine.toml").write_text(shipped.read_text().replace('name = "rewrite"', 'name = "mine"'))
    monkeypatch.setenv("INLAID_RECIPES_DIR", str(folder))
    assert terminal.json("run", "mine", "-", stdin=TEXT.encode())["recipe"] == "mine"
