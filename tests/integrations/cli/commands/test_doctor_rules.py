"""The doctor warns of surfaces that are not here, and what else the files say holds."""

from pathlib import Path

import pytest

from core.recipes.book import RecipeBook
from core.settings import Settings, load_settings
from core.store import Store, open_store
from integrations.cli.commands.doctor_rules import check_policies, check_recipes
from tests.integrations.cli.conftest import Terminal


@pytest.fixture
def own_recipe(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recipe for a surface that is not here."""
    folder = tmp_path / "recipes"
    folder.mkdir()
    text = RecipeBook(None, sqlite_store.records).new_text()
    text = "\n".join('surfaces = ["mattermost"]' if line.startswith("surfaces") else line for line in text.split("\n"))
    (folder / "mine.toml").write_text(text)
    monkeypatch.setenv("INLAID_RECIPES_DIR", str(folder))
    return folder / "mine.toml"


def test_a_recipe_for_a_surface_that_is_not_here_is_used_and_warned_of(terminal: Terminal, own_recipe: Path) -> None:
    assert terminal.run("recipes", "check", own_recipe) == 0
    assert "surfaces: there is no surface mattermost" in terminal.out
    assert "no problems" not in terminal.out
    open_store(load_settings()).close()
    assert "there is no surface mattermost" in check_recipes(load_settings())


def test_policies_that_name_a_surface_that_is_not_here_hold_and_are_warned_of(settings: Settings) -> None:
    open_store(settings).close()
    (settings.home / "policies.toml").write_text('[installation]\nsurfaces = { deny = ["mattermost"] }\n')
    said = check_policies(settings)
    assert "The file is in force" in said
    assert "Line 2: installation.surfaces.deny: there is no surface mattermost" in said
