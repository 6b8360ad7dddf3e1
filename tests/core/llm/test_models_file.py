"""INLAID_MODELS_FILE: the example loads, and whatever is wrong is named with what to do."""

from pathlib import Path

import pytest

from core.errors import NotFoundError, SettingsError
from core.llm.models_file import EMBEDDED, load_models_file, parse_models_file
from core.llm.routes import Models, open_models
from core.llm.weights import MODEL_NAME
from core.recipes.loader import load_recipes
from core.settings import Settings

EXAMPLE = Path(__file__).parents[3] / "deploy" / "models.example.toml"
ONE = '[[endpoints]]\nname = "a"\nurl = "http://localhost:1/v1"\n'
TWO = f'{ONE}[[endpoints]]\nname = "b"\nurl = "https://models.test/v1"\n'
ROUTES = '[routes]\ndefault = ["a", "b"]\nreply = ["b"]\n'


def models(text: str) -> Models:
    def refuse(_entry: object) -> None:
        raise AssertionError("nothing is opened before it is asked")

    return Models(parse_models_file(text, "m.toml"), refuse)  # type: ignore[arg-type] # never called


def test_the_example_can_be_used(settings: Settings) -> None:
    opened = open_models(settings.model_copy(update={"models_file": EXAMPLE}))
    assert opened.file.unused_keys(load_recipes()) == []
    assert [endpoint.entry.name for endpoint in opened.route("reply").endpoints] == ["small", "house", "openai"]
    assert [one.entry.name for one in opened.route("rewrite").fallback] == ["claude"]
    assert {name: endpoint.entry.is_local for name, endpoint in opened.endpoints.items()} == {
        "small": True, "house": True, "openai": False, "azure": False, "azure-entra": False, "claude": False,
        "gemini": False,
    }  # fmt: skip
    assert opened.file.budgets.of("T0123456789").workspace_usd_per_day == 100
    assert opened.file.budgets.of("another").workspace_usd_per_day == 25
    assert opened.file.needs_embedded


def test_without_a_file_the_settings_are_the_only_endpoint(settings: Settings) -> None:
    [alone] = load_models_file(settings).endpoints
    assert (alone.url, alone.is_local) == (EMBEDDED, True)
    elsewhere = settings.model_copy(update={"model_url": "https://models.test/v1", "model_size": "small"})
    [alone] = load_models_file(elsewhere).endpoints
    assert (alone.url, alone.size, alone.is_local) == ("https://models.test/v1", "small", False)
    [trusted] = load_models_file(elsewhere.model_copy(update={"model_local": True})).endpoints
    assert trusted.is_local
    assert alone.setting("url") == "INLAID_MODEL_URL"
    assert alone.setting("model") == "INLAID_MODEL_NAME"
    assert alone.setting("key_env") == "INLAID_MODEL_KEY"


def test_an_endpoint_is_chosen_by_name() -> None:
    several = models(TWO + ROUTES)
    assert [endpoint.entry.name for endpoint in several.route("reply").endpoints] == ["b"]
    assert [endpoint.entry.name for endpoint in several.route("rewrite").endpoints] == ["a", "b"]
    assert [endpoint.entry.name for endpoint in several.route("reply", "a").endpoints] == ["a"]
    with pytest.raises(NotFoundError, match="a, b"):
        several.route("reply", "c")


def test_without_a_file_a_name_is_that_of_a_model_of_the_server(settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"model_url": "https://models.test/v1"})
    [endpoint] = open_models(elsewhere).route("reply", "another-model").endpoints
    assert endpoint.entry.model == "another-model"


@pytest.mark.parametrize(
    "served", [{"model_url": ""}, {"model_url": "http://127.0.0.1:5/v1", "model_name": MODEL_NAME}]
)
def test_the_model_that_inlaid_brings_has_its_names_before_and_while_it_is_served(
    settings: Settings, served: dict[str, str]
) -> None:
    file = load_models_file(settings.model_copy(update=served))
    for name in ("default", EMBEDDED, MODEL_NAME):
        file.require_known(name)
        assert file.asked("", name) == file.endpoints
    assert file.endpoints[0].known_size == "small"


