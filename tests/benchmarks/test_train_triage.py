"""Mails as the training of layers reads them."""

from benchmarks.decisions import SETS
from benchmarks.train_triage import WITHOUT_PROGRAMS, tuning_rows


def test_each_set_gives_rows_and_what_a_set_does_not_say_is_left_open() -> None:
    rows = tuning_rows()
    assert {row["group"] for row in rows} == {*SETS, "own", "needs", "automatic"}
    assert {row["group"] for row in rows if row["answers"][1] is None} == WITHOUT_PROGRAMS
    assert all(row["text"].count(" | ") >= 4 for row in rows)
    assert {row["answers"] for row in rows if row["group"] == "automatic"} == {(False, True, False)}
