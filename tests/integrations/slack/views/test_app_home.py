"""The Home tab, filled to the brim, is one that Slack takes."""

import pytest

from core.insight.learning.rule_store import LearnedRule
from core.insight.learning.style_rules import RuleEvidence, StyleRule
from integrations.slack.person import UsageFigures, usable_settings
from integrations.slack.views import app_home
from tests.catalogue_sources import messages
from tests.fakes.slack.view_rules import checked_view
from tests.integrations.slack.views.test_modals import LONG, RECIPES


@pytest.mark.parametrize("is_admin", [False, True])
def test_app_home_is_within_slacks_limits(is_admin: bool) -> None:
    figures = UsageFigures(10**6, 10**6, 10**6, 0.5)
    profile = {"closing": LONG, "tone": LONG, "language": LONG}
    many = {f"{name}{number}": recipe for name, recipe in RECIPES.items() for number in range(10)}
    rule, evidence = StyleRule("replace", LONG, LONG), RuleEvidence(10**6, 10**6, 0, 0.5, 0.1)
    rules = [LearnedRule(f"{number:012}", rule, "offered", evidence, ("slack",), 0.0) for number in range(50)]
    team = figures if is_admin else None
    usable = tuple(usable_settings(RECIPES))
    data = app_home.AppHome(many, (), figures, profile, usable, rules=rules, is_admin=is_admin, team_figures=team)
    assert "wish:use" in str(app_home.app_home_view(data))
    assert checked_view(app_home.app_home_view(data), "home")


def test_what_works_on_any_text_comes_before_what_a_small_model_finds_in_agreements_alone() -> None:
    recipes = {name: recipe for name, recipe in sorted(RECIPES.items()) if recipe.needs != "large"}
    view = app_home.app_home_view(app_home.AppHome(recipes, (), UsageFigures(0, 0, 0, 0.0), {}))
    elements = [element for block in view["blocks"] for element in block.get("elements", ())]
    menu = next(element for element in elements if "option_groups" in element)
    reading = next(group for group in menu["option_groups"] if group["label"]["text"] == "Read and find")
    assert [option["value"] for option in reading["options"]] == ["answer", "scan", "risks"]


def test_the_groups_of_the_menu_are_texts_of_the_catalogues() -> None:
    assert {*app_home.GROUPS, app_home.FURTHER} <= {*messages()}
