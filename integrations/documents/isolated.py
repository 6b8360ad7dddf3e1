"""The engine's functions on documents of others, each in a child process with ceilings. Surfaces call these.

A document that takes too long or too much memory is refused with a `DocumentError`; see `core.isolation`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.errors import DocumentError
from core.isolation import Boundary
from core.sources.model import FileText
from integrations.documents import file_text, reading, templates
from integrations.documents.compare import comparison
from integrations.documents.editing import accept_reject, apply
from integrations.documents.model import ApplyResult, DocumentEdit, DocumentText, View

_ENGINE = Boundary("document", DocumentError, fix="Try with a part of it, or save it again in Word.")
_TEMPLATES = Boundary("template", DocumentError, fix="Save it again in Word.", modules=("docxtpl",))


def check_document(data: bytes) -> None:
    """Refuse what cannot be read; see `reading.check_document`."""
    _ENGINE.call(reading.check_document, data)


def editable_paragraphs(data: bytes, author: str = "") -> list[reading.EditableParagraph]:
    """See `reading.editable_paragraphs`."""
    return _ENGINE.call(reading.editable_paragraphs, data, author)


def read_document(data: bytes, *, view: View = "current") -> DocumentText:
    """See `reading.read_document`."""
    return _ENGINE.call(reading.read_document, data, view=view)


def read_file_text(data: bytes) -> FileText:
    """See `file_text.read_file_text`."""
    return _ENGINE.call(file_text.read_file_text, data)


def apply_edits(
    data: bytes, edits: Sequence[DocumentEdit], *, author: str, date: datetime, strict: bool = False
) -> ApplyResult:
    """See `apply.apply_edits`."""
    return _ENGINE.call(apply.apply_edits, data, edits, author=author, date=date, strict=strict)


def compare_documents(old: bytes, new: bytes, *, author: str, date: datetime) -> ApplyResult:
    """See `comparison.compare_documents`."""
    return _ENGINE.call(comparison.compare_documents, old, new, author=author, date=date)


def resolve_revisions(
    data: bytes, *, accept: bool, author: str | None = None, ids: Sequence[str] | None = None
) -> bytes:
    """See `accept_reject.resolve_revisions`."""
    return _ENGINE.call(accept_reject.resolve_revisions, data, accept=accept, author=author, ids=ids)


def read_template(data: bytes) -> templates.Template:
    """See `templates.read_template`."""
    return _TEMPLATES.call(templates.read_template, data)


def fill_template(data: bytes, values: Mapping[str, str]) -> bytes:
    """See `templates.fill_template`."""
    return _TEMPLATES.call(templates.fill_template, data, values)
