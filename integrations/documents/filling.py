"""Template jobs: the template's fields are read in the worker, the values that were found are written into it."""

from typing import Any

from core.job import Job
from core.ports import SurfaceContext
from integrations.documents.isolated import fill_template, template_fields
from integrations.documents.surface import DOCUMENT_FILE, RESULT_FILE

KIND = "template"


class TemplateSurface:
    """See `core.ports.Surface`. The template is the job's file, the brief its input."""

    def prepare(self, job: Job, context: SurfaceContext) -> dict[str, Any]:
        """Return the names of the template's fields."""
        return {"fields": ", ".join(template_fields(context.effects.get_file(job, DOCUMENT_FILE)))}

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Write the filled document; the same job always gives the same text."""
        if job.state == "failed" or job.draft is None:
            return
        context.effects.intend(job, RESULT_FILE, {})
        values = {item.field: item.text for item in job.draft.items or ()}
        context.effects.put_file(job, RESULT_FILE, fill_template(context.effects.get_file(job, DOCUMENT_FILE), values))
        context.effects.confirm(job, RESULT_FILE, {"filled": sorted(values)})
