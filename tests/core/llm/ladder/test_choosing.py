"""Which rung is in use, what is next, and what the choice means to the rest of Inlaid."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.llm.ladder.choosing import name_in_use, standing
from core.llm.ladder.gguf import Memory
from core.llm.ladder.installed import model_file
from core.llm.local import served_file, served_model
from core.llm.models_file import load_models_file
from core.llm.routes import open_models
from core.llm.weights import MODEL_NAME
from core.settings import Settings
from core.settings.model_choice import ModelChoice, write_choice
from tests.core.llm.ladder.models import put_model

ROOMY = Memory(64 * 10**9, 32 * 10**9)


def test_without_a_choice_the_embedded_model_is_in_use_and_the_next_is_named(settings: Settings) -> None:
    stands = standing(settings, ROOMY)
    assert "embedded model (SmolLM2 135M)" in stands.rung
    assert stands.command == "inlaid model install qwen2.5-1.5b-instruct --use"
    assert str(stands).count("`inlaid") == 1


def test_a_chosen_model_is_in_use_and_the_next_step_is_above_it(settings: Settings, tmp_path: Path) -> None:
    put_model(settings, tmp_path, "qwen2.5-1.5b-instruct")
    assert standing(settings, ROOMY).command == "inlaid model use qwen2.5-1.5b-instruct"
    write_choice(settings.home, ModelChoice("qwen2.5-1.5b-instruct"))
    stands = standing(settings, ROOMY)
    assert "1.5 B" in stands.rung
    assert "it writes drafts" in stands.rung
    assert "qwen3-4b-instruct-2507" in stands.command


def test_a_step_that_does_not_fit_is_not_offered(settings: Settings) -> None:
    stands = standing(settings, Memory(2 * 10**9, 10**9))
    assert stands.command == "inlaid model find"
    assert "this machine has 2.0 GB" in stands.next_step


def test_at_the_top_nothing_is_next(settings: Settings, tmp_path: Path) -> None:
    put_model(settings, tmp_path, "huge", parameters=8_190_000_000)
    write_choice(settings.home, ModelChoice("huge"))
    assert standing(settings, ROOMY).command == ""


def test_a_server_of_the_settings_is_what_is_in_use_and_its_password_is_not_shown(settings: Settings) -> None:
    other = settings.model_copy(update={"model_url": "http://ann:secret@gpu.example/v1", "model_name": "big"})
    assert str(standing(other, ROOMY)) == "big at gpu.example is in use."


def test_in_the_processes_of_up_the_local_model_is_known_by_its_name(settings: Settings, tmp_path: Path) -> None:
    put_model(settings, tmp_path, "writer")
    started = settings.model_copy(update={"model_url": "http://127.0.0.1:5/v1", "model_name": MODEL_NAME})
    assert "embedded model" in standing(started, ROOMY).rung
    assert "1.5 B" in standing(started.model_copy(update={"model_name": "writer"}), ROOMY).rung


def test_a_server_of_inlaids_own_on_its_usual_port_is_the_chosen_model(settings: Settings, tmp_path: Path) -> None:
    served = settings.model_copy(update={"model_url": "http://127.0.0.1:8091/v1"})
    assert "embedded model" in standing(served, ROOMY).rung
    put_model(settings, tmp_path, "writer")
    write_choice(settings.home, ModelChoice("writer"))
    assert "1.5 B" in standing(served, ROOMY).rung


@pytest.mark.parametrize(("parameters", "is_small"), [(494_000_000, True), (1_000_000_000, False)])
def test_the_size_of_the_chosen_model_decides_the_lane(
    settings: Settings, tmp_path: Path, parameters: int, is_small: bool
) -> None:
    put_model(settings, tmp_path, "my-writer", parameters=parameters)
    write_choice(settings.home, ModelChoice("my-writer"))
    (endpoint,) = open_models(settings).endpoints.values()
    assert (endpoint.is_small, endpoint.window_tokens) == (is_small, 8192)
    served = served_model(settings)
    assert served.settings(settings) == {
        "model_name": "my-writer",
        "model_size": "small" if is_small else "large",
        "model_window_tokens": 8192,
    }


def test_embedded_endpoints_of_a_models_file_are_the_chosen_model(settings: Settings, tmp_path: Path) -> None:
    put_model(settings, tmp_path, "my-writer")
    write_choice(settings.home, ModelChoice("my-writer"))
    (tmp_path / "models.toml").write_text(
        'routes.default = ["here", "there"]\n[[endpoints]]\nname = "here"\nurl = "embedded"\n'
        '[[endpoints]]\nname = "there"\nurl = "http://gpu/v1"\n'
    )
    here, there = load_models_file(settings.model_copy(update={"models_file": tmp_path / "models.toml"})).endpoints
    assert (here.size, here.window_tokens) == ("large", 8192)
    assert (there.size, there.window_tokens) == ("", 0)


def test_a_model_that_was_changed_is_not_served(settings: Settings, tmp_path: Path) -> None:
    model = put_model(settings, tmp_path, "my-writer")
    write_choice(settings.home, ModelChoice("my-writer"))
    path = model_file(settings, model.name)
    served = served_model(settings)
    assert served_file(settings, served) == path
    path.touch()  # the same content at another time is looked at, and stands
    assert served_file(settings, served) == path
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(SettingsError, match="not what was installed"):
        served_file(settings, served)


def test_a_model_that_is_gone_is_said_with_what_to_do(settings: Settings, tmp_path: Path) -> None:
    put_model(settings, tmp_path, "my-writer")
    write_choice(settings.home, ModelChoice("my-writer"))
    model_file(settings, "my-writer").unlink()
    with pytest.raises(SettingsError, match=r"inlaid model install my-writer.*use embedded"):
        load_models_file(settings)
    assert "my-writer, which is in use, is not there" in str(standing(settings, ROOMY))


def test_of_a_models_file_the_stand_ins_are_named_and_no_model_of_the_ladder_is_in_use(
    settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "models.toml"
    entries = [f'[[endpoints]]\nname = "{name}"\nurl = "http://gpu.example/v1"\n' for name in ("house", "big", "spare")]
    file.write_text(f'fallback = ["spare"]\n{"".join(entries)}[routes]\ndefault = ["house", "big"]\n')
    ours = settings.model_copy(update={"models_file": file})
    assert standing(ours).rung == (
        "The models of INLAID_MODELS_FILE are in use: house, big; when all of them are out: spare."
    )
    assert (name_in_use(ours), name_in_use(settings)) == ("", "embedded")
    assert name_in_use(settings.model_copy(update={"model_url": "http://gpu.example/v1"})) == ""
