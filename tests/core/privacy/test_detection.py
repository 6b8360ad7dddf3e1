"""What is personal in a text: numbers by their check digits, names by where they stand."""

import pytest

from core.privacy.detection import Personal, find_personal, known_name_words, name_words


def found(text: str, kind: str) -> set[str]:
    return {personal.text for personal in find_personal(text) if personal.kind == kind}


@pytest.mark.parametrize(
    ("text", "kind", "personal"),
    [
        ("Write to ann.miller@example.org.", "MAIL", "ann.miller@example.org"),
        ("Call +49 30 901820, please.", "PHONE", "+49 30 901820"),
        ("Pay to DE89 3704 0044 0532 0130 00 by Friday.", "ACCOUNT", "DE89 3704 0044 0532 0130 00"),
        ("The card 4111 1111 1111 1111 was charged.", "ACCOUNT", "4111 1111 1111 1111"),
    ],
)
def test_addresses_and_numbers_are_found_as_they_stand(text: str, kind: str, personal: str) -> None:
    assert personal in found(text, kind)


@pytest.mark.parametrize(
    "text",
    [
        "Pay to DE89 3704 0044 0532 0130 03 by Friday.",  # a wrong check digit
        "Order 4111 1111 1111 1112 is on its way.",
        "Version 2.10.3 of 2026-03-31, page 12.",
    ],
)
def test_numbers_that_fail_their_check_are_none(text: str) -> None:
    assert found(text, "ACCOUNT") == set()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dear Miriam,\nthe offer is here.", "Miriam"),
        ("From: Tom Stark <tom@example.org>\n\nHello", "Stark"),
        ("Guten Tag Frau Öztürk,", "Öztürk"),
        ("Bonjour Hélène,", "Hélène"),
        ("Estimada Lucía,", "Lucía"),
        ("As agreed.\n\nBest regards,\nKeller", "Keller"),
        ("@tamsin can you look?", "tamsin"),
    ],
)
def test_names_are_found_by_where_they_stand(text: str, name: str) -> None:
    assert name in found(text, "NAME")


@pytest.mark.parametrize("text", ["Dear all,", "From: Support\n", "Hi team,", "Liebe alle,"])
def test_a_greeting_of_nobody_is_no_name(text: str) -> None:
    assert found(text, "NAME") == set()


def test_a_name_comes_apart_into_its_words_and_the_words_of_known_names_always_count() -> None:
    assert [word.text for word in name_words("Anna-Lena von Bergen's")] == ["Anna-Lena", "Anna", "Lena", "Bergen"]
    assert list(name_words("May")) == []
    assert list(known_name_words("May")) == [Personal("NAME", "May")]
