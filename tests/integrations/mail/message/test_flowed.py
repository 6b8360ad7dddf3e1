"""Soft line breaks come and go without a trace: what is written flowed is read as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.mail.message.flowed import flow, unflow

_LINES = st.lists(st.text(alphabet="ab >-Ff\u00e9From", max_size=160), max_size=8)


@given(_LINES, st.integers(0, 3))
def test_what_is_written_flowed_is_read_as_it_was(lines: list[str], depth: int) -> None:
    marks = f"{'>' * depth} " if depth else ""
    plain = [f"{marks}{line.lstrip('> ')}".rstrip(" ") for line in lines]
    assert unflow(flow("\n".join(plain)), delete_space=False).split("\n") == (plain or [""])


def test_lines_are_short_and_the_signature_and_quotes_keep_their_marks() -> None:
    text = f"{'many words ' * 20}\n-- \nAnn\n\n> {'quoted words ' * 12}\n>> deeper\n>\nFrom here on"
    written = flow(text).split("\n")
    assert max(map(len, written)) <= 73
    assert "-- " in written
    assert [line for line in written if line.startswith(">")] == [
        "> quoted words quoted words quoted words quoted words quoted words ",
        "> quoted words quoted words quoted words quoted words quoted words ",
        "> quoted words quoted words",
        ">> deeper",
        ">",
    ]
    assert written[-1] == " From here on"


def test_a_dash_in_a_long_line_begins_no_signature() -> None:
    text = f"{'a' * 69} -- {'b' * 70}"
    assert "-- " not in flow(text).split("\n")
    assert unflow(flow(text), delete_space=False) == text


@pytest.mark.parametrize(
    ("written", "delete_space", "read"),
    [
        ("a long \nline", False, "a long line"),
        ("\u6f22\u5b57 \n\u6f22\u5b57", True, "\u6f22\u5b57\u6f22\u5b57"),
        ("one \n\ntwo", False, "one \n\ntwo"),
        ("> one \n> two \n>> three", False, "> one two \n>> three"),
        (" From him\n >no quote", False, "From him\n >no quote"),
        ("text \n-- \nAnn", False, "text \n-- \nAnn"),
    ],
)
def test_soft_breaks_of_others_are_joined(written: str, delete_space: bool, read: str) -> None:
    assert unflow(written, delete_space=delete_space) == read
