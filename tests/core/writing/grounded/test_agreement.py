"""A noun goes into the plural where only a plural can stand, in French and Spanish, and nowhere else."""

import pytest

from core.text.dictionaries import find_dictionary
from core.writing.grounded.agreement import find_singulars
from core.writing.grounded.grammar import apply

pytestmark = pytest.mark.skipif(find_dictionary("fr") is None, reason="no French dictionary is installed")


@pytest.mark.parametrize(
    ("language", "wrong", "right"),
    [
        ("fr", "Pour plusieurs raison, le magasin sera fermé.", "Pour plusieurs raisons, le magasin sera fermé."),
        ("fr", "Les travaux durent trois semaine.", "Les travaux durent trois semaines."),
        ("fr", "Les document sont en pièce jointe.", "Les documents sont en pièce jointe."),
        ("es", "Las obras duran tres semana.", "Las obras duran tres semanas."),
        ("es", "Los documento van adjuntos.", "Los documentos van adjuntos."),
    ],
)
def test_what_must_be_plural_becomes_plural(language: str, wrong: str, right: str) -> None:
    assert apply(wrong, find_singulars(wrong, language)) == right


@pytest.mark.parametrize(
    ("language", "sound"),
    [
        ("fr", "Une puissance de deux entre 1 et 8."), ("fr", "Je les commande demain."),
        ("fr", "Nos prix, vos choix."), ("fr", "Tous deux sont venus, quelques fois."),
        ("es", "Una potencia de dos entre 1 y 8."),
        ("es", "Los compra mañana."), ("es", "Sus pedido y lo tramitamos."), ("de", "Drei Woche."),
    ],
)  # fmt: skip
def test_what_may_be_right_stays(language: str, sound: str) -> None:
    assert list(find_singulars(sound, language)) == []
