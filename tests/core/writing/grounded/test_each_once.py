"""What the gaps of a reply would say twice."""

import pytest

from tests.core.writing.grounded.test_reply import reply

DAYS = "Tuesday 8 December, Thursday 10 December or Monday 14 December"


@pytest.mark.parametrize(
    "asked",
    [
        f"We would like to see your workshop. Would {DAYS} suit you, in the morning?",
        "Which of these suits you?\n- Tuesday 8 December\n- Thursday 10 December\n- Monday 14 December",
    ],
)
def test_the_dates_of_a_message_stand_in_one_gap_with_each_to_pick(asked: str) -> None:
    gaps = reply(message=f"Hi Ana,\n\nyour invoice is wrong. Who looks after it?\n\n{asked}\n\nTom").gaps
    dated = [gap for gap in gaps if "Thursday 10 December" in f"{gap.question}{gap.choices}"]
    assert len(dated) == 1
    assert dated[0].choices[:2] == ("Tuesday 8 December works for me.", "Thursday 10 December works for me.")


def test_where_many_gaps_could_only_promise_an_answer_none_does() -> None:
    asked = "Who opens for us? What does the hall cost? Where do we park?"
    few = reply(message="Who opens for us? What does the hall cost?").gaps
    assert [gap.choices for gap in few] == [("I will get back to you about this.",)] * 2
    assert not any(gap.choices for gap in reply(message=f"Hi Ana,\n\n{asked}\n\nTom").gaps)


def test_news_of_a_death_is_no_note_beside_the_condolence() -> None:
    told = "Hi Ana,\n\nmy father died on Tuesday.\n\nCould you live with getting the plan on the 14th instead?\n\nSam"
    result = reply(message=told)
    assert "My sincere condolences." in result.text
    assert not [gap for gap in result.gaps if gap.question.startswith("Not asked outright")]
