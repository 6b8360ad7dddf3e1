"""A smaller model is recommended only when the interval carries it."""

from core.insight.evaluation import EvalItem, Output, summarize
from core.insight.evaluation.recommending import recommend
from core.insight.evaluation.running import Evaluation, Judged
from core.insight.evaluation.scores import passed


def result(small: int, large: int, items: int = 60, usd: tuple[float, float] = (0.0003, 0.01)) -> Evaluation:
    """Let the systems pass the first so many items."""
    judged = [
        Judged(
            EvalItem(id=str(at), task="title"),
            name,
            Output(text="x", usd=usd[place], seconds=1.0 + place),
            {"usable": passed(at < (small, large)[place])},
        )
        for at in range(items)
        for place, name in enumerate(("small", "large"))
    ]
    return summarize(judged)


def test_a_small_model_that_passes_nearly_as_much_is_put_first_with_its_price() -> None:
    said = recommend(result(55, 60), "small", "large")
    assert said.startswith("small passes 92% (95 % interval ")
    assert "at 3% of the cost: put it first in the route." in said


def test_an_interval_that_reaches_too_low_recommends_nothing() -> None:
    assert "does not enter the route" in recommend(result(47, 58), "small", "large")
    assert "does not enter the route" in recommend(result(0, 60), "small", "large")
    assert "does not enter the route" in recommend(result(30, 0), "small", "large")


def test_few_items_prove_nothing() -> None:
    assert recommend(result(19, 19, items=19), "small", "large").startswith("No recommendation: 19 items")


def test_without_prices_time_is_compared() -> None:
    assert "in 50% of the time" in recommend(result(60, 60, usd=(0.0, 0.0)), "small", "large")
