"""The problems of a file that a person writes: the key, what is wrong, and what to do."""

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from core.recipes.model import Recipe
from core.validation_messages import did_you_mean, key_problem


class Endpoint(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    timeout_seconds: float = 1.0


class File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    endpoints: tuple[Endpoint, ...] = ()
    checks: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            {"endpoints": [{"name": "a", "timout_seconds": 2}]},
            "endpoints.0.timout_seconds: unknown key; did you mean timeout_seconds?",
        ),
        ({"endpoints": [{"name": "a", "zzz": 2}]}, "endpoints.0.zzz: unknown key; known are name, timeout_seconds"),
        ({"routes": 1}, "routes: unknown key; known are checks, endpoints"),
        ({"endpoints": {"name": "a"}}, "endpoints: write [[endpoints]], not [endpoints]"),
        ({"checks": {"foo": 1}}, "checks: has to be a list; write it in square brackets"),
        ({"endpoints": [{}]}, "endpoints.0.name: missing; add it"),
    ],
)
def test_a_problem_names_the_key_and_what_to_do(data: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError) as raised:
        File.model_validate(data)
    assert [key_problem(entry, File) for entry in raised.value.errors()] == [problem]


def test_a_wrong_value_is_shown_and_cut_when_it_is_long() -> None:
    with pytest.raises(ValidationError) as raised:
        Endpoint.model_validate({"name": "a", "timeout_seconds": "x" * 500})
    (entry,) = raised.value.errors()
    assert key_problem(entry, Endpoint).startswith("timeout_seconds: input should be a valid number")
    assert len(key_problem(entry, Endpoint)) < 200


def test_a_name_of_another_form_is_told_the_form_in_words() -> None:
    with pytest.raises(ValidationError) as raised:
        Recipe.model_validate({"name": "My Recipe"})
    [told] = [key_problem(entry, Recipe) for entry in raised.value.errors() if "pattern" in entry["type"]]
    form = "has to begin with small letters, and go on with small letters, digits, _ or -; at most 40 characters"
    assert told == f"name: {form}, got 'My Recipe'"


def test_a_near_word_is_offered_and_else_all_are_named() -> None:
    assert did_you_mean("sumarize", ["reply", "summarize"]) == "did you mean summarize?"
    assert did_you_mean("qqq", ["summarize", "reply"]) == "known are reply, summarize"
