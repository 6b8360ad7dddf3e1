"""Which ready answer is meant by yes, no, later, or words of it."""

import pytest

from core.drafts import Gap
from core.text.numbered_answers import Answer, read_answers
from core.writing.grounded.picked import picked, with_answers
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


BOTH = (
    Gap(place="[[A?]]", question="A?", choices=("Yes.", "No.")),
    Gap(place="[[B?]]", question="B?", choices=("Yes.", "No.")),
)


def test_what_is_said_to_two_questions_stays_for_the_one_that_is_not_answered_anew() -> None:
    both = with_answers("[[A?]]\n\n[[B?]]", BOTH, read_answers("yes to all"))
    assert both is not None
    assert both.text == "Yes."
    second = with_answers(both.text, BOTH, read_answers("no to 2"))
    assert second is not None
    assert (second.text, second.made, second.left) == ("Yes.\n\nNo.", {2: "No."}, {})
    first = with_answers(both.text, BOTH, read_answers("no to 1"))
    assert first is not None
    assert first.text == "No.\n\nYes."


@pytest.mark.parametrize("said", ["yes to 3", "yes", "Tuesday to 1"])
def test_words_that_answer_no_question_change_nothing(said: str) -> None:
    assert with_answers("[[A?]]\n\n[[B?]]", BOTH, read_answers(said)) is None
