from core.recipes.model import CHECK_NAMES, PLAN_NAMES
from core.writing.checks import CHECKS
from core.writing.plans import PLANS


def test_every_check_and_plan_that_a_recipe_may_name_is_there_and_no_other() -> None:
    assert tuple(CHECKS) == CHECK_NAMES
    assert tuple(PLANS) == PLAN_NAMES
