"""Excel files as knowledge: the rows of the sheets that are shown, with their columns. Called in a child process."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from lxml import etree
from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from core.sources.model import FileText
from core.sources.sections import Sections
from core.sources.tables import MAX_COLUMNS, MAX_ROWS, TableRows
from core.text.charsets import clean_text
from integrations.sources.office_file import opened

_CURRENCIES = ("€", "$", "£", "¥", "CHF", "EUR", "USD", "GBP")
_MAX_HIDDEN = 200_000


def read_workbook(data: bytes) -> FileText:
    """Return the values of the sheets that are shown, with "Sheet1!A12" as the place of a group of rows.

    Raises:
        DocumentError: it is damaged, or holds nothing.
    """
    sections = Sections()
    with opened(data, "Excel file") as file:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        rows_left = MAX_ROWS
        hidden = 0
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                hidden += 1
            elif rows_left <= 0:
                sections.remark(f"the sheet {sheet.title}, since there are more than {MAX_ROWS:,} rows")
            else:
                rows_left -= _add(sheet, sections, rows_left)
        if hidden:
            sections.remark(f"{hidden} hidden sheets")
        book.close()
    return sections.file_text()


def _add(sheet: ReadOnlyWorksheet, sections: Sections, max_rows: int) -> int:
    """Add a sheet; return how many rows of it hold something."""
    sections.heading(1, sheet.title, is_text=False)
    concealed = _concealed(sheet)
    table = TableRows(sections, name=sheet.title, max_rows=max_rows)
    count = 0
    # With a last column each row is filled up to it.
    last = MAX_COLUMNS if (sheet.max_column or 0) > MAX_COLUMNS else None
    for number, cells in enumerate(sheet.iter_rows(max_col=last), 1):
        if number in concealed.rows:
            continue
        values = ["" if column in concealed.columns else _text(cell) for column, cell in enumerate(cells, 1)]
        is_full = table.is_full
        table.row(values, number)
        count += any(values)
        if is_full and any(values):
            break
    table.end()
    if concealed.rows or concealed.columns:
        sections.remark("hidden rows and columns")
    return count


@dataclass
class _Concealed:
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)


def _concealed(sheet: ReadOnlyWorksheet) -> _Concealed:
    """Return what is hidden in a sheet, which the library does not tell when it reads row by row."""
    found = _Concealed()
    number = 0
    with sheet._get_source() as source:
        for _, element in etree.iterparse(source, events=("start",), tag=("{*}col", "{*}row"), resolve_entities=False):
            is_hidden = element.get("hidden") in {"1", "true"}
            if etree.QName(element).localname == "col":
                if is_hidden:
                    last = min(int(element.get("max", "0")), MAX_COLUMNS)
                    found.columns.update(range(int(element.get("min", "1")), last + 1))
                continue
            number = int(element.get("r", number + 1))
            if is_hidden and len(found.rows) < _MAX_HIDDEN:
                found.rows.add(number)
            while (before := element.getprevious()) is not None:
                element.getparent().remove(before)
    return found


def _text(cell: object) -> str:
    """Return a value as a person sees it: dates as dates, shares in percent, amounts with their currency."""
    value = getattr(cell, "value", None)
    if value is None:
        return ""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, bool | date | time) or not isinstance(value, int | float):
        return str(value)
    return _amount(value, str(getattr(cell, "number_format", "")))


def _amount(value: int | float, number_format: str) -> str:
    shown = number_format.partition(";")[0]
    if "%" in shown:
        return f"{round(value * 100, 6):g}%"
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    currency = next((sign for sign in _CURRENCIES if sign in shown), "")
    return f"{text} {currency}".strip()
