"""Forms that several readers of text look for."""

import re

import pytest

from core.text.forms import (
    CITATION,
    DIGITS,
    EMOJI,
    IBAN,
    LETTERS,
    LINK,
    LIST_MARK,
    MAIL_ADDRESS,
    NAME_WORD,
    PLACE,
    QUOTE_MARKS,
    WHOLE_WORD,
    YEAR,
    chars_between,
    consists_of,
    count_between,
    holds_contact,
    single_spaced,
    with_single_blank_lines,
)


@pytest.mark.parametrize(
    ("form", "text", "found"),
    [
        (LETTERS, "don\u2019t 12 l'ami_2", ["don\u2019t", "l'ami"]),
        (NAME_WORD, "Smith & Co, O'Neil AT&T 3M", ["Smith", "Co", "O'Neil", "AT&T", "M"]),
        (WHOLE_WORD, "don't l\u2019eau 'so' a-b", ["don't", "l\u2019eau", "so", "a", "b"]),
        (LINK, "see www.a.example/x, <ftp://b.example> or axhttp://c", ["www.a.example/x,", "ftp://b.example"]),
        (
            IBAN,
            "DE89 3704 0044 0532 0130 00 and NO9386011117947, DE89",
            ["DE89 3704 0044 0532 0130 00", "NO9386011117947"],
        ),
        (EMOJI, "fine \U0001f600 :smile: at 10:30:15", [" \U0001f600", " :smile:"]),
        (EMOJI, "| :---: | :--: | at :10: or :2026-11-27: done :+1:", [" :+1:"]),
        (CITATION, "So it is [2], [[why?]] [1234]", ["2"]),
        (LIST_MARK, "- milk", ["- "]),
        (LIST_MARK, "2) milk", ["2) "]),
        (LIST_MARK, "a) milk", ["a) "]),
        (LIST_MARK, "-milk", []),
        (QUOTE_MARKS, "> > older\n>newer\nnone", ["> > ", ">"]),
        (PLACE, "Dear {name}, {two words}", ["name"]),
        (DIGITS, "3M, 12.50", ["3", "12", "50"]),
        (YEAR, "1999, 2026-11, 12024, 20261", ["1999", "2026"]),
        (
            MAIL_ADDRESS,
            "ana.ruiz+x@mail.example.org, a@b, <jo@x.example>",
            ["ana.ruiz+x@mail.example.org", "jo@x.example"],
        ),
    ],
)
def test_a_form_is_found_where_it_stands(form: re.Pattern[str], text: str, found: list[str]) -> None:
    assert form.findall(text) == found


@pytest.mark.parametrize(
    ("text", "holds"), [("a-1_\u00e9", True), ("", True), ("a b", False), ("a/b", False), ("aaaaaaa", False)]
)
def test_a_text_consists_of_letters_digits_and_marks(text: str, holds: bool) -> None:
    assert consists_of(text, "-_", max_chars=6) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [("Tel. 12", True), ("ana@x.example", True), ("WWW.x.example", True), ("https://x", True), ("Best regards", False)],
)
def test_a_number_or_an_address_is_a_contact(text: str, holds: bool) -> None:
    assert holds_contact(text) is holds


def test_stretches_of_characters_hold_their_ends_and_may_be_one() -> None:
    assert chars_between("ac", "x") == {"a", "b", "c", "x"}


@pytest.mark.parametrize(("text", "count"), [("plain", 0), ("\u3042\u3044 caf\u00e9", 2), ("\u0e01", 0), ("", 0)])
def test_characters_of_a_stretch_are_counted(text: str, count: int) -> None:
    assert count_between(text, "\u3040\u309f", "\u30a0\u30ff") == count


def test_several_blanks_and_blank_lines_become_one() -> None:
    assert single_spaced("a     b  c\n\n\n") == "a b c\n\n\n"
    assert with_single_blank_lines("a\n\n\n\n\nb\n\nc\nd  e") == "a\n\nb\n\nc\nd  e"
