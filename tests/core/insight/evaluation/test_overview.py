"""An evaluation as one JSON object."""

import json
from dataclasses import replace

import pytest

from core.insight.evaluation import BareModel, EvalItem, InlaidModel, ModelOutput, evaluate, summarize
from core.insight.evaluation.grades import Grading, Readings
from core.insight.evaluation.overview import public_evaluation, recommend, route_sentences
from core.insight.evaluation.running import Evaluation, Judged
from core.insight.evaluation.scores import passed
from tests.core.insight.evaluation.samples import samples
from tests.core.insight.evaluation.scripted import chat, drafts


def test_the_result_is_one_json_object_with_every_answer_and_difference() -> None:
    result = evaluate(samples("request"), [BareModel(chat("No.")), InlaidModel(drafts(chat()))])
    shown = json.loads(json.dumps(public_evaluation(result)))
    assert {one["system"] for one in shown["figures"]} == {"always yes", "bare model", "inlaid"}
    assert {one["other"] for one in shown["differences"]} == {"always yes", "bare model"}
    assert len(shown["answers"]) == 3 * len(samples("request"))
    passing = next(
        one for one in shown["figures"] if (one["system"], one["measure"]) == ("bare model", "passes_checks")
    )
    assert (passing["value"], passing["n"]) == (0.5, 6)


SMALL, LARGE = "inlaid with small", "inlaid with large"


def result(small: int, large: int, items: int = 60, usd: tuple[float, float] = (0.0003, 0.01)) -> Evaluation:
    """Let so many results of each system be used; the checks pass all of both."""
    judged, gradings = [], []
    for at in range(items):
        for place, name in enumerate((SMALL, LARGE)):
            output = ModelOutput(text="x", usd=usd[place], seconds=1.0 + place)
            judged.append(Judged(EvalItem(id=str(at), task="title"), name, output, {"passes_checks": passed(True)}))
            grade = "A" if at < (small, large)[place] else "C"
            gradings.append(Grading(str(at), "title", "en", name, grade))
    return replace(summarize(judged, systems=(SMALL, LARGE)), readings=Readings("1 person", tuple(gradings)))


def test_a_small_model_whose_results_are_used_nearly_as_often_is_put_first_with_its_price() -> None:
    (said,) = route_sentences(result(55, 60))
    assert said.startswith("92% (95 % interval ")
    assert "at 3% of the cost: put it first in the route." in said


@pytest.mark.parametrize(("small", "large"), [(47, 58), (0, 60), (30, 0)])
def test_an_interval_that_reaches_too_low_recommends_nothing(small: int, large: int) -> None:
    assert "does not enter the route" in recommend(result(small, large), SMALL, LARGE)


def test_few_items_prove_nothing() -> None:
    assert recommend(result(19, 19, items=19), SMALL, LARGE).startswith("No recommendation: 19 items")


def test_checks_alone_recommend_nothing() -> None:
    ungraded = replace(result(60, 60), readings=None)
    assert route_sentences(ungraded) == [
        f"No recommendation for {SMALL}: its results were not graded, and checks do not say whether they are good."
    ]


def test_a_model_that_does_more_harm_is_not_put_first() -> None:
    found = result(60, 60)
    assert found.readings
    harmful = replace(found.readings.gradings[0], grade="H")
    with_harm = replace(found, readings=Readings("1 person", (harmful, *found.readings.gradings[1:])))
    assert "1 of its results are harmful" in recommend(with_harm, SMALL, LARGE)


def test_without_prices_time_is_compared() -> None:
    assert "in 50% of the time" in recommend(result(60, 60, usd=(0.0, 0.0)), SMALL, LARGE)
