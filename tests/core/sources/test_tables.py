"""Each row of a table can be understood by itself."""

from collections.abc import Sequence

import pytest

from core.sources.model import FileText
from core.sources.sections import Sections
from core.sources.tables import MAX_ROWS, TableRows


def told(rows: Sequence[Sequence[str]], *, name: str = "", max_rows: int = MAX_ROWS) -> FileText:
    sections = Sections()
    table = TableRows(sections, name=name, max_rows=max_rows)
    for number, row in enumerate(rows, 1):
        table.row(row, number)
    table.end()
    return sections.file_text()


def test_each_cell_is_told_with_the_name_of_its_column() -> None:
    found = told([["Name", "Office", "Days"], ["Ann", "Berlin", "28"], ["Bob", "", "26"], ["", "", ""]])
    [section] = found.sections
    assert section.text == "Name: Ann; Office: Berlin; Days: 28\nName: Bob; Days: 26"


def test_a_single_cell_above_is_the_title() -> None:
    rows = [["Leave 2026", ""], [], ["Name", "Office", "Days"], ["Ann", "Berlin", "28"], [], ["Costs"], ["Rent", "900"]]
    first, second = told(rows).sections
    assert (first.heading, first.text) == ("Leave 2026", "Name: Ann; Office: Berlin; Days: 28")
    assert (second.heading, second.text) == ("Costs", "Rent: 900")


def test_two_columns_read_as_name_and_value() -> None:
    [section] = told([["Topic", "Rule"], ["Notice period:", "3 months"]]).sections
    assert section.text == "Topic: Rule\nNotice period: 3 months"


@pytest.mark.parametrize(("header", "value"), [("Fee", "12 euros"), ("Ansprechpartner", "Frau Roth"), ("Durée", "3 h")])
def test_two_columns_of_which_the_second_is_called_as_columns_are_have_names(header: str, value: str) -> None:
    [section] = told([["Plan", header], ["Basic", value], ["Team", value]]).sections
    assert section.text == f"Plan: Basic; {header}: {value}\nPlan: Team; {header}: {value}"


def test_what_a_file_says_to_be_its_header_names_the_columns_whatever_it_holds() -> None:
    sections = Sections()
    table = TableRows(sections)
    table.row(["Rule", "2026"], 1, is_header=True)
    table.row(["Notice period", "3 months"], 2)
    table.end()
    assert sections.file_text().sections[0].text == "Rule: Notice period; 2026: 3 months"


def test_a_table_of_numbers_alone_has_no_names() -> None:
    assert told([["1", "2", "3"], ["4", "5", "6"]]).sections[0].text == "1 | 2 | 3\n4 | 5 | 6"


def test_names_of_columns_without_rows_are_told() -> None:
    assert told([["Name", "Office", "Days"]]).sections[0].text == "Name | Office | Days"


def test_groups_of_rows_know_their_place() -> None:
    rows = [["Name", "Office", "Days"], *[[f"Person {number}", "Berlin", "28"] for number in range(100)]]
    sections = told(rows, name="Staff").sections
    assert [section.place for section in sections[:2]] == ["Staff!A2", "Staff!A20"]
    assert all(len(section.text) < 900 for section in sections)
    assert sections[1].text.startswith("Name: Person 18; Office: Berlin; Days: 28\n")


def test_rows_beyond_the_bound_are_left_out_and_that_is_said() -> None:
    found = told([["x", "1"]] * 12, max_rows=10)
    assert found.sections[0].text.count("x: 1") == 10
    assert found.remark == "Left out: the rows of a table beyond 10."
