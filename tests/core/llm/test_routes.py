"""Which endpoints a recipe asks: its route, the default, the fallback, or the one that was named."""

from contextlib import nullcontext

import pytest

from core.errors import NotFoundError, SettingsError
from core.llm import connect
from core.llm.endpoint import Endpoint
from core.llm.models_file import EndpointEntry, SettingsEndpoint, parse_models_file
from core.llm.openai_chat import OpenAIChat
from core.llm.ports import Chat
from core.llm.routes import Models, connect_endpoint, only, open_models
from core.settings import Settings
from tests.in_memory import ScriptedChat

FILE = """
fallback = ["far"]
verify = false

[[endpoints]]
name = "near"
url = "http://near/v1"
model = "mini"

[[endpoints]]
name = "far"
url = "http://far/v1"
model = "grand"

[routes]
default = ["near"]
reply = ["near", "far"]
"""


def models(text: str = FILE) -> Models:
    opened: dict[str, Chat] = {}

    def open_chat(entry: EndpointEntry) -> Chat:
        return opened.setdefault(entry.name, ScriptedChat([]))

    return Models(parse_models_file(text, "models.toml"), open_chat)


def names(endpoints: tuple[Endpoint, ...]) -> list[str]:
    return [endpoint.entry.name for endpoint in endpoints]


def test_a_recipe_has_its_own_route_or_the_default_and_the_same_fallback() -> None:
    found = models()
    assert names(found.route("reply").endpoints) == ["near", "far"]
    assert names(found.route("summarize").endpoints) == ["near"]
    assert names(found.route("summarize").fallback) == ["far"]


def test_an_endpoint_has_one_circuit_breaker_whatever_route_it_is_on() -> None:
    found = models()
    assert found.route("reply").endpoints[0] is found.route("summarize").endpoints[0]


def test_who_names_an_endpoint_gets_it_alone() -> None:
    route = models().route("reply", "far")
    assert (names(route.endpoints), route.fallback) == (["far"], ())
    assert names(models().route("reply", "grand").endpoints) == ["far"], "so is what wrote a draft"
    with pytest.raises(NotFoundError, match="near, far"):
        models().route("reply", "nowhere")


def test_without_a_file_the_name_is_that_of_a_model() -> None:
    (endpoint,) = only(ScriptedChat(["Yes."])).route("reply", "grand").endpoints
    assert endpoint.entry.model == "grand"


def test_a_model_that_jobs_name_has_one_endpoint_and_so_one_breaker_and_its_connections() -> None:
    named = only(ScriptedChat(["x"]))
    one, other = (named.route("reply", name).endpoints[0] for name in ("some-model", "another"))
    assert named.route("title", "some-model").endpoints[0] is one
    assert other is not one
    assert other.entry.model == "another"


def test_which_recipes_are_verified_is_part_of_the_route() -> None:
    found = models(FILE.replace("verify = false", "verify = { reply = true }"))
    assert found.route("reply").verify
    assert not found.route("summarize").verify


def test_nothing_is_sent_until_a_model_is_asked_and_a_missing_server_is_said(settings: Settings) -> None:
    assert names(open_models(settings.model_copy(update={"model_url": "http://127.0.0.1:9/v1"})).route("x").endpoints)
    with pytest.raises(SettingsError, match="INLAID_MODEL_URL"):
        connect(settings)


@pytest.mark.parametrize(("url", "is_refused"), [("http://127.0.0.1:5/v1", True), ("https://models.test/v1", False)])
def test_a_name_that_is_not_listed_is_refused_only_where_a_server_of_this_machine_may_take_any(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, url: str, is_refused: bool
) -> None:
    monkeypatch.setattr(OpenAIChat, "_names", lambda _chat: ["model-2025-01-01"])
    entry = SettingsEndpoint(name="default", url=url, model="model-latest")
    with pytest.raises(NotFoundError) if is_refused else nullcontext():
        assert connect_endpoint(settings.model_copy(update={"model_url": url}), entry).name == "model-latest"
