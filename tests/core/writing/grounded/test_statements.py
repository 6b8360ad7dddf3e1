"""What passages say is shown with where it stands: the newest first, and what changes a rule before it."""

from core.writing.grounded.passages import GroundPassage
from core.writing.grounded.statements import PassageAnswer, as_changed, in_order_of_age, told_apart

OLD, NEW = (
    PassageAnswer(GroundPassage(number, f"{name}, Fees", "", text, document=name, date=date), (text,))
    for number, name, text, date in (
        (1, "Rules", "It is 5 euros.", "2025-01-01"),
        (2, "Notice", "No fee.", "2026-01-01"),
    )
)


def test_statements_that_differ_stand_with_their_day_the_newest_first() -> None:
    told = told_apart("What is the fee?", in_order_of_age([OLD, NEW]))
    assert told.splitlines()[1:] == ["- 2026-01-01, Notice: No fee. [2]", "- 2025-01-01, Rules: It is 5 euros. [1]"]


def test_a_change_stands_before_the_rule_and_both_say_where() -> None:
    assert as_changed("Wie hoch ist die Gebühr?", [NEW, OLD]).splitlines() == [
        "Eine Stelle ändert oder ergänzt die andere. Sie steht zuerst:",
        "- Notice, Fees: “No fee.” [2]",
        "- Rules, Fees: “It is 5 euros.” [1]",
    ]