def test_the_embedded_server_has_one_model_whatever_it_is_called(settings: Settings) -> None:
    opened = open_models(settings)
    with pytest.raises(NotFoundError, match=r"called another-model\. Take one of: default"):
        opened.route("reply", "another-model")
    assert opened.route("reply", "embedded").endpoints == (opened.endpoints["default"],)
    [renamed] = load_models_file(settings.model_copy(update={"model_name": "gpt-9"})).endpoints
    assert renamed.known_size == "small"


def test_a_key_for_a_recipe_that_is_not_there_does_nothing_and_is_told() -> None:
    verified = "verify = { summarise = true, default = true }\n"
    file = parse_models_file(verified + TWO + ROUTES.replace("reply", "release-notes"), "m.toml")
    assert file.unused_keys(load_recipes()) == ["routes.release-notes", "verify.summarise"]
    does_nothing = "does nothing: no recipe of that name is in use."
    assert dict(file.unused_notes({"summarize": 1, "reply": 2})) == {
        f"INLAID_MODELS_FILE: routes.release-notes {does_nothing}": "Take it out, or bring the recipe back.",
        f"INLAID_MODELS_FILE: verify.summarise {does_nothing}": "Did you mean summarize?",
    }
    assert file.route_of("reply") == ("a", "b")


PROBLEMS = [
    ("", "endpoints: missing; add it"),
    ("endpoints = 3", "endpoints"),
    ("[[endpoints]\n", "not valid TOML"),
    (ONE.replace("url", "uri"), "did you mean url"),
    (ONE.replace("http:", "ftp:"), "http:// or https://"),
    (ONE.replace('"a"', '"a b"'), "endpoints.0.name"),
    (ONE + 'key = "sk-secret"\n', "put it into an environment variable, and name that in key_env"),
    (ONE + 'key_env = "A"\nkey_file = "/b"\n', "only one of key_env, key_file and oauth"),
    (ONE + 'size = "tiny"\n', "endpoints.0.size"),
    (ONE + "usd_per_million_input_tokens = -1\n", "usd_per_million_input_tokens"),
    (ONE + "timeout_seconds = 0\n", "timeout_seconds"),
    (ONE + '[endpoints.oauth]\ntoken_url = "https://x.test"\nclient_id = "c"\n', "client_secret_env"),
    (ONE + ONE, "two are called a"),
    (TWO, "routes.default: missing"),
    (TWO + ROUTES.replace('"b"]\nreply', '"c"]\nreply'), "there is no endpoint c; known are a, b"),
    (TWO + ROUTES.replace('["b"]', "[]"), "routes.reply: empty"),
    (f'fallback = ["z"]\n{TWO}{ROUTES}', "fallback: there is no endpoint z"),
    (ONE + "[budgets]\nperson_tokens_per_week = 1\n", "person_tokens_per_day"),
    (ONE + "[budgets]\nperson_usd_per_day = -1\n", "budgets.person_usd_per_day"),
    (ONE + "[budgets.workspaces.T1]\nusd = 1\n", "budgets.workspaces.T1.usd"),
    (ONE + "[circuit]\nfailures = 0\n", "circuit.failures"),
    (ONE + "timeout = 5\n", "m.toml: endpoints.0.timeout: unknown key; did you mean timeout_seconds? Correct"),
    (ONE + '[routes]\ndefault = "a"\n', "routes.default: has to be a list; write it in square brackets"),
    (ONE.replace("[[endpoints]]", "[endpoints]"), "endpoints: write [[endpoints]], not [endpoints]"),
    (ONE.replace('"a"', '"house"') + '[routes]\ndefault = ["hause"]\n', "no endpoint hause; did you mean house?"),
]


@pytest.mark.parametrize(("text", "words"), PROBLEMS)
def test_what_is_wrong_is_named(text: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_models_file(text, "m.toml")
    assert words in str(caught.value)
    assert caught.value.fix
    assert "sk-secret" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(settings: Settings, tmp_path: Path) -> None:
    binary = tmp_path / "m.toml"
    binary.write_bytes(b"\xff\xfe")
    for path, words in ((tmp_path / "none.toml", "cannot be read"), (binary, "UTF-8")):
        with pytest.raises(SettingsError, match=words):
            load_models_file(settings.model_copy(update={"models_file": path}))
