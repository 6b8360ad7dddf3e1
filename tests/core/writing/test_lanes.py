"""What is not given to a small model: everything that takes a writer."""

import pytest

from core.errors import ModelTooSmall
from core.llm.models_file import ModelsFile
from core.policies.parsing import parse_policies
from core.policies.resolution import PersonFacts, PersonPolicy, PolicySet
from core.recipes.loader import load_recipes
from core.text.catalogues import speaking, told
from core.writing.lanes import allowed_recipes, lane_of, offered, public_recipes, why_not_allowed, why_not_offered
from core.writing.metered_chat import MeteredChat
from core.writing.route_runner import RouteRunner, write_text
from core.writing.token_display import TokenDisplay
from tests.in_memory import MemoryProgress, ScriptedChat

RECIPES = load_recipes()
NEED_A_WRITER = ("actions", "compose", "consistency", "minutes", "plain", "rewrite", "shorten", "translate", "variants")


def test_the_size_of_the_model_decides() -> None:
    assert (lane_of(is_small=True), lane_of(is_small=False)) == ("grounded", "model")


def test_the_recipes_that_need_a_writer_say_so() -> None:
    assert tuple(sorted(name for name, recipe in RECIPES.items() if recipe.needs == "large")) == NEED_A_WRITER


@pytest.mark.parametrize("name", NEED_A_WRITER)
def test_a_small_model_is_not_asked_and_the_person_is_told_what_would_help(name: str) -> None:
    recipe = RECIPES[name]
    chat = ScriptedChat(["Words."])
    writer = RouteRunner([MeteredChat(chat, TokenDisplay(MemoryProgress()), seed=1)])
    inputs = {one.name: (one.choices or ("the meeting, on Tuesday",))[0] for one in recipe.inputs if one.required}
    with pytest.raises(ModelTooSmall) as caught:
        write_text(recipe, inputs, writer)
    assert "larger model" in caught.value.message
    assert caught.value.fix == "Ask your administrator for one."
    assert writer.usage.calls == 0


SMALL = {"name": "tiny", "url": "embedded"}
LARGE = {"name": "house", "url": "http://127.0.0.1:1/v1", "model": "Qwen2.5-7B-Instruct"}
UNKNOWN = {"name": "some", "url": "http://127.0.0.1:1/v1"}


def models(*endpoints: dict[str, str], **more: object) -> ModelsFile:
    names = [endpoint["name"] for endpoint in endpoints]
    return ModelsFile.model_validate({"endpoints": endpoints, "routes": {"default": names}, **more})


@pytest.mark.parametrize(
    ("file", "is_offered"),
    [
        (models(SMALL), False),
        (models({**SMALL, "size": "large"}), True),
        (models({**LARGE, "size": "small"}), False),
        (models(LARGE), True),
        (models(UNKNOWN), True),
        (models(SMALL, LARGE), True),
        (models(SMALL, LARGE, routes={"default": ["house"], "rewrite": ["tiny"]}), False),
        (models(SMALL, LARGE, routes={"default": ["tiny"]}, fallback=["house"]), True),
    ],
)
def test_what_is_offered_follows_from_the_route_and_no_server_is_asked(file: ModelsFile, is_offered: bool) -> None:
    offer = offered(RECIPES["rewrite"], file)
    assert offer.is_offered == is_offered
    assert bool(offer.reason) == bool(offer.why_not) == bool(offer.command) == (not is_offered)
    assert offered(RECIPES["reply"], file).is_offered


def test_a_recipe_that_is_not_offered_is_told_in_a_sentence_without_settings() -> None:
    shown = {recipe["name"]: recipe for recipe in public_recipes(RECIPES, models(SMALL))["recipes"]}
    assert {name for name, one in shown.items() if not one["offered"]} == set(NEED_A_WRITER)
    rewrite = shown["rewrite"]
    assert "larger model" in rewrite["why_not"]
    assert "administrator" in rewrite["why_not"]
    assert "INLAID_" not in rewrite["why_not"]
    assert rewrite["command"].startswith("inlaid model")
    assert not {"why_not", "command"} & set(shown["reply"])


def test_of_a_document_a_small_model_is_not_asked_for_less() -> None:
    def only_short(file: ModelsFile) -> set[str]:
        shown = public_recipes(RECIPES, file)["recipes"]
        return {one["name"] for one in shown if one["offered"] and not one["offered_for_documents"]}

    assert only_short(models(SMALL)) == {"summarize"}
    assert only_short(models(LARGE)) == set()


def test_what_a_program_may_set_is_told_apart_from_what_a_form_asks_for() -> None:
    shown = {recipe["name"]: recipe for recipe in public_recipes(RECIPES, models(SMALL))["recipes"]}
    assert [wanted["name"] for wanted in shown["ask"]["inputs"]] == ["question"]
    assert [wanted["name"] for wanted in shown["ask"]["settable_inputs"]] == ["follows", "sources", "readers"]
    assert [wanted["name"] for wanted in shown["reply"]["settable_inputs"]] == ["passages", "caution"]


def policy(rules: str) -> PersonPolicy:
    return PolicySet(parse_policies(f"[installation]\n{rules}\n", "policies.toml")).of(PersonFacts("local"))


@pytest.mark.parametrize(
    ("rules", "surface", "listed"),
    [
        ("", "cli", {*RECIPES}),
        ('recipes = { allow = ["summarize", "title"] }', "cli", {"summarize", "title"}),
        ('recipes = { deny = ["*"] }', "cli", set()),
        ('surfaces = { deny = ["slack"] }', "slack", set()),
        ('surfaces = { deny = ["slack"] }', "word", {name for name in RECIPES if "word" in RECIPES[name].surfaces}),
        ("models = { local_only = true }", "cli", {*RECIPES} - {"scan"}),
        ('models = { deny = ["tiny"] }', "cli", {*RECIPES}),
        ('models = { deny = ["tiny", "away"] }', "cli", set()),
    ],
)
def test_listed_is_what_the_person_may_use_there_with_a_model_that_they_may_ask(
    rules: str, surface: str, listed: set[str]
) -> None:
    away = {"name": "away", "url": "https://models.example/v1", "model": "Qwen2.5-7B-Instruct"}
    file = models(SMALL, away, routes={"default": ["tiny", "away"], "scan": ["away"]})
    assert set(allowed_recipes(RECIPES, file, policy(rules), surface)) == listed


def test_what_a_recipe_needs_is_asked_of_the_models_that_the_person_may_use() -> None:
    file = models(SMALL, LARGE)
    assert offered(RECIPES["rewrite"], file).is_offered
    assert not offered(RECIPES["rewrite"], file, policy('models = { deny = ["house"] }')).is_offered
    refused = why_not_allowed(RECIPES["rewrite"], models(LARGE), policy('models = { deny = ["house"] }'))
    assert refused
    assert refused.rule == "models.deny"


def test_why_a_recipe_is_not_offered_names_it_in_the_language_that_is_spoken() -> None:
    with speaking("de"):
        said = told(why_not_offered(RECIPES["actions"]))
    assert said == "„Aufgaben“ braucht ein größeres Modell als das eingerichtete."
