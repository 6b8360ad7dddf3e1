"""Spanish verbs and determiners that do not go with the words beside them."""

import pytest

from core.writing.grounded.agreement import find_disagreements
from core.writing.grounded.rule_sets import has_rules

pytestmark = pytest.mark.skipif(not has_rules("fr"), reason="there are no word lists for this platform")


@pytest.mark.parametrize(
    ("language", "wrong", "right"),
    [
        ("es", "Las sillas de la sala se guarda en el armario.", "guardan"),
        ("es", "Los clientes no paga las facturas a tiempo.", "pagan"),
        ("es", "Las bicis de los niños la tiene el portero.", "las tiene"),
        ("es", "Estos no se devuelve nunca.", "devuelven"),
        ("es", "La directora ya firmo el contrato.", "firmó"),
        ("es", "Quién tenga dudas, que pregunte.", "Quien"),
        ("es", "No fui por qué estaba enfermo.", "porque"),
        ("es", "Unos cuanta invitados no vendrán.", "cuantos"),
        ("es", "Adjunto la copias del recibo.", "las copias"),
    ],
)
def test_what_does_not_go_with_the_words_beside_it_is_a_remark(language: str, wrong: str, right: str) -> None:
    [found] = find_disagreements(wrong, language)
    assert (found.text, found.is_sure) == (right, False)


@pytest.mark.parametrize(
    ("language", "sound"),
    [
        ("es", "Los lunes cierra a las dos."),
        ("es", "Las llaves las tiene la vecina del segundo."),
        ("es", "Las estufas del porche hay que mirarlas."),
        ("es", "El pan lo compro yo."),
        ("es", "La verdad no me acuerdo."),
        ("es", "No sé por qué no vino."),
    ],
)
def test_what_goes_with_the_words_beside_it_is_left_alone(language: str, sound: str) -> None:
    assert list(find_disagreements(sound, language)) == []
