"""Noun phrases of a sentence: what a title may be made of."""

import pytest

from core.text.lexicon import lexicon
from core.text.noun_phrases import noun_phrases


def texts(sentence: str, language: str) -> list[str]:
    return [phrase.text for phrase in noun_phrases(sentence, lexicon(language), language)]


@pytest.mark.parametrize(
    ("language", "sentence", "phrase"),
    [
        ("en", "The supplier for the new packaging has not answered.", "Supplier for the new packaging"),
        ("de", "Der Lieferant der neuen Verpackung hat nicht geantwortet.", "Lieferant der neuen Verpackung"),
        ("fr", "Le fournisseur du nouvel emballage n'a pas répondu.", "Fournisseur du nouvel emballage"),
        ("es", "El proveedor del nuevo embalaje no ha respondido.", "Proveedor del nuevo embalaje"),
    ],
)
def test_a_noun_is_found_with_its_complement_and_without_its_article(language: str, sentence: str, phrase: str) -> None:
    assert phrase in texts(sentence, language)


def test_a_phrase_with_its_complement_comes_before_its_parts() -> None:
    found = texts("The supplier for the new packaging has not answered.", "en")
    assert found.index("Supplier for the new packaging") < found.index("Supplier")


def test_an_infinitive_is_no_complement() -> None:
    assert "Mill" in texts("I went to the mill to pay the rent.", "en")
    assert not any("pay" in phrase for phrase in texts("I went to the mill to pay the rent.", "en"))


def test_an_empty_sentence_and_one_of_marks_have_none() -> None:
    assert texts("", "en") == []
    assert texts("?! … --", "en") == []


def test_what_belongs_to_a_word_before_it_says_so() -> None:
    found = {one.text: one.is_linked for one in noun_phrases("The key of the garage is lost.", lexicon("en"), "en")}
    assert found["Key of the garage"] is False
    assert found["Garage"] is True
