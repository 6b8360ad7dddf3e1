"""What of a text stays as it stands."""

import pytest

from core.text.verbatim import quotation_spans, verbatim_spans


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Run `make all` now", ["`make all`"]),
        ("See https://example.com/a and x@y.z", ["https://example.com/a", "x@y.z"]),
        ("Say [[who?]] please", ["[[who?]]"]),
        ("> quoted line\nown", ["> quoted line"]),
        ("plain words only", []),
    ],
)
def test_code_links_and_gaps_are_kept(text: str, kept: list[str]) -> None:
    assert [text[begin:end] for begin, end in verbatim_spans(text)] == kept


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “one. Two.” and left", ["“one. Two.”"]),
        ("Er sagte „eins“ und «deux» oder »drei«", ["„eins“", "«deux»", "»drei«"]),
        ('It is 5" wide and "so on" there', ['"so on"']),
        ("don't and can't", []),
    ],
)
def test_quotations_are_found_in_each_kind_of_marks(text: str, quoted: list[str]) -> None:
    assert [text[begin:end] for begin, end in quotation_spans(text)] == quoted
