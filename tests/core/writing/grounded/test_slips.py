"""Slips of the pen: what is one, and what makes another word of a short one."""

import pytest

from core.writing.grounded.slips import is_small_slip, other_slips, usual_slips


@pytest.mark.parametrize(
    ("language", "word", "right"),
    [
        ("en", "befoer", "before"),
        ("en", "appart", "apart"),
        ("es", "sesion", "sesión"),
        ("es", "presio", "precio"),
        ("es", "ablar", "hablar"),
        ("de", "währe", "wäre"),
        ("de", "rießig", "riesig"),
        ("fr", "apelle", "appelle"),
    ],
)
def test_small_slips_are_accents_doubled_exchanged_and_like_letters(language: str, word: str, right: str) -> None:
    assert is_small_slip(word, right, language)


@pytest.mark.parametrize(
    ("language", "word", "right"),
    [
        ("en", "rebar", "rear"),
        ("fr", "faque", "flaque"),
        ("es", "llanda", "llanta"),
        ("es", "cosa", "casa"),
        ("fr", "presio", "precio"),
        ("en", "ablar", "hablar"),
    ],
)
def test_another_letter_is_no_small_slip(language: str, word: str, right: str) -> None:
    assert not is_small_slip(word, right, language)


def test_what_a_word_may_have_been_holds_what_it_was() -> None:
    assert "accommodation" in usual_slips("accomodation", "en")
    assert "exhibition" in other_slips("exibition", "en")
    assert "hablar" in other_slips("ablar", "es")
