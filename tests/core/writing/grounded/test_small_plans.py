from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.grounded.answers import find_answer
from core.writing.plans import PLANS, PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPES = load_recipes()


def run(name: str, ask: ScriptedAsk | None = None, **given: str) -> PlanResult:
    recipe = RECIPES[name]
    return PLANS[recipe.plan](recipe, validate_inputs(recipe, given), ask or ScriptedAsk(""))


def test_a_question_without_that_kind_of_fact_in_the_thread_stays_open() -> None:
    assert find_answer("When is the kick-off meeting?", "The kick-off meeting will be fun.") == ""
    assert find_answer("When is the kick-off meeting?", "Is the kick-off meeting on 5 May?") == ""
    assert find_answer("Can you come to the kick-off meeting?", "The kick-off meeting is on 5 May.") == ""
