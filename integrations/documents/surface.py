"""Document jobs, whichever way the document came in: command line, API, drive. The result is a file of the job.

A document becomes paragraphs, and the draft's edits become its tracked changes. Of a template the fields are read, and
the values that were found are written into it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from core.drafts import Edit, JsonObject
from core.job import SPOKEN, DocumentTarget, Job, TemplateTarget
from core.ports import SurfaceContext
from core.text.catalogues import ENGLISH, speaking
from integrations.documents import ApplyResult, DocumentEdit
from integrations.documents.isolated import (
    apply_edits,
    editable_paragraphs,
    fill_template,
    read_template,
)

AUTHOR = "Inlaid"


class DocumentSurface:
    """See `core.ports.Surface`."""

    def prepare(self, job: Job, context: SurfaceContext) -> JsonObject:
        """Read the document in the worker: a hostile file must not stop the web process."""
        original = context.effects.get_file(job, DocumentTarget.DOCUMENT_FILE)
        return {"paragraphs": editable_paragraphs(original, AUTHOR)}

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Write the tracked changes into a copy of the document; the same job always gives the same file."""
        if job.draft is None or job.finished_at is None:
            return
        context.effects.intend(job, DocumentTarget.RESULT_FILE, {})
        original = context.effects.get_file(job, DocumentTarget.DOCUMENT_FILE)
        with speaking(str(job.delivery.get(SPOKEN, ENGLISH))):
            result = changed_document(original, job.draft.edits or (), job.finished_at)
        context.effects.put_file(job, DocumentTarget.RESULT_FILE, result.data or original)
        context.effects.confirm(job, DocumentTarget.RESULT_FILE, dict(result.to_json()))


def changed_document(original: bytes, edits: Sequence[Edit], finished_at: float) -> ApplyResult:
    """Return the document with the draft's edits as tracked changes; the same edits and time give the same bytes."""
    date = datetime.fromtimestamp(finished_at, UTC)
    return apply_edits(original, [DocumentEdit.from_draft(edit) for edit in edits], author=AUTHOR, date=date)


class TemplateSurface:
    """See `core.ports.Surface`. The template is the job's file, the brief its input."""

    def prepare(self, job: Job, context: SurfaceContext) -> JsonObject:
        """Return the names of the template's fields, and its blanks, one a line: those with a label, the others."""
        template = read_template(context.effects.get_file(job, TemplateTarget.DOCUMENT_FILE))
        labels, blanks = ("\n".join(names) for names in (template.labels, template.blanks))
        return {"fields": ", ".join(template.fields), "labels": labels, "blanks": blanks}

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Write the filled document; the same job always gives the same text."""
        if job.state == "failed" or job.draft is None:
            return
        context.effects.intend(job, TemplateTarget.RESULT_FILE, {})
        values = {item.field: item.text for item in job.draft.items or ()}
        template = context.effects.get_file(job, TemplateTarget.DOCUMENT_FILE)
        context.effects.put_file(job, TemplateTarget.RESULT_FILE, fill_template(template, values))
        context.effects.confirm(job, TemplateTarget.RESULT_FILE, {"filled": sorted(values)})
