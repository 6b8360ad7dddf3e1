"""The report as a table."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from core.errors import InputError
from core.insight.report.figures import Estimate
from core.insight.report.formats import changed, percent, read_table, report_csv, seconds, span_words, write_table
from core.text.catalogues import speaking
from tests.core.insight.report.cells import cell, report


def test_csv_has_one_line_for_each_part_and_no_formula() -> None:
    groups = {"=cmd()": cell(9, 1, 2, 3, 4, 5), "reply": cell(9, 1, 2, 3, 4, 5)}
    lines = list(csv.DictReader(io.StringIO(report_csv(report(cell(18, 1, 2, 3, 4, 5), groups)))))
    assert [(line["part"], line["name"]) for line in lines] == [
        ("total", ""), ("trend", ""), ("recipe", "'=cmd()"), ("recipe", "reply"),
    ]  # fmt: skip
    assert lines[0]["jobs"] == "18"


def test_figures_are_said_as_the_language_that_is_spoken_writes_them() -> None:
    share, wait = Estimate(0.62, 1512, 0.58, 0.66), Estimate(2.1, 7, 1.9, 2.44)
    assert (percent(share), seconds(wait)) == ("62 % (58 to 66 %, n 1,512)", "2.1 s (1.9 to 2.4, n 7)")
    with speaking("de"):
        assert (percent(share), seconds(wait)) == ("62 % (58 bis 66 %, n 1.512)", "2,1 s (1,9 bis 2,4, n 7)")


def test_a_share_of_few_cases_is_said_as_a_count_and_a_median_of_few_not_at_all() -> None:
    few, enough = Estimate(0.667, 9, 0.35, 0.88), Estimate(0.7, 10, 0.4, 0.89)
    assert (percent(few), percent(enough)) == ("6 of 9", "70 % (40 to 89 %, n 10)")
    assert (changed(few), changed(enough)) == ("-", percent(enough))
    with speaking("de"):
        assert percent(few) == "6 von 9"


@pytest.mark.parametrize(
    ("first", "last", "english", "german"),
    [
        (date(2026, 11, 1), date(2026, 11, 1), "1 Nov", "1. Nov."),
        (date(2026, 10, 30), date(2026, 11, 5), "30 Oct to 5 Nov", "30. Okt. bis 5. Nov."),
        (date(2026, 11, 1), date(2026, 11, 30), "Nov 2026", "Nov. 2026"),
    ],
)
def test_a_span_is_said_as_briefly_as_can_be(first: date, last: date, english: str, german: str) -> None:
    span = replace(report(cell(9, 1, 2, 3, 4, 5)).trend[0], first=first, last=last)
    assert span_words(span) == english
    with speaking("de"):
        assert span_words(span) == german


COLUMNS = ("id", "output", "grade")


@pytest.mark.parametrize(
    "made",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace(",", ";").encode("utf-8-sig"),
        lambda text: text.replace(",", "\t").encode("utf-16"),
        lambda text: text.replace("\n", "\r\n").encode(),
    ],
)
def test_what_excel_makes_of_a_table_is_read(made: object) -> None:
    assert callable(made)
    rows = read_table(made('id,Output,grade\n7,"Grüße\nan alle",a\n8,x,\n'), "sheet.csv", ("id", "output", "grade"))
    assert [(row["id"], row["output"].replace("\r", ""), row["grade"]) for row in rows] == [
        ("7", "Grüße\nan alle", "a"),
        ("8", "x", ""),
    ]


def test_an_older_code_page_is_refused_with_what_to_do() -> None:
    with pytest.raises(InputError) as told:
        read_table("id,output,grade\n1,Grüße,A\n".encode("cp1252"), "sheet.csv", COLUMNS)
    assert "not in UTF-8" in told.value.message
    assert "CSV UTF-8" in told.value.fix


def test_a_missing_column_and_a_broken_table_are_named() -> None:
    with pytest.raises(InputError, match=r"no column grade"):
        read_table(b"id,output\n1,x\n", "sheet.csv", COLUMNS)
    with pytest.raises(InputError, match=r"not a CSV table"):
        read_table(b'id,output,grade\n1,"x"y,A\n', "sheet.csv", COLUMNS)


def test_a_written_table_comes_back_and_holds_no_formula() -> None:
    texts = ["=1+1", "- an item", "@sum", "Größe; a, b", 'say "yes"\nnow', "\tx"]
    data = write_table(COLUMNS, [(at, text, "A") for at, text in enumerate(texts)])
    rows = read_table(data, "sheet.csv", COLUMNS)
    assert [row["output"].removeprefix("'") for row in rows] == texts
    cells = [row[1] for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))]
    assert not any(cell.startswith(("=", "-", "@", "\t")) for cell in cells)
