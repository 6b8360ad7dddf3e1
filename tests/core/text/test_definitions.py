"""Terms that a text defines, by their sentence."""

import time

import pytest

from core.text.definitions import find_definitions, has_term


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("“Fee” means the amount in Annex 1.", ["Fee"]),
        ('"Business Day" shall mean a day on which banks are open.', ["Business Day"]),
        ("Acme Ltd (the “Supplier”) delivers to Borg plc (hereinafter the “Customer”).", ["Supplier", "Customer"]),
        ("Both (together the “Parties” or each a “Party”) agree.", ["Parties"]),
        ("„Entgelt“ bezeichnet den Betrag in Anlage 1.", ["Entgelt"]),
        ("« Prix » désigne le montant.", ["Prix"]),
        ("He said “hello” to her (she answered with “hello back”).", []),
        ("Nothing is defined here.", []),
    ],
)
def test_terms_and_their_sentences(text: str, terms: list[str]) -> None:
    found = find_definitions(text)
    assert [definition.term for definition in found] == terms
    assert all(definition.term in definition.sentence for definition in found)


def test_of_a_long_sentence_the_part_around_the_term_is_kept() -> None:
    (found,) = find_definitions(f"{'so long ' * 100}Acme Ltd (the “Supplier”) {'and so on ' * 100}.")
    assert len(found.sentence) < 400
    assert find_definitions(found.sentence)[0].term == "Supplier"


def test_a_term_is_a_word_of_its_own_and_written_so() -> None:
    assert has_term("The Fee is due.", "Fee")
    assert not has_term("The Fees are due.", "Fee")
    assert not has_term("The fee is due.", "Fee")


@pytest.mark.parametrize("unit", ['("', "“a ", '(the "', "(" * 50, '" means '])
def test_hostile_text_takes_linear_time(unit: str) -> None:
    begin = time.thread_time()
    find_definitions(unit * (200_000 // len(unit)))
    assert time.thread_time() - begin < 5
