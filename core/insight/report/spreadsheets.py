"""Tables that go through a person's spreadsheet program and come back. Pure.

What Excel and others make of a CSV file is read as it is: a byte order mark, semicolons or tabs in place of commas,
UTF-16. An older code page is refused, because it cannot be told from another one.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from core.errors import InputError

_BOM_16 = (b"\xff\xfe", b"\xfe\xff")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MAX_BYTES = 64_000_000
_MAX_CELL_CHARS = 2_000_000


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV file in UTF-8 with a byte order mark, by which spreadsheet programs know the encoding."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([harmless_cell(str(cell)) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig", "replace")


def harmless_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def read_table(data: bytes, name: str, needed: Sequence[str]) -> list[Mapping[str, str]]:
    """Return the rows of a CSV file by column name.

    Args:
        data: the file.
        name: how messages call it.
        needed: columns that have to be there.

    Raises:
        InputError: it cannot be read as text or as a table, or a column is missing.
    """
    text = _decoded(data, name)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    before = csv.field_size_limit(_MAX_CELL_CHARS)
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise InputError(f"{name} is no CSV table ({error}).", fix="Save it as CSV UTF-8 and try again.") from None
    finally:
        csv.field_size_limit(before)
    known = {column.strip().casefold(): column for column in (rows[0] if rows else {}) if column}
    if rows and (missing := [column for column in needed if column not in known]):
        raise InputError(
            f"{name} has no column {', '.join(missing)}.", fix=f"Keep the first line of the sheet: {', '.join(needed)}."
        )
    return [{column: str(row[original] or "") for column, original in known.items()} for row in rows]


def _decoded(data: bytes, name: str) -> str:
    if len(data) > _MAX_BYTES:
        raise InputError(f"{name} is too large for a sheet.", fix="Send the sheet that was graded.")
    try:
        return data.decode("utf-16" if data.startswith(_BOM_16) else "utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            f"{name} is not in UTF-8.", fix="In Excel: Save as, “CSV UTF-8 (comma delimited)”, and try again."
        ) from None
