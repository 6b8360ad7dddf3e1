"""Recipes made and changed on the command line, with their versions."""

from pathlib import Path

import pytest

from core.recipes.loader import load_recipes
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import REWORDED, TEXT, Terminal


def test_a_recipe_is_made_run_and_switched_off(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.run("recipes", "template", "rewrite") == 0
    file = tmp_path / "mine.toml"
    file.write_text(terminal.out.replace("rewrite-2", "polish"))
    assert terminal.json("recipes", "new", file, "--note", "Ours") == {"recipe": "polish", "version": 1}
    assert "polish" in {recipe["name"] for recipe in terminal.json("recipes")["recipes"]}
    assert terminal.json("run", "polish", "-", stdin=TEXT.encode())["text"] == REWORDED
    assert "already" in terminal.error("recipes", "new", file)
    assert terminal.json("recipes", "remove", "polish")["version"] == 2
    assert "no recipe called polish" in terminal.error("run", "polish", "-", stdin=TEXT.encode())
    assert terminal.json("recipes", "rollback", "polish", "1")["version"] == 3
    assert terminal.json("run", "polish", "-", stdin=TEXT.encode())["recipe"] == "polish"


def test_a_recipe_with_a_route_is_switched_off_and_the_others_still_run(
    terminal: Terminal, tmp_path: Path, openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    models, file = tmp_path / "models.toml", tmp_path / "mine.toml"
    entry = f'[[endpoints]]\nname = "a"\nurl = "{openai_server.url}"\nmodel = "big-70b"\n'
    models.write_text(f'{entry}[routes]\npolish = ["a"]\n')
    monkeypatch.setenv("INLAID_MODELS_FILE", str(models))
    assert terminal.run("recipes", "template", "rewrite") == 0
    file.write_text(terminal.out.replace("rewrite-2", "polish"))
    assert terminal.run("recipes", "new", file) == 0
    assert terminal.run("recipes", "remove", "polish") == 0
    does_nothing = "INLAID_MODELS_FILE: routes.polish does nothing: no recipe of that name is in use."
    assert does_nothing in terminal.err
    assert terminal.json("run", "rewrite", "-", stdin=TEXT.encode())["text"] == REWORDED
    terminal.run("doctor")
    assert f"note models: {does_nothing}" in " ".join(terminal.out.split())


def test_a_change_is_listed_shown_and_taken_back(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.run("recipes", "show", "rewrite") == 0
    before, file = terminal.out, tmp_path / "rewrite.toml"
    file.write_text(before.replace("Say the same in another tone.", "Say it better."))
    saved = load_recipes()["rewrite"].version + 1
    assert terminal.json("recipes", "save", file, "--note", "Shorter")["version"] == saved
    assert "in between" in terminal.error("recipes", "save", file, "--after", "0")
    assert terminal.run("recipes", "diff", "rewrite") == 0
    assert '+description = "Say it better."' in terminal.out
    listed = terminal.json("recipes", "history", "rewrite")["versions"]
    assert [(version["version"], version["note"]) for version in listed] == [(saved, "Shorter"), (0, "")]
    assert terminal.run("recipes", "history", "rewrite") == 0
    assert "Shorter" in terminal.out
    assert terminal.run("recipes", "rollback", "rewrite", "0") == 0
    assert "The file's version" in terminal.out
    assert terminal.run("recipes", "show", "rewrite") == 0
    assert terminal.out == before
    assert terminal.run("recipes", "show", "rewrite", "--version", str(saved)) == 0
    assert "Say it better." in terminal.out


def test_a_text_is_tried_on_past_work(terminal: Terminal, tmp_path: Path) -> None:
    assert "None of your past jobs" in terminal.error("recipes", "try", "rewrite")
    assert terminal.run("run", "rewrite", "-", stdin=TEXT.encode()) == 0
    tried = terminal.json("recipes", "try", "rewrite", "-n", "3")
    assert (tried["jobs"], tried["results"][0]["same"]) == (1, True)
    assert tried["results"][0]["new"]["surface"] == "trial"
    assert terminal.run("recipes", "try", "rewrite") == 0
    assert "1 job, 1 with the same result" in terminal.err
