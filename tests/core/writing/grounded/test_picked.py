"""Which ready answer is meant by yes, no, later, or words of it."""

import pytest

from core.text.numbered_answers import Answer
from core.writing.grounded.picked import picked
from tests.core.writing.grounded.test_reply import reply


@pytest.mark.parametrize(
    "message",
    [
        "Can you join on Thursday?",
        "Könnten Sie am Montag kommen?",
        "Pourriez-vous venir jeudi ?",
        "¿Necesitas la sala?",
    ],
)
def test_yes_no_and_later_are_told_in_each_language(message: str) -> None:
    (gap,) = reply(message=message).gaps
    kinds: tuple[Answer, ...] = ("yes", "no", "later")
    assert [picked(gap, kind, "") for kind in kinds] == [0, 1, 2]


def test_of_days_none_is_a_yes_and_one_is_told_by_its_name() -> None:
    (gap,) = reply(message="Would Tuesday or Wednesday suit you?").gaps
    assert [picked(gap, "yes", ""), picked(gap, "no", ""), picked(gap, None, "wednesday"), picked(gap, None, "me")] == [
        None, 2, 1, None,
    ]  # fmt: skip
