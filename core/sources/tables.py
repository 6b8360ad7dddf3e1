"""Tables as text in which each row can be understood by itself: its cells with the names of their columns."""

from collections.abc import Sequence

from core.sources.sections import Sections
from core.writing.grounded.rows import is_column_name

MAX_ROWS = 100_000
MAX_COLUMNS = 100
# Rows that are found and cited together.
_GROUP_CHARS = 700
_CELL_CHARS = 2_000


class TableRows:
    """Adds the rows of one table to the sections of a file.

    The first row of which every cell is a text names the columns, in a table of three columns and more, or of two of
    which the second is called as columns mostly are ("Fee"); else a row of two cells reads as `name: value`. A single
    cell above the table is its title.

    Args:
        sections: of the file.
        name: of the sheet, for the place of each group of rows; "" where there are no places.
        level: of the heading that a title becomes.
        max_rows: rows beyond are left out, and that is said.
    """

    def __init__(self, sections: Sections, *, name: str = "", level: int = 2, max_rows: int = MAX_ROWS) -> None:
        self._sections = sections
        self._name = name
        self._level = level
        self._rows_left = max_rows
        self._max_rows = max_rows
        self._columns: list[str] = []
        self._is_begun = False
        self._is_gap = False
        self._has_rows = False
        self._group: list[str] = []

    @property
    def is_full(self) -> bool:
        """Whether no more rows are taken."""
        return self._rows_left <= 0 or self._sections.is_full

    def row(self, values: Sequence[str], number: int, *, is_header: bool = False) -> None:
        """Add a row.

        Args:
            values: the text of each cell, "" for an empty one.
            number: of the row in its sheet, from 1.
            is_header: whether the file says that it names the columns.
        """
        cells = [" ".join(value[:_CELL_CHARS].split()) for value in values[:MAX_COLUMNS]]
        filled = [cell for cell in cells if cell]
        if not filled:
            self._is_gap = self._is_begun
            return
        if self.is_full:
            self._sections.remark(f"the rows of a table beyond {self._max_rows:,}")
            return
        self._rows_left -= 1
        if len(filled) == 1 and (self._is_gap or not self._is_begun):
            self._begin(filled[0])
            return
        self._is_gap = False
        if not self._is_begun:
            self._is_begun = True
            if is_header or _are_names(filled):
                self._columns = cells
                return
        self._write(self._line(cells, filled), number)

    def end(self) -> None:
        """Add what still waits; a table of nothing but names of columns is those names."""
        if self._columns and not self._has_rows:
            self._group = [" | ".join(filter(None, self._columns))]
        self._flush()

    def _begin(self, title: str) -> None:
        self._flush()
        self._sections.heading(self._level, title)
        self._is_begun = self._is_gap = self._has_rows = False
        self._columns = []

    def _line(self, cells: Sequence[str], filled: Sequence[str]) -> str:
        if not self._columns:
            return f"{filled[0].rstrip(':')}: {filled[1]}" if len(filled) == 2 else " | ".join(filled)
        names = [*self._columns, *[""] * len(cells)]
        named = zip(names, cells, strict=False)
        return "; ".join(f"{name.rstrip(':')}: {cell}" if name else cell for name, cell in named if cell)

    def _write(self, line: str, number: int) -> None:
        if self._name and not self._group:
            self._sections.at(f"{self._name}!A{number}")
        self._has_rows = True
        self._group.append(line)
        if sum(map(len, self._group)) > _GROUP_CHARS:
            self._flush()

    def _flush(self) -> None:
        self._sections.add("\n".join(self._group))
        self._group = []


def _are_names(cells: Sequence[str]) -> bool:
    """Whether the cells of the first row of a table name its columns."""
    return len(cells) > 1 and not any(map(_is_number, cells)) and (len(cells) > 2 or is_column_name(cells[1]))


def _is_number(cell: str) -> bool:
    """Whether a cell holds an amount, a date or the like: more figures than letters."""
    figures = sum(letter.isdigit() for letter in cell)
    return figures > sum(letter.isalpha() for letter in cell)
