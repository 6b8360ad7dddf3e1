"""Terms of passages and questions: languages, numbers and codes, keyed hashes."""

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from core.privacy import Cipher
from core.sources.terms import MAX_TERM_CHARS, TermKeys, load_term_keys, passage_terms, question_words

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "sv", "pl", "da", "ru", "ja", "")


def question_terms(question: str, languages: list[str]) -> list[str]:
    return [term for word in question_words(question, languages) for term in word]


@pytest.mark.parametrize(
    ("language", "passage", "question"),
    [
        ("en", "Employees may carry over unused days.", "Can an employee carry over days?"),
        ("de", "Die Kündigungsfristen betragen drei Monate.", "Wie lang ist die Kündigungsfrist?"),
        ("de", "Die Kündigung", "kuendigung"),
        ("fr", "Les congés payés sont acquis chaque mois.", "conge paye"),
        ("es", "Las vacaciones no disfrutadas", "vacación disfrutada"),
        ("sv", "Anställda har rätt till semester", "anställd semestern"),
        ("ru", "Сотрудники имеют право на отпуск", "сотрудник отпуска"),
        ("ja", "年次有給休暇は二十日です", "有給休暇"),
    ],
)
def test_a_question_shares_terms_with_a_passage_in_other_forms(language: str, passage: str, question: str) -> None:
    asked, held = question_words(question, [language]), {*passage_terms(passage, language)}
    assert 2 * sum(bool(held & {*terms}) for terms in asked) >= len(asked) > 0


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Invoice INV-2024/117 is open", "inv-2024/117"),
        ("per ISO-27001.", "iso-27001"),
        ("ISO-27001", "27001"),
        ("costs 1,200.50 net", "1200.50"),
        ("kostet 1.200,50 netto", "1200.50"),
        ("kostet 1.200.000 netto", "1200000"),
        ("on 26.11.2026", "26.11.2026"),
        ("on 26.11.2026", "2026"),
        ("write to ann@example.com", "example"),
        ("version v2.3.1", "v2.3.1"),
        ("the follow-up", "follow"),
    ],
)
def test_numbers_and_codes_stay_whole(text: str, term: str) -> None:
    assert term in passage_terms(text, "")
    assert term in question_terms(text, ["en", ""])


def test_stop_words_of_its_language_are_no_terms() -> None:
    assert passage_terms("The fee is due and the rent is not", "en") == ["fee", "due", "rent"]
    assert "die" in passage_terms("People die", "en")


def test_a_question_has_each_of_its_words_in_the_stems_of_each_language() -> None:
    assert question_words("Which ferries are unused?", ["en", ""]) == [("ferri", "ferries"), ("unus", "unused")]


def test_a_question_of_stop_words_alone_keeps_them() -> None:
    assert question_terms("Who are you?", ["en"])


def test_a_question_is_stemmed_for_each_language_that_is_searched() -> None:
    terms = question_terms("Kündigungsfristen", ["de", "en", ""])
    assert terms == ["kundigungsfrist", "kundigungsfristen"]


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_terms_are_short_small_and_without_spaces(text: str, language: str) -> None:
    for term in [*passage_terms(text, language), *question_terms(text, [language, ""])]:
        assert 0 < len(term) <= MAX_TERM_CHARS
        assert not any(char.isspace() for char in term)


def test_hashes_hold_no_word_and_depend_on_the_key() -> None:
    keys, others = TermKeys([b"one"]), TermKeys([b"two"])
    hashed = keys.hashed(["leave", "pay", "leave"])
    assert hashed[0] == hashed[2] != hashed[1]
    assert not set(hashed) & {"leave", "pay", *others.hashed(["leave", "pay"])}
    assert all(term.isalnum() and term == term.lower() for term in hashed)


def test_after_a_rotation_what_was_indexed_before_is_found() -> None:
    before, after = TermKeys([b"old"]), TermKeys([b"new", b"old"])
    assert set(before.hashed(["leave"])) <= set(after.looked_for(["leave"]))
    assert set(after.hashed(["leave"])) <= set(after.looked_for(["leave"]))
    assert before.name != after.name == TermKeys([b"new"]).name


def test_digests_are_the_same_for_the_same_text_under_the_same_key() -> None:
    keys = TermKeys([b"one"])
    assert keys.digest("Paid  leave\n is due") == keys.digest("paid leave is due") != keys.digest("paid leave was due")
    assert keys.digest("a") != TermKeys([b"two"]).digest("a")


def test_the_keys_are_of_the_stores_secret_keys_and_not_these_themselves() -> None:
    first, second = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    both = load_term_keys(Cipher([second, first]))
    assert set(load_term_keys(Cipher([first])).hashed(["leave"])) <= set(both.looked_for(["leave"]))
    assert both.name == load_term_keys(Cipher([second])).name
    assert both.hashed(["leave"]) != TermKeys([second.encode()]).hashed(["leave"])


def test_a_word_of_a_question_is_looked_for_by_what_says_the_same_in_other_languages() -> None:
    (terms,) = question_words("Urlaub", ["en", "de", "fr"])
    assert terms[0] == "urlaub"
    for text, language in (("paid leave", "en"), ("congés payés", "fr"), ("vacation", "en")):
        assert {*terms} & {*passage_terms(text, language)}
