"""Word documents as values: read them, change them by tracked changes, accept, reject and compare.

Pure functions, bytes in and bytes out: no file, network, clock or environment is touched.
"""

from integrations.documents.compare.comparison import compare_documents
from integrations.documents.editing.accept_reject import resolve_revisions
from integrations.documents.editing.apply import apply_edits
from integrations.documents.model import (
    ApplyResult,
    Comment,
    DocumentEdit,
    DocumentText,
    EditResult,
    Revision,
    TablePlace,
    ViewParagraph,
    parse_edits,
)
from integrations.documents.reading import read_document

__all__ = [
    "ApplyResult",
    "Comment",
    "DocumentEdit",
    "DocumentText",
    "EditResult",
    "Revision",
    "TablePlace",
    "ViewParagraph",
    "apply_edits",
    "compare_documents",
    "parse_edits",
    "read_document",
    "resolve_revisions",
]
