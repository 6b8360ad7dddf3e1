"""Subjects of mails, without what programs put around them."""

import pytest

from core.text.subjects import plain_subject


@pytest.mark.parametrize(
    ("subject", "plain"),
    [
        ("Re: AW: Fwd: The boiler", "The boiler"),
        ("[choir-list] Re[2]: Saturday.", "Saturday"),
        ("RV: Corte  de agua?", "Corte de agua"),
        ("Hello", ""),
        ("", ""),
    ],
)
def test_marks_of_programs_are_not_part_of_a_subject(subject: str, plain: str) -> None:
    assert plain_subject(subject) == plain
