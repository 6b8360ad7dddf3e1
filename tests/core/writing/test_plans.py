"""Each plan runs with the least that a recipe of one's own has to have for it."""

import pytest

from core.errors import InlaidError
from core.recipes.loader import parse_recipe
from core.recipes.model import CHECK_NAMES, PLAN_FORMS, Recipe
from core.recipes.render import validate_inputs
from core.writing.checks import CHECKS
from core.writing.plans import PLANS, PlanResult, choose_plan
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

TEXT = "The hall is closed on Monday, 7 December 2026. Customer: Contoso. Who has the key?"


def minimal(plan: str) -> Recipe:
    form = PLAN_FORMS[plan]
    main = form.main or "matter"
    inputs = "".join(f'[[inputs]]\nname = "{name}"\ntitle = "{name}"\ntype = "text"\n' for name in (main, *form.inputs))
    head = (
        f'name = "mine"\ntitle = "Mine"\nplan = "{plan}"\nneeds = "large"\nmain_input = "{main}"\nskeleton = "[[?]]"\n'
    )
    prompt = f'[prompt]\nuser = "{{{{ {main} | fenced }}}}"\n[prompt.variants.short]\nsystem = "Be brief."\n'
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
    ended: PlanResult | InlaidError
    try:
        ended = choose_plan(plan, small=small)(recipe, validate_inputs(recipe, filled), ScriptedAsk("It is closed."))
    except InlaidError as error:
        ended = error
    is_result = isinstance(ended, PlanResult) and (ended.text or ended.items is not None)
    assert is_result or (isinstance(ended, InlaidError) and ended.fix)
