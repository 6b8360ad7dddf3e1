"""The pictures of the report."""

from datetime import date, timedelta
from xml.etree import ElementTree as Tree

import pytest

from core.insight.report.charts import TITLES, chart_png, chart_svg
from core.insight.report.cube import Cell, Query
from core.insight.report.figures import Cells, Privacy, Report, report_of
from core.text.catalogues import speaking
from tests.core.insight.report.cells import cell


@pytest.fixture(scope="module")
def report() -> Report:
    """Return three days of two recipes."""
    counts = {"accepted": 5, "edited": 3, "rejected": 2, "d0": 5, "d4": 3, "t6": 9, "t9": 1}
    days: list[tuple[date, date, Cell]] = []
    for number in range(3):
        day = date(2026, 11, 1) + timedelta(days=number)
        days.append((day, day, cell(10, 1, 2, 3, 4, 5, **counts)))
    groups = {"recipe": {"reply": cell(20, 1, 2, 3, 4, 5, **counts), "<b>&": cell(10, 1, 2, 3, 4, 5, **counts)}}
    return report_of(Query(1, 3), Cells(days, groups), Privacy())


@pytest.mark.parametrize("name", TITLES)
def test_each_chart_is_an_svg_without_script_that_takes_the_colour_of_the_text_around(
    report: Report, name: str
) -> None:
    drawn = chart_svg(report, name)
    tags = {element.tag.rpartition("}")[2] for element in Tree.fromstring(drawn).iter()}
    assert tags <= {"svg", "style", "g", "path", "line", "text", "rect", "defs", "clipPath", "title"}
    assert "currentColor" in drawn
    assert "style=" not in drawn


def test_charts_are_labelled_in_the_language_that_is_spoken(report: Report) -> None:
    with speaking("de"):
        drawn = chart_svg(report, "trend") + chart_svg(report, "seconds") + chart_svg(report, "recipes")
    said = {element.text or "" for element in Tree.fromstring(f"<all>{drawn}</all>").iter()}
    assert {"Mit Änderungen verwendet", "Durch eine neue Fassung ersetzt", "Entwürfe", "Sekunden", "1. Nov."} <= said
    assert not {"accepted", "edited", "Used with changes", "Drafts", "Seconds", "95 % within"} & said


def test_a_chart_is_also_a_picture(report: Report) -> None:
    assert chart_png(report, "trend").startswith(b"\x89PNG")
