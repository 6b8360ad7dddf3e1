"""Archives of Office are looked at before a library inflates them."""

import io
import zipfile

import pytest

from core.errors import DocumentError
from integrations.sources.office_file import MAX_ENTRIES, opened


def test_a_file_of_too_many_parts_is_refused() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        for number in range(MAX_ENTRIES + 1):
            made.writestr(str(number), b"")
    with pytest.raises(DocumentError, match="holds too much"), opened(data.getvalue(), "Excel file"):
        pass


def test_whatever_a_library_meets_is_damage_of_the_file() -> None:
    data = io.BytesIO()
    zipfile.ZipFile(data, "w").close()
    with pytest.raises(DocumentError, match="This Excel file is damaged"), opened(data.getvalue(), "Excel file"):
        raise KeyError("xl/workbook.xml")
    with pytest.raises(MemoryError), opened(data.getvalue(), "Excel file"):
        raise MemoryError
