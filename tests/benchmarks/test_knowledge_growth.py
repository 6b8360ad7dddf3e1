"""The table of growth: one row for each size, and the bars for those sizes that have one."""

from dataclasses import replace

from benchmarks.knowledge_growth import Measured, table
from benchmarks.knowledge_speed import measure_growth

P95 = {"hybrid, reads all": 41.2, "hybrid, a small source": 12.6, "words": 20.0, "meaning": 9.4}
MILLION = Measured("postgresql", 1_000_000, 3_801.2, 902.0, 5_120, 310, 2_048, P95, 1.2)


def test_a_size_is_a_row_with_the_quickest_and_the_slowest_kind_of_reader() -> None:
    head, line, row = table([MILLION]).splitlines()
    assert row == "| postgresql | 1,000,000 | 3,801 | 902 | 13 to 41 | 20 | 9 | 5,120 | 310 | 2,048 | 1.2 |"
    assert head.count("|") == line.count("|") == row.count("|")


def test_what_came_by_copy_tells_no_rate_and_sqlite_has_no_server() -> None:
    row = replace(MILLION, store="sqlite", texts=0.0, vectors=0.0, server_mb=0).row()
    assert row.split(" | ")[2:4] == ["-", "-"]
    assert row.split(" | ")[9] == "-"


def test_the_bars_are_those_of_the_size() -> None:
    slow = {**P95, "hybrid, reads half": 100.1}
    assert MILLION.is_reached
    assert not replace(MILLION, p95_ms=slow).is_reached
    assert replace(MILLION, p95_ms=slow, passages=100_000).is_reached
    assert not replace(MILLION, p95_ms=slow, passages=100_000, store="sqlite").is_reached
    assert not replace(MILLION, texts=1_999.0).is_reached
    assert replace(MILLION, texts=0.0).is_reached


def test_no_size_is_an_empty_table() -> None:
    assert measure_growth({"sqlite": []})
