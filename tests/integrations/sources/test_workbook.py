"""Excel files: each row with its columns, values as a person sees them; what is hidden is left out."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook
from openpyxl.xml.constants import SHEET_MAIN_NS

from core.errors import DocumentError
from core.sources.model import FileText, Passage
from integrations.sources.workbook import read_workbook


def made(fill: Callable[[Workbook], None]) -> bytes:
    book = Workbook()
    fill(book)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def read(fill: Callable[[Workbook], None]) -> FileText:
    return read_workbook(made(fill))


def test_rows_are_told_with_sheet_and_columns() -> None:
    def fill(book: Workbook) -> None:
        book.active.title = "Staff"
        for row in (["Leave 2026"], [], ["Name", "Office", "Days"], ["Ann", "Berlin", 28], ["Bob", None, 26.5]):
            book.active.append(row)
        costs = book.create_sheet("Costs")
        costs.append(["Rent", 900])

    assert read(fill).sections == [
        Passage("Name: Ann; Office: Berlin; Days: 28\nName: Bob; Days: 26.5", "Staff > Leave 2026", "Staff!A4"),
        Passage("Rent: 900", "Costs", "Costs!A1"),
    ]


VALUES = [
    (datetime.fromisoformat("2026-03-02"), "yyyy-mm-dd", "2026-03-02"),
    (datetime.fromisoformat("2026-03-02T09:30"), "yyyy-mm-dd hh:mm", "2026-03-02 09:30"),
    (date(2026, 3, 2), "dd.mm.yyyy", "2026-03-02"),
    (time(9, 30), "hh:mm", "09:30:00"),
    (0.19, "0%", "19%"),
    (0.0725, "0.00%", "7.25%"),
    (12000, "#,##0 €", "12000 €"),
    (12.5, '#,##0.00\\ "CHF"', "12.5 CHF"),
    (0.1 + 0.2, "General", "0.3"),
    (True, "General", "True"),
]


@pytest.mark.parametrize(("value", "number_format", "shown"), VALUES)
def test_values_are_told_as_a_person_sees_them(value: object, number_format: str, shown: str) -> None:
    def fill(book: Workbook) -> None:
        book.active.append(["It is", value])
        book.active["B1"].number_format = number_format

    assert read(fill).sections[0].text == f"It is: {shown}"


def test_hidden_sheets_rows_and_columns_are_left_out() -> None:
    def fill(book: Workbook) -> None:
        for row in (["Name", "Salary", "Days"], ["Ann", 90000, 28], ["Eve", 1, 2]):
            book.active.append(row)
        book.active.column_dimensions["B"].hidden = True
        book.active.row_dimensions[3].hidden = True
        for state in ("hidden", "veryHidden"):
            sheet = book.create_sheet(state)
            sheet.append(["secret"])
            sheet.sheet_state = state

    found = read(fill)
    assert [section.text for section in found.sections] == ["Name: Days\nAnn: 28"]
    assert found.remark == "Left out: hidden rows and columns; 2 hidden sheets."


def test_formulas_are_told_by_their_last_value_and_never_run() -> None:
    def fill(book: Workbook) -> None:
        book.active.append(["Sum", "=1+1"])
        book.active.append(["Text", "26"])

    assert read(fill).sections[0].text.endswith("Text: 26")


def test_a_sheet_of_more_than_a_hundred_thousand_rows_is_bounded_and_that_is_said() -> None:
    data = io.BytesIO(made(lambda book: book.create_sheet("Next").append(["never"])))
    rows = "".join(
        f'<row r="{number}"><c t="inlineStr"><is><t>Row</t></is></c><c><v>{number}</v></c></row>'
        for number in range(1, 100_501)
    )
    sheet = f'<worksheet xmlns="{SHEET_MAIN_NS}"><sheetData>{rows}</sheetData></worksheet>'
    with zipfile.ZipFile(data) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in (parts | {"xl/worksheets/sheet1.xml": sheet.encode()}).items():
            book.writestr(name, content)
    found = read_workbook(data.getvalue())
    assert sum(section.text.count("Row") for section in found.sections) == 100_000
    assert found.remark == (
        "Left out: the rows of a table beyond 100,000; the sheet Next, since there are more than 100,000 rows."
    )


def test_a_workbook_without_values_is_refused() -> None:
    with pytest.raises(DocumentError, match="no text"):
        read(lambda book: None)


@pytest.mark.parametrize("keep_bytes", [100, 3_000])
def test_a_damaged_file_is_refused(keep_bytes: int) -> None:
    with pytest.raises(DocumentError, match="damaged"):
        read_workbook(made(lambda book: None)[:keep_bytes])
