"""Forms, compounds and translations of a word count as it; numbers only as they are written."""

import pytest

from core.writing.grounded.same_words import are_siblings, content_words, is_said


@pytest.mark.parametrize(
    ("word", "text", "said"),
    [
        ("requests", "A request goes to your lead.", True),
        ("vacation", "28 days of paid leave", True),
        ("Urlaubsantrag", "Der Antrag auf Urlaub", True),
        ("réserve", "Réservation: Accueil", True),
        ("2", "level 2", True),
        ("2", "level 12", False),
        ("trainees", "Employees fly economy.", False),
    ],
)
def test_a_word_is_said_in_another_form_and_not_by_another(word: str, text: str, said: bool) -> None:
    assert is_said(word, text) is said


def test_what_only_asks_is_no_content() -> None:
    assert content_words("How much does the daily dish cost for staff?") == ["daily", "dish", "staff"]


def test_compounds_of_one_kind_name_different_things() -> None:
    assert are_siblings("Spätschicht", "Frühschicht")
    assert not are_siblings("Spätschicht", "spätschicht")
    assert not are_siblings("Schicht", "Halle")
