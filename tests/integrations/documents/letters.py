"""Small documents, and what is in them."""

import io

from docx import Document

from integrations.documents import read_document


def letter(*paragraphs: str, filler_bytes: int = 0) -> bytes:
    """Return a document of these paragraphs; the filler is a part that does not compress."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    data = io.BytesIO()
    document.save(data)
    return data.getvalue() if not filler_bytes else _filled(data.getvalue(), filler_bytes)


def _filled(data: bytes, filler_bytes: int) -> bytes:
    import random
    import zipfile

    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a") as package:
        package.writestr("word/media/filler.bin", random.Random(1).randbytes(filler_bytes))
    return target.getvalue()


def texts(data: bytes) -> list[str]:
    """Return the text of each paragraph with all changes accepted."""
    return [paragraph.text for paragraph in read_document(data).paragraphs if paragraph.text]


def revision_count(data: bytes) -> int:
    """Return how many tracked changes there are."""
    return len(read_document(data).revisions)
