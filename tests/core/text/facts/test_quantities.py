"""Numbers with every reading that their separators allow, numbers in words, and links by what they lead to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.facts.quantities import (
    find_links,
    find_numbers,
    link_key,
    number_readings,
    number_word,
    shown_results,
)
from core.text.lexicon import lexicon


@pytest.mark.parametrize(
    ("digits", "readings"),
    [
        ("1,200.50", {"1200.5"}),
        ("1.200,50", {"1200.5"}),
        ("1.200", {"1.2", "1200"}),
        ("1 200 000", {"1200000"}),
        ("1.234.567", {"1234567"}),
        ("007", {"7"}),
        ("0", {"0"}),
    ],
)
def test_a_written_number_has_all_its_readings(digits: str, readings: set[str]) -> None:
    assert number_readings(digits) == readings


@given(st.text("0123456789.,' ", min_size=1, max_size=400))
def test_any_row_of_digits_and_marks_has_a_reading(digits: str) -> None:
    assert number_readings(digits)


@pytest.mark.parametrize(
    ("words", "language", "number"), [("twenty-one", "en", 21), ("zwölf", "de", 12), ("quatorze", "fr", 14)]
)
def test_numbers_in_words_are_read(words: str, language: str, number: int) -> None:
    assert number_word(words, language) == number


def test_a_currency_may_stand_before_its_amount() -> None:
    (amount,) = find_numbers("The amount in dispute is EUR 48,000.", lexicon("en"))
    assert (amount.text, amount.category, amount.unit) == ("EUR 48,000", "money", "EUR")


def test_an_amount_knows_its_unit_and_a_scale_multiplies() -> None:
    (amount,) = find_numbers("It costs 2.5 million euros.", lexicon("en"))
    assert "2500000" in amount.readings
    (share,) = find_numbers("Only 12 % of them.", lexicon("en"))
    assert share.unit == "%"


def test_a_link_is_the_same_with_and_without_its_scheme() -> None:
    assert link_key("https://www.example.org/a/") == link_key("example.org/a")
    (link,) = find_links("See https://example.org/a.", lexicon("en"))
    assert "example.org/a" in link.text


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("14 + 28 + 14 = 56", {"56"}),
        ("3 x 140 EUR = 420 EUR, and €100 - €20 = €80", {"420", "80"}),
        ("1.200 + 50 = 1.250", {"1250"}),
        ("14 + 28 = 43, 2 * 3 + 1 = 8, 5 = 5", set()),
        ("12.50 + 12.50 = 25 and 2.5 x 40 = 100", {"25", "100"}),
        ("3 \u00d7 19,90 + 4,90 = 64,60, 100 - 2 * 7.5 = 85", {"64.6", "85"}),
    ],
)
def test_only_a_right_sum_or_product_shows_its_result(text: str, results: set[str]) -> None:
    assert shown_results(text) == results
