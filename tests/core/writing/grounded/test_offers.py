"""Which of the dates that a message offers is accepted."""

import pytest

from core.writing.grounded.asked import Asking
from core.writing.grounded.offers import chosen_date

OFFERED = ("Tuesday 9 June at 10:00", "Thursday 11 June at 14:00")


@pytest.mark.parametrize(
    ("told", "chosen"),
    [
        ("Thursday", "Thursday 11 June at 14:00"),
        ("Tuesday works", "Tuesday 9 June at 10:00"),
        ("ok for 11 June", "Thursday 11 June at 14:00"),
        # Neither day, another time, both days, and a refusal of one.
        ("Friday", ""),
        ("Thursday at 16:00", ""),
        ("Tuesday or Thursday", ""),
        ("not Tuesday", ""),
        ("", ""),
    ],
)
def test_one_offered_date_is_chosen_or_none(told: str, chosen: str) -> None:
    assert chosen_date(told, told, Asking("en", offered=OFFERED), "en") == chosen


def test_nothing_is_chosen_where_nothing_was_offered() -> None:
    assert chosen_date("Thursday", "Thursday", Asking("en"), "en") == ""
