"""The hash of a prompt: the same for the same wording, another for every other."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from core.drafts import Draft
from core.recipes.model import (
    Decoding,
    Example,
    InputType,
    Learning,
    LetterFrame,
    Output,
    Prompt,
    Recipe,
    RecipeInput,
    Variant,
)


def recipe(plan: str = "direct", **prompt: Any) -> Recipe:
    wording = Prompt.model_validate({"user": "{{ text }}", "system": "Be brief.", **prompt})
    given = (RecipeInput(name="text", title="Text"),)
    return Recipe(name="x", title="X", inputs=given, main_input="text", prompt=wording, skeleton="-", plan=plan)


VARIANTS = {"short": Variant(system="Short."), "long": Variant(system="Long.")}


def test_it_is_twelve_digits_and_stays() -> None:
    assert recipe().prompt_hash() == recipe().prompt_hash() == recipe().model_copy(update={"title": "Y"}).prompt_hash()
    assert len(bytes.fromhex(recipe().prompt_hash())) == 6


@pytest.mark.parametrize(
    "changed",
    [{"system": "Be long."}, {"user": "Text: {{ text }}"}, {"repair": "Again."}, {"prefill": "So"},
     {"examples": (Example(user="a", assistant="b"),)}],
)  # fmt: skip
def test_every_part_of_the_prompt_counts(changed: dict[str, Any]) -> None:
    assert recipe(**changed).prompt_hash() != recipe().prompt_hash()


def test_a_variant_has_its_own_and_one_more_variant_changes_no_other() -> None:
    tried = recipe(variants=VARIANTS)
    assert len({tried.prompt_hash(name) for name in ("", "short", "long")}) == 3
    assert tried.prompt_hash() == recipe().prompt_hash()
    chosen = tried.model_copy(update={"prompt": tried.prompt_for("short")})
    assert chosen.prompt_hash("short") == tried.prompt_hash("short")


def test_variants_that_are_shown_side_by_side_all_count_in_any_order() -> None:
    turned = dict(reversed(VARIANTS.items()))
    assert recipe("wordings", variants=VARIANTS).prompt_hash() == recipe("wordings", variants=turned).prompt_hash()
    assert recipe("wordings", variants=VARIANTS).prompt_hash() != recipe("wordings").prompt_hash()


def test_an_old_draft_is_read_without_both() -> None:
    draft = Draft.model_validate_json('{"recipe": "reply", "text": "Hello", "model": "m", "variant": "v"}')
    assert (draft.recipe_version, draft.prompt_hash) == (0, "")


def test_a_recipe_is_offered_where_it_says_and_by_surfaces_of_others_where_programs_may_ask() -> None:
    everywhere, named = recipe(), recipe().model_copy(update={"surfaces": ("slack", "mattermost")})
    assert all(everywhere.is_on(place) for place in ("slack", "api", "mcp", "mattermost"))
    assert named.is_on("mattermost")
    assert not any(named.is_on(place) for place in ("api", "mcp", "teams"))


def test_the_tables_for_authors_name_every_key_and_type_of_input() -> None:
    text = (Path(__file__).parents[3] / "integrations" / "README.md").read_text(encoding="utf-8")
    told = {word for quoted in re.findall("`(.+?)`", text) for word in re.findall(r"[a-z_]+", quoted)}
    parts = (Recipe, RecipeInput, Output, Decoding, Prompt, LetterFrame, Learning)
    assert {key for part in parts for key in part.model_fields} | {*get_args(InputType)} <= told
