"""Gaps that only show something."""

from core.writing.grounded.asked import Asking
from core.writing.grounded.hints import open_others


def test_what_else_is_told_stands_whole_in_as_many_gaps_as_it_takes() -> None:
    told = [f"The {place} is booked until the autumn, and its caretaker is away {'and away ' * 25}" for place in "AB"]
    short = "The ramp is steep"
    found = open_others([short, *told], Asking("en"))
    assert [gap.place for gap in found] == [f"[[{gap.question}]]" for gap in found]
    assert [gap.question.count("“") for gap in found] == [2, 1]
    assert all(line.strip() in " ".join(gap.question for gap in found) for line in (short, *told))


def test_only_what_may_hurt_somebody_is_an_alert() -> None:
    kinds = {kind: open_others(["The cable smells burnt"], Asking("en"), kind) for kind in ("look", "look_first")}
    assert {kind: [(gap.is_hint, gap.is_alert) for gap in found] for kind, found in kinds.items()} == {
        "look": [(True, False)],
        "look_first": [(True, True)],
    }
