"""Files are read in a child process: the same text, and a hostile file stops nobody else."""

import contextlib
import io
import time
import zipfile
from collections.abc import Callable

import pytest

from core.errors import DocumentError
from core.sources.model import FileText
from integrations.sources import isolated, pdf, plain_text, web_page
from tests.integrations.sources.pdf_file import Words, pdf_file


@pytest.mark.parametrize(
    ("there", "here", "data"),
    [
        (isolated.read_text, plain_text.read_text, b"26 days."),
        (isolated.read_markdown, plain_text.read_markdown, b"# Leave\n\n26 days."),
        (isolated.read_csv, plain_text.read_csv, b"Name;Days\nAnn;28\n"),
        (isolated.read_pdf, pdf.read_pdf, pdf_file([Words("26 days.")])),
        (isolated.read_web_page, web_page.read_web_page, b"<h1>Leave</h1><p>26 days."),
    ],
)
def test_every_reader_gives_what_it_gives_in_this_process(
    there: Callable[[bytes], FileText], here: Callable[[bytes], FileText], data: bytes
) -> None:
    assert there(data) == here(data)


def archive(**parts: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return data.getvalue()


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """An archive of a megabyte that inflates to 600."""
    return archive(**{"xl__workbook.xml": bytes(600 * 2**20)})


@pytest.mark.parametrize(
    ("reader", "what"), [(isolated.read_workbook, "Excel file"), (isolated.read_presentation, "PowerPoint file")]
)
def test_an_archive_that_inflates_to_too_much_is_refused_before_it_does(
    bomb: bytes, reader: Callable[[bytes], FileText], what: str
) -> None:
    with pytest.raises(DocumentError, match=f"This {what} holds too much"):
        reader(bomb)


def test_an_archive_of_archives_is_no_workbook() -> None:
    inner = archive(**{"xl__workbook.xml": b"<workbook/>"})
    with pytest.raises(DocumentError, match="damaged"):
        isolated.read_workbook(archive(**{"a.zip": inner, "xl__workbook.xml": inner}))


def test_entities_that_multiply_are_refused() -> None:
    """The billion laughs, in the part that lists the sheets."""
    rows = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    laughs = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{rows}]><workbook>&l11;</workbook>'
    for reader in (isolated.read_workbook, isolated.read_presentation):
        with pytest.raises(DocumentError):
            reader(archive(**{"xl__workbook.xml": laughs.encode(), "[Content_Types].xml": laughs.encode()}))


def test_a_pdf_that_draws_without_end_is_refused_in_time() -> None:
    started = time.monotonic()
    data = pdf_file([*["q 1 0 0 1 0 0 cm 0 0 600 700 re f Q"] * 200_000, Words("26 days.")])
    with contextlib.suppress(DocumentError):
        assert isolated.read_pdf(data).sections
    assert time.monotonic() - started < 150
