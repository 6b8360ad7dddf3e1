"""The report as a table."""

import csv
import io

from core.insight.report.formats import report_csv
from tests.core.insight.report.cells import cell, report


def test_csv_has_one_line_for_each_part_and_no_formula() -> None:
    groups = {"=cmd()": cell(9, 1, 2, 3, 4, 5), "reply": cell(9, 1, 2, 3, 4, 5)}
    lines = list(csv.DictReader(io.StringIO(report_csv(report(cell(18, 1, 2, 3, 4, 5), groups)))))
    assert [(line["part"], line["name"]) for line in lines] == [
        ("total", ""), ("trend", ""), ("recipe", "'=cmd()"), ("recipe", "reply"),
    ]  # fmt: skip
    assert lines[0]["jobs"] == "18"
