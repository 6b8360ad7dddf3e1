"""Builders of what stands around and beside paragraphs: links, content controls, text boxes, and the other parts."""

from tests.integrations.documents.build import NAMESPACES, p, run

NOTE_SIGN = '<w:r><w:footnoteReference w:id="2"/></w:r>'
Part = tuple[str, str]


def link(*content: str) -> str:
    """Return a hyperlink."""
    return f'<w:hyperlink w:anchor="there">{"".join(content)}</w:hyperlink>'


def control(content: str, properties: str = "") -> str:
    """Return a content control."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def box(text: str, copy: str | None = None) -> str:
    """Return a run with a text box in both forms, the older one perhaps with another text."""
    new = f"<wps:txbx>{boxed(p(run(text)))}</wps:txbx>"
    old = f"<v:textbox>{boxed(p(run(text if copy is None else copy)))}</v:textbox>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        f"{new}</w:drawing></mc:Choice><mc:Fallback><w:pict>{old}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def old_box(content: str) -> str:
    """Return a run with a text box in the old form alone."""
    return f"<w:r><w:pict><v:shape><v:textbox>{boxed(content)}</v:textbox></v:shape></w:pict></w:r>"


def boxed(content: str) -> str:
    """Return what a text box holds."""
    return f"<w:txbxContent>{content}</w:txbxContent>"


def notes(*content: str) -> dict[str, Part]:
    """Return a footnotes part with a separator and one note."""
    separator = '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    note = f'<w:footnote w:id="2">{"".join(content)}</w:footnote>'
    xml = f"<w:footnotes {NAMESPACES}>{separator}{note}</w:footnotes>"
    return {"word/footnotes.xml": ("footnotes", xml)}


def endnotes(*content: str) -> dict[str, Part]:
    """Return an endnotes part with one note."""
    note = f'<w:endnote w:id="2">{"".join(content)}</w:endnote>'
    return {"word/endnotes.xml": ("endnotes", f"<w:endnotes {NAMESPACES}>{note}</w:endnotes>")}


def comments(number: int, *content: str) -> dict[str, Part]:
    """Return a comments part with one comment of Ann."""
    comment = f'<w:comment w:id="{number}" w:author="Ann">{"".join(content)}</w:comment>'
    return {"word/comments.xml": ("comments", f"<w:comments {NAMESPACES}>{comment}</w:comments>")}


def header(kind: str, *content: str) -> Part:
    """Return a header or footer part."""
    root = "hdr" if kind == "header" else "ftr"
    return kind, f"<w:{root} {NAMESPACES}>{''.join(content)}</w:{root}>"


def settings(inner: str) -> str:
    """Return a settings part."""
    return f"<w:settings {NAMESPACES}>{inner}</w:settings>"
