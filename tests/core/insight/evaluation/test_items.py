import json

import pytest

from core.insight.evaluation import read_items

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
    assert [one.place for one in data.broken] == ["set.jsonl:2"]
    assert reason in data.broken[0].reason


def test_an_item_without_an_id_is_called_by_its_place() -> None:
    assert read_items(['{"task": "title", "source": "x"}']).items[0].id == "line:1"
