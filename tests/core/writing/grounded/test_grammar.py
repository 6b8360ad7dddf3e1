"""Corrections: which of them may stand beside each other, and what becomes of the text."""

from core.writing.grounded.grammar import Correction, apply, find_faults, find_phrases, without_overlaps


def test_of_two_corrections_over_each_other_the_first_is_made() -> None:
    text = "He have a apple."
    found = [Correction(8, 9, "an", ""), Correction(3, 9, "has an", ""), Correction(3, 7, "has", "")]
    kept = without_overlaps(text, found)
    assert [correction.text for correction in kept] == ["has", "an"]
    assert apply(text, kept) == "He has an apple."


def test_nothing_is_corrected_in_code_and_quoted_lines() -> None:
    text = "Run `teh tool`.\n> teh same"
    assert without_overlaps(text, [Correction(5, 8, "the", ""), Correction(18, 21, "the", "")]) == []


def test_a_correction_that_changes_nothing_is_none() -> None:
    assert without_overlaps("The end", [Correction(0, 3, "The", "")]) == []


def test_a_proven_fault_of_english_is_found_with_its_reason() -> None:
    (fault,) = find_faults("This is an test of the rules.")
    assert (fault.text, bool(fault.why)) == ("a", True)


def test_a_reason_says_more_than_the_new_words_and_ends_once() -> None:
    reasons = [fault.why for fault in find_faults("Their are the the boxes, and I could of sent this to you.")]
    assert reasons
    assert [why for why in reasons if "`" in why or why.endswith(("?", ".")) or why.startswith("Did you mean")] == []


def test_a_word_twice_is_a_fault_and_a_declaration_is_none() -> None:
    assert [fault.text for fault in find_faults("We go to the the station.")] == ["the"]
    assert list(find_faults("Data data;")) == []


def test_a_phrase_of_the_table_keeps_its_capital_and_capitals_stay() -> None:
    (fault,) = find_phrases("Becuase it rains.", "en")
    assert fault.text == "Because"
    assert list(find_phrases("BECUASE", "en")) == []
