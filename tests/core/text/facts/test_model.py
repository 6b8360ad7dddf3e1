"""Whether a source holds what a text says."""

import pytest

from core.text.facts import extract_facts


def missing(text: str, source: str) -> list[str]:
    found = extract_facts(text, "en").missing_from(extract_facts(source, "en"))
    return [fact.text for fact in found]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("It costs 1,200 euros.", "The price: 1200 EUR"),
        ("On 9 June 2026.", "We meet on 2026-06-09."),
        ("At 3 pm.", "The meeting is at 15:00."),
        # Sums, differences and products of given numbers.
        ("Together 350.", "150 in May and 200 in June."),
        ("50 more.", "150 in May and 200 in June."),
        # The day by itself.
        ("On 7 May.", "Not on 8 May, the 7."),
        # What is small may be counted.
        ("There are 3 open points.", "Roof, lift and cellar."),
    ],
)
def test_a_source_holds_what_it_says_in_other_words(text: str, source: str) -> None:
    assert missing(text, source) == []


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("It costs 1,300 euros.", "The price: 1200 EUR"),
        ("It costs 1,200 dollars.", "The price: 1200 EUR"),
        ("On 10 June 2026.", "We meet on 2026-06-09."),
        ("In 2027 on 9 June 2027.", "We meet on 9 June 2026."),
        ("A notice of 6 months.", "The notice is 3 months."),
    ],
)
def test_and_not_what_it_does_not(text: str, source: str) -> None:
    assert missing(text, source) != []


def test_a_number_within_a_longer_one_is_another() -> None:
    assert missing("Invoice 471.", "Invoice 4711.") != []


def test_facts_of_two_texts_are_known_together() -> None:
    both = extract_facts("150 in May.", "en").together_with(extract_facts("200 in June.", "en"))
    assert extract_facts("150 and 200, together 350.", "en").missing_from(both) == ()
