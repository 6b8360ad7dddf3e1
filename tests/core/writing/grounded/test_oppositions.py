"""What a clause says on a question, and when two clauses speak of one matter."""

import pytest

from core.text.lexicon import lexicon
from core.writing.grounded.oppositions import is_exception, is_one_matter, stands_of


def said(text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(stand.question, stand.answer) for stand in stands_of(text, lexicon(language))]


@pytest.mark.parametrize(
    ("language", "text", "stands"),
    [
        ("en", "VAT is included", [("inclusion", "included")]),
        ("en", "VAT is not included", [("inclusion", "excluded")]),
        ("en", "The booking is non-refundable", [("refund", "kept")]),
        ("en", "Dogs are not forbidden", []),
        ("en", "Breakfast is included and lunch is charged separately", [("charge", "charged")]),
        ("de", "Die Prüfung erfolgt vierteljährlich", [("frequency", "quarterly")]),
        ("de", "Der vierteljährliche Bericht", []),
        ("fr", "La société paie le nettoyage", [("pays", "providers")]),
        ("fr", "Le locataire paie le loyer au propriétaire", []),
        ("es", "Está prohibido fumar", [("permission", "forbidden")]),
        ("en", "It is included", []),
        ("xx", "VAT is included", []),
        ("en", "", []),
    ],
)
def test_a_clause_takes_a_stand_where_it_says_one_thing(
    language: str, text: str, stands: list[tuple[str, str]]
) -> None:
    assert said(text, language) == stands


@pytest.mark.parametrize(
    ("one", "two", "is_one"),
    [
        ("VAT is included", "The price does not include VAT", True),
        ("Use of the sauna is included", "Use of the pool is not included", False),
        ("The ski pass is included", "The skirt is not included", False),
    ],
)
def test_two_clauses_are_of_one_matter_when_one_names_nothing_more(one: str, two: str, is_one: bool) -> None:
    (first,), (second,) = (stands_of(text, lexicon("en")) for text in (one, two))
    assert is_one_matter(first, second) is is_one


def test_a_condition_makes_an_exception_beside_the_rule_only() -> None:
    words = lexicon("en")
    assert is_exception("All other owners pay", words, is_beside=False)
    assert is_exception("Dogs may stay if they are small", words, is_beside=True)
    assert not is_exception("Dogs may stay if they are small", words, is_beside=False)
