"""Why somebody may not, in full: groups, rules, and every refusal."""

from functools import partial
from pathlib import Path

import pytest

from core.llm.models_file import EndpointEntry
from core.policies.enforcement import Policies
from core.policies.explanation import explain, name_warnings, origin_words
from core.policies.in_force import PolicyBook
from core.policies.resolution import PersonFacts
from core.store import Store

TEXT = """\
[installation]
budget = { tokens_per_day = 900 }
[group.finance]
title = "Finance"
claims = ["fin"]
recipes = { deny = ["compose", "compos"] }
surfaces = { deny = ["slack"] }
learning = false
grounds = false
[group.finance.style.de]
register = "informal"
[installation.style]
guide = "Short."
"""
SMALL = EndpointEntry(name="small", url="embedded")


@pytest.fixture
def policies(store: Store, tmp_path: Path) -> Policies:
    book = PolicyBook(tmp_path / "policies.toml", store.records)
    book.versions.save(TEXT, by="Ada", after=0)
    return Policies(book, lambda workspace, _person: PersonFacts(workspace, claims=frozenset({"fin"})))


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ({}, ["surfaces.deny", "recipes.deny", "learning", "grounds"]),
        ({"recipe": "compose"}, ["recipes.deny"]),
        ({"surface": "slack"}, ["surfaces.deny"]),
        ({"recipe": "reply", "surface": "slack"}, ["surfaces.deny"]),
        ({"recipe": "reply", "surface": "word"}, []),
    ],
)
def test_a_question_is_answered_with_the_rules_that_refuse(
    policies: Policies, asked: dict[str, str], refused: list[str]
) -> None:
    found = explain(policies, ("local", "ada"), ["compose", "reply"], lambda _recipe: [SMALL], **asked)
    shown = found.to_json()
    assert [refusal["rule"] for refusal in shown["refusals"]] == [f"group.finance.{rule}" for rule in refused]
    assert shown["allowed"] is not bool(refused)
    assert shown["groups"] == [{"name": "finance", "title": "Finance", "because": "claim fin"}]
    assert {"section": "group.finance", "rule": "learning", "value": False} in shown["rules"]
    assert shown["budget"] == {"tokens_per_day": {"most": 900, "rule": "budget.tokens_per_day of the installation"}}
    assert shown["style"] == [
        {"language": "", "rule": "installation.style.guide", "value": "Short."},
        {"language": "de", "rule": "group.finance.style.de.register", "value": "informal"},
    ]
    assert len(shown["style_version"]) == 12
    assert not [rule for rule in shown["rules"] if "style" in rule["rule"]]
    assert shown["in_force"] == "Version 1 of the console is in force."


def test_a_model_that_is_not_allowed_is_told_once_with_the_recipes_that_have_no_other(
    store: Store, tmp_path: Path
) -> None:
    book = PolicyBook(tmp_path / "policies.toml", store.records)
    book.versions.save('[installation]\nmodels = { deny = ["small"] }\n', by="Ada", after=0)
    policies = Policies(book, lambda workspace, _person: PersonFacts(workspace))
    other = EndpointEntry(name="other", url="embedded")
    recipes = {"compose": [SMALL], "reply": [SMALL], "title": [SMALL, other]}
    found = explain(policies, ("local", "ada"), recipes, lambda name: recipes[name])
    assert [refusal.rule for refusal in found.refusals] == ["models.deny"]
    assert found.to_json()["without_model"] == ["compose", "reply"]


@pytest.mark.parametrize("name", ["embedded", "small"])
def test_the_embedded_model_is_called_as_the_list_of_models_calls_it(store: Store, tmp_path: Path, name: str) -> None:
    book = PolicyBook(tmp_path / "policies.toml", store.records)
    book.versions.save(f'[installation]\nmodels = {{ allow = ["{name}"] }}\n', by="Ada", after=0)
    policies = Policies(book, lambda workspace, _person: PersonFacts(workspace))
    brought = EndpointEntry(name="small", url="http://127.0.0.1:7/v1", model="SmolLM2-135M-Instruct")
    for models in ([SMALL], [brought]):
        assert name_warnings(book.current(), ["reply"], models) == []
        assert explain(policies, ("local", "ada"), ["reply"], partial(_all, models)).refusals == ()


def _all(models: list[EndpointEntry], _recipe: str) -> list[EndpointEntry]:
    return models


def test_names_that_nothing_bears_are_warned_of(policies: Policies) -> None:
    warned = name_warnings(policies.book.current(), ["compose", "reply"], [SMALL])
    assert [(each.line, each.text.partition(";")[0]) for each in warned] == [
        (6, "group.finance.recipes.deny: there is no recipe compos")
    ]


def test_it_is_said_in_words_what_is_in_force(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "policies.toml"
    assert "everything is allowed" in origin_words(PolicyBook(path, store.records).current())
    path.write_text("[installation\n")
    assert "nothing is allowed" in origin_words(PolicyBook(path, store.records).current())
    path.write_text("[installation]\n")
    assert "The file is in force" in origin_words(PolicyBook(path, store.records).current())
    path.write_text("")
    assert "the last good one holds" in origin_words(PolicyBook(path, store.records).current())
