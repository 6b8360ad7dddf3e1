"""Every modal, filled to the brim, is one that Slack takes."""

from collections.abc import Callable

import pytest

from core.job import new_id
from core.recipes.inputs import most_chars
from core.recipes.loader import load_recipes
from integrations.slack.person import usable_settings
from integrations.slack.reply_target import ReplyTarget
from integrations.slack.views import modals
from integrations.slack.views.blocks import Block
from integrations.slack.views.mrkdwn import escape
from tests.fakes.slack.view_rules import checked_view

LONG = "A long & <winding> road, @here. " * 1000
JOB = new_id()
RECIPES = load_recipes()
PLACE = ReplyTarget(
    "T" * 12, "E" * 12, "C" * 12, "1700000000.000001", response_url="https://hooks.slack.com/" + "r" * 200
).to_json()


VIEWS: dict[str, Callable[[], Block]] = {
    "chooser": lambda: modals.chooser_modal(RECIPES, PLACE),
    "edit": lambda: modals.edit_modal(LONG, {**PLACE, "job": JOB}),
    "edit of a very long text": lambda: modals.edit_modal(LONG * 5, {**PLACE, "job": JOB}),
    "post to": lambda: modals.post_to_modal({**PLACE, "job": JOB}),
    "feedback": lambda: modals.feedback_modal({"job": JOB}),
    "settings": lambda: modals.settings_modal(
        {"tone": "gone", "closing": LONG}, usable_settings(RECIPES), shares_examples=True
    ),
    "loading": lambda: modals.loading_modal(LONG),
    "notice": lambda: modals.notice_modal(LONG, escape(LONG)),
    **{f"form of {name}": lambda one=recipe: modals.recipe_modal(one, PLACE) for name, recipe in RECIPES.items()},  # type: ignore[misc] # mypy knows no defaults of lambdas
    **{
        f"filled form of {name}": lambda one=recipe: modals.recipe_modal(  # type: ignore[misc]
            one, PLACE, {wanted.name: LONG for wanted in one.inputs}
        )
        for name, recipe in RECIPES.items()
    },
}


@pytest.mark.parametrize("kind", VIEWS)
def test_every_modal_is_within_slacks_limits(kind: str) -> None:
    assert checked_view(VIEWS[kind](), "modal")


def test_the_form_of_questions_asks_and_others_write() -> None:
    buttons = {name: modals.recipe_modal(RECIPES[name], {})["submit"]["text"] for name in ("ask", "rewrite")}
    assert buttons == {"ask": "Ask", "rewrite": "Write"}


def test_a_field_takes_no_more_than_its_input_does() -> None:
    asked = {
        block["block_id"]: block for block in modals.recipe_modal(RECIPES["ask"], PLACE)["blocks"] if "element" in block
    }
    assert asked["question"]["element"]["max_length"] == most_chars(RECIPES["ask"].inputs[0])
    assert asked["question"]["element"]["max_length"] < modals.MAX_INPUT_CHARS


def test_nobody_is_asked_for_passages_in_the_form_of_a_reply() -> None:
    assert "JSON" not in str(modals.recipe_modal(RECIPES["reply"], PLACE))
