"""A subjunctive that is asked for and an indicative that stands there, in French and Spanish."""

import pytest

from core.writing.grounded.agreement import find_disagreements
from core.writing.grounded.rule_sets import has_rules

pytestmark = pytest.mark.skipif(not has_rules("fr"), reason="there are no word lists for this platform")


@pytest.mark.parametrize(
    ("language", "wrong", "right"),
    [
        ("es", "Espero que la entrega llega mañana.", "llegue"),
        ("es", "Cierra la puerta para que no entra el frío.", "entre"),
        ("fr", "Il faut que tout le monde vient à l'heure.", "vienne"),
        ("fr", "Fermez la porte pour que le chat ne sort pas.", "sorte"),
    ],
)
def test_what_does_not_go_with_the_words_beside_it_is_a_remark(language: str, wrong: str, right: str) -> None:
    [found] = find_disagreements(wrong, language)
    assert (found.text, found.is_sure) == (right, False)


@pytest.mark.parametrize(
    ("language", "sound"),
    [
        ("es", "Espero que la copia que me mandas sirva."),
        ("fr", "Je sais bien que vous avez raison."),
    ],
)
def test_what_goes_with_the_words_beside_it_is_left_alone(language: str, sound: str) -> None:
    assert list(find_disagreements(sound, language)) == []
