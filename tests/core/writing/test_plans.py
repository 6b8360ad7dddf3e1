"""Each plan runs with the least that a recipe of one's own has to have for it."""

import re
from pathlib import Path

import pytest

from core.errors import InlaidError
from core.recipes.loader import parse_recipe
from core.recipes.model import CHECK_NAMES, PLAN_FORMS, Recipe
from core.recipes.render import validate_inputs
from core.writing.checks import CHECKS
from core.writing.plans import PLANS, PlanResult, choose_plan
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

TEXT = "The hall is closed on Monday, 7 December 2026. Customer: Contoso. Who has the key?"
MARK = "Words of the prompt."


def minimal(plan: str) -> Recipe:
    form = PLAN_FORMS[plan]
    main = form.main or "matter"
    inputs = "".join(f'[[inputs]]\nname = "{name}"\ntitle = "{name}"\ntype = "text"\n' for name in (main, *form.inputs))
    head = (
        f'name = "mine"\ntitle = "Mine"\nplan = "{plan}"\nneeds = "large"\nmain_input = "{main}"\nskeleton = "[[?]]"\n'
    )
    prompt = f'[prompt]\nuser = "{MARK} {{{{ {main} | fenced }}}}"\n[prompt.variants.short]\nsystem = "Be brief."\n'
    return parse_recipe(f"{head}{inputs}{prompt}", "mine.toml")


def test_every_check_and_plan_that_a_recipe_may_name_is_there_and_no_other() -> None:
    assert tuple(CHECKS) == CHECK_NAMES
    assert tuple(PLANS) == tuple(PLAN_FORMS)


@pytest.mark.parametrize("is_filled", [True, False])
@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("plan", PLAN_FORMS)
def test_a_minimal_recipe_of_each_plan_ends_in_a_result_or_a_clear_error(
    plan: str, small: bool, is_filled: bool
) -> None:
    recipe = minimal(plan)
    filled = {one.name: TEXT for one in recipe.inputs} if is_filled else {recipe.main_input: TEXT}
    ended = run(recipe, filled, ScriptedAsk("It is closed."), small=small)
    is_result = isinstance(ended, PlanResult) and (ended.text or ended.items is not None)
    assert is_result or (isinstance(ended, InlaidError) and ended.fix)


def run(recipe: Recipe, given: dict[str, str], ask: ScriptedAsk, *, small: bool) -> PlanResult | InlaidError:
    try:
        return choose_plan(recipe.plan, small=small)(recipe, validate_inputs(recipe, given), ask)
    except InlaidError as error:
        return error


@pytest.mark.parametrize("plan", PLAN_FORMS)
def test_only_a_plan_that_gives_nothing_by_rule_reads_the_prompt_without_a_writer(plan: str) -> None:
    recipe, by_rule, written = minimal(plan), ScriptedAsk("It is closed."), ScriptedAsk("It is closed.")
    given = {one.name: TEXT for one in recipe.inputs}
    run(recipe, given, by_rule, small=True)
    run(recipe, given, written, small=False)
    assert (bool(by_rule.asked), bool(written.asked)) == (not PLAN_FORMS[plan].gives, True)
    assert MARK in written.asked[0][-1].content


def test_the_table_of_plans_for_authors_says_what_the_code_does() -> None:
    text = (Path(__file__).parents[3] / "integrations" / "README.md").read_text()
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \| (.+?) \|$", text, flags=re.MULTILINE)
    told = {plan: (gives, re.findall("`(.+?)`", inputs)) for plan, gives, inputs in rows}
    forms = {
        name: (form.gives or "nothing", [*filter(None, (form.main,)), *form.inputs])
        for name, form in PLAN_FORMS.items()
    }
    assert told == forms
