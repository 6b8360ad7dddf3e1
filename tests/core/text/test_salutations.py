"""Greetings and how formal a text is."""

import pytest

from core.text.salutations import salutation, signed_address


@pytest.mark.parametrize(
    ("language", "name", "answered", "line"),
    [
        ("fr", "Michèle Bertin", "Monsieur,\n\nAvez-vous changé ?\n\nM. Bertin", "Bonjour Michèle Bertin,"),
        ("fr", "Jean Bertin", "Bonjour,\n\nAvez-vous changé ?\n\nM. Bertin", "Bonjour Monsieur Bertin,"),
        ("fr", "Monique Perrin", "La table est rayée.\nMonique Perrin", "Bonjour Monique Perrin,"),
        ("es", "Beatriz Soler", "No ha llegado el paquete.\nBeatriz Soler", "Buenos días, Beatriz Soler:"),
        ("es", "Biblioteca Municipal", "El libro debía devolverse.", "Hola:"),
        ("en", "Derek Shaw", "I got a toaster.\nDerek Shaw", "Hi Derek,"),
    ],
)  # fmt: skip
def test_who_signs_with_the_whole_name_is_greeted_by_it(language: str, name: str, answered: str, line: str) -> None:
    assert salutation(language, name, answered) == line


def test_a_given_name_alone_tells_nothing() -> None:
    assert signed_address("fr", "Monique Perrin", "La table est rayée.\nMonique") == ""
