"""Names are capitals inside sentences, known in any form."""

from core.text.names import find_names, folded_words, known_name


def test_names_are_capitals_inside_sentences() -> None:
    assert find_names("The printer of Ana Lima failed. Please ask Ben. I'm here on Monday.") == ("Ana", "Lima", "Ben")
    assert find_names("John Smith agrees.") == ("John", "Smith")
    assert find_names("Der Drucker im Büro ist kaputt.", "de") == ()


def test_a_name_is_known_in_any_form() -> None:
    known = folded_words("ana's printer, Smith-Jones")
    assert known_name("Ana", known)
    assert known_name("Smith", known)
    assert not known_name("Ben", known)
