"""Trivial outputs."""

import pytest

from core.insight.evaluation import EvalItem
from core.insight.evaluation.baselines import baselines_for

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
