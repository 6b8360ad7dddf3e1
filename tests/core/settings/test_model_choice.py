"""What `inlaid model use` has chosen, and what wins over it."""

import pytest

from core.settings import Settings, load_settings
from core.settings.model_choice import ModelChoice, read_choice, write_choice


def test_a_chosen_server_stands_in_for_the_settings_unless_they_name_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_choice(settings.home, ModelChoice("qwen3:4b", "http://127.0.0.1:11434/v1"))
    assert (load_settings().model_url, load_settings().model_name) == ("http://127.0.0.1:11434/v1", "qwen3:4b")
    monkeypatch.setenv("INLAID_MODEL_URL", "http://gpu/v1")
    assert (load_settings().model_url, load_settings().model_name) == ("http://gpu/v1", "")


@pytest.mark.parametrize("text", ["", "name = 5", "name = ", 'url = "x"', "\x00"])
def test_a_choice_that_cannot_be_read_is_none(settings: Settings, text: str) -> None:
    (settings.home / "models").mkdir(parents=True)
    (settings.home / "models" / "choice.toml").write_text(text)
    assert read_choice(settings.home) is None


def test_a_choice_of_any_name_is_read_as_it_was_written(settings: Settings) -> None:
    choice = ModelChoice('a "quoted" \\ näme\n', "http://127.0.0.1:1/v1")
    write_choice(settings.home, choice)
    assert read_choice(settings.home) == choice
    write_choice(settings.home, None)
    assert read_choice(settings.home) is None
