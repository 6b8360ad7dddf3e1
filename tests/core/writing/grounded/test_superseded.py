"""What a later line says of the values of an earlier one."""

import pytest

from core.writing.grounded.lines import Line
from core.writing.grounded.superseded import denies, says_other_value


def _line(sentence: str, language: str) -> Line:
    return Line("owner", "Ana", language=language, sentence=sentence)


@pytest.mark.parametrize(
    ("language", "later", "earlier", "is_denied"),
    [
        ("en", "Monday no good, the van is at its MOT.", "Monday is fine, any time after 4.", True),
        ("en", "Monday is fine, but I can't carry it.", "Monday is fine, any time after 4.", False),
        ("de", "Donnerstag klappt leider nicht.", "Abholen am Donnerstag.", True),
        ("fr", "L'ivoire 120 n'existe plus, vous \u00eates en 115.", "Int\u00e9rieur ivoire 120 g.", True),
        ("es", "El lunes no puedo.", "Quedamos el lunes.", True),
        ("es", "El martes no puedo.", "Quedamos el lunes.", False),
    ],
)
def test_a_value_is_denied_in_its_own_clause(language: str, later: str, earlier: str, is_denied: bool) -> None:
    assert denies(_line(later, language), _line(earlier, language)) is is_denied


def test_a_bare_clock_time_is_another_time() -> None:
    start = _line("Start 9.30pm, it's late.", "en")
    assert says_other_value(_line("Make it a 9.45 start.", "en"), [start])
    assert not says_other_value(_line("Make it 9 starters.", "en"), [start])


def test_a_bare_amount_is_another_price() -> None:
    price = _line("1.800 pesos por noche con luz.", "es")
    assert says_other_value(_line("La plata no: la comisión resolvió 2.000 desde noviembre.", "es"), [price])
    assert not says_other_value(_line("Somos 17 personas.", "es"), [price])
