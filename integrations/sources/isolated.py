"""The readers of files, each in a child process with ceilings; `integrations.registry` names them by format.

A file that takes too long or too much memory is refused with a `DocumentError`; see `core.isolation`. What needs a
library of its own is imported with the first file of that format.
"""

from typing import TYPE_CHECKING

from core.errors import DocumentError
from core.isolation import Boundary
from core.sources.model import FileText
from integrations.sources import plain_text

if TYPE_CHECKING:
    from integrations.sources.sitemap import Sitemap
    from integrations.sources.web_page import PageFacts

_FIX = "Split it, or save it again in another program."
_TEXT = Boundary("text file", DocumentError, fix=_FIX, seconds=60)
_PDF = Boundary("PDF", DocumentError, fix=_FIX, seconds=120)
_SLIDES = Boundary("PowerPoint file", DocumentError, fix=_FIX, seconds=60)
_SHEETS = Boundary("Excel file", DocumentError, fix=_FIX, seconds=180)
_SITEMAP = Boundary("sitemap", DocumentError, fix="Split it into several.")
_PAGE = Boundary("web page", DocumentError, fix="Save it as a text, and connect that.")


def read_text(data: bytes) -> FileText:
    """See `plain_text.read_text`."""
    return _TEXT.call(plain_text.read_text, data)


def read_markdown(data: bytes) -> FileText:
    """See `plain_text.read_markdown`."""
    return _TEXT.call(plain_text.read_markdown, data)


def read_csv(data: bytes) -> FileText:
    """See `plain_text.read_csv`."""
    return _TEXT.call(plain_text.read_csv, data)


def read_pdf(data: bytes) -> FileText:
    """See `pdf.read_pdf`."""
    from integrations.sources import pdf

    return _PDF.call(pdf.read_pdf, data)


def read_presentation(data: bytes) -> FileText:
    """See `presentation.read_presentation`."""
    from integrations.sources import presentation

    return _SLIDES.call(presentation.read_presentation, data)


def read_workbook(data: bytes) -> FileText:
    """See `workbook.read_workbook`."""
    from integrations.sources import workbook

    return _SHEETS.call(workbook.read_workbook, data)


def read_web_page(data: bytes, charset: str = "") -> FileText:
    """See `web_page.read_web_page`."""
    from integrations.sources import web_page

    return _PAGE.call(web_page.read_web_page, data, charset)


def page_facts(data: bytes, charset: str = "") -> "PageFacts":
    """See `web_page.page_facts`."""
    from integrations.sources import web_page

    return _PAGE.call(web_page.page_facts, data, charset)


def read_sitemap(data: bytes) -> "Sitemap":
    """See `sitemap.read_sitemap`."""
    from integrations.sources import sitemap

    return _SITEMAP.call(sitemap.read_sitemap, data)
