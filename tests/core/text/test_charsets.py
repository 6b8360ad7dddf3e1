"""Bytes become the text that somebody wrote, whatever charset was declared, if any."""

import pytest

from core.text.charsets import clean_text, decode_bytes

GERMAN = "Grüße aus München, 26 € für die Übernachtung im schönen Hotel."


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (GERMAN.encode(), ""),
        (GERMAN.encode(), "iso-8859-1"),
        (GERMAN.encode("cp1252"), "iso-8859-1"),
        (GERMAN.encode("cp1252"), "windows-1252"),
        (GERMAN.encode("cp1252"), ""),
        (GERMAN.encode("iso8859-15"), "iso-8859-15"),
    ],
)
def test_the_declared_charset_is_believed_only_as_far_as_it_fits(data: bytes, declared: str) -> None:
    assert decode_bytes(data, declared) == GERMAN


def test_what_takes_no_room_on_the_screen_is_dropped() -> None:
    assert clean_text("26\u200b days\r\nof\xa0leave\x00\u202e") == "26 days\nof leave"
