"""An unknown word has one right form where no other word in use is as near, and no form where it may be meant."""

import pytest

from core.writing.grounded.clear_slips import clear_form, with_eszett


@pytest.mark.parametrize(
    ("word", "offered", "language", "right"),
    [
        ("automaticly", ["automatically", "automatic"], "en", "automatically"),
        ("Infront", ["in front"], "en", "In front"),
        ("Telefonummer", ["Telefonnummer"], "de", "Telefonnummer"),
        ("buildd", ["build"], "en", ""),
        ("wether", ["whether", "weather", "wither"], "en", ""),
        ("house", ["horse"], "en", ""),
    ],
)
def test_a_word_has_one_clear_form_or_none(word: str, offered: list[str], language: str, right: str) -> None:
    assert clear_form(word, offered, language) == right


def test_ss_stands_for_an_eszett_alone() -> None:
    assert with_eszett("heisst", ["hei\u00dft", "heizt"]) == "hei\u00dft"
    assert not with_eszett("heizst", ["hei\u00dft"])
