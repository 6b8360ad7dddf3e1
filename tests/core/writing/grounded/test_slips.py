"""Slips of the pen: what is one, and what makes another word of a short one."""

import pytest

from core.writing.grounded.slips import is_small_slip, one_letter_away


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
    for word, right in (("accomodation", "accommodation"), ("exibition", "exhibition"), ("ablar", "hablar")):
        assert right in one_letter_away(word)
    assert "markieren" not in one_letter_away("parkieren")
