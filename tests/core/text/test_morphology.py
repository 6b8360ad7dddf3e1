"""What a word can be and its other forms, from the lists that are installed."""

from importlib.util import find_spec

import pytest

from core.text.morphology import Reading, form, readings

pytestmark = pytest.mark.skipif(not find_spec("lingotweaker_data_fr"), reason="there are no word lists here")


def test_a_word_is_read_as_all_that_it_can_be() -> None:
    assert Reading("manque", "N", number="p", gender="m") in readings("Manques", "fr")
    assert Reading("manquer", "V", "ind pres", "2", "s") in readings("manques", "fr")
    assert [reading.kind for reading in readings("copias", "es")] == ["N", "V"]


def test_an_unknown_word_and_a_language_without_a_list_have_no_readings() -> None:
    assert readings("xyzzy", "fr") == readings("a_b", "es") == readings("houses", "en") == ()


@pytest.mark.parametrize(
    ("language", "reading", "right"),
    [
        ("fr", Reading("manquer", "V", "ind pres", "3", "p"), "manquent"),
        ("fr", Reading("avoir", "V", "con", "3", "p"), "auraient"),
        ("fr", Reading("abîmer", "V", "ppa", "", "p", "f"), "abîmées"),
        ("fr", Reading("sortir", "V", "sub pres", "3", "s"), "sorte"),
        ("es", Reading("estar", "V", "ind pres", "3", "p"), "están"),
        ("es", Reading("avisar", "V", "ppa", "", "p", "f"), "avisadas"),
        ("es", Reading("xyzzy", "V", "ind pres", "3", "p"), ""),
    ],
)
def test_a_form_is_made_of_its_reading(language: str, reading: Reading, right: str) -> None:
    assert form(reading, language) == right
