"""Applies edits to a document: plan, apply, verify; when in doubt the document stays as it was."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.errors import DocumentError
from integrations.documents.editing.batch import Batch
from integrations.documents.editing.plans import clean_text
from integrations.documents.editing.verification import find_faults, take_snapshot
from integrations.documents.model import ApplyResult, DocumentEdit, EditRejected, EditResult
from integrations.documents.package.opc import Package
from integrations.documents.text.document import Document
from integrations.documents.text.document_warnings import document_warnings


def apply_edits(
    data: bytes, edits: Sequence[DocumentEdit], *, author: str, date: datetime, strict: bool = False
) -> ApplyResult:
    """Make edits as tracked changes and comments.

    Every edit refers to the document as it is in `data`. Each is applied or refused with a reason; one that cannot
    be made leaves no trace. Afterwards both views of all changed parts are computed from the bytes to be returned
    and compared with what was read and what was meant; if they differ, the whole batch is taken back.

    Args:
        data: the .docx file.
        edits: what shall change; an edit's own `author` goes before `author`.
        author: who the changes are shown to be from.
        date: when; kept to the second, in UTC.
        strict: all or nothing.

    Returns:
        The new file, or None when nothing was applied (or, when strict, not everything), and one result per edit.

    Raises:
        DocumentError: the file is not a Word document, is damaged, encrypted or dangerous to open.
    """
    document = Document(Package(data))
    check_author(author)
    before = take_snapshot(document)
    warnings = tuple(document_warnings(document))
    batch = Batch(document, author, date)
    results = [_plan(batch, index, edit) for index, edit in enumerate(edits)]
    refused = [result for result in results if result.status == "refused"]
    if len(refused) == len(results) or (strict and refused):
        sentence = "Nothing was changed, because another edit was refused."
        return ApplyResult(None, _taken_back(results, sentence), warnings)
    expected = batch.apply()
    parts = document.package.serialised()
    faults = find_faults(document.package.replaced(parts), frozenset(parts), before, expected)
    if faults:
        sentence = f"Nothing was changed, because the check of the result failed: {' '.join(dict.fromkeys(faults))}"
        return ApplyResult(None, _taken_back(results, sentence), warnings)
    results = [replace(result, reason=batch.notes.get(result.index, result.reason)) for result in results]
    return ApplyResult(document.package.packed(parts), tuple(results), warnings)


def check_author(author: str) -> None:
    """Refuse a name that cannot be shown as the author of a change.

    Raises:
        DocumentError: it is empty or has control characters.
    """
    try:
        name = clean_text(author)
    except EditRejected as refusal:
        raise DocumentError(f"The author's name cannot be used. {refusal.reason}") from refusal
    if not name.strip():
        raise DocumentError("The changes need an author.")


def _plan(batch: Batch, index: int, edit: DocumentEdit) -> EditResult:
    try:
        note = batch.plan(index, edit)
    except EditRejected as refusal:
        return EditResult(index, edit.id, "refused", refusal.reason)
    return EditResult(index, edit.id, "applied", note)


def _taken_back(results: Sequence[EditResult], sentence: str) -> tuple[EditResult, ...]:
    return tuple(
        EditResult(result.index, result.id, "refused", sentence) if result.status == "applied" else result
        for result in results
    )
