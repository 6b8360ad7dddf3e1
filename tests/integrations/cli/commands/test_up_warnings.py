"""What `inlaid up` says of an installation that is up, and in which less works than one thinks."""

from pathlib import Path

import psutil
import pytest

from core.settings import Settings
from core.store import Store
from integrations.cli.commands.up import open_addresses, warnings
from tests.fakes.openai_server import OpenAIServer
from tests.servers.valkey import free_port

PLACES = {address.address for card in psutil.net_if_addrs().values() for address in card}
POLICIES = "No policies can be used, so nothing is allowed."


def test_nothing_is_said_where_all_works(sqlite_store: Store, settings: Settings, openai_server: OpenAIServer) -> None:
    assert list(warnings(settings.model_copy(update={"model_url": openai_server.url}))) == []


def test_a_model_that_does_not_answer_and_policies_that_cannot_be_used_are_told(
    sqlite_store: Store, settings: Settings, tmp_path: Path
) -> None:
    changes = {"model_url": f"http://127.0.0.1:{free_port()}/v1", "policies_file": tmp_path / "none.toml"}
    model, policies = warnings(settings.model_copy(update=changes))
    assert model == "The model server does not answer. Check INLAID_MODEL_URL."
    assert policies.startswith(f"{POLICIES} {tmp_path / 'none.toml'} cannot be read")


def test_a_route_of_a_recipe_that_is_not_there_is_told(
    sqlite_store: Store, settings: Settings, openai_server: OpenAIServer, tmp_path: Path
) -> None:
    file = tmp_path / "models.toml"
    file.write_text(f'[[endpoints]]\nname = "a"\nurl = "{openai_server.url}"\n[routes]\nsummarise = ["a"]\n')
    assert list(warnings(settings.model_copy(update={"models_file": file}))) == [
        "INLAID_MODELS_FILE: routes.summarise does nothing: no recipe of that name is in use. Did you mean summarize?"
    ]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_what_listens_on_this_machine_alone_is_open_to_nobody(host: str) -> None:
    assert open_addresses(host, 8000) == []


def test_each_address_that_is_listened_on_is_told(
    sqlite_store: Store, settings: Settings, openai_server: OpenAIServer
) -> None:
    assert open_addresses("192.0.2.1", 8000) == ["http://192.0.2.1:8000"]
    found = open_addresses("0.0.0.0", 8000)  # noqa: S104 # nothing listens
    assert {place.removeprefix("http://").removesuffix(":8000") for place in found} <= PLACES
    given = {"host": "192.0.2.1", "port": 8000, "model_url": openai_server.url}
    (told,) = warnings(settings.model_copy(update=given))
    assert told.startswith("Inlaid listens on http://192.0.2.1:8000. What is sent there is not encrypted")
