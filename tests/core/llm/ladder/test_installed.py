"""The models under INLAID_HOME/models: found by name, unchanged since they came, refused when they do not fit."""

from pathlib import Path

import pytest

from core.errors import InputError, NotFoundError, SettingsError
from core.llm.ladder.gguf import Memory
from core.llm.ladder.installed import (
    chosen_model,
    installed_model,
    installed_models,
    model_file,
    remove,
    require_memory,
    verified_file,
)
from core.settings import Settings
from core.settings.model_choice import ModelChoice, write_choice
from tests.core.llm.ladder.models import put_model


def test_models_are_listed_smallest_first_and_found_by_a_beginning(settings: Settings, tmp_path: Path) -> None:
    put_model(settings, tmp_path, "writer-large", parameters=8_000_000_000)
    put_model(settings, tmp_path, "reader", parameters=500_000_000)
    put_model(settings, tmp_path, "writer-small", parameters=1_000_000_000)
    assert [model.name for model in installed_models(settings)] == ["reader", "writer-small", "writer-large"]
    assert installed_model(settings, "read").name == "reader"
    with pytest.raises(NotFoundError, match="here are reader, writer-small, writer-large"):
        installed_model(settings, "writer")


def test_a_model_whose_file_is_gone_is_not_installed(settings: Settings, tmp_path: Path) -> None:
    put_model(settings, tmp_path, "writer")
    model_file(settings, "writer").unlink()
    assert installed_models(settings) == []
    write_choice(settings.home, ModelChoice("writer"))
    with pytest.raises(SettingsError, match=r"writer, which is in use, is not there.*inlaid model install writer"):
        chosen_model(settings)


def test_only_an_installed_model_is_the_chosen_one(settings: Settings, tmp_path: Path) -> None:
    assert chosen_model(settings) is None
    write_choice(settings.home, ModelChoice("grand", "http://127.0.0.1:1/v1"))
    assert chosen_model(settings) is None
    put_model(settings, tmp_path, "writer")
    write_choice(settings.home, ModelChoice("writer"))
    assert chosen_model(settings) == installed_model(settings, "writer")


def test_a_file_that_was_touched_is_read_again_and_one_that_was_changed_is_refused(
    settings: Settings, tmp_path: Path
) -> None:
    model = put_model(settings, tmp_path, "writer")
    path = model_file(settings, "writer")
    path.touch()
    assert verified_file(settings, model) == path
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(SettingsError, match="is not what was installed"):
        verified_file(settings, model)


def test_what_is_in_use_stays_unless_one_insists(settings: Settings, tmp_path: Path) -> None:
    put_model(settings, tmp_path, "writer")
    (tmp_path / "writer.gguf").unlink()  # the file in the store was a link to this one
    write_choice(settings.home, ModelChoice("writer"))
    with pytest.raises(InputError, match="--anyway"):
        remove(settings, "writer", anyway=False)
    assert remove(settings, "writer", anyway=True) > 0
    assert installed_models(settings) == []


@pytest.mark.parametrize(("free", "words"), [(False, "4.0 GB are there"), (True, "1.0 GB are free")])
def test_a_model_that_does_not_fit_is_refused_with_numbers(free: bool, words: str) -> None:
    there = Memory(4_000_000_000, 1_000_000_000)
    with pytest.raises(InputError, match=rf"needs 8.0 GB of memory, and {words}.*--anyway"):
        require_memory("qwen3-8b", 8_000_000_000, there, free=free)
    require_memory("tiny", 500_000_000, there, free=free)
