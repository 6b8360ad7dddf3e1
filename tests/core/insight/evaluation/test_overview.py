"""An evaluation as one JSON object."""

import json

from core.insight.evaluation import BareModel, InlaidModel, evaluate
from core.insight.evaluation.overview import public_evaluation
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
