"""A mail that answers between quoted lines: these ask nothing of its reader, and what it answers is seen."""

import pytest

from core.writing.grounded.threads import answers_between, own_part
from tests.core.writing.grounded.test_reply import reply

_BETWEEN = (
    "> Shall I bring the long ladder? The short one\n> is at my sister's.\n\n"
    "Neither. We hire a tower.\n\n"
    "> I could ask Piet about the paint.\n\n"
    "Does he still give us the discount?\n\n"
    "One more thing. Could you lend me your drill on Saturday?\n\nMarit"
)
_ANNOUNCED = f"Hello Joost,\n\nOn Mon, 2 March 2026, Joost Wiel wrote:\n{_BETWEEN}"
_TOP = "When do you come?\n\nMarit\n\nOn Mon, 2 March 2026, Joost Wiel wrote:\n> Shall I bring the long ladder?\n"


@pytest.mark.parametrize("message", [f"Hello Joost, see below.\n\n{_BETWEEN}", _BETWEEN, _ANNOUNCED])
def test_only_what_the_sender_asks_is_a_gap_and_what_they_answer_stands_behind_the_quoted_line(message: str) -> None:
    result = reply(message=message, sender_name="Marit Oosten", owner_name="Joost Wiel")
    gaps = [gap.question for gap in result.gaps if not gap.is_hint]
    assert [word for gap in gaps for word in ("discount", "drill", "ladder", "Piet") if word in gap] == [
        "discount",
        "drill",
    ]
    (answered,) = [gap.question for gap in result.gaps if gap.question.startswith("Answered below quoted lines")]
    assert "“Shall I bring the long ladder?” \u2013 “Neither. We hire a tower.”" in answered
    assert "drill" not in answered


def test_what_stands_below_an_answer_is_the_mail_before_and_marks_alone_hide_nothing() -> None:
    said, below = own_part(_TOP, "Marit Oosten")
    assert ("ladder" in said, "ladder" in below) == (False, True)
    assert answers_between(_TOP, "Marit Oosten") == []
    assert own_part("> all of it\n> is marked", "Marit Oosten")[0] == "> all of it\n> is marked"


def test_lines_that_were_announced_are_the_thread_of_what_is_written_between_them() -> None:
    said, between = own_part(_ANNOUNCED, "Marit Oosten")
    assert "wrote:" not in said
    assert "Joost Wiel wrote:" in between


def test_marked_lines_in_a_mail_below_leave_it_the_thread() -> None:
    older = "From: Joost Wiel\nSent: 2 March 2026\nSubject: paint\n\n> Is it oil?\n\nNo, water."
    said, below = own_part(f"When do you come?\n\nMarit\n\n{older}", "Marit Oosten")
    assert "water" not in said
    assert "No, water." in below


@pytest.mark.parametrize(
    "message",
    [
        "> The hall costs 300 euros for the evening.\n\nGood. What does the hall cost at noon?\n\nMarit",
        "What does the hall cost?\n\nMarit\n\n> The hall costs 300 euros for the evening.",
    ],
)
def test_marked_lines_that_nothing_announces_are_what_was_written_before(message: str) -> None:
    said, before = own_part(message, "Marit Oosten")
    assert ("300" in said, before) == (False, "> The hall costs 300 euros for the evening.")
    result = reply(message=message, sender_name="Marit Oosten", owner_name="Joost Wiel")
    assert any("300 euros" in gap.question and "What does the hall cost" in gap.question for gap in result.gaps)
    assert not any("300 euros" in gap.question for gap in result.gaps if gap.question.startswith("Your answer"))
