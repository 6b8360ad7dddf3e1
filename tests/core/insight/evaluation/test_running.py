"""The bundled samples through a scripted model: bare, trivial and within Inlaid, summed up."""

import json
from collections.abc import Sequence

from core.drafts import ChatMessage, Draft
from core.errors import ModelOutage
from core.insight.evaluation import BareModel, EvalItem, InlaidModel, System, evaluate
from core.insight.evaluation.drafting import Write
from core.insight.evaluation.overview import public_evaluation
from core.llm.ports import ChatOptions
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.plans import choose_plan
from tests.core.insight.evaluation.samples import samples
from tests.in_memory import ScriptedChat

RECIPES = load_recipes()


def chat(answer: str = "Sure! Here is the text: I am a language model.") -> ScriptedChat:
    return ScriptedChat([answer], repeat_last=True)


def drafts(model: ScriptedChat) -> Write:
    """Write drafts by the plans for small models alone: no routes, budgets or store."""

    def ask(messages: Sequence[ChatMessage], *, max_tokens: int, prefill: str = "", **_: object) -> str:
        return model.complete(messages, options=ChatOptions(max_tokens=max_tokens, prefill=prefill)).text

    def write(recipe_name: str, inputs: dict[str, str]) -> Draft:
        recipe = RECIPES[recipe_name]
        result = choose_plan(recipe.plan, small=True)(recipe, validate_inputs(recipe, inputs), ask)
        return Draft(
            recipe=recipe_name, text=result.text, items=result.items, sources=result.sources, skeleton=result.skeleton
        )

    return write


def test_every_sample_is_answered_by_every_system_and_inlaid_beats_a_model_that_talks() -> None:
    items = samples()
    heard: list[str] = []
    systems: list[System] = [BareModel(chat()), InlaidModel(drafts(chat()))]
    result = evaluate(items, systems, say=lambda done, total, doing: heard.append(f"{done}/{total} {doing}"))
    assert heard[0].startswith(f"0/{len(items)} ")
    for task in {item.task for item in items}:
        ours, bare = result.value(task, "inlaid", "passes_checks"), result.value(task, "bare model", "passes_checks")
        assert ours is not None
        assert bare is not None
        assert ours >= bare
    assert result.value("reply", "bare model", "no_leak") == 0
    assert result.value("reply", "inlaid", "greeting_ok") == 1
    assert result.value("proofread", "inlaid", "clean_kept") == 1


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


def test_a_model_that_is_down_fails_its_items_and_the_run_goes_on() -> None:
    down = ScriptedChat([ModelOutage("The model server is down.")], repeat_last=True)
    result = evaluate(samples("title"), [BareModel(down)])
    assert result.value("title", "bare model", "passes_checks") == 0
    assert [cost.errors for cost in result.costs if cost.system == "bare model"] == [2]


def test_mails_are_decided_by_the_function_that_is_given() -> None:
    item = EvalItem(id="m", task="needs_reply", source="Subject: x\n\nCan you come?", label="yes")
    decided = InlaidModel(drafts(chat()), needs_reply=lambda raw: "Can you" in raw).answer(item)
    assert decided.verdict == "yes"
    assert InlaidModel(drafts(chat())).answer(item).error
