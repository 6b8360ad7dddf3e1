import json

import pytest

from core.drafts import Draft, Finding, Usage
from core.insight.evaluation import ModelOutput, read_items
from core.insight.evaluation.items import MAX_EXAMPLES, effects_of_checks, objections_of

GOOD = {"id": "a", "task": "title", "source": "The hall is closed.", "references": ["Hall closed"], "origin": "here"}


def line(**changes: object) -> str:
    return json.dumps({**GOOD, **changes})


def test_items_are_read_and_further_keys_are_allowed() -> None:
    data = read_items([line(), "", line(id="b")])
    assert [item.id for item in data.items] == ["a", "b"]
    assert data.broken == ()


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not a JSON object"),
        (line(task="instruct"), "The task “instruct” cannot be scored"),
        (line(task=["title"]), "cannot be scored"),
        (line(source=""), "needs source"),
        (line(references=7), "references: "),
        (line(task="request", label="maybe"), "label: "),
        (line(), "stands on an earlier line too"),
    ],
)
def test_a_broken_line_is_named_with_its_number_and_the_rest_goes_on(broken: str, reason: str) -> None:
    data = read_items([line(), broken, line(id="c")], "set.jsonl")
    assert [item.id for item in data.items] == ["a", "c"]
    assert [line.place for line in data.broken] == ["set.jsonl:2"]
    assert reason in data.broken[0].reason


def test_an_item_without_an_id_is_called_by_its_place() -> None:
    assert read_items(['{"task": "title", "source": "x"}']).items[0].id == "line:1"


STOPS = Finding(check="facts", severity="repair", sentence="A number is not in the source.", place="42")
WARNS = Finding(check="tone", severity="warn", sentence="It is brusque.")


def test_an_objection_that_the_draft_no_longer_has_was_repaired() -> None:
    draft = Draft(recipe="reply", text="x", usage=Usage(calls=3))
    (objection,) = objections_of(draft, [(STOPS, WARNS), ()])
    assert (objection.check, objection.is_repaired, objection.is_delivered, objection.extra_calls) == (
        "facts", True, False, 2,
    )  # fmt: skip
    assert "42" in objection.example


def test_what_the_draft_still_has_was_delivered() -> None:
    draft = Draft(recipe="reply", text="x", findings=(WARNS,))
    (objection,) = objections_of(draft, [(WARNS,)])
    assert (objection.check, objection.is_delivered, objection.is_repaired) == ("tone", True, False)


def test_effects_are_summed_over_drafts_the_most_frequent_first() -> None:
    draft = Draft(recipe="reply", text="x", findings=(WARNS,), usage=Usage(calls=2))
    outputs = [ModelOutput(text="x", objections=objections_of(draft, [(STOPS,)]))] * 2
    outputs.append(ModelOutput(text="x", objections=objections_of(draft, [])))
    effects = effects_of_checks("small", outputs)
    assert [(effect.check, effect.drafts, effect.objections) for effect in effects] == [("tone", 3, 3), ("facts", 3, 2)]
    assert all(len(effect.examples) <= MAX_EXAMPLES for effect in effects)
