"""Forms that several readers of text look for."""

import re

import pytest

from core.text.forms import DIGITS, LETTERS, MAIL_ADDRESS, NAME_WORD, YEAR


@pytest.mark.parametrize(
    ("form", "text", "found"),
    [
        (LETTERS, "don\u2019t 12 l'ami_2", ["don\u2019t", "l'ami"]),
        (NAME_WORD, "Smith & Co, O'Neil AT&T 3M", ["Smith", "Co", "O'Neil", "AT&T", "M"]),
        (DIGITS, "3M, 12.50", ["3", "12", "50"]),
        (YEAR, "1999, 2026-11, 12024, 20261", ["1999", "2026"]),
        (
            MAIL_ADDRESS,
            "ana.ruiz+x@mail.example.org, a@b, <jo@x.example>",
            ["ana.ruiz+x@mail.example.org", "jo@x.example"],
        ),
    ],
)
def test_a_form_is_found_where_it_stands(form: re.Pattern[str], text: str, found: list[str]) -> None:
    assert form.findall(text) == found
