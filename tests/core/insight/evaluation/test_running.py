"""The bundled samples through a scripted model: bare, trivial and within Inlaid, summed up."""

import pytest

from core.errors import ModelOutage
from core.insight.evaluation import BareModel, EvalItem, InlaidModel, System, evaluate
from core.insight.evaluation.running import baselines_for
from tests.core.insight.evaluation.samples import samples
from tests.core.insight.evaluation.scripted import chat, drafts
from tests.in_memory import ScriptedChat


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


SOURCE = "One is first. Two follows it. Three comes then. Four is last."


@pytest.mark.parametrize(
    ("task", "texts"),
    [
        ("proofread", [SOURCE]),
        ("title", ["One is first. Two follows it. Three comes"]),
        ("summarize", ["One is first. Two follows it. Three comes then."]),
        ("shorten", ["One is first. Two follows it.", SOURCE]),
        ("unknown", []),
    ],
)
def test_each_task_has_its_trivial_systems(task: str, texts: list[str]) -> None:
    item = EvalItem(id="1", task=task, source=SOURCE, max_ratio=0.5)
    assert [baseline.answer(item).text for baseline in baselines_for(task)] == texts


def test_a_stock_reply_names_both_and_yes_is_always_yes() -> None:
    item = EvalItem(id="1", task="reply", source="Hello", sender="Ann Lee", owner="Bob")
    (reply,) = [baseline.answer(item) for baseline in baselines_for("reply")]
    assert reply.text.startswith("Hi Ann,")
    assert reply.text.endswith("Bob")
    assert [baseline.answer(item).verdict for baseline in baselines_for("needs_reply")] == ["yes"]
