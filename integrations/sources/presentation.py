"""PowerPoint files as knowledge: each slide under its title, with its notes. Called in a child process."""

from collections.abc import Iterator

from pptx import Presentation
from pptx.shapes.base import BaseShape
from pptx.slide import Slide

from core.sources.model import FileText
from core.sources.sections import Sections
from core.sources.tables import TableRows
from core.text.charsets import clean_text
from integrations.sources.office_file import opened

MAX_SLIDES = 2_000
_MAX_GROUPS = 20


def read_presentation(data: bytes) -> FileText:
    """Return the text of the slides that are shown, with "slide=3" as the place of what stands on the third one.

    Raises:
        DocumentError: it is damaged, or holds no text.
    """
    sections = Sections()
    with opened(data, "PowerPoint file") as file:
        slides = Presentation(file).slides
        hidden = 0
        for number, slide in enumerate(slides, 1):
            if slide.element.get("show") in {"0", "false"}:
                hidden += 1
            elif number <= MAX_SLIDES:
                sections.at(f"slide={number}")
                _add(slide, sections)
        if hidden:
            sections.remark(f"{hidden} hidden slides")
        if len(slides) > MAX_SLIDES:
            sections.remark(f"the slides behind the first {MAX_SLIDES:,}")
    return sections.file_text()


def _add(slide: Slide, sections: Sections) -> None:
    title = slide.shapes.title
    sections.heading(1, clean_text(title.text_frame.text) if title is not None else "")
    for shape in sorted(_shapes(slide.shapes), key=_place):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if getattr(shape, "has_table", False):
            table = TableRows(sections, level=9)
            for number, row in enumerate(shape.table.rows, 1):  # type: ignore[attr-defined] # a GraphicFrame
                table.row([clean_text(cell.text) for cell in row.cells], number)
            table.end()
        elif shape.has_text_frame:
            lines = [paragraph.text for paragraph in shape.text_frame.paragraphs]  # type: ignore[attr-defined]
            sections.add(clean_text("\n".join(line for line in lines if line.strip())))
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
        sections.add(clean_text(notes.text))


def _shapes(shapes: object, depth: int = 0) -> Iterator[BaseShape]:
    """Yield the shapes that are shown, those in groups too."""
    for shape in shapes:  # type: ignore[attr-defined] # the library's collections share no type
        if shape.element.xpath(".//p:cNvPr[1]/@hidden")[:1] in (["1"], ["true"]):
            continue
        inner = getattr(shape, "shapes", None)
        if inner is not None and depth < _MAX_GROUPS:
            yield from _shapes(inner, depth + 1)
        elif not _is_margin(shape):
            yield shape


def _is_margin(shape: BaseShape) -> bool:
    """Whether a shape holds a date, a footer or a number, as every slide does."""
    return shape.is_placeholder and shape.placeholder_format.type in {13, 15, 16}


def _place(shape: BaseShape) -> tuple[int, int]:
    return shape.top or 0, shape.left or 0
