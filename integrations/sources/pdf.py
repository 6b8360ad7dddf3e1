"""PDF files as knowledge: the text of their pages, each section with its page. Called in a child process."""

import time

import pypdfium2
import pypdfium2.raw as pdfium

from core.errors import DocumentError
from core.sources.model import FileText
from core.sources.sections import Sections
from integrations.sources.pdf_layout import blocks
from integrations.sources.pdf_page import PageText, read_page

MAX_PAGES = 2_000
# Text that is not shown is looked for as long as this in all; pages behind it are read as they are.
MAX_DRAWING_SECONDS = 20.0
_SCANNED = "This PDF is scanned: there is no text in it."
_RECOGNISE = "Run text recognition (OCR) on it, which scanners and PDF programs can do, and connect the result."


def read_pdf(data: bytes) -> FileText:
    """Return the text of a PDF, with "page=3" as the place of what stands on the third page.

    Raises:
        DocumentError: it is protected with a password, damaged, or scanned.
    """
    document = _open(data)
    sections = Sections()
    pages = _pages(document, sections)
    without_text = sum(not page.lines for page in pages)
    if without_text == len(pages):
        raise DocumentError(_SCANNED, fix=_RECOGNISE)
    if without_text:
        sections.remark(f"{without_text} of {len(pages)} pages, which hold pictures and no text")
    for block in blocks(pages):
        sections.at(f"page={block.page}")
        if block.level:
            sections.heading(block.level, block.text)
        else:
            sections.add(block.text)
    return sections.file_text()


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(data)
        len(document)
    except pypdfium2.PdfiumError as error:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise DocumentError(
                "This PDF is protected with a password.", fix="Save it without the password."
            ) from error
        raise DocumentError("This PDF is damaged.", fix="Save it again from the program it was made with.") from error
    return document


def _pages(document: pypdfium2.PdfDocument, sections: Sections) -> list[PageText]:
    found: list[PageText] = []
    damaged = 0
    drawing_ends = time.monotonic() + MAX_DRAWING_SECONDS
    for number in range(min(len(document), MAX_PAGES)):
        try:
            page = document[number]
            found.append(read_page(page, draws=time.monotonic() < drawing_ends))
            page.close()
        except pypdfium2.PdfiumError:
            found.append(PageText((), 0.0))
            damaged += 1
    if len(document) > MAX_PAGES:
        sections.remark(f"the pages behind the first {MAX_PAGES:,}")
    if damaged:
        sections.remark(f"{damaged} damaged pages")
    return found
